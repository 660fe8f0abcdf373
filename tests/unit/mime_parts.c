/*
 * mime_parts.c - tests of parts that are saved, and of hostile sizes
 */
#include <criterion/criterion.h>
#include <string.h>

#include "mime/message.h"

static struct message_view *
open_taken(GString *text)
{
	GBytes *bytes = g_string_free_to_bytes(text);
	struct message_view *m = mime_open(bytes);

	g_bytes_unref(bytes);
	return m;
}

static struct message_view *
open_text(const char *text)
{
	return open_taken(g_string_new(text));
}

static char *
saved(const char *text, size_t part)
{
	struct message_view *m = open_text(text);
	GBytes *bytes = NULL;
	char *got;

	cr_assert_eq(mime_part_bytes(m, part, &bytes, NULL), ST_OK);
	got = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	g_bytes_unref(bytes);
	mime_close(m);
	return got;
}

Test(parts, takes_files_out_of_the_text)
{
	static const char text[] = "Subject: x\n\nbegin 644 one.txt\n"
		"$;VYE\"@``\n`\nend\nbegin 600 two\n&=&AR964*\n`\nend\n";
	char *one = saved(text, 1), *two = saved(text, 2);
	char *all = saved(text, 0);

	cr_expect_str_eq(one, "one\n");
	cr_expect_str_eq(two, "three\n");
	cr_expect_str_eq(all, strstr(text, "begin"));
	g_free(one);
	g_free(two);
	g_free(all);
}

/* The name under which the only part of this header would be saved. */
static char *
safe_name(const char *fields)
{
	char *text = g_strconcat(fields, "\n\nx\n", NULL), *name;
	struct message_view *m = open_text(text);

	name = mime_part_safe_name(m, 0);
	mime_close(m);
	g_free(text);
	return name;
}

static void
expect_name(const char *given, const char *safe)
{
	char *fields = g_strdup_printf("Content-Type: image/png\n"
		"Content-Disposition: attachment; filename=%s", given);
	char *name = safe_name(fields);

	cr_expect_str_eq(name, safe, "%s is saved as “%s”", given, name);
	g_free(name);
	g_free(fields);
}

Test(parts, have_names_that_stay_in_their_folder)
{
	expect_name("photo.png", "photo.png");
	expect_name("photo", "photo.png");
	expect_name("../../etc/passwd", "passwd.png");
	expect_name("/etc/cron.d/x.sh", "x.sh");
	expect_name("\"C:\\\\Windows\\\\x.exe\"", "x.exe");
	expect_name("\"..\"", "part-1.png");
	expect_name("\".\"", "part-1.png");
	expect_name("\"/\"", "part-1.png");
	expect_name("\"\"", "part-1.png");
	expect_name("\"   \"", "part-1.png");
	expect_name("\"dir/\"", "dir_.png");
}

Test(parts, have_names_that_neither_hide_nor_command)
{
	expect_name(".bashrc", "_bashrc.png");
	expect_name("...x.png", "___x.png");
	expect_name("-rf.png", "_rf.png");
	expect_name("~root.png", "_root.png");
	expect_name("\"a\001\033[31m\177b.png\"", "a__[31m_b.png");
	expect_name("\"a`id`$(id)|b.png\"", "a_id__(id)_b.png");
	expect_name("\"a.png  .\"", "a.png");
	expect_name("UTF-8''x", "UTF-8''x.png");
}

Test(parts, have_names_that_programs_encoded)
{
	/* RFC 2231: continued, encoded, out of order. */
	char *name = safe_name("Content-Type: image/png\n"
		"Content-Disposition: attachment;\n filename*1=\" and\";\n"
		" filename*0*=UTF-8''%2e%2e%2f%e2%82%ac;\n"
		" filename*2*=%09more%2epng");

	cr_expect_str_eq(name, "€ and_more.png");
	g_free(name);
	expect_name("=?utf-8?Q?..=2F=E2=82=AC=2Epng?=", "€.png");
	/* An override turns the rest round: exe.png for gnp.exe. */
	expect_name("\"=?utf-8?Q?a=E2=80=AEgnp=2Eexe?=\"", "a_gnp.exe");
}

Test(parts, have_names_of_a_bounded_length)
{
	GString *text = g_string_new("Content-Type: image/png\n"
		"Content-Disposition: attachment; filename=\"");
	char *name;

	for (int i = 0; i < 100; i++)
		g_string_append(text, "€");
	g_string_append(text, ".jpeg\"");
	name = safe_name(text->str);
	cr_expect_leq(strlen(name), 120);
	cr_expect_gt(strlen(name), 110);
	cr_expect(g_str_has_suffix(name, "€.jpeg"), "%s", name);
	cr_expect(g_utf8_validate(name, -1, NULL));
	g_free(name);
	g_string_free(text, TRUE);
}

