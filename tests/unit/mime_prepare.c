/*
 * mime_prepare.c - ready messages are completed and cleaned, nothing else
 */
#include "mime/prepare.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

static struct built b;
static char *out;
static struct err e;

static int
file_with(const char *text, size_t len)
{
	FILE *f = tmpfile();
	int fd;

	fwrite(text, 1, len, f);
	fflush(f);
	fd = dup(fileno(f));
	fclose(f);
	lseek(fd, 0, SEEK_SET);
	return fd;
}

static enum st
prepare_len(const char *text, size_t len, const struct prepare_options *o)
{
	int in = file_with(text, len), to = file_with("", 0);
	off_t size;
	enum st st;

	built_clear(&b);
	built_init(&b);
	g_free(out);
	e.text[0] = '\0';
	st = message_prepare(in, to, o, &b, &e);
	size = lseek(to, 0, SEEK_END);
	out = g_malloc0((gsize)size + 1);
	cr_assert_eq(pread(to, out, (size_t)size, 0), (ssize_t)size);
	close(in);
	close(to);
	return st;
}

static const struct prepare_options plain = {
	.address = "Ann Lee <ann@example.org>", .now = 1795446245,
	.zone_minutes = 60,
};

static enum st
prepare(const char *text)
{
	return prepare_len(text, strlen(text), &plain);
}

static void
end(void)
{
	built_clear(&b);
	g_free(out);
	out = NULL;
}

TestSuite(prepare, .fini = end);

Test(prepare, adds_what_is_missing)
{
	char *all;

	cr_assert_eq(prepare("To: bob@x\nSubject: hi\n\ntext\n"), ST_OK, "%s",
		     e.text);
	all = g_strdup_printf("To: bob@x\nSubject: hi\n"
			      "From: Ann Lee <ann@example.org>\n"
			      "Date: Mon, 23 Nov 2026 16:04:05 +0100\n"
			      "Message-ID: <%s>\n\ntext\n", b.message_id);
	cr_assert_str_eq(out, all);
	cr_assert(g_str_has_suffix(b.message_id, "@example.org"));
	cr_assert_str_eq(b.from, "ann@example.org");
	cr_assert_eq(b.size, (int64_t)strlen(all) + 7);
	cr_assert_str_eq(b.subject, "hi");
	g_free(all);
}

Test(prepare, leaves_alone_what_is_there)
{
	static const char text[] =
		"Received: by x;\n\tMon\nFrom: Eve <eve@y>\nDate: whenever\n"
		"Message-ID: <1@y>\nTo: a@x,\n b@x\nX-Odd:  two  blanks\n\n"
		"From here\n.\n  spaces \n";

	cr_assert_eq(prepare(text), ST_OK, "%s", e.text);
	cr_assert_str_eq(out, "Received: by x;\n\tMon\nFrom: Eve <eve@y>\n"
			 "Date: whenever\nMessage-ID: <1@y>\nTo: a@x,\n b@x\n"
			 "X-Odd: two  blanks\n\nFrom here\n.\n  spaces \n");
	cr_assert_str_eq(b.message_id, "1@y");
	cr_assert_str_eq(b.from, "eve@y");
	cr_assert_eq(b.rcpt->len, 2);
	cr_assert_not(b.eight_bit);
}

Test(prepare, bcc_is_sent_to_and_not_sent)
{
	cr_assert_eq(prepare("To: A <a@x>\nBcc: secret@x,\n other@X\n"
			     "CC: a@X\nbCC: third@x\n\nx\n"), ST_OK);
	cr_assert_null(strstr(out, "secret"));
	cr_assert_null(strstr(out, "other"));
	cr_assert_null(strstr(out, "third"));
	cr_assert_eq(b.rcpt->len, 4);	/* a@x once */
	cr_assert_str_eq(b.rcpt->pdata[1], "secret@x");
}

