/*
 * mime_letter.c - letter files, links and answers
 */
#include <string.h>

#include <criterion/criterion.h>

#include "mime/build.h"
#include "mime/letter_file.h"
#include "mime/mailto.h"
#include "mime/reply.h"

static struct err e;

static struct letter *
read_letter(const char *text)
{
	struct letter *l = NULL;
	enum st st = letter_read(text, strlen(text), &l, &e);

	cr_assert_eq(st, ST_OK, "%s", e.text);
	return l;
}

static const char *
mailbox(const GPtrArray *all, guint i)
{
	return i < all->len ? ((struct address *)all->pdata[i])->mailbox : "";
}

/* ---- files ---------------------------------------------------------- */

Test(letter_file, what_is_kept_is_all_of_it)
{
	struct letter *l = letter_new(), *back;
	struct attachment *a = attachment_new("/tmp/a b/\"c\".png");
	char *text, *again;

	g_ptr_array_add(l->from, address_new("Ann \"A\" Lee", "ann@x"));
	g_ptr_array_add(l->to, address_new("Lee, Bob", "bob@y"));
	g_ptr_array_add(l->to, address_new("", "half"));
	g_ptr_array_add(l->reply_to, address_new("", "list@x"));
	letter_set_subject(l, g_strdup("Grüße: a"));
	letter_set_text(l, g_strdup("\n  To: nobody\n\nbye"));
	l->message_id = g_strdup("m@x");
	l->in_reply_to = g_strdup("1@x");
	g_ptr_array_add(l->references, g_strdup("0@x"));
	g_ptr_array_add(l->references, g_strdup("1@x"));
	g_ptr_array_add(l->headers, g_strdup("X-Mood: good"));
	l->kind = LETTER_REPLY;
	l->about = g_strdup("1@x");
	l->list = g_strdup("list@x");
	l->about_row = 12;
	l->draft_row = 1099511627777;
	l->flowed = l->receipt = true;
	g_free(a->name);
	a->name = g_strdup("ç=d.png");
	a->type = g_strdup("image/png");
	a->description = g_strdup("two words");
	a->is_ours = a->is_inline = true;
	g_ptr_array_add(l->attachments, a);
	text = letter_write(l, false);
	back = read_letter(text);
	again = letter_write(back, false);
	cr_assert_str_eq(again, text);
	cr_assert_str_eq(back->text, l->text);
	cr_assert_eq(back->draft_row, l->draft_row);
	cr_assert_str_eq(((struct attachment *)back->attachments->pdata[0])
			 ->name, "ç=d.png");
	g_free(text);
	g_free(again);
	letter_free(l);
	letter_free(back);
}

Test(letter_file, what_people_type_is_understood)
{
	struct letter *l = read_letter(
		"to: bob@x, \r\n Eve <eve@x>\r\nTO: zoe@x\nsubject: a b\n"
		"  c\nX-Own: 1\nAttach: /tmp/my long file.txt\n"
		"Attach: \"/tmp/quoted file\"\nAttach:\n\nText: x\n");

	cr_assert_eq(l->to->len, 3);
	cr_assert_str_eq(mailbox(l->to, 2), "zoe@x");
	cr_assert_str_eq(l->subject, "a b   c");
	cr_assert_str_eq(l->headers->pdata[0], "X-Own: 1");
	cr_assert_eq(l->attachments->len, 2);
	cr_assert_str_eq(((struct attachment *)l->attachments->pdata[0])
			 ->path, "/tmp/my long file.txt");
	cr_assert_str_eq(((struct attachment *)l->attachments->pdata[1])
			 ->path, "/tmp/quoted file");
	cr_assert_str_eq(l->text, "Text: x\n");
	letter_free(l);
}

Test(letter_file, half_an_address_takes_no_other_along)
{
	struct letter *l = letter_new(), *back;
	static const char *const all[] = { "ann@x", "bob", "eve@x", "c", "d" };
	char *text;

	for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
		g_ptr_array_add(l->to, address_new(i == 2 ? "Eve" : "",
						   all[i]));
	text = letter_write(l, false);
	back = read_letter(text);
	cr_assert_eq(back->to->len, G_N_ELEMENTS(all), "%s", text);
	for (guint i = 0; i < back->to->len; i++)
		cr_assert_str_eq(mailbox(back->to, i), all[i]);
	letter_free(back);
	letter_free(l);
	g_free(text);
}

