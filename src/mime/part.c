/*
 * part.c - the decoded octets of a part, and a name to save them under
 */
#include "mime/private.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

#define NAME_MAX_BYTES 120

/* Write a part's content, decoded; a message as it is. */
static bool
write_node(const struct node *n, GMimeStream *stream)
{
	if (GMIME_IS_PART(n->object)) {
		GMimeDataWrapper *w = g_mime_part_get_content(
			GMIME_PART(n->object));

		return !w || g_mime_data_wrapper_write_to_stream(w, stream) >=
			     0;
	}
	if (GMIME_IS_MESSAGE_PART(n->object)) {
		GMimeMessage *inner = g_mime_message_part_get_message(
			GMIME_MESSAGE_PART(n->object));

		return !inner || g_mime_object_write_to_stream(
			GMIME_OBJECT(inner), NULL, stream) >= 0;
	}
	return g_mime_object_write_to_stream(n->object, NULL, stream) >= 0;
}

enum st
mime_part_bytes(struct message_view *m, size_t i, GBytes **out, struct err *e)
{
	GMimeStream *stream = g_mime_stream_mem_new();
	GByteArray *array = g_byte_array_new();
	bool good;

	g_mime_stream_mem_set_byte_array(GMIME_STREAM_MEM(stream), array);
	good = write_node(m->nodes->pdata[i], stream);
	g_object_unref(stream);
	if (!good) {
		g_byte_array_unref(array);
		return err_set(e, ST_LOCAL, "The part cannot be decoded.");
	}
	*out = g_byte_array_free_to_bytes(array);
	return ST_OK;
}

enum st
mime_part_save(struct message_view *m, size_t i, int fd, struct err *e)
{
	GMimeStream *stream;
	bool good;
	int copy = dup(fd);

	if (copy < 0)
		return err_errno(e, "The part cannot be saved");
	stream = g_mime_stream_fs_new(copy);	/* closes copy */
	errno = 0;
	good = write_node(m->nodes->pdata[i], stream) &&
	       g_mime_stream_flush(stream) == 0;
	if (!good && errno == 0)
		errno = EIO;
	g_object_unref(stream);
	return good ? ST_OK : err_errno(e, "The part cannot be saved");
}

char *
part_size_text(int64_t size)
{
	if (size < 1000)
		return g_strdup_printf("%d bytes", (int)size);
	if (size < 1000000)
		return g_strdup_printf("%.*f kB", size < 10000,
				       (double)size / 1000);
	return g_strdup_printf("%.1f MB", (double)size / 1000000);
}

/* ---- names ---- */

static const struct {
	const char *type, *extension;
} extensions[] = {
	{ "text/plain", ".txt" }, { "text/html", ".html" },
	{ "text/calendar", ".ics" }, { "text/csv", ".csv" },
	{ "image/png", ".png" }, { "image/jpeg", ".jpg" },
	{ "image/gif", ".gif" }, { "application/pdf", ".pdf" },
	{ "application/zip", ".zip" }, { "message/rfc822", ".eml" },
	{ "application/pgp-signature", ".asc" },
	{ "application/pkcs7-signature", ".p7s" },
	{ "application/ms-tnef", ".dat" },
};

static const char *
extension_for(const char *type)
{
	for (size_t i = 0; i < G_N_ELEMENTS(extensions); i++)
		if (strcmp(extensions[i].type, type) == 0)
			return extensions[i].extension;
	return "";
}

static bool
is_unsafe(gunichar c)
{
	return c < 0x20 || c == '/' || c == '\\' || c == ':' || c == 0x7f ||
	       !text_printable(c);
}

/* No path, nothing hidden, nothing that looks like an option. */
static char *
make_safe(const char *name)
{
	GString *s = g_string_new(NULL);

	for (const char *p = name; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		if (s->len == 0 && (c == '.' || c == '-' || c == ' '))
			c = '_';
		if (is_unsafe(c))
			c = '_';
		g_string_append_unichar(s, c);
	}
	return g_string_free(s, FALSE);
}

/* Cut to NAME_MAX_BYTES, keeping a short extension and whole characters. */
static char *
cut(char *name)
{
	size_t len = strlen(name), tail = 0, at;
	const char *dot = strrchr(name, '.');
	char *out;

	if (len <= NAME_MAX_BYTES)
		return name;
	if (dot && strlen(dot) <= 10)
		tail = strlen(dot);
	at = NAME_MAX_BYTES - tail;
	while (at > 0 && ((unsigned char)name[at] & 0xc0) == 0x80)
		at--;
	out = g_strdup_printf("%.*s%s", (int)at, name, name + len - tail);
	g_free(name);
	return out;
}

char *
mime_part_safe_name(struct message_view *m, size_t i)
{
	const struct node *n = m->nodes->pdata[i];
	const char *name = n->part.filename;
	const char *extension = extension_for(n->part.type);
	char *safe, *full;

	if (*name) {
		safe = make_safe(name);
		if (strchr(safe, '.'))
			extension = "";
	} else {
		safe = g_strdup_printf("part-%s", n->part.path);
	}
	full = g_strconcat(safe, extension, NULL);
	g_free(safe);
	return cut(full);
}