Test(prepare, words_are_recipients)
{
	char *words[] = { (char *)"Zoe <zoe@x>", (char *)"yan@x", NULL };
	struct prepare_options o = plain;

	o.rcpt = words;
	o.sender = "bounces@example.org";
	cr_assert_eq(prepare_len("To: bob@x\n\nx\n", 13, &o), ST_OK);
	cr_assert_eq(b.rcpt->len, 2);
	cr_assert_str_eq(b.rcpt->pdata[0], "zoe@x");
	cr_assert_str_eq(b.from, "bounces@example.org");
	o.from_header = true;
	cr_assert_eq(prepare_len("To: bob@x\n\nx\n", 13, &o), ST_OK);
	cr_assert_eq(b.rcpt->len, 3);
}

/* Nobody is left out, and nobody let in. */
Test(prepare, words_that_are_no_recipients)
{
	static const char *const bad[] = {
		"a@x\nBcc: eve@x", "a@x\rb", "Ann Lee", "a@x, Ann Lee", "",
		"friends:;", "a\x7f@x",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		char *words[] = { (char *)"zoe@x", (char *)bad[i], NULL };
		struct prepare_options o = plain;

		o.rcpt = words;
		cr_assert_eq(prepare_len("Subject: x\n\nx\n", 14, &o),
			     ST_USAGE, "%s", bad[i]);
	}
	cr_assert_eq(prepare("To: nobody seen:;\nCc: a@x\n\nx\n"), ST_OK);
	cr_assert_eq(b.rcpt->len, 1);
}

Test(prepare, text_without_a_header_is_text)
{
	char *words[] = { (char *)"bob@x", NULL };
	struct prepare_options o = plain;

	o.rcpt = words;
	cr_assert_eq(prepare_len("hello world\n\nbye", 16, &o), ST_OK);
	cr_assert(g_str_has_prefix(out, "From: Ann Lee"));
	cr_assert(g_str_has_suffix(out, "\n\nhello world\n\nbye\n"), "%s",
		  out);
}

/* Who forgets the empty line loses no words. */
Test(prepare, the_first_line_that_is_no_field_is_text)
{
	cr_assert_eq(prepare("To: bob@x\nHello there\nBcc: eve@x\n\nbye\n"),
		     ST_OK, "%s", e.text);
	cr_assert(g_str_has_suffix(out, "\n\nHello there\nBcc: eve@x\n\n"
				   "bye\n"), "%s", out);
	cr_assert_eq(b.rcpt->len, 1);
	cr_assert_eq(prepare("To: bob@x\r\n\r\n\r\nHello\r\n"), ST_OK);
	cr_assert(g_str_has_suffix(out, ">\n\n\nHello\n"), "%s", out);
}

Test(prepare, line_ends_are_made_one_kind)
{
	cr_assert_eq(prepare("To: b@x\r\nSubject: x\r\n\r\none\r\ntwo\rthree\n"
			     "four"), ST_OK);
	cr_assert_null(strchr(out, '\r'));
	cr_assert(g_str_has_suffix(out, "\n\none\ntwo\nthree\nfour\n"));
}

Test(prepare, letters_above_127_are_encoded_in_the_header)
{
	cr_assert_eq(prepare("To: Bób <bob@x>\nSubject: täst\n\nwörld\n"),
		     ST_OK);
	cr_assert(strstr(out, "\nSubject: =?"));
	cr_assert(strstr(out, "<bob@x>"));
	cr_assert_not(b.utf8);
	cr_assert(b.eight_bit);
	cr_assert_str_eq(b.subject, "täst");
	/* An address cannot be encoded. */
	cr_assert_eq(prepare("To: évé@x\n\nx\n"), ST_OK);
	cr_assert(b.utf8);
	cr_assert_not(b.eight_bit);
}

/* Scripts of old write Latin-1. */
Test(prepare, what_is_no_utf8_is_encoded_too)
{
	cr_assert_eq(prepare("To: B\363b <bob@x>\nSubject: t\344st\n"
			     "X-Odd: \344\n\nx\n"), ST_OK);
	cr_assert_not(b.utf8);
	cr_assert(strstr(out, "To: =?utf-8?"), "%s", out);
	cr_assert(strstr(out, "\nX-Odd: =?utf-8?"), "%s", out);
	cr_assert_str_eq(b.subject, "täst");
}