Test(letter_file, a_byte_order_mark_is_no_field)
{
	struct letter *l = read_letter("\xef\xbb\xbfTo: a@x\n\nhi\n");

	cr_assert_str_eq(mailbox(l->to, 0), "a@x");
	cr_assert_eq(l->headers->len, 0);
	letter_free(l);
}

Test(letter_file, what_is_no_letter_is_told_by_line)
{
	struct letter *l = NULL;
	static const char text[] = "To: a@x\nSubject: x\nhello there: you\n";

	cr_assert_eq(letter_read(text, strlen(text), &l, &e), ST_USAGE);
	cr_assert(strstr(e.text, "Line 3"), "%s", e.text);
	cr_assert(strstr(e.text, "hello there"), "%s", e.text);
}

/* Cut off anywhere, it is a letter or an error. */
Test(letter_file, any_beginning_of_it_can_be_read)
{
	static const char text[] =
		"From: A <a@x>\nTo: b@y,\n c@y\nAttach: \"/tmp/x\" name=y\n"
		"X-Verso-Letter: kind=1 about=1@x reference=\"1 2\" flowed=yes"
		"\n\nbody \xc3\xa9\n";

	for (size_t len = 0; len <= strlen(text); len++) {
		struct letter *l = NULL;

		if (letter_read(text, len, &l, &e) == ST_OK)
			letter_free(l);
	}
}

/* ---- links ---------------------------------------------------------- */

Test(mailto, takes_what_is_allowed_and_nothing_else)
{
	struct letter *l = letter_new();

	cr_assert_eq(mailto_parse("MAILTO:bob@x,%22Eve%20E%22%20%3Ceve@x%3E"
		"?CC=c@x&bcc=d@x&subject=a%0D%0ABcc:%20evil@x&to=z@x"
		"&body=one%0D%0Atwo%00%1b[2J&attach=/etc/passwd"
		"&From=evil@x&in-reply-to=%3C1@x%3E&X-Evil=1&junk#frag", l,
		&e), ST_OK);
	cr_assert_eq(l->to->len, 3);
	cr_assert_str_eq(mailbox(l->to, 1), "eve@x");
	cr_assert_str_eq(mailbox(l->cc, 0), "c@x");
	cr_assert_str_eq(mailbox(l->bcc, 0), "d@x");
	cr_assert_str_eq(l->subject, "a  Bcc: evil@x");
	cr_assert_str_eq(l->text, "one\ntwo? [2J");
	cr_assert_str_eq(l->in_reply_to, "1@x");
	cr_assert_eq(l->attachments->len + l->from->len + l->headers->len, 0);
	letter_free(l);
}

Test(mailto, odd_links)
{
	static const char *const odd[] = {
		"mailto:", "mailto:?", "mailto:?subject", "mailto:%",
		"mailto:%4",
		"mailto:a@x?body=%E9&&&=x&?", "mailto:a@x?subject=%zz",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(odd); i++) {
		struct letter *l = letter_new();

		cr_assert_eq(mailto_parse(odd[i], l, &e), ST_OK, "%s",
			     odd[i]);
		cr_assert(g_utf8_validate(l->text, -1, NULL));
		letter_free(l);
	}
	cr_assert_eq(mailto_parse("http://x", NULL, &e), ST_USAGE);
}

/* ---- answers -------------------------------------------------------- */

static struct letter *
answer_so(const char *text, enum reply_mode mode, bool flowed)
{
	const struct reply_options o = { "On %d, %n (%a) wrote:", flowed };
	GBytes *bytes = g_bytes_new(text, strlen(text));
	struct message_view *m = mime_open(bytes);
	GPtrArray *own = addresses_new();
	struct letter *l = NULL;

	g_ptr_array_add(own, address_new("Ann", "ann@x"));
	g_ptr_array_add(own, address_new("Ann", "alias@x"));
	if (letter_reply(m, mode, own, &o, &l, &e) != ST_OK)
		l = NULL;
	g_ptr_array_unref(own);
	mime_close(m);
	g_bytes_unref(bytes);
	return l;
}

