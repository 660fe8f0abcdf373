/*
 * control_letters.c - several letters, what editors leave behind, and what is
 * asked on the way
 */
#include <string.h>

#include <criterion/criterion.h>
#include <glib.h>
#include <glib/gstdio.h>

#include "base/path.h"
#include "control/book.h"
#include "control/compose.h"
#include "letters_world.h"

TestSuite(letters, .timeout = 120);

/* A template of that name; the caller frees. */
static char *
template(const char *name, const char *text)
{
	char *config = path_config(), *above = g_path_get_dirname(config);
	char *dir = g_build_filename(above, "templates", NULL);
	char *file = g_build_filename(dir, name, NULL);

	cr_assert_eq(path_mkdir(dir, NULL), ST_OK);
	cr_assert(g_file_set_contents(file, text, -1, NULL));
	g_free(dir);
	g_free(above);
	g_free(config);
	return file;
}

/* ---- several ------------------------------------------------------------ */

/* What was being written stays open, and has what was written. */
Test(letters, two_are_written_in_the_reader)
{
	char *file;
	struct err e = { "" };

	world_new("editor = built-in");
	file = template("two", "To: bob@example.org\nSubject: Two\n\n2");
	press("m");
	answer("bob@example.org");
	answer("One");
	press("1 Esc-m");
	cr_assert_eq(app_run(app, "template two", &e), ST_OK, "%s", e.text);
	cr_assert_eq(app->focus, WHERE_EDITOR, "%s", app->notice);
	press("+ C-x");
	cr_assert_str_eq(now()->subject, "Two");
	cr_assert_str_eq(now()->text, "+2");
	press("i R");
	cr_assert_eq(app->overlay.rows->len, 2);
	press("j Enter");
	cr_assert_str_eq(now()->subject, "One");
	cr_assert_str_eq(now()->text, "1");
	g_remove(file);
	g_free(file);
	world_free();
}

/* ---- what editors leave behind ------------------------------------------ */

/* It was written, so it is neither left behind nor asked for again. */
Test(letters, what_cannot_be_read_is_not_left_behind)
{
	char *where;

	world_new("editor = my-editor");
	write_one("bob@example.org", "Tulips", "Look!\n");
	press("e");
	edited_as("To: bob@example.org\nSubject: Roses\nDear Bob,\n\nhi\n");
	cr_assert(strstr(app->notice, "Line 3"), "%s", app->notice);
	cr_assert(strstr(app->compose.doubts->pdata[0], "Line 3"));
	for (const char **key = (const char *[]) { "y", "P", NULL }; *key;
	     key++) {
		press(*key);
		cr_assert(strstr(app->notice, "e opens the editor again"),
			  "%s", app->notice);
		cr_assert_null(only_letter());
		cr_assert_str_eq(only_in("Drafts"), "");
	}
	world_again();
	press("R y");
	cr_assert_null(only_letter());
	press("e");
	edited_as("To: bob@example.org\nSubject: Roses\n\nDear Bob,\nhi\n");
	press("y");
	cr_assert(only_letter(), "%s", app->notice);
	where = g_strdup(letter_text(only_letter()->id));
	cr_assert(strstr(where, "\n\nDear Bob,\nhi\n"), "%s", where);
	g_free(where);
	world_free();
}

/* The person has no such editor any more: it is all there, as text. */
Test(letters, what_cannot_be_read_is_text_in_the_reader)
{
	struct err e = { "" };

	world_new("editor = my-editor");
	write_one("bob@example.org", "Tulips", "Look!\n");
	press("e");
	edited_as("Dear Bob,\n\nhi\n");
	cr_assert_eq(app_run(app, "set editor built-in", &e), ST_OK, "%s",
		     e.text);
	press("e C-x");
	cr_assert_str_eq(now()->text, "Dear Bob,\n\nhi\n");
	press("y");
	cr_assert(only_letter(), "%s", app->notice);
	world_free();
}

