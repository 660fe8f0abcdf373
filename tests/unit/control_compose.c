/*
 * control_compose.c - letters from the first key to the outbox, Drafts, or
 * nowhere
 */
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <glib.h>
#include <glib/gstdio.h>

#include "base/path.h"
#include "base/words.h"
#include "control/compose.h"
#include "letters_world.h"

TestSuite(compose, .timeout = 120);

static const char question[] =
	"From: Bob <bob@example.org>\n"
	"To: shop@ann.example\n"
	"Cc: Carla <carla@example.org>\n"
	"Subject: Tulips?\n"
	"Message-ID: <tulips@example.org>\n"
	"Date: Mon, 23 Nov 2026 10:00:00 +0000\n\n"
	"Do you have tulips?\n";

static void
begin(void)
{
	world_new("editor = my-editor");
}

/* Folders of letters on disk. */
static int
count_kept(void)
{
	char *account = path_account("work");
	char *place = g_build_filename(account, "letters", NULL);
	GDir *dir = g_dir_open(place, 0, NULL);
	int n = 0;

	while (dir && g_dir_read_name(dir))
		n++;
	if (dir)
		g_dir_close(dir);
	g_free(place);
	g_free(account);
	return n;
}

/* ---- the thread of a letter --------------------------------------------- */

Test(compose, a_letter_goes_to_the_outbox)
{
	const struct outbox_letter *l;
	const char *text;
	int64_t id;

	begin();
	write_one("Bob <bob@example.org>", "Tulips", "Look!\n");
	cr_assert_str_eq(now()->text, "Look!\n");
	cr_assert_eq(count_kept(), 1);
	press("y");
	cr_assert_eq(app->focus, WHERE_INDEX, "%s", app->notice);
	cr_assert(strstr(app->notice, "Sent to 1 · u takes it back (10 s)"),
		  "%s", app->notice);
	l = only_letter();
	cr_assert(l, "%s", app->notice);
	cr_assert_str_eq(l->from, "ann@example.org");
	cr_assert_str_eq(l->subject, "Tulips");
	cr_assert_gt(l->not_before, 0);
	cr_assert_gt(l->sent, 0);
	id = l->id;
	text = letter_text(id);
	cr_assert(strstr(text, "From: Ann Lee <ann@example.org>\n"), "%s",
		  text);
	cr_assert(strstr(text, "\n\nLook!\n"), "%s", text);
	cr_assert_eq(count_open(), 0);
	world_free();
}

Test(compose, a_letter_is_taken_back_whole)
{
	begin();
	write_one("bob@example.org", "Tulips", "Look!\n");
	press("b");
	answer("eve@example.org");
	press("y u");
	cr_assert_null(only_letter());
	cr_assert_str_eq(now()->subject, "Tulips");
	cr_assert_eq(now()->bcc->len, 1);
	press("y");
	cr_assert(only_letter());
	cr_assert_eq(only_letter()->rcpt->len, 2);
	world_free();
}

/* The time is up: what u undoes is something else. */
Test(compose, without_a_delay_nothing_comes_back)
{
	world_new("editor = my-editor\nsend-delay = 0");
	write_one("bob@example.org", "Tulips", "Look!\n");
	press("y");
	cr_assert(only_letter());
	cr_assert_str_eq(app->notice, "Sent to 1.");
	cr_assert_eq(count_kept(), 0);
	press("u");
	cr_assert(only_letter());
	cr_assert_neq(app->focus, WHERE_COMPOSE);
	world_free();
}

Test(compose, what_is_doubtful_is_asked)
{
	begin();
	write_one("bob@example.org", "", "See the attached plan.\n");
	press("y");
	cr_assert(app->ask);
	answer("n");
	cr_assert_null(only_letter());
	now();
	press("y");
	while (app->ask)
		answer("y");
	cr_assert(only_letter());
	world_free();
}

Test(compose, nobody_gets_nothing)
{
	begin();
	write_one("", "Tulips", "Look!\n");
	press("y");
	cr_assert(strstr(app->notice, "goes to nobody"), "%s", app->notice);
	press("t");
	answer("bob");
	cr_assert(strstr(app->notice, "“bob”"), "%s", app->notice);
	answer("bob@example.org");
	press("y");
	cr_assert(only_letter(), "%s", app->notice);
	world_free();
}