static struct letter *
answer(const char *text, enum reply_mode mode)
{
	return answer_so(text, mode, true);
}

static const char asked[] =
	"From: Bob Lee <bob@y>\nTo: alias@X, Carl <carl@z>\n"
	"Cc: dora@z, ann@x, BOB@y\nSubject: Re[2]: AW: lunch\n"
	"Date: Mon, 23 Nov 2026 16:04:05 +0100\nMessage-ID: <2@y>\n"
	"References: <0@y> <1@y>\n\nAt noon?\n\n> earlier\n-- \nBob\n";

Test(reply, to_the_sender)
{
	struct letter *l = answer(asked, REPLY_SENDER);

	cr_assert_eq(l->to->len, 1);
	cr_assert_str_eq(mailbox(l->to, 0), "bob@y");
	cr_assert_eq(l->cc->len, 0);
	cr_assert_str_eq(mailbox(l->from, 0), "alias@x");
	cr_assert_str_eq(l->subject, "Re: lunch");
	cr_assert_str_eq(l->text, "On 2026-11-23 16:04 +0100, Bob Lee (bob@y) "
			 "wrote:\n> At noon?\n>\n>> earlier\n\n");
	cr_assert_str_eq(l->in_reply_to, "2@y");
	cr_assert_eq(l->references->len, 3);
	cr_assert_str_eq(l->references->pdata[2], "2@y");
	cr_assert_eq(l->kind, LETTER_REPLY);
	cr_assert_str_eq(l->about, "2@y");
	cr_assert(l->flowed);
	letter_free(l);
}

/* What is one line here is none that a person could answer in. */
Test(reply, an_editor_gets_short_lines)
{
	static const char text[] =
		"From: b@y\nContent-Type: text/plain; format=flowed\n\n"
		"This is a paragraph that goes on over more than one line, \n"
		"so that it is one long line when it is quoted.\n\nEnd.\n";
	static const char lines[] =
		"> This is a paragraph that goes on over more than one line, "
		"so that it\n> is one long line when it is quoted.\n>\n"
		"> End.\n";
	struct letter *l = answer_so(text, REPLY_SENDER, true), *back = NULL;
	char *file = letter_write(l, true), *mine, *whole;

	whole = g_strdup(l->text);
	cr_assert(strstr(whole, "one line, so that it is one long"));
	cr_assert(strstr(file, "so that it \n> is"), "%s", file);
	cr_assert_eq(letter_read(file, strlen(file), &back, &e), ST_OK);
	letter_join_quotes(back);
	cr_assert_str_eq(back->text, whole);
	letter_free(back);
	/* Cut in the middle, with an answer there, or at the end; what is
	 * one's own and ends in a blank is not joined. */
	mine = g_strconcat("\n> one, \nNo, \nno.\n> two \n> three\n"
			   "> four \n>\n> five\n", NULL);
	cr_assert_eq(letter_read(mine, strlen(mine), &back, &e), ST_OK);
	letter_join_quotes(back);
	cr_assert_str_eq(back->text, "> one, \nNo, \nno.\n> two three\n"
			 "> four \n>\n> five\n");
	letter_free(back);
	letter_free(l);
	l = answer_so(text, REPLY_SENDER, false);
	cr_assert(strstr(l->text, lines), "%s", l->text);
	letter_free(l);
	g_free(mine);
	g_free(whole);
	g_free(file);
}

Test(reply, to_all_but_oneself)
{
	struct letter *l = answer(asked, REPLY_ALL);

	cr_assert_eq(l->to->len, 1);
	cr_assert_eq(l->cc->len, 2);
	cr_assert_str_eq(mailbox(l->cc, 0), "carl@z");
	cr_assert_str_eq(mailbox(l->cc, 1), "dora@z");
	letter_free(l);
}