/* The editor stands still while mail is read. */
Test(letters, an_editor_may_stand_still)
{
	char *file;

	world_new("editor = my-editor");
	world_mail("From: Bob <bob@example.org>\nSubject: Old\n\nx\n");
	press("m");
	answer("bob@example.org");
	answer("One");
	cr_assert(app->edit_command);
	file = g_strdup(app->edit_command);
	g_clear_pointer(&app->edit_command, g_free);
	app_edit_stopped(app, 4711);
	cr_assert_eq(app->focus, WHERE_INDEX);
	cr_assert(strstr(app->notice, "R goes on"), "%s", app->notice);
	/* Another one, and something for the first. */
	press("Esc-a");
	write_one("bob@example.org", "Two", "2\n");
	press("i q");
	cr_assert(app->ask);
	answer("n");
	cr_assert(!app->quit);
	press("Esc-m");
	cr_assert_eq(app->edit_pid, 4711);
	app->edit_pid = 0;
	app->edit_command = g_steal_pointer(&file);
	edited("1\n");
	cr_assert_str_eq(now()->subject, "One");
	cr_assert_str_eq(now()->text, "1\n");
	cr_assert_eq(now()->attachments->len, 1);
	/* It has ended. */
	press("i R j Enter");
	cr_assert_eq(app->edit_pid, 0);
	press("i q");
	cr_assert(app->quit);
	world_free();
}

/* As vim ends the lines of files whose names end in .eml. */
Test(letters, lines_may_end_in_crlf)
{
	world_new("editor = my-editor");
	write_one("bob@example.org", "Tulips", "Look!\n");
	press("e");
	cr_assert_null(strstr(app->edit_command, ".eml"));
	edited_as("To: bob@example.org\r\nSubject: A\r\n\r\nHi\r\n-- \r\n");
	cr_assert_str_eq(now()->text, "Hi\n-- \n");
	world_free();
}

/* ---- whose it is -------------------------------------------------------- */

static const char *
comes_from(void)
{
	const struct address *from = now()->from->pdata[0];

	return from->mailbox;
}

Test(letters, what_is_made_of_mail_comes_from_oneself)
{
	world_new("editor = my-editor");
	world_mail("From: Bob <bob@example.org>\nTo: shop@ann.example\n"
		   "Reply-To: bob@example.org\nSubject: Tulips?\n\nWell?\n");
	press("f");
	answer("dora@example.org");
	edited("");
	cr_assert_str_eq(comes_from(), "shop@ann.example");
	press("q");
	answer("n");
	press("Esc-e");
	edited("");
	cr_assert_str_eq(comes_from(), "shop@ann.example");
	cr_assert_eq(now()->reply_to->len, 0);
	cr_assert(now()->flowed);
	world_free();
}

Test(letters, what_one_sent_begins_another)
{
	world_new("editor = my-editor");
	world_mail("From: Ann of the shop <shop@ann.example>\n"
		   "To: ann@example.org, bob@example.org\n"
		   "Reply-To: orders@ann.example\nSubject: Tulips\n\nNew!\n");
	press("Esc-e");
	edited("");
	cr_assert_str_eq(comes_from(), "shop@ann.example");
	cr_assert_eq(now()->reply_to->len, 1);
	world_free();
}

/* ---- the end ------------------------------------------------------------ */

/* Nobody changed a word of it, but it was good enough to be sent. */
Test(letters, what_is_taken_back_is_not_dropped_without_a_word)
{
	world_new("editor = my-editor");
	world_mail("From: Bob <bob@example.org>\nTo: ann@example.org\n"
		   "Subject: Tulips?\n\nWell?\n");
	press("r");
	edited("");
	press("y u q");
	cr_assert(app->ask, "%s", app->notice);
	answer(NULL);
	now();
	world_free();
}

/* And not the letter that was sent before it. */
Test(letters, a_bounced_message_is_taken_back)
{
	world_new("editor = my-editor");
	world_mail("From: Bob <bob@example.org>\nSubject: A\n\nx\n");
	write_one("bob@example.org", "Tulips", "Look!\n");
	press("y b");
	answer("dora@example.org");
	answer("y");
	cr_assert(strstr(app->notice, "u takes it back"), "%s", app->notice);
	press("u");
	cr_assert_str_eq(app->notice, "The message was not bounced.");
	cr_assert_eq(app->focus, WHERE_INDEX);
	cr_assert_str_eq(only_letter()->subject, "Tulips");
	world_free();
}

/* ---- names of one's own ------------------------------------------------- */

