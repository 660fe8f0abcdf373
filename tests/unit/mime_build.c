/*
 * mime_build.c - letters become messages, and come back out of them
 */
#include "mime/build.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <glib/gstdio.h>

#include "mime/letter_file.h"

static struct letter *l;
static struct built b;
static char *out, *dir;
static gsize out_len;
static struct err e;
static struct build_options options = {
	.now = 1795446245, .zone_minutes = 60,
};

static void
setup(void)
{
	dir = g_dir_make_tmp("verso-build-XXXXXX", NULL);
	l = letter_new();
	g_ptr_array_add(l->from, address_new("Ann Lee", "ann@example.org"));
	g_ptr_array_add(l->to, address_new("Bob", "bob@example.org"));
	letter_set_subject(l, g_strdup("Tulips"));
	letter_set_text(l, g_strdup("Look!\n"));
}

static void
teardown(void)
{
	GDir *d = g_dir_open(dir, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(d))) {
		char *path = g_build_filename(dir, name, NULL);

		g_remove(path);
		g_free(path);
	}
	g_dir_close(d);
	g_rmdir(dir);
	g_free(dir);
	letter_free(l);
	built_clear(&b);
	g_free(out);
}

TestSuite(build, .init = setup, .fini = teardown);

static enum st
build(void)
{
	char *name = g_build_filename(dir, "out", NULL);
	int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
	enum st st;

	built_clear(&b);
	st = letter_build(l, &options, fd, &b, &e);
	close(fd);
	g_free(out);
	g_file_get_contents(name, &out, &out_len, NULL);
	g_free(name);
	return st;
}

#define BUILDS() \
	do { \
		enum st st_ = build(); \
		cr_assert_eq(st_, ST_OK, "%s", e.text); \
	} while (0)
#define HAS(text) \
	cr_assert(strstr(out, text), "“%s” is not in:\n%s", text, out)
#define HAS_NOT(text) \
	cr_assert(!strstr(out, text), "“%s” is in:\n%s", text, out)

static struct message_view *
view(void)
{
	GBytes *bytes = g_bytes_new(out, out_len);
	struct message_view *m = mime_open(bytes);

	g_bytes_unref(bytes);
	return m;
}

static char *
make_file(const char *name, const void *data, size_t len)
{
	char *path = g_build_filename(dir, name, NULL);

	cr_assert(g_file_set_contents(path, data, (gssize)len, NULL));
	return path;
}

static struct attachment *
attach(const char *name, const void *data, size_t len)
{
	char *path = make_file(name, data, len);
	struct attachment *a = attachment_new(path);

	g_ptr_array_add(l->attachments, a);
	g_free(path);
	return a;
}

static int64_t
wire_size(void)
{
	int64_t n = (int64_t)out_len;

	for (gsize i = 0; i < out_len; i++)
		n += out[i] == '\n';
	return n;
}

/* ---- plain letters -------------------------------------------------- */

Test(build, a_plain_letter)
{
	BUILDS();
	HAS("From: Ann Lee <ann@example.org>\n");
	HAS("To: Bob <bob@example.org>\n");
	HAS("Subject: Tulips\n");
	HAS("Date: Mon, 23 Nov 2026 16:04:05 +0100\n");
	HAS("MIME-Version: 1.0\n");
	HAS("Content-Type: text/plain; charset=us-ascii\n");
	HAS_NOT("X-Verso");
	cr_assert(g_str_has_suffix(out, "\n\nLook!\n"), "%s", out);
	cr_assert(g_str_has_suffix(b.message_id, "@example.org"));
	cr_assert_str_eq(b.from, "ann@example.org");
	cr_assert_eq(b.rcpt->len, 1);
	cr_assert_eq(b.size, wire_size());
	cr_assert_not(b.eight_bit || b.utf8);
}

Test(build, the_id_stays)
{
	char *id, *host = g_strdup_printf("@%s", g_get_host_name());

	BUILDS();
	id = g_strdup(l->message_id);
	BUILDS();
	cr_assert_str_eq(b.message_id, id);
	/* What stands before the @ is random, and may be a short name. */
	cr_assert_null(strstr(out, host));
	g_free(host);
	g_free(id);
}

Test(build, bcc_never_leaves)
{
	g_ptr_array_add(l->bcc, address_new("Eve", "eve@example.org"));
	g_ptr_array_add(l->cc, address_new("", "BOB@example.org"));
	BUILDS();
	HAS_NOT("eve");
	HAS_NOT("Bcc");
	cr_assert_eq(b.rcpt->len, 3);
	cr_assert_str_eq(b.rcpt->pdata[2], "eve@example.org");
	options.draft = true;
	BUILDS();
	HAS("Bcc: Eve <eve@example.org>\n");
	options.draft = false;
}