static const struct {
	const char *header;
	enum reply_mode mode;
	const char *to;		/* the first recipient; NULL: refused */
	guint n;		/* of all of them */
} rules[] = {
	{ "From: b@y\nReply-To: r@y\nTo: ann@x\n", REPLY_SENDER, "r@y", 1 },
	{ "From: b@y\nReply-To: ann@x\nTo: c@y\n", REPLY_SENDER, "b@y", 1 },
	{ "From: b@y\nMail-Reply-To: m@y\nReply-To: r@y\n", REPLY_SENDER,
	  "m@y", 1 },
	{ "From: ann@x\nTo: c@y, d@y\n", REPLY_SENDER, "c@y", 2 },
	{ "From: ann@x\nTo: ann@x\n", REPLY_SENDER, "ann@x", 1 },
	{ "From: b@y\nMail-Followup-To: l@y\nTo: c@y\n", REPLY_ALL, "l@y",
	  1 },
	{ "From: b@y\nTo: l@y, b@y\n", REPLY_ALL, "b@y", 2 },
	{ "From: b@y\nList-Post: <mailto:l@y>\n", REPLY_LIST, "l@y", 1 },
	{ "From: b@y\nList-Post: <https://y>, <mailto:l@y?subject=x>\n",
	  REPLY_LIST, "l@y", 1 },
	{ "From: b@y\nList-Post: NO\n", REPLY_LIST, NULL, 0 },
	{ "From: b@y\n", REPLY_LIST, NULL, 0 },
	{ "Subject: from nobody\n", REPLY_SENDER, "", 0 },
};

/* Who wrote to one wanted that; and so did who took it off again. */
Test(reply, says_when_it_goes_to_a_list)
{
	static const char *const mails[] = {
		"From: b@y\nTo: l@y\nReply-To: L@y\n",
		"From: b@y\nTo: ann@x\nCc: l@y\n",
		"From: b@y\nTo: l@y\nMail-Followup-To: l@y, b@y\n",
		"From: b@y\nTo: l@y\n",
	};
	static const struct {
		int mail;
		enum reply_mode mode;
		bool list;
	} cases[] = {
		{ 0, REPLY_SENDER, true }, { 0, REPLY_LIST, false },
		{ 1, REPLY_SENDER, false }, { 1, REPLY_ALL, true },
		{ 2, REPLY_ALL, true }, { 3, REPLY_SENDER, false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *text = g_strconcat(mails[cases[i].mail],
					 "Subject: a\nList-Post: "
					 "<mailto:l@y>\n\nx\n", NULL);
		struct letter *l = answer(text, cases[i].mode);
		GPtrArray *doubts = letter_doubts(l);

		cr_assert_eq(doubts->len, cases[i].list, "case %zu", i);
		cr_assert(!doubts->len || strstr(doubts->pdata[0],
						 "the list l@y"));
		g_ptr_array_unref(doubts);
		g_ptr_array_set_size(l->to, 0);
		g_ptr_array_set_size(l->cc, 0);
		doubts = letter_doubts(l);
		cr_assert_eq(doubts->len, 0);
		g_ptr_array_unref(doubts);
		letter_free(l);
		g_free(text);
	}
}

Test(reply, goes_where_it_is_wanted)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rules); i++) {
		char *text = g_strconcat(rules[i].header, "\nx\n", NULL);
		struct letter *l = answer(text, rules[i].mode);

		cr_assert_eq(l == NULL, rules[i].to == NULL, "%s", text);
		if (l) {
			cr_assert_str_eq(mailbox(l->to, 0), rules[i].to, "%s",
					 text);
			cr_assert_eq(l->to->len + l->cc->len, rules[i].n, "%s",
				     text);
		}
		letter_free(l);
		g_free(text);
	}
}

Test(reply, references_do_not_grow_for_ever)
{
	GString *text = g_string_new("Message-ID: <last@y>\nReferences:");
	struct letter *l;

	for (int i = 0; i < 200; i++)
		g_string_append_printf(text, "\n <%d@y>", i);
	g_string_append(text, "\n\nx\n");
	l = answer(text->str, REPLY_SENDER);
	cr_assert_eq(l->references->len, 31);
	cr_assert_str_eq(l->references->pdata[0], "0@y");
	cr_assert_str_eq(l->references->pdata[29], "199@y");
	cr_assert_str_eq(l->references->pdata[30], "last@y");
	letter_free(l);
	g_string_free(text, TRUE);
}