static enum st
prepare_as(const char *text, const struct prepare_options *o)
{
	return prepare_len(text, strlen(text), o);
}

/* The domain goes by IDNA, which every server takes. */
Test(prepare, domains_in_other_letters)
{
	char *words[] = { (char *)"zoe@ünï.example", NULL };
	struct prepare_options o = plain;

	o.rcpt = words;
	o.from_header = true;
	o.sender = "Ann <ann@ünï.example>";
	cr_assert_eq(prepare_as("To: Bob <bob@ünï.example>\n\nx\n", &o),
		     ST_OK, "%s", e.text);
	cr_assert_not(b.utf8);
	cr_assert(strstr(out, "To: Bob <bob@xn--"), "%s", out);
	cr_assert_str_eq(b.from, "ann@xn--n-nga1b.example");
	cr_assert_eq(b.rcpt->len, 2);
	cr_assert_str_eq(b.rcpt->pdata[0], "bob@xn--n-nga1b.example");
	cr_assert_str_eq(b.rcpt->pdata[1], "zoe@xn--n-nga1b.example");
}

static size_t
longest_line(void)
{
	size_t most = 0;

	for (const char *p = out; *p; p += strcspn(p, "\n") + 1)
		most = MAX(most, strcspn(p, "\n"));
	return most;
}

/* Servers refuse lines of more than 998 octets. */
Test(prepare, long_fields_are_folded)
{
	GString *text = g_string_new("Subject:");

	for (int i = 0; i < 400; i++)
		g_string_append(text, " größer");
	g_string_append(text, "\nReferences:");
	for (int i = 0; i < 200; i++)
		g_string_append_printf(text, " <%d@x>", i);
	g_string_append(text, "\nTo: bob@x");
	for (int i = 0; i < 200; i++)
		g_string_append_printf(text, ", \"Lee, Ann\" <u%d@x>", i);
	g_string_append(text, "\n\nx\n");
	cr_assert_eq(prepare(text->str), ST_OK, "%s", e.text);
	cr_assert_lt(longest_line(), 100);
	cr_assert_eq(b.rcpt->len, 201);
	cr_assert(strstr(out, "\"Lee, Ann\" <u199@x>\n"), "%s", out);
	cr_assert(strstr(out, " <199@x>\n"), "%s", out);
	cr_assert(g_str_has_suffix(b.subject, " größer größer"));
	g_string_free(text, TRUE);
}

/* Cron writes to the person by the name that the machine has for it. */
Test(prepare, names_of_this_machine)
{
	char *words[] = { (char *)"ann", NULL };
	struct prepare_options o = plain;

	o.rcpt = words;
	o.local = o.sender = "ann";
	cr_assert_eq(prepare_as("From: ann (Cron Daemon)\nTo: ann\n\nx\n",
				&o), ST_OK, "%s", e.text);
	cr_assert_str_eq(b.rcpt->pdata[0], "ann@example.org");
	cr_assert_str_eq(b.from, "ann@example.org");
	cr_assert(strstr(out, "From: Ann Lee <ann@example.org>\n"), "%s",
		  out);
	o.from_header = true;
	cr_assert_eq(prepare_as("To: ann\n\nx\n", &o), ST_OK);
	cr_assert_eq(b.rcpt->len, 1);
	o.local = NULL;
	o.sender = NULL;
	cr_assert_eq(prepare_as("To: ann\n\nx\n", &o), ST_USAGE);
	cr_assert(strstr(e.text, "“ann”"), "%s", e.text);
}

