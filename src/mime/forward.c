/*
 * forward.c - what a forwarded letter begins as
 */
#include <string.h>

#include "base/path.h"
#include "mime/build.h"
#include "mime/reply.h"

static void
append_field(GString *out, struct message_view *m, const char *name)
{
	const char *value = mime_header(m, name);

	if (value && *value)
		g_string_append_printf(out, "%s: %s\n", name, value);
}

static char *
text_of(struct message_view *m)
{
	static const char *const fields[] = { "From", "Date", "Subject", "To",
					      "Cc" };
	GString *out = g_string_new("\n---------- Forwarded message "
				    "----------\n");
	char *text = mime_text(m);

	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
		append_field(out, m, fields[i]);
	g_string_append_printf(out, "\n%s", text);
	g_free(text);
	return g_string_free(out, FALSE);
}

/* A file's name out of a subject: letters, digits and hyphens. */
static char *
file_name(const char *subject)
{
	GString *name = g_string_new(NULL);

	for (const char *p = subject; *p && name->len < 60; p++)
		if (g_ascii_isalnum(*p))
			g_string_append_c(name, *p);
		else if (name->len && name->str[name->len - 1] != '-')
			g_string_append_c(name, '-');
	if (name->len == 0)
		g_string_assign(name, "message");
	g_string_append(name, ".eml");
	return g_string_free(name, FALSE);
}

static enum st
attach_whole(struct letter *l, GBytes *bytes, const char *subject,
	     const char *dir, struct err *e)
{
	gsize len;
	const void *data = g_bytes_get_data(bytes, &len);
	char *name = file_name(subject);
	char *path = g_build_filename(dir, name, NULL);
	enum st st = path_write_file(path, data, len, e);

	if (st == ST_OK) {
		struct attachment *a = attachment_new(path);

		a->is_message = true;
		a->is_ours = true;
		a->type = g_strdup("message/rfc822");
		g_ptr_array_add(l->attachments, a);
	}
	g_free(path);
	g_free(name);
	return st;
}

enum st
letter_forward(struct message_view *m, GBytes *bytes, bool attached,
	       const char *dir, struct letter **out, struct err *e)
{
	struct letter *l = letter_new();
	const char *subject = mime_header(m, "Subject");
	enum st st;

	subject = subject ? subject : "";
	letter_set_subject(l, g_strconcat(g_ascii_strncasecmp(subject, "Fwd:",
							      4) == 0
					  ? "" : "Fwd: ", subject, NULL));
	l->kind = LETTER_FORWARD;
	l->about = mime_first_id(m, "Message-ID");
	if (attached) {
		st = attach_whole(l, bytes, subject, dir, e);
	} else {
		letter_set_text(l, text_of(m));
		st = letter_take_parts(l, m, dir, e);
	}
	if (st == ST_OK)
		*out = l;
	else
		letter_free(l);
	return st;
}