Test(compose, who_was_written_to_is_offered)
{
	char **found;

	begin();
	write_one("Zoë Ünal <zoe@example.org>", "Tulips", "Look!\n");
	press("y m");
	cr_assert_eq(app->ask->complete, COMPLETE_ADDRESS);
	found = app_complete(app, "bob@example.org, ün");
	cr_assert(found[0], "nobody is found");
	cr_assert_str_eq(found[0], "bob@example.org, Zoë Ünal "
				   "<zoe@example.org>");
	g_strfreev(found);
	answer(NULL);
	world_free();
}

Test(compose, a_prompt_left_leaves_nothing)
{
	begin();
	press("m");
	answer(NULL);
	cr_assert_eq(count_kept(), 0);
	press("m");
	answer("bob@example.org");
	answer(NULL);
	cr_assert_eq(count_kept(), 0);
	cr_assert_eq(app->focus, WHERE_INDEX);
	world_free();
}

Test(compose, is_written_in_the_reader)
{
	world_new("editor = built-in");
	world_mail(question);
	press("m");
	answer("bob@example.org");
	answer("Tulips");
	cr_assert_eq(app->focus, WHERE_EDITOR, "%s", app->notice);
	press("H i");
	cr_assert_gt(compose_wake(app), 0);
	compose_tick(app);
	cr_assert_gt(app->compose.now->save_at, 0);
	/* Away to the mail; one comes back to the editor, not behind it. */
	press("Esc-m");
	cr_assert_eq(app->focus, WHERE_INDEX);
	press("R ! C-x");
	cr_assert_str_eq(now()->text, "Hi!");
	press("e x C-c");
	while (app->ask)
		answer("n");
	cr_assert_str_eq(now()->text, "Hi!");
	press("e");
	press("T o");
	world_again();
	press("R");
	cr_assert_str_eq(now()->text, "ToHi!");
	world_free();
}

/* Above the quote, unless nothing is written there. */
Test(compose, an_answer_has_room_for_what_one_writes)
{
	world_new("editor = built-in");
	world_mail(question);
	press("r C-x");
	cr_assert(g_str_has_prefix(now()->text, "On "), "%s", now()->text);
	press("e H i C-x");
	cr_assert(g_str_has_prefix(now()->text, "Hi\n\nOn "), "%s",
		  now()->text);
	press("e Y C-x");
	cr_assert(g_str_has_prefix(now()->text, "YHi\n\nOn "), "%s",
		  now()->text);
	world_free();
}

/* ---- answers ------------------------------------------------------------ */

Test(compose, an_answer_comes_from_who_was_asked)
{
	const struct address *from;
	const struct outbox_letter *l;
	int64_t id;

	begin();
	id = world_mail(question);
	press("r");
	edited("Yes.\n");
	from = now()->from->pdata[0];
	cr_assert_str_eq(from->mailbox, "shop@ann.example");
	cr_assert_str_eq(from->name, "Ann Lee");
	cr_assert_eq(now()->to->len, 1);
	cr_assert_str_eq(now()->subject, "Re: Tulips?");
	cr_assert(strstr(now()->text, "> Do you have tulips?"), "%s",
		  now()->text);
	cr_assert_eq(now()->kind, LETTER_REPLY);
	cr_assert_eq(now()->about_row, id);
	/* Bound to that message, whatever the cursor is on by then. */
	world_mail("From: x@example.org\nSubject: Else\n\nx\n");
	press("y");
	l = only_letter();
	cr_assert(l, "%s", app->notice);
	cr_assert_eq(l->about, id);
	cr_assert_str_eq(l->about_id, "tulips@example.org");
	cr_assert_eq(l->mark.bits, FLAG_ANSWERED);
	world_free();
}

Test(compose, all_are_answered)
{
	begin();
	world_mail(question);
	press("g");
	edited("");
	cr_assert_eq(now()->to->len + now()->cc->len, 2);
	world_free();
}

Test(compose, without_a_list_none_is_answered)
{
	begin();
	world_mail(question);
	press("L");
	cr_assert_eq(app->focus, WHERE_INDEX);
	cr_assert(app->notice_bad);
	cr_assert_eq(count_kept(), 0);
	world_free();
}

Test(compose, a_message_is_forwarded)
{
	const struct outbox_letter *l;

	begin();
	world_mail(question);
	press("f");
	answer("dora@example.org");
	edited("For you.\n");
	cr_assert(strstr(now()->text, "Do you have tulips?"));
	press("y");
	while (app->ask)
		answer("y");
	l = only_letter();
	cr_assert(l, "%s", app->notice);
	cr_assert(flags_has_keyword(&l->mark, "$Forwarded"));
	world_free();
}

