/*
 * type.c - the media type of a file
 *
 * The types that are sent most are known here by the ends of their names,
 * so that a letter is the same from every machine: the system's list of them
 * is often not installed where there is no desktop.  It knows all others.
 */
#include "mime/type.h"

#include <gio/gio.h>
#include <string.h>

#define OFFICE "application/vnd.openxmlformats-officedocument."
#define OASIS "application/vnd.oasis.opendocument."

static const struct {
	const char *suffix, *type;
} known[] = {
	{ ".7z", "application/x-7z-compressed" },
	{ ".asc", "text/plain" },
	{ ".avif", "image/avif" },
	{ ".bz2", "application/x-bzip2" },
	{ ".c", "text/x-csrc" },
	{ ".conf", "text/plain" },
	{ ".css", "text/css" },
	{ ".csv", "text/csv" },
	{ ".diff", "text/x-diff" },
	{ ".doc", "application/msword" },
	{ ".docx", OFFICE "wordprocessingml.document" },
	{ ".eml", "message/rfc822" },
	{ ".epub", "application/epub+zip" },
	{ ".gif", "image/gif" },
	{ ".gz", "application/gzip" },
	{ ".h", "text/x-chdr" },
	{ ".heic", "image/heic" },
	{ ".htm", "text/html" },
	{ ".html", "text/html" },
	{ ".ics", "text/calendar" },
	{ ".jpeg", "image/jpeg" },
	{ ".jpg", "image/jpeg" },
	{ ".json", "application/json" },
	{ ".log", "text/plain" },
	{ ".md", "text/markdown" },
	{ ".mp3", "audio/mpeg" },
	{ ".mp4", "video/mp4" },
	{ ".odp", OASIS "presentation" },
	{ ".ods", OASIS "spreadsheet" },
	{ ".odt", OASIS "text" },
	{ ".ogg", "audio/ogg" },
	{ ".patch", "text/x-diff" },
	{ ".pdf", "application/pdf" },
	{ ".png", "image/png" },
	{ ".ppt", "application/vnd.ms-powerpoint" },
	{ ".pptx", OFFICE "presentationml.presentation" },
	{ ".ps", "application/postscript" },
	{ ".py", "text/x-python" },
	{ ".rtf", "application/rtf" },
	{ ".sh", "application/x-shellscript" },
	{ ".svg", "image/svg+xml" },
	{ ".tar", "application/x-tar" },
	{ ".tif", "image/tiff" },
	{ ".tiff", "image/tiff" },
	{ ".txt", "text/plain" },
	{ ".vcf", "text/vcard" },
	{ ".wav", "audio/x-wav" },
	{ ".webp", "image/webp" },
	{ ".xls", "application/vnd.ms-excel" },
	{ ".xlsx", OFFICE "spreadsheetml.sheet" },
	{ ".xml", "application/xml" },
	{ ".xz", "application/x-xz" },
	{ ".zip", "application/zip" },
	{ ".zst", "application/zstd" },
};

bool
type_is_valid(const char *type)
{
	int slashes = 0;

	for (const char *p = type; *p; p++)
		if (*p == '/' && p > type && p[1])
			slashes++;
		else if (!g_ascii_isalnum(*p) && !strchr("!#$&^_.+-", *p))
			return false;
	return slashes == 1 && strlen(type) <= 127;
}

char *
type_guess(const char *name, const void *head, size_t len)
{
	const char *dot = strrchr(name, '.');
	char *content, *type, *small;

	for (size_t i = 0; dot && i < G_N_ELEMENTS(known); i++)
		if (g_ascii_strcasecmp(dot, known[i].suffix) == 0)
			return g_strdup(known[i].type);
	content = g_content_type_guess(name, head, len, NULL);
	type = g_content_type_get_mime_type(content);
	g_free(content);
	/* An empty file, or what is only known by the system it came from. */
	small = !type || !type_is_valid(type) ||
		g_str_has_prefix(type, "application/x-zerosize")
		? g_strdup("application/octet-stream")
		: g_ascii_strdown(type, -1);
	g_free(type);
	return small;
}
