/*
 * mime_build_odd.c - letters with what nobody meant to be in them
 *
 * Each of these once went out wrong, or not at all.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <glib/gstdio.h>

#include "mime/build.h"
#include "mime/letter_file.h"
#include "mime/reply.h"

static struct letter *l;
static struct built b;
static char *dir, *out;
static gsize out_len;
static struct err e;
static struct build_options options;

static void
setup(void)
{
	dir = g_dir_make_tmp("verso-odd-XXXXXX", NULL);
	options = (struct build_options) { .now = 1795446245 };
	l = letter_new();
	g_ptr_array_add(l->from, address_new("Ann Lee", "ann@example.org"));
	g_ptr_array_add(l->to, address_new("Bob", "bob@example.org"));
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
	cr_assert_eq(g_rmdir(dir), 0);
	g_free(dir);
	letter_free(l);
	built_clear(&b);
	g_free(out);
}

TestSuite(odd, .init = setup, .fini = teardown);

static int
open_out(void)
{
	char *name = g_build_filename(dir, "out", NULL);
	int fd = open(name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	g_free(name);
	cr_assert(fd >= 0);
	return fd;
}

static void
close_out(int fd)
{
	char *name = g_build_filename(dir, "out", NULL);

	close(fd);
	g_free(out);
	cr_assert(g_file_get_contents(name, &out, &out_len, NULL));
	g_free(name);
}

static void
build(void)
{
	int fd = open_out();
	enum st st;

	built_clear(&b);
	st = letter_build(l, &options, fd, &b, &e);
	cr_assert_eq(st, ST_OK, "%s", e.text);
	close_out(fd);
}

static struct message_view *
view(void)
{
	GBytes *bytes = g_bytes_new(out, out_len);
	struct message_view *m = mime_open(bytes);

	g_bytes_unref(bytes);
	return m;
}

static struct attachment *
attach(const char *name, const void *data, size_t len)
{
	char *path = g_build_filename(dir, name, NULL);
	struct attachment *a = attachment_new(path);

	cr_assert(g_file_set_contents(path, data, (gssize)len, NULL));
	g_ptr_array_add(l->attachments, a);
	g_free(path);
	return a;
}

#define HAS(text) \
	cr_assert(strstr(out, text), "“%s” is not in:\n%s", text, out)
#define HAS_NOT(text) \
	cr_assert(!strstr(out, text), "“%s” is in:\n%s", text, out)

/* ---- headers -------------------------------------------------------- */

/* On one letter: a cluster longer than an encoded word. */
#define MARKS "\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81"

static const char *const subjects[] = {
	"", "a", "a =?utf-8?q?x?= b", "=?utf-8?q?", "a  b", "é", "山",
	"👩‍👩‍👧‍👦 family", "e" MARKS MARKS MARKS MARKS " marks",
	"?==?", "a_b=C3", "\"quoted\" (and) <so>, on; x: y",
};

static void
check_subject(const char *subject)
{
	struct message_view *m;

	letter_set_subject(l, g_strdup(subject));
	build();
	m = view();
	cr_assert_str_eq(mime_header(m, "Subject"), subject, "%s", out);
	mime_close(m);
}

Test(odd, subjects_arrive_as_they_were_written)
{
	GString *long_one = g_string_new("w");

	for (size_t i = 0; i < G_N_ELEMENTS(subjects); i++)
		check_subject(subjects[i]);
	for (int i = 0; i < 300; i++) {
		g_string_append(long_one, i % 7 ? "ü" : " words");
		check_subject(long_one->str);
	}
	g_string_free(long_one, TRUE);
}

Test(odd, no_encoded_word_is_longer_than_allowed)
{
	char **words;

	letter_set_subject(l, g_strnfill(200, 'x'));
	g_ptr_array_add(l->to, address_new("éééééééééééééééééééééééééééééééé"
		"éééééééééééééééééééééééééééééééééééé", "e@example.org"));
	g_ptr_array_add(l->headers, g_strdup("X-Own: " "ääääääääääääääääää"
		"ääääääääääääääääääääääääääääääääääääääääääääääääääääää"));
	build();
	words = g_strsplit_set(out, " \n,", -1);
	for (char **w = words; *w; w++)
		cr_assert(!g_str_has_prefix(*w, "=?") || strlen(*w) <= 75,
			  "%s", *w);
	g_strfreev(words);
}