/* What tells of a failure comes back to nobody. */
Test(prepare, no_sender)
{
	static const char *const none[] = { "", "<>" };
	struct prepare_options o = plain;

	for (size_t i = 0; i < G_N_ELEMENTS(none); i++) {
		o.sender = none[i];
		cr_assert_eq(prepare_as("To: a@x\n\nx\n", &o), ST_OK,
			     "%s", e.text);
		cr_assert_str_empty(b.from);
		cr_assert(strstr(out, "From: Ann Lee <"), "%s", out);
	}
	o.sender = "a@x>\r\nDATA";
	cr_assert_eq(prepare_as("To: a@x\n\nx\n", &o), ST_USAGE);
}

Test(prepare, what_cannot_be_sent_is_named)
{
	static const struct {
		const char *text, *says;
	} bad[] = {
		{ "Subject: x\n\nx\n", "nobody" },
		{ "", "nobody" },
		{ "To: bob\n\nx\n", "bob" },
		{ "To: \"a\nb\"@x\n\nx\n", "" },
		{ "To: a@x, Ann Lee\n\nx\n", "Ann Lee" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		cr_assert_eq(prepare(bad[i].text), ST_USAGE, "%s: %s",
			     bad[i].text, out);
		cr_assert(strstr(e.text, bad[i].says), "%s", e.text);
	}
	cr_assert_eq(prepare_len("To: a@x\n\na\0b\n", 13, &plain), ST_USAGE);
	cr_assert(strstr(e.text, "NUL"));
}

Test(prepare, a_from_without_an_address_is_none)
{
	cr_assert_eq(prepare("From: nobody here\nTo: a@x\n\nx\n"), ST_OK);
	cr_assert_null(strstr(out, "nobody"));
	cr_assert(strstr(out, "From: Ann Lee <ann@example.org>\n"));
	cr_assert_str_eq(b.from, "ann@example.org");
}

Test(prepare, a_header_without_end_is_refused)
{
	GString *text = g_string_new("To: a@x\n");

	while (text->len < 3 << 20)
		g_string_append(text, "X-Filler: nothing but this\n");
	cr_assert_eq(prepare(text->str), ST_USAGE);
	cr_assert(strstr(e.text, "megabyte"));
	g_string_free(text, TRUE);
}

Test(prepare, large_texts_stream)
{
	GString *text = g_string_new("To: a@x\n\n");

	for (int i = 0; i < 200000; i++)
		g_string_append_printf(text, "line %d\n", i);
	cr_assert_eq(prepare(text->str), ST_OK);
	cr_assert(g_str_has_suffix(out, "line 199999\n"));
	cr_assert_eq(b.size, (int64_t)strlen(out) + 200000 + 5);
	g_string_free(text, TRUE);
}

Test(prepare, addresses_that_are_none)
{
	static const char *const good[] = {
		"a@x", "a.b+c@x.org", "\"a b\"@x", "évé@ünï.example",
		"o'neill@x", "a@[127.0.0.1]", NULL
	};
	static const char *const bad[] = {
		"", "a", "@x", "a@", "a b@x", "a@x\r\nRCPT TO:<b@x>", "<a@x>",
		"a@x>", "a,b@x", "a@.x", "a@x.", "a@-x", "a\"b@x", "a@x y",
		"a\x7f@x", "a@b@x", "\xff@x", NULL
	};
	char *longest = g_strnfill(260, 'a');

	for (int i = 0; good[i]; i++)
		cr_assert(built_is_address(good[i]), "%s", good[i]);
	for (int i = 0; bad[i]; i++)
		cr_assert_not(built_is_address(bad[i]), "%s", bad[i]);
	memcpy(longest + 250, "@x", 3);
	cr_assert(built_is_address(longest));
	memcpy(longest + 240, "aaaaaaaaaaaaaaaaa@x", 20);
	cr_assert_not(built_is_address(longest));
	g_free(longest);
}

Test(prepare, ids_do_not_repeat)
{
	char *one = built_message_id("ann@example.org");
	char *two = built_message_id("ann@example.org");
	char *none = built_message_id("nonsense");

	cr_assert_str_neq(one, two);
	cr_assert_eq(strlen(one), 30 + strlen("@example.org"));
	cr_assert(g_str_has_suffix(none, "@localhost"));
	g_free(one);
	g_free(two);
	g_free(none);
}