/* Wherever somebody writes them: in an editor, or in a template. */
Test(letters, aliases_are_put_in)
{
	char *book, *dir, *file;
	struct err e = { "" };

	world_new("editor = my-editor");
	book = book_file();
	dir = g_path_get_dirname(book);
	cr_assert_eq(path_mkdir(dir, NULL), ST_OK);
	cr_assert(g_file_set_contents(book, "team = bob@x.example, "
				      "Zoe <zoe@x.example>\n", -1, NULL));
	file = template("all", "To: team\nSubject: All\n\nhi\n");
	cr_assert_eq(app_run(app, "template all", &e), ST_OK, "%s", e.text);
	edited("");
	cr_assert_eq(now()->to->len, 2);
	press("e");
	edited_as("To: dora@x.example\nCc: team\nBcc: who\n\nhi\n");
	cr_assert_eq(now()->to->len, 1);
	cr_assert_eq(now()->cc->len, 2);
	cr_assert_eq(now()->bcc->len, 1);
	press("y");
	while (app->ask)
		answer("y");
	cr_assert(strstr(app->notice, "“who”"), "%s", app->notice);
	g_remove(file);
	g_free(file);
	g_free(dir);
	g_free(book);
	world_free();
}

Test(letters, a_template_is_asked_for_again)
{
	world_new("editor = my-editor");
	press("Esc-w");
	answer("nothere");
	cr_assert(strstr(app->notice, "“nothere”"), "%s", app->notice);
	cr_assert_str_eq(app->ask->initial, "nothere");
	answer(NULL);
	world_free();
}

/* ---- what is shown of it ------------------------------------------------ */

Test(letters, a_quote_is_one_in_every_row)
{
	const GPtrArray *rows;

	world_new("editor = my-editor");
	write_one("bob@example.org", "Long", ">> words and words and words "
		  "and words and words and words and words and words end\n"
		  "own\n");
	rows = app->compose.lines;
	cr_assert_eq(rows->len, 3);
	cr_assert(g_str_has_prefix(rows->pdata[1], ">> "), "%s",
		  (char *)rows->pdata[1]);
	cr_assert(g_str_has_suffix(rows->pdata[1], " end"));
	cr_assert_str_eq(rows->pdata[2], "own");
	world_free();
}

/* The index would show it as new, and not that it was answered. */
Test(letters, what_is_answered_was_read)
{
	struct message m = { 0 };
	int64_t id;

	world_new("editor = my-editor");
	id = world_mail("From: Bob <bob@example.org>\nSubject: A\n\nx\n");
	press("r");
	edited("");
	cr_assert_eq(message_by_id(store, id, &m, NULL), ST_OK);
	cr_assert(m.flags.bits & FLAG_SEEN);
	message_clear(&m);
	world_free();
}

/* ---- drafts ------------------------------------------------------------- */

Test(letters, a_draft_of_another_mailer_is_one_like_ours)
{
	struct err e = { "" };
	int64_t id;

	world_new("editor = my-editor");
	id = world_mail("From: Ann Lee <ann@example.org>\n"
			"To: bob@example.org\nSubject: Re: Tulips\n"
			"In-Reply-To: <tulips@example.org>\n"
			"Message-ID: <draft@example.org>\n"
			"Content-Type: text/plain; format=flowed\n\n"
			"One \nparagraph.\n");
	cr_assert_eq(compose_recall_draft(app, 0, id, &e), ST_OK, "%s",
		     e.text);
	cr_assert_str_eq(now()->text, "One paragraph.\n");
	cr_assert(now()->flowed);
	cr_assert_eq(now()->kind, LETTER_REPLY);
	press("y");
	cr_assert(only_letter(), "%s", app->notice);
	cr_assert_str_eq(only_letter()->about_id, "tulips@example.org");
	cr_assert_eq(only_letter()->mark.bits, FLAG_ANSWERED);
	world_free();
}

/* A wrong answer is no news once there is another one. */
Test(letters, what_comes_of_an_answer_is_said)
{
	world_new("editor = my-editor");
	world_mail("From: Bob <bob@example.org>\nTo: ann@example.org\n"
		   "Subject: Tulips\nMessage-ID: <t@x>\n\nLook!\n");
	press("b");
	answer("nobody nowhere");
	cr_assert(strstr(app->notice, "nobody nowhere"), "%s", app->notice);
	answer("eve@example.org");
	answer("y");
	cr_assert(strstr(app->notice, "Sent to 1"), "%s", app->notice);
	world_free();
}