Test(odd, control_characters_become_blanks)
{
	letter_set_subject(l, g_strdup("a\033[2Jb\x0b\x0c\x1c\x7f" "c"));
	g_ptr_array_add(l->to, address_new("E\x1b[1mve", "eve@example.org"));
	build();
	for (gsize i = 0; i < out_len; i++)
		cr_assert(out[i] == '\n' || out[i] >= 32, "%d", out[i]);
	HAS("Subject: a [2Jb    c\n");
}

/* Whoever wrote the message that is answered cannot make the answer one that
 * no server takes. */
Test(odd, ids_no_line_can_hold_are_left_out)
{
	g_ptr_array_add(l->references, g_strnfill(2000, 'r'));
	g_ptr_array_add(l->references, g_strdup("1@x"));
	l->in_reply_to = g_strnfill(2000, 'i');
	build();
	HAS("References: <1@x>\n");
	HAS_NOT("In-Reply-To");
}

Test(odd, lists_tell_of_whom_it_goes_to)
{
	g_ptr_array_add(l->to, address_new("", "eve@example.org"));
	build();
	cr_assert_str_eq(b.to, "Bob, eve@example.org");
}

/* ---- attachments ---------------------------------------------------- */

Test(odd, a_type_is_a_type_and_nothing_more)
{
	static const char *const types[] = {
		"text/plain\nX-Evil: 1", "text/plain; name=x", "text/x\ty",
		"text/", "/plain", "a/b/c", "multipart/mixed", "x",
		"message/partial", "message/external-body",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		struct attachment *a = attach("a.png", "x", 1);
		struct message_view *m;

		a->type = g_strdup(types[i]);
		a->description = g_strdup("d\r\nX-Evil: 2");
		build();
		HAS_NOT("\nX-Evil");
		m = view();
		cr_assert_eq(mime_part_count(m), 2, "%s", types[i]);
		cr_assert(strcmp(mime_part(m, 1)->type, "image/png") == 0 ||
			  strcmp(mime_part(m, 1)->type,
				 "application/octet-stream") == 0, "%s",
			  mime_part(m, 1)->type);
		mime_close(m);
		g_ptr_array_set_size(l->attachments, 0);
	}
}

/* What mail cannot carry as a message goes as a file, and whole. */
Test(odd, messages_that_cannot_travel_are_files)
{
	char *long_line = g_strnfill(1500, 'x');
	char *texts[] = { "Subject: x\n\ny\rz\n", long_line };

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		struct attachment *a = attach("in.eml", texts[i],
					      strlen(texts[i]));
		struct message_view *m;
		GBytes *bytes = NULL;
		gsize len;

		a->is_message = i == 0;	/* by its name it is one, too */
		build();
		HAS_NOT("message/rfc822");
		HAS("Content-Transfer-Encoding: base64");
		m = view();
		cr_assert_eq(mime_part_bytes(m, 1, &bytes, NULL), ST_OK);
		cr_assert_eq(memcmp(g_bytes_get_data(bytes, &len), texts[i],
				    strlen(texts[i])), 0);
		cr_assert_eq(len, strlen(texts[i]));
		g_bytes_unref(bytes);
		mime_close(m);
		g_ptr_array_set_size(l->attachments, 0);
	}
	g_free(long_line);
}

Test(odd, messages_with_other_line_ends_are_messages)
{
	int64_t wire = 0;

	attach("in.eml", "Subject: x\r\n\r\n\xc3\xa9\r\n", 18);
	build();
	HAS("Content-Type: message/rfc822");
	HAS("Content-Transfer-Encoding: 8bit");
	HAS("\n\nSubject: x\n\n\xc3\xa9\n");
	HAS_NOT("\r");
	for (gsize i = 0; i < out_len; i++)
		wire += out[i] == '\n' ? 2 : 1;
	cr_assert_eq(b.size, wire);
	cr_assert(b.eight_bit);
}

Test(odd, text_says_its_charset)
{
	attach("a.txt", "w\xc3\xb6rld\n", 7);
	attach("b.txt", "w\xf6rld\n", 6);
	build();
	HAS("text/plain; charset=utf-8; name=a.txt");
	HAS("text/plain; name=b.txt");
}

Test(odd, a_pipe_is_no_file, .timeout = 20)
{
	char *path = g_build_filename(dir, "pipe", NULL);
	int fd = open_out();

	cr_assert_eq(mkfifo(path, 0600), 0);
	g_ptr_array_add(l->attachments, attachment_new(path));
	cr_assert_eq(letter_build(l, &options, fd, &b, &e), ST_LOCAL);
	cr_assert(strstr(e.text, "no file"), "%s", e.text);
	close(fd);
	g_free(path);
}

/* Each line costs its own length, not that of the rest: else this takes an
 * hour. */