Test(build, no_field_makes_a_header)
{
	letter_set_subject(l, g_strdup("a\r\nBcc: eve@x\nX: y"));
	g_ptr_array_add(l->to, address_new("B\r\nX-Evil: 1", "b@x"));
	l->in_reply_to = g_strdup("1@x>\r\nX-Evil: 2\r\n <");
	g_ptr_array_add(l->references, g_strdup("1@x>\nX-Evil: 3"));
	g_ptr_array_add(l->headers, g_strdup("X-Mine: a\nX-Evil: 4"));
	g_ptr_array_add(l->headers, g_strdup("X Evil: 5"));
	g_ptr_array_add(l->headers, g_strdup("Bcc: eve@x"));
	g_ptr_array_add(l->headers, g_strdup("Content-Type: x/y"));
	g_ptr_array_add(l->headers, g_strdup("X-Verso-Letter: new x"));
	l->message_id = g_strdup("1@y>\nX-Evil: 6");
	BUILDS();
	HAS_NOT("\nX-Evil");
	HAS_NOT("\nBcc");
	HAS_NOT("X Evil");
	HAS_NOT("x/y");
	HAS_NOT("\nX-Verso");
	HAS("\nX-Mine: a X-Evil: 4\n");
}

Test(build, addresses_that_cannot_be_sent_to_are_named)
{
	static const char *const bad[] = { "bob", "b ob@x", "a@x\r\nDATA",
					   "a@", "<a@x>" };

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_ptr_array_set_size(l->to, 0);
		g_ptr_array_add(l->to, address_new("", bad[i]));
		cr_assert_eq(build(), ST_USAGE, "%s", bad[i]);
		cr_assert(strstr(e.text, "no address"), "%s", e.text);
	}
	options.draft = true;
	BUILDS();	/* it may become one */
	options.draft = false;
	g_ptr_array_set_size(l->to, 0);
	cr_assert_eq(build(), ST_USAGE);
	cr_assert(strstr(e.text, "nobody"));
	g_ptr_array_set_size(l->from, 0);
	cr_assert_eq(build(), ST_USAGE);
}

Test(build, letters_of_the_world)
{
	struct message_view *m;
	GPtrArray *to;

	letter_set_subject(l, g_strdup("Grüße aus Straße 山 🌷 and a rather "
				       "long line that has to be folded"));
	g_ptr_array_add(l->to, address_new("Zoë \"Z\" Ñ, Ltd", "zoe@x.org"));
	letter_set_text(l, g_strdup("wörld\n"));
	BUILDS();
	HAS("Content-Transfer-Encoding: 8bit\n");
	HAS("charset=utf-8");
	cr_assert(b.eight_bit);
	cr_assert_not(b.utf8);
	m = view();
	cr_assert_str_eq(mime_header(m, "Subject"), l->subject);
	to = mime_addresses(m, "To");
	cr_assert_eq(to->len, 2);
	cr_assert_str_eq(((struct address *)to->pdata[1])->name,
			 "Zoë \"Z\" Ñ, Ltd");
	g_ptr_array_unref(to);
	mime_close(m);
}

Test(build, addresses_of_the_world)
{
	g_ptr_array_add(l->to, address_new("", "bob@bücher.example"));
	BUILDS();
	cr_assert_str_eq(b.rcpt->pdata[1], "bob@xn--bcher-kva.example");
	HAS("xn--bcher-kva.example");
	cr_assert_not(b.utf8);
	g_ptr_array_add(l->to, address_new("", "évé@x.org"));
	BUILDS();
	HAS("évé@x.org");
	cr_assert(b.utf8);
}

/* ---- text ----------------------------------------------------------- */

static void
check_text(const char *text)
{
	struct message_view *m;
	char *back;

	letter_set_text(l, g_strdup(text));
	BUILDS();
	m = view();
	back = mime_text(m);
	cr_assert_str_eq(back, text, "sent:\n%s", out);
	g_free(back);
	mime_close(m);
}