/* ---- hostile sizes ------------------------------------------------------ */

/* The seconds of work it took to open, name, render and close; the number of
 * lines in *lines, and whether one of them says `notice`. */
static double
work(GString *text, const char *notice, guint *lines, bool *said)
{
	const struct render_options how = { .width = 80 };
	gint64 before = g_get_monotonic_time();
	struct message_view *m = open_taken(text);
	GPtrArray *all = mime_render(m, &how);

	*lines = all->len;
	*said = false;
	for (guint i = 0; i < all->len; i++) {
		const struct line *line = all->pdata[i];

		*said |= strstr(line->text, notice) != NULL;
	}
	if (mime_part_count(m))
		g_free(mime_part_safe_name(m, mime_part_count(m) - 1));
	g_ptr_array_unref(all);
	mime_close(m);
	return (double)(g_get_monotonic_time() - before) / 1e6;
}

/* Wide of what it takes, so that a loaded machine passes; what grows with
 * the square of its input takes minutes. */
#define SECONDS_MAX 60

static void
expect_bounded(GString *text, const char *notice, guint lines_max)
{
	guint lines;
	bool said;
	double seconds = work(text, notice, &lines, &said);

	cr_expect_lt(seconds, SECONDS_MAX, "%.1f s", seconds);
	cr_expect_leq(lines, lines_max, "%u lines", lines);
	cr_expect(said, "nothing says “%s”", notice);
}

Test(hostile, many_parts)
{
	GString *s = g_string_new("Content-Type: multipart/mixed; boundary=b"
				  "\n\n");

	for (int i = 0; i < 12000; i++)
		g_string_append(s, "--b\nContent-Type: image/png; name=x.png"
				   "\n\nx\n");
	expect_bounded(s, "more parts than", 20000);
}

Test(parts, of_one_name_are_told_apart)
{
	struct message_view *m = open_text(
		"Content-Type: multipart/mixed; boundary=b\n\n"
		"--b\nContent-Type: image/png; name=x.png\n\n1\n"
		"--b\nContent-Type: image/png; name=x.png\n\n2\n--b--\n");

	cr_assert_eq(mime_part_count(m), 2);
	cr_expect_str_eq(mime_part(m, 0)->path, "1");
	cr_expect_str_eq(mime_part(m, 1)->path, "2");
	mime_close(m);
}

Test(hostile, deep_multiparts)
{
	GString *s = g_string_new(NULL);

	for (int i = 0; i < 1000; i++)
		g_string_append_printf(s, "Content-Type: multipart/mixed; "
				       "boundary=b%d\n\n--b%d\n", i, i);
	g_string_append(s, "Content-Type: text/plain\n\nx\n");
	expect_bounded(s, "multipart/mixed", 100);
}

Test(hostile, deep_messages)
{
	GString *s = g_string_new(NULL);

	for (int i = 0; i < 1000; i++)
		g_string_append(s, "Content-Type: message/rfc822\n\n");
	expect_bounded(s, "More messages lie inside", 100);
}

Test(hostile, long_header)
{
	GString *s = g_string_new("Subject: x");

	while (s->len < 10 << 20)
		g_string_append(s, " wide\n open");
	g_string_append(s, "\nTo: ");
	while (s->len < 20 << 20)
		g_string_append(s, "a@example.org, ");
	g_string_append(s, "\n\nx\n");
	expect_bounded(s, "…", 1000);
}

Test(hostile, deep_html)
{
	GString *s = g_string_new("Content-Type: text/html\n\n");

	while (s->len < 5 << 20)
		g_string_append(s, "<div><table><tr><td><b>");
	g_string_append(s, "the end");
	expect_bounded(s, "The text goes on", 1000);
}

Test(hostile, deep_divs)
{
	GString *s = g_string_new("Content-Type: text/html\n\nbegin");

	while (s->len < 3 << 20)
		g_string_append(s, "<div>");
	g_string_append(s, "the end");
	expect_bounded(s, "the end", 1000);
}

Test(hostile, long_line)
{
	GString *s = g_string_new("Subject: x\n\n");

	g_string_set_size(s, 50 << 20);
	memset(s->str + 12, 'x', s->len - 12);
	expect_bounded(s, "The text goes on", 60000);
}

Test(hostile, many_lines)
{
	GString *s = g_string_new("Subject: x\n\n");

	g_string_set_size(s, 20 << 20);
	memset(s->str + 12, '\n', s->len - 12);
	expect_bounded(s, "too long to show", 200001);
}