Test(odd, a_paragraph_of_megabytes_is_broken, .timeout = 120)
{
	const size_t len = 8 << 20;
	char *text = g_malloc(len + 1);
	const char *p, *body;

	for (size_t i = 0; i < len; i++)
		text[i] = i % 7 == 6 ? ' ' : 'a';
	text[len] = '\0';
	l->flowed = true;
	letter_set_text(l, text);
	build();
	body = strstr(out, "\n\n") + 2;
	for (p = body; *p; p += strcspn(p, "\n") + 1)
		cr_assert_leq(strcspn(p, "\n"), 72);
	cr_assert_eq((size_t)(p - body), len + len / 70 + 1);
}

/* Memory does not grow with what is attached. */
Test(odd, twenty_five_megabytes_stream)
{
	size_t len = 25 << 20;
	char *data = g_malloc(len), *name;
	struct rusage before, after;
	int fd = open_out();
	struct stat s;

	for (size_t i = 0; i < len; i++)
		data[i] = (char)(i * i >> 7);
	attach("big.bin", data, len);
	memset(data, 0, len);
	getrusage(RUSAGE_SELF, &before);
	cr_assert_eq(letter_build(l, &options, fd, &b, &e), ST_OK, "%s",
		     e.text);
	getrusage(RUSAGE_SELF, &after);
	cr_assert_lt(after.ru_maxrss - before.ru_maxrss, 16 * 1024);
	cr_assert_eq(fstat(fd, &s), 0);
	cr_assert_gt(s.st_size, (off_t)len * 4 / 3);
	cr_assert_gt(b.size, s.st_size);
	close(fd);
	name = g_build_filename(dir, "big.bin", NULL);
	g_remove(name);
	g_free(name);
	g_free(data);
}