Test(build, flowed_paragraphs_come_back_as_they_were)
{
	char **lines;

	l->flowed = true;
	check_text("One paragraph that is much longer than what fits into the "
		   "seventy-two columns of a line, so it has to flow.\n\n"
		   "Another.\n"
		   "> A quoted paragraph that is much longer than what fits "
		   "into the columns of a line.\n"
		   ">> deeper\n"
		   "From here on\n"
		   " indented\n"
		   "https://example.org/a/very/long/address/that/does/not/fit/"
		   "into/a/line/of/seventy-two/columns/and/goes/on end\n"
		   "-- \nAnn\n");
	HAS("format=flowed");
	lines = g_strsplit(strstr(out, "\n\n"), "\n", -1);
	for (char **line = lines; *line; line++)
		cr_assert(strlen(*line) <= 72 || strstr(*line, "https"), "%s",
			  *line);
	g_strfreev(lines);
}

/* Broken by hand at any usual column: no word is left alone in a line. */
Test(build, lines_of_up_to_78_columns_are_not_broken)
{
	static const char text[] =
		"a line of a text that somebody's editor has broken behind "
		"column 72 already\n"
		"> the same, quoted, so that it is a little longer than it was "
		"before: 78 cols\n"
		">\n"
		"> more\n";

	l->flowed = true;
	check_text(text);
	cr_assert(strstr(out, text), "%s", out);
}

Test(build, lines_that_do_not_flow_stay)
{
	check_text("a line with more than seventy-two columns that was meant "
		   "to be one line stays one\n  b\n-- \nAnn\n");
	HAS_NOT("flowed");
}

Test(build, the_longest_line_is_encoded)
{
	char *text = g_strnfill(3000, 'x'), *all;

	text[2999] = '\n';
	letter_set_text(l, text);
	BUILDS();
	HAS("quoted-printable");
	all = g_strdup(l->text);
	check_text(all);
	g_free(all);
	l->flowed = true;
	BUILDS();
	HAS("quoted-printable");
}

Test(build, markdown_is_sent_as_both)
{
	struct message_view *m;

	l->markdown = true;
	letter_set_text(l, g_strdup("*Hello* <script>x</script>\n\n"
				    "[a](javascript:x) [b](https://b.org)\n"));
	BUILDS();
	HAS("multipart/alternative");
	HAS("<em>Hello</em>");
	HAS("href=\"https://b.org\"");
	HAS_NOT("href=\"javascript");
	m = view();
	cr_assert_eq(mime_part_count(m), 2);
	cr_assert_str_eq(mime_part(m, 0)->type, "text/plain");
	cr_assert_str_eq(mime_part(m, 1)->type, "text/html");
	mime_close(m);
}

/* ---- attachments ---------------------------------------------------- */

Test(build, attachments_keep_every_octet)
{
	char data[5000];
	struct message_view *m;
	GBytes *bytes = NULL;

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (char)(i * 7);
	attach("Prüfung – 1.bin", data, sizeof(data));
	attach("notes.txt", "one\ntwo\r\n", 9);
	attach("fix.patch", "--- a\n+++ b\nFrom here\n", 22);
	attach("empty.dat", "", 0);
	BUILDS();
	HAS("\n+++ b\n");
	m = view();
	cr_assert_eq(mime_part_count(m), 5);
	cr_assert_str_eq(mime_part(m, 1)->filename, "Prüfung – 1.bin");
	cr_assert_str_eq(mime_part(m, 1)->disposition, "attachment");
	cr_assert_eq(mime_part_bytes(m, 1, &bytes, NULL), ST_OK);
	cr_assert_eq(g_bytes_get_size(bytes), sizeof(data));
	cr_assert_eq(memcmp(g_bytes_get_data(bytes, NULL), data,
			    sizeof(data)), 0);
	g_bytes_unref(bytes);
	cr_assert_eq(mime_part_bytes(m, 2, &bytes, NULL), ST_OK);
	cr_assert_eq(g_bytes_get_size(bytes), 9);
	g_bytes_unref(bytes);
	cr_assert_eq(mime_part(m, 4)->size, 0);
	mime_close(m);
	cr_assert_eq(b.size, wire_size());
}

/* In the charset that all readers know, and not in the smallest. */
Test(build, names_are_utf_8)
{
	attach("отчёт.pdf", "%PDF-1.4\n", 9);
	BUILDS();
	HAS("; name*=UTF-8''%D0%BE");
	HAS("filename*=UTF-8''%D0%BE");
}

Test(build, an_attachment_that_is_gone_is_named)
{
	struct attachment *a = attach("x", "x", 1);

	g_remove(a->path);
	cr_assert_eq(build(), ST_LOCAL);
	cr_assert(strstr(e.text, a->path), "%s", e.text);
	g_free(a->path);
	a->path = g_strdup(dir);
	cr_assert_eq(build(), ST_LOCAL);
	cr_assert(strstr(e.text, "no file"), "%s", e.text);
}

