/*
 * control_told.c - what the person is told: notices, hints, the last word
 */
#include <string.h>

#include <criterion/criterion.h>

#include "base/clock.h"
#include "control/notice.h"
#include "control/overlay.h"
#include "control_fakes.h"
#include "control_fakes_queue.h"

static struct app *
started(void)
{
	struct app *app;
	int64_t inbox;

	fake_reset();
	inbox = fake_folder("work", "INBOX");
	fake_folder("work", "Trash");
	fake_folder("home", "INBOX");
	fake_message(inbox, 1, "one", "body");
	fake_message(inbox, 2, "two", "body");
	app = fake_app("");
	app_start(app);
	return app;
}

static void
say(struct app *app, const char *line)
{
	fake_say("work", line);
	app_pump(app);
}

Test(told, a_failure_stays_until_a_key)
{
	struct app *app = started();

	say(app, "failed INBOX refused \"Quota is full.\"");
	say(app, "arrived 1 1");
	cr_assert_str_eq(app->notice, "INBOX: Quota is full.");
	cr_assert(app->notice_bad);
	say(app, "failed INBOX refused \"Worse.\"");
	cr_assert_str_eq(app->notice, "INBOX: Worse.");
	press(app, "j");
	cr_assert_str_eq(app->notice, "");
	say(app, "arrived 1 1");
	cr_assert_str_eq(app->notice, "1 new message in INBOX.");
	app_free(app);
}

/* The row of the list, counted from the newest. */
static const char *
said(const struct app *app, guint at)
{
	const struct overlay_row *row = at < app->overlay.rows->len
		? app->overlay.rows->pdata[at] : NULL;

	return row ? row->help : "(no row)";
}

Test(told, all_of_it_can_be_read_again)
{
	struct app *app = started();

	press(app, "M");
	cr_assert_eq(app->overlay.where, WHERE_QUEUE);
	cr_assert_eq(app->overlay.rows->len, 0);
	press(app, "q");
	say(app, "failed INBOX refused \"Quota is \033[31mfull.\"");
	say(app, "arrived 1 1");
	say(app, "state offline \"No route to the server.\"");
	say(app, "state offline \"No route to the server.\"");
	press(app, "M");
	cr_assert_eq(app->overlay.rows->len, 3);
	cr_assert_str_eq(said(app, 0), "work: No route to the server.");
	cr_assert_str_eq(said(app, 1), "1 new message in INBOX.");
	cr_assert_str_eq(said(app, 2), "INBOX: Quota is ␛[31mfull.");
	cr_assert_str_eq(((struct overlay_row *)
			  app->overlay.rows->pdata[2])->right, "failed");
	press(app, "Enter r x");
	cr_assert(app->notice_bad, "nothing to cancel there");
	app_free(app);
}

Test(told, a_limited_number_is_kept)
{
	struct app *app = started();

	for (int i = 0; i < 500; i++)
		notice_tell(app, "Number %d", i);
	cr_assert_eq(app->said->len, 200);
	press(app, "M");
	cr_assert_str_eq(said(app, 0), "Number 499");
	cr_assert_str_eq(said(app, 199), "Number 300");
	app_free(app);
}

/* Else one hostile subject would fill the screen. */
Test(told, a_subject_takes_a_few_lines_at_most)
{
	struct app *app;
	char *subject = g_strnfill(5000, 'B');

	fake_reset();
	fake_message(fake_folder("work", "INBOX"), 1, subject, "body");
	app = fake_app("");
	app_start(app);
	press(app, "Q");
	cr_assert_eq(app->overlay.rows->len, 2);
	cr_assert_leq(overlay_lines(app, 0, 1, 100), 6);
	cr_assert(strstr(said(app, 1), "BB…"), "%s", said(app, 1));
	g_free(subject);
	app_free(app);
}

/* "Enter open, q back": the hints where the keys are. */
static void
check_hints(struct app *app, const char *key, const char *want)
{
	GString *line = g_string_new(NULL);
	GPtrArray *hints;

	press(app, key);
	hints = app_hints(app);
	for (guint i = 0; i < hints->len; i++) {
		const struct hint *h = hints->pdata[i];

		g_string_append_printf(line, "%s%s %s", i ? ", " : "",
				       h->key, h->word);
	}
	cr_assert_str_eq(line->str, want, "%s: %s", key, line->str);
	g_string_free(line, TRUE);
	press(app, "q");
}

Test(told, hints_name_what_does_something)
{
	struct app *app = started();

	check_hints(app, "Q", "Enter open, q back, r retry, x cancel");
	check_hints(app, "U", "Enter undo, q back");
	check_hints(app, "Esc-l", "Enter open, q back");
	check_hints(app, "M", "q back");
	app_free(app);
}

/* The server may be silent: that the key was heard is said anyway. */
Test(told, that_it_was_asked_to_send_and_receive)
{
	struct app *app = started();
	char *line;

	say(app, "state idle \"\"");
	press(app, "$");
	line = app_status(app);
	cr_assert_str_eq(line, "work: Send/Receive");
	g_free(line);
	line = g_strdup_printf("end %u ok \"\"", ((struct app_account *)
			       app->accounts->pdata[0])->sync_request);
	say(app, line);
	g_free(line);
	line = app_status(app);
	cr_assert_str_eq(line, "");
	g_free(line);
	app_free(app);
}

static void
check_farewell(struct app *app, const char *want)
{
	char *line = app_farewell(app);

	cr_assert_str_eq(line ? line : "", want);
	g_free(line);
}

Test(told, what_waits_is_said_at_the_end)
{
	struct app *app = started();
	struct app_account *work = app->accounts->pdata[0];
	struct app_account *home = app->accounts->pdata[1];

	check_farewell(app, "");
	work->waiting = 1;
	check_farewell(app, "1 change waits for the server; verso sync sends "
			    "it.");
	work->waiting = 12480;
	home->waiting = 7;	/* POP: no server is to hear of it */
	check_farewell(app, "12,480 changes wait for the server; verso sync "
			    "sends them.");
	app_free(app);
}