Test(odd, a_full_disk_is_told)
{
	int fd = open("/dev/full", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		cr_skip_test("there is no /dev/full");
	cr_assert_eq(letter_build(l, &options, fd, &b, &e), ST_LOCAL);
	cr_assert(strstr(e.text, "space"), "%s", e.text);
	close(fd);
}

/* ---- drafts --------------------------------------------------------- */

/* The draft of l, taken up again. */
static struct letter *
recalled(void)
{
	struct letter *back = NULL;
	struct message_view *m;

	options.draft = true;
	build();
	m = view();
	cr_assert_eq(letter_from_message(m, dir, &back, &e), ST_OK, "%s",
		     e.text);
	mime_close(m);
	return back;
}

static const char *const texts[] = {
	"", "one\n", "\n\none\n\n\n", "\ttab  two\n", "> q\n>> r\n\n> s\n",
	"begin 644 x\n#86)C\n`\nend\n", "https://example.org/ x\n",
	"-----BEGIN PGP MESSAGE-----\n\nx\n-----END PGP MESSAGE-----\n",
	"a -- " "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
	"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb c\n-- \nAnn\n", "\x1b[2J\n",
};

Test(odd, a_draft_is_the_same_text_again)
{
	for (size_t i = 0; i < 4 * G_N_ELEMENTS(texts); i++) {
		const char *text = texts[i / 4];
		struct letter *back;

		l->flowed = i & 1;
		l->markdown = i & 2;
		letter_set_text(l, g_strdup(text));
		back = recalled();
		cr_assert_str_eq(back->text, text, "%s", out);
		cr_assert_eq(back->attachments->len, 0, "%s", text);
		cr_assert_eq(back->flowed, l->flowed);
		cr_assert_eq(back->markdown, l->markdown);
		letter_free(back);
	}
}

Test(odd, a_draft_keeps_what_only_letters_have)
{
	struct letter *back;

	g_ptr_array_add(l->headers, g_strdup("X-Mood: \"good\"  é"));
	l->receipt = true;
	l->about_row = 7;
	l->draft_row = 8;
	attach("letter", "x", 1)->is_inline = true;
	attach("notes.txt", "text\n", 5)->is_inline = true;
	back = recalled();
	cr_assert_eq(back->headers->len, 1);
	cr_assert_str_eq(back->headers->pdata[0], l->headers->pdata[0]);
	cr_assert(back->receipt);
	/* Rows are of this machine. */
	cr_assert_eq(back->about_row, 0);
	cr_assert_eq(back->draft_row, 0);
	cr_assert_eq(back->attachments->len, 2);
	for (guint i = 0; i < 2; i++) {
		const struct attachment *was = l->attachments->pdata[i];
		const struct attachment *is = back->attachments->pdata[i];

		cr_assert_str_eq(is->name, was->name);
		cr_assert_str_neq(is->path, was->path);
		cr_assert(is->is_inline);
	}
	letter_free(back);
}

/* A message of somebody else says what it likes. */
Test(odd, no_message_names_rows_of_the_store)
{
	static const char text[] =
		"Message-ID: <1@x>\nX-Verso-Letter: kind=1 draft-row=7 "
		"about-row=8 message-id=2@x reference=3@x\n\nhi\n";
	GBytes *bytes = g_bytes_new_static(text, strlen(text));
	struct message_view *m = mime_open(bytes);
	struct letter *back = NULL;

	cr_assert_eq(letter_from_message(m, dir, &back, &e), ST_OK);
	cr_assert_eq(back->draft_row + back->about_row, 0);
	cr_assert_str_eq(back->message_id, "1@x");
	cr_assert_eq(back->references->len, 0);
	letter_free(back);
	mime_close(m);
	g_bytes_unref(bytes);
}

Test(odd, many_parts_of_one_name_are_all_kept)
{
	GString *text = g_string_new("Content-Type: multipart/mixed; "
				     "boundary=b\n\n");
	struct letter *forward = NULL;
	struct message_view *m;
	GBytes *bytes;

	for (int i = 0; i < 1200; i++)
		g_string_append(text, "--b\nContent-Disposition: attachment; "
				"filename=letter\n\nx\n");
	g_string_append(text, "--b--\n");
	bytes = g_string_free_to_bytes(text);
	m = mime_open(bytes);
	cr_assert_eq(letter_forward(m, bytes, false, dir, &forward, &e),
		     ST_OK, "%s", e.text);
	cr_assert_eq(forward->attachments->len, 1200);
	for (guint i = 0; i < 1200; i++) {
		const struct attachment *a = forward->attachments->pdata[i];

		cr_assert(!g_str_has_suffix(a->path, "/letter"), "%s",
			  a->path);
	}
	letter_free(forward);
	mime_close(m);
	g_bytes_unref(bytes);
}

/* What is shown is forwarded as a file all the same. */
Test(odd, no_file_is_lost_by_forwarding)
{
	static const char text[] =
		"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nhi\n"
		"--b\nContent-Type: message/rfc822\n\nContent-Type: "
		"multipart/mixed; boundary=c\n\n--c\n\ninner\n--c\n"
		"Content-Type: image/png\n\nPNG\n--c--\n"
		"--b\nContent-Disposition: inline; filename=n.txt\n\nnotes\n"
		"--b--\n";
	GBytes *bytes = g_bytes_new_static(text, strlen(text));
	struct message_view *m = mime_open(bytes);
	struct letter *forward = NULL;
	const struct attachment *a;
	char *inner;

	cr_assert_eq(letter_forward(m, bytes, false, dir, &forward, &e),
		     ST_OK, "%s", e.text);
	cr_assert_eq(forward->attachments->len, 2);
	a = forward->attachments->pdata[0];
	cr_assert(a->is_message);
	cr_assert(g_file_get_contents(a->path, &inner, NULL, NULL));
	cr_assert(strstr(inner, "PNG"), "%s", inner);
	a = forward->attachments->pdata[1];
	cr_assert_str_eq(a->name, "n.txt");
	g_free(inner);
	letter_free(forward);
	mime_close(m);
	g_bytes_unref(bytes);
}

/* ---- to others ------------------------------------------------------ */

Test(odd, a_message_with_long_lines_goes_to_many)
{
	GString *text = g_string_new("Subject: x\n\n");
	GBytes *bytes;
	int fd = open_out();
	char **lines;

	for (int i = 0; i < 2000; i++)
		g_string_append_c(text, 'x');
	g_string_append_c(text, '\n');
	bytes = g_string_free_to_bytes(text);
	for (int i = 0; i < 100; i++) {
		char *mailbox = g_strdup_printf("p%d@example.org", i);

		g_ptr_array_add(l->to, address_new("Çem\n Ünal", mailbox));
		g_free(mailbox);
	}
	cr_assert_eq(letter_resend(bytes, l->from->pdata[0], l->to, &options,
				   fd, &b, &e), ST_OK, "%s", e.text);
	close_out(fd);
	lines = g_strsplit(out, "\n", -1);
	for (char **line = lines; !g_str_has_prefix(*line, "Subject"); line++)
		cr_assert(strlen(*line) <= 78, "%s", *line);
	g_strfreev(lines);
	cr_assert_eq(b.rcpt->len, 101);
	g_bytes_unref(bytes);
}