Test(build, a_message_is_attached_as_it_stands)
{
	static const char text[] = "Subject: in\nFrom: x@y\n\n.\nFrom z\n";
	struct attachment *a = attach("in.eml", text, strlen(text));

	a->is_message = true;
	BUILDS();
	HAS("Content-Type: message/rfc822");
	HAS("\n\nSubject: in\nFrom: x@y\n\n.\nFrom z\n");
	HAS_NOT("base64");
}

/* ---- and back ------------------------------------------------------- */

Test(build, a_draft_comes_back_as_the_letter_it_was)
{
	struct letter *back = NULL;
	struct message_view *m;
	struct attachment *a;
	char *was, *is;

	g_ptr_array_add(l->cc, address_new("Çem", "cem@x.org"));
	g_ptr_array_add(l->bcc, address_new("", "eve@x.org"));
	l->kind = LETTER_FORWARD;
	l->about = g_strdup("1@x");
	l->in_reply_to = g_strdup("0@x");
	g_ptr_array_add(l->references, g_strdup("0@x"));
	l->flowed = true;
	letter_set_text(l, g_strdup("Hi there\n\n> quoted\n\n-- \nAnn\n"));
	attach("a b.png", "\x89PNG\r\n\x1a\n", 8);
	options.draft = true;
	BUILDS();
	options.draft = false;
	m = view();
	cr_assert_eq(letter_from_message(m, dir, &back, &e), ST_OK, "%s",
		     e.text);
	mime_close(m);
	cr_assert_eq(back->kind, LETTER_FORWARD);
	cr_assert_str_eq(back->about, "1@x");
	cr_assert_str_eq(back->message_id, l->message_id);
	a = back->attachments->pdata[0];
	cr_assert(a->is_ours);
	cr_assert_str_eq(a->name, "a b.png");
	cr_assert_str_eq(a->type, "image/png");
	g_ptr_array_set_size(back->attachments, 0);
	g_ptr_array_set_size(l->attachments, 0);
	was = letter_write(l, false);
	is = letter_write(back, false);
	cr_assert_str_eq(is, was);
	g_free(was);
	g_free(is);
	letter_free(back);
}

Test(build, a_message_goes_to_others_as_it_stands)
{
	static const char text[] = "From: x@y\nSubject: old\n\nFrom me\n";
	GBytes *bytes = g_bytes_new_static(text, strlen(text));
	FILE *f = tmpfile();
	char buf[1000] = "";

	cr_assert_eq(letter_resend(bytes, l->from->pdata[0], l->to, &options,
				   fileno(f), &b, &e), ST_OK);
	rewind(f);
	cr_assert(fread(buf, 1, sizeof(buf) - 1, f) > 0);
	fclose(f);
	cr_assert(g_str_has_prefix(buf, "Resent-From: Ann Lee <ann@example.org>"
				   "\nResent-To: Bob <bob@example.org>\n"
				   "Resent-Date: Mon, 23 Nov 2026 16:04:05 "
				   "+0100\nResent-Message-ID: <"), "%s", buf);
	cr_assert(g_str_has_suffix(buf, text));
	cr_assert_str_eq(b.rcpt->pdata[0], "bob@example.org");
	g_bytes_unref(bytes);
}

/* ---- doubts --------------------------------------------------------- */

static bool
doubts(const char *about)
{
	GPtrArray *all = letter_doubts(l);
	bool found = false;

	for (guint i = 0; i < all->len; i++)
		found = found || strstr(all->pdata[i], about);
	g_ptr_array_unref(all);
	return found;
}

Test(build, what_is_doubtful_is_said)
{
	cr_assert_not(doubts(""));
	letter_set_text(l, g_strdup("See the ATTACHED file.\n"));
	cr_assert(doubts("attachment"));
	letter_set_text(l, g_strdup("Im Anhang\n"));
	cr_assert(doubts("attachment"));
	letter_set_text(l, g_strdup("ok\n> see the attached file\n-- \n"
				    "attached\n"));
	cr_assert_not(doubts("attachment"));
	letter_set_text(l, g_strdup("attached\n"));
	attach("x", "x", 1);
	cr_assert_not(doubts("attachment"));
	letter_set_subject(l, g_strdup("  "));
	cr_assert(doubts("no subject"));
	for (int i = 0; i < 12; i++)
		g_ptr_array_add(l->cc, address_new("", "x@y"));
	cr_assert(doubts("13 people"));
}
