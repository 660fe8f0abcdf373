/*
 * mail.c - messages with what a correct reader shows of them
 *
 * NAME.eml is a message, NAME.expect what is to be seen: addresses, date and
 * subject decoded, the parts, and behind a line of dashes the body at 72
 * columns.  VERSO_MAIL_UPDATE=1 writes the expectations anew; read what
 * changed before you keep it.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "mime/message.h"

static void
add_addresses(GString *s, struct message_view *m, const char *header)
{
	GPtrArray *all = mime_addresses(m, header);

	g_string_append_printf(s, "%s:", header);
	for (guint i = 0; i < all->len; i++) {
		const struct address *a = all->pdata[i];

		g_string_append_printf(s, "%s “%s” <%s>", i ? "," : "",
				       a->name, a->mailbox);
	}
	g_string_append_c(s, '\n');
	g_ptr_array_unref(all);
}

static void
add_ids(GString *s, struct message_view *m, const char *header)
{
	char **ids = mime_ids(m, header);
	char *all = g_strjoinv(" ", ids);

	if (*all)
		g_string_append_printf(s, "%s: %s\n", header, all);
	g_free(all);
	g_strfreev(ids);
}

static void
add_head(GString *s, struct message_view *m)
{
	const char *subject = mime_header(m, "Subject");
	int64_t date;
	int zone;

	add_addresses(s, m, "From");
	add_addresses(s, m, "To");
	g_string_append_printf(s, "Subject: %s\n", subject ? subject : "-");
	if (mime_date(m, &date, &zone))
		g_string_append_printf(s, "Date: %lld %+d\n", (long long)date,
				       zone);
	add_ids(s, m, "In-Reply-To");
	add_ids(s, m, "References");
}

static void
add_parts(GString *s, struct message_view *m)
{
	for (size_t i = 0; i < mime_part_count(m); i++) {
		const struct part *p = mime_part(m, i);
		char *safe = mime_part_safe_name(m, i);

		g_string_append_printf(s, "Part %s: %s charset=%s name=“%s” "
				       "saved as “%s” %s%lld octets%s\n",
				       p->path, p->type, p->charset,
				       p->filename, safe, p->disposition,
				       (long long)p->size,
				       p->shown ? ", shown" : "");
		g_free(safe);
	}
}

/* What a person gets to see of the message in file. */
static char *
seen(const char *file)
{
	struct render_options how = { .width = 72, .no_headers = true };
	GString *s = g_string_new(NULL);
	struct message_view *m;
	GPtrArray *lines;
	GBytes *bytes;
	char *text;
	gsize len;

	cr_assert(g_file_get_contents(file, &text, &len, NULL), "%s", file);
	bytes = g_bytes_new_take(text, len);
	m = mime_open(bytes);
	add_head(s, m);
	add_parts(s, m);
	g_string_append(s, "--------\n");
	lines = mime_render(m, &how);
	for (guint i = 0; i < lines->len; i++) {
		const struct line *l = lines->pdata[i];

		g_string_append_printf(s, "%s\n", l->text);
	}
	g_ptr_array_unref(lines);
	mime_close(m);
	g_bytes_unref(bytes);
	/* Text that git and diff take for text. */
	return g_string_free(s, FALSE);
}

static void
compare(const char *dir, const char *name)
{
	char *file = g_build_filename(dir, name, NULL), *want = NULL;
	char *stem = g_strndup(file, strlen(file) - strlen(".eml"));
	char *expect = g_strconcat(stem, ".expect", NULL);
	char *got = seen(file);

	if (g_getenv("VERSO_MAIL_UPDATE"))
		g_file_set_contents(expect, got, -1, NULL);
	cr_expect(g_file_get_contents(expect, &want, NULL, NULL),
		  "%s has no expectation", name);
	if (want)
		cr_expect_str_eq(got, want, "%s is shown as\n%s", name, got);
	g_free(want);
	g_free(got);
	g_free(expect);
	g_free(stem);
	g_free(file);
}

Test(mail, is_shown_as_it_should_be)
{
	const char *dir = TESTS_DIR "/mail", *name;
	GDir *d = g_dir_open(dir, 0, NULL);
	int n = 0;

	cr_assert_not_null(d);
	while ((name = g_dir_read_name(d)))
		if (g_str_has_suffix(name, ".eml")) {
			compare(dir, name);
			n++;
		}
	g_dir_close(d);
	cr_assert_geq(n, 66, "only %d messages were found", n);
}