Test(compose, a_message_is_bounced)
{
	const char *text;

	begin();
	world_mail(question);
	press("b");
	answer("dora");
	cr_assert(strstr(app->notice, "“dora”"), "%s", app->notice);
	cr_assert_str_eq(app->ask->initial, "dora");
	answer("dora@example.org");
	answer("n");
	cr_assert_null(only_letter());
	press("b");
	answer("dora@example.org");
	answer("y");
	cr_assert(only_letter(), "%s", app->notice);
	text = letter_text(only_letter()->id);
	cr_assert(strstr(text, "Resent-To: dora@example.org"), "%s", text);
	cr_assert(strstr(text, "Message-ID: <tulips@example.org>"), "%s",
		  text);
	world_free();
}

Test(compose, a_message_begins_another)
{
	begin();
	world_mail(question);
	press("Esc-e");
	edited("Or roses?\n");
	cr_assert_str_eq(now()->subject, "Tulips?");
	cr_assert(strstr(now()->text, "Or roses?"));
	cr_assert_null(now()->message_id);
	world_free();
}

/* ---- several, and the end of verso -------------------------------------- */

Test(compose, letters_stay_open)
{
	char *status;

	begin();
	world_mail(question);
	write_one("bob@example.org", "One", "1\n");
	press("i");
	cr_assert_eq(app->focus, WHERE_INDEX);
	status = app_status(app);
	cr_assert(strstr(status, "1 letter open (R)"), "%s", status);
	g_free(status);
	press("R");
	cr_assert_str_eq(now()->subject, "One");
	press("i");
	write_one("bob@example.org", "Two", "2\n");
	press("i R");
	cr_assert_eq(app->overlay.where, WHERE_QUEUE);
	cr_assert_eq(app->overlay.rows->len, 2);
	press("j Enter");
	cr_assert_str_eq(now()->subject, "One");
	world_free();
}

Test(compose, letters_are_found_again)
{
	begin();
	write_one("bob@example.org", "One", "1\n");
	press("s");
	answer("Two");
	world_again();
	cr_assert(strstr(app->notice, "1 letter was being written: R"), "%s",
		  app->notice);
	press("R");
	cr_assert_str_eq(now()->subject, "Two");
	cr_assert_str_eq(now()->text, "1\n");
	world_free();
}

/* A process that ends without a word: what the editor wrote is there. */
Test(compose, what_an_editor_wrote_is_found)
{
	char **argv;

	begin();
	press("m");
	answer("bob@example.org");
	answer("Tulips");
	cr_assert(app->edit_command);
	argv = words_split(app->edit_command, NULL);
	cr_assert(g_file_set_contents(argv[1], "To: bob@example.org\n"
				      "Subject: Roses\n\nHalf a sen", -1,
				      NULL));
	g_strfreev(argv);
	world_again();
	press("R");
	cr_assert_str_eq(now()->subject, "Roses");
	cr_assert(g_str_has_prefix(now()->text, "Half a sen"), "%s",
		  now()->text);
	world_free();
}

/* It was queued, and then the machine stopped: it must not go out twice. */
Test(compose, what_was_sent_is_not_found)
{
	char *file, *text;

	begin();
	write_one("bob@example.org", "Tulips", "Look!\n");
	file = g_build_filename(app->compose.now->dir, "letter", NULL);
	press("y");
	cr_assert(only_letter());
	cr_assert(g_file_get_contents(file, &text, NULL, NULL));
	g_free(text);
	/* Leave the folder as a crash would. */
	letters_close(app->compose.sent);
	app->compose.sent = NULL;
	world_again();
	cr_assert_eq(count_open(), 0, "%s", app->notice);
	cr_assert_eq(count_kept(), 0);
	g_free(file);
	world_free();
}

/* ---- drafts ------------------------------------------------------------- */

Test(compose, a_draft_is_put_aside_and_taken_up)
{
	char *draft;

	begin();
	write_one("bob@example.org", "Tulips", "Look!\n");
	press("b");
	answer("eve@example.org");
	press("P");
	cr_assert_eq(app->focus, WHERE_INDEX, "%s", app->notice);
	cr_assert_eq(count_kept(), 0);
	draft = g_strdup(only_in("Drafts"));
	cr_assert(strstr(draft, "Bcc: eve@example.org"), "%s", draft);
	press("R");
	cr_assert_str_eq(now()->subject, "Tulips");
	cr_assert_eq(now()->bcc->len, 1);
	cr_assert_gt(now()->draft_row, 0);
	press("s");
	answer("Roses");
	press("P");
	cr_assert(strstr(only_in("Drafts"), "Subject: Roses"));
	press("R y");
	while (app->ask)
		answer("y");
	cr_assert(only_letter(), "%s", app->notice);
	cr_assert_str_eq(only_in("Drafts"), "");
	cr_assert_null(strstr(letter_text(only_letter()->id), "eve@"));
	g_free(draft);
	world_free();
}

