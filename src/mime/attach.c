/*
 * attach.c - parts by name, and names that are safe
 *
 * A name from a message never leaves the folder it is put into, never hides,
 * never looks like an option, and has an ending that says what it is.
 */
#include "mime/attach.h"

#include <string.h>

#include "base/text.h"

#define NAME_BYTES 120
#define ENDING_BYTES 12

static const struct {
	const char *type, *ending;
} endings[] = {
	{ "text/plain", ".txt" }, { "text/html", ".html" },
	{ "text/calendar", ".ics" }, { "text/csv", ".csv" },
	{ "text/vcard", ".vcf" }, { "text/x-vcard", ".vcf" },
	{ "text/x-diff", ".patch" }, { "text/x-patch", ".patch" },
	{ "text/rfc822-headers", ".txt" }, { "text/markdown", ".md" },
	{ "text/", ".txt" },
	{ "image/jpeg", ".jpg" }, { "image/jpg", ".jpg" },
	{ "image/png", ".png" }, { "image/gif", ".gif" },
	{ "image/svg+xml", ".svg" }, { "image/webp", ".webp" },
	{ "image/tiff", ".tiff" }, { "image/heic", ".heic" },
	{ "audio/mpeg", ".mp3" }, { "audio/wav", ".wav" },
	{ "video/mp4", ".mp4" }, { "video/quicktime", ".mov" },
	{ "application/pdf", ".pdf" }, { "application/zip", ".zip" },
	{ "application/gzip", ".gz" }, { "application/x-gzip", ".gz" },
	{ "application/json", ".json" }, { "application/xml", ".xml" },
	{ "application/postscript", ".ps" }, { "application/rtf", ".rtf" },
	{ "application/msword", ".doc" },
	{ "application/vnd.ms-excel", ".xls" },
	{ "application/vnd.openxmlformats-officedocument."
	  "wordprocessingml.document", ".docx" },
	{ "application/vnd.openxmlformats-officedocument."
	  "spreadsheetml.sheet", ".xlsx" },
	{ "application/vnd.openxmlformats-officedocument."
	  "presentationml.presentation", ".pptx" },
	{ "application/vnd.oasis.opendocument.text", ".odt" },
	{ "application/pgp-signature", ".asc" },
	{ "application/pgp-encrypted", ".asc" },
	{ "application/pgp-keys", ".asc" },
	{ "application/pkcs7-signature", ".p7s" },
	{ "application/x-pkcs7-signature", ".p7s" },
	{ "application/pkcs7-mime", ".p7m" },
	{ "application/x-pkcs7-mime", ".p7m" },
	{ "application/ms-tnef", ".dat" },
	{ "application/vnd.ms-tnef", ".dat" },
	{ "message/rfc822", ".eml" }, { "message/", ".txt" },
};

static const char *
ending_of(const struct node *n)
{
	for (size_t i = 0; i < G_N_ELEMENTS(endings); i++)
		if (node_is(n, endings[i].type))
			return endings[i].ending;
	return ".bin";
}

char *
attach_size(int64_t size)
{
	if (size < 1000)
		return g_strdup_printf("%d B", (int)size);
	if (size < 1000000)
		return g_strdup_printf("%d kB", (int)((size + 500) / 1000));
	if (size < 10000000)
		return g_strdup_printf("%.1f MB", (double)size / 1e6);
	return g_strdup_printf("%.0f MB", (double)size / 1e6);
}

/* The subject of a message inside the message; NULL when it has none. */
static char *
subject_of(struct message_view *m, const struct node *n)
{
	struct envelope env;
	bool cut;
	GBytes *bytes = node_bytes(m, n, 1 << 16, &cut);
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);
	char *subject;

	mime_envelope(data ? data : "", len, &env);
	subject = g_steal_pointer(&env.subject);
	envelope_clear(&env);
	g_bytes_unref(bytes);
	return subject;
}

/* What the sender calls the part; NULL when nothing. */
static char *
given_name(struct message_view *m, const struct node *n)
{
	if (*n->filename)
		return g_strdup(n->filename);
	if (*n->name)
		return g_strdup(n->name);
	return node_is(n, "message/rfc822") ? subject_of(m, n) : NULL;
}

char *
attach_describe(struct message_view *m, const struct node *n)
{
	char *name = given_name(m, n), *size = attach_size(node_size(m, n));
	char *line;

	if (name && *name)
		line = g_strdup_printf("%s · %s · %s", name, n->type, size);
	else
		line = g_strdup_printf("%s · %s", n->type, size);
	g_free(name);
	g_free(size);
	return line;
}

/* ---- safe names --------------------------------------------------------- */

/* Behind the last separator of a path, of this system or of another. */
static const char *
last_element(const char *name)
{
	const char *base = name;

	for (; *name; name++)
		if ((*name == '/' || *name == '\\') && name[1])
			base = name + 1;
	return base;
}

/* One character that may stand in a name anywhere. */
static bool
may_stand(gunichar c)
{
	if (c < 0x80)
		return c >= ' ' && c != 0x7f &&
		       !strchr("/\\:*?\"<>|`$", (int)c);
	return text_printable(c) && c != 0xfffd;
}

static GString *
clean(const char *name)
{
	GString *out = g_string_new(NULL);

	for (; *name; name = g_utf8_next_char(name)) {
		gunichar c = g_utf8_get_char(name);

		g_string_append_unichar(out, may_stand(c) ? c : '_');
	}
	while (out->len && strchr(" .", out->str[out->len - 1]))
		g_string_truncate(out, out->len - 1);
	while (out->len && strchr(" ", *out->str))
		g_string_erase(out, 0, 1);
	for (gsize i = 0; i < out->len && strchr(".-~", out->str[i]); i++)
		out->str[i] = '_';
	return out;
}

/* The ending with its dot, when there is one that looks like one. */
static const char *
own_ending(const char *name)
{
	const char *dot = strrchr(name, '.');

	if (!dot || dot == name || !dot[1] || strlen(dot) > ENDING_BYTES ||
	    strchr(dot, ' '))
		return "";
	return dot;
}

/* Cut in the middle, so that the ending stays. */
static void
shorten(GString *name)
{
	char *ending = g_strdup(own_ending(name->str));
	gsize most = NAME_BYTES - strlen(ending);
	const char *at;

	if (name->len > NAME_BYTES) {
		at = g_utf8_find_prev_char(name->str, name->str + most + 1);
		g_string_truncate(name, (gsize)(at - name->str));
		g_string_append(name, ending);
	}
	g_free(ending);
}

char *
mime_part_safe_name(struct message_view *m, size_t i)
{
	const struct node *n;
	char *given;
	GString *name;

	if (i >= m->leaves->len)
		return g_strdup("part.bin");
	n = m->leaves->pdata[i];
	given = given_name(m, n);
	name = clean(given ? last_element(given) : "");
	if (!name->len || strspn(name->str, "_") == name->len)
		g_string_printf(name, "part-%s", n->path);
	if (!*own_ending(name->str) || !(given && *given))
		g_string_append(name, ending_of(n));
	shorten(name);
	g_free(given);
	return g_string_free(name, FALSE);
}