Test(compose, leaving_for_good_is_asked)
{
	begin();
	write_one("bob@example.org", "Tulips", "Look!\n");
	press("q");
	answer(NULL);
	now();
	press("q");
	answer("y");
	cr_assert(strstr(only_in("Drafts"), "Look!"));
	write_one("bob@example.org", "Roses", "Look!\n");
	press("q");
	answer("n");
	cr_assert_eq(count_kept(), 0);
	cr_assert_eq(app->focus, WHERE_INDEX);
	world_free();
}

/* ---- what hangs on it --------------------------------------------------- */

Test(compose, files_are_attached)
{
	char *file;

	begin();
	write_one("bob@example.org", "Tulips", "See the attached file.\n");
	file = g_build_filename(app->compose.now->dir, "letter", NULL);
	cr_assert_eq(app->compose.doubts->len, 1);
	press("a");
	answer("/nonexistent/file");
	cr_assert(strstr(app->notice, "no file"), "%s", app->notice);
	cr_assert_str_eq(app->ask->initial, "/nonexistent/file");
	answer(file);
	cr_assert_eq(now()->attachments->len, 1);
	cr_assert_str_eq(((struct attachment *)now()->attachments->pdata[0])
			 ->type, "message/rfc822");
	cr_assert_eq(app->compose.doubts->len, 0);
	press("a");
	answer(file);
	press("k D");
	cr_assert_eq(now()->attachments->len, 1);
	press("D D");
	cr_assert_eq(now()->attachments->len, 0);
	cr_assert(strstr(app->notice, "Nothing is attached"), "%s",
		  app->notice);
	g_free(file);
	world_free();
}

Test(compose, messages_are_attached)
{
	const struct attachment *a;

	begin();
	world_mail(question);
	press("Esc-a");
	cr_assert(strstr(app->notice, "No letter is open"), "%s",
		  app->notice);
	write_one("bob@example.org", "One", "1\n");
	press("i Esc-a");
	cr_assert(strstr(app->notice, "is attached to “One”"), "%s",
		  app->notice);
	press("R");
	a = now()->attachments->pdata[0];
	cr_assert(a->is_message && a->is_ours);
	press("y");
	cr_assert(strstr(letter_text(only_letter()->id),
			 "Message-ID: <tulips@example.org>"));
	world_free();
}

Test(compose, its_form_is_chosen)
{
	begin();
	write_one("bob@example.org", "One", "1\n");
	cr_assert(now()->flowed && !now()->markdown);
	press("Esc-w Esc-m");
	cr_assert(!now()->flowed && now()->markdown);
	world_free();
}

/* ---- templates ---------------------------------------------------------- */

Test(compose, a_letter_begins_as_its_template_says)
{
	static const char text[] = "To: team@example.org\nSubject: Standup\n"
				   "X-Kind: daily\n\nToday:\n";
	struct err e = { "" };
	char *config, *dir, *file;

	begin();
	config = path_config();
	dir = g_path_get_dirname(config);
	file = g_build_filename(dir, "templates", "standup", NULL);
	g_free(dir);
	dir = g_path_get_dirname(file);
	cr_assert_eq(path_mkdir(dir, NULL), ST_OK);
	cr_assert(g_file_set_contents(file, text, -1, NULL));
	cr_assert_eq(app_run(app, "template nothere", &e), ST_USAGE);
	cr_assert(strstr(e.text, "“nothere”"), "%s", e.text);
	cr_assert_eq(count_open(), 0);
	cr_assert_eq(app_run(app, "template standup", &e), ST_OK, "%s",
		     e.text);
	edited("tea\n");
	cr_assert_str_eq(now()->subject, "Standup");
	cr_assert_str_eq(now()->text, "Today:\ntea\n");
	cr_assert_str_eq(now()->headers->pdata[0], "X-Kind: daily");
	cr_assert_eq(now()->from->len, 1);
	press("y");
	cr_assert(only_letter(), "%s", app->notice);
	g_remove(file);
	g_rmdir(dir);
	g_free(file);
	g_free(dir);
	g_free(config);
	world_free();
}
