/*
 * control_outgoing.c - the outbox in the list of what waits
 */
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <glib.h>

#include "letters_world.h"

TestSuite(outgoing, .timeout = 120);

static const char letter[] =
	"From: Ann Lee <ann@example.org>\n"
	"To: Bob <bob@example.org>\n"
	"Subject: Plans\n"
	"Message-ID: <plans@example.org>\n\nHello\n";

/* A letter to Bob, and to Eve in Bcc. */
static int64_t
add(void)
{
	struct outbox_letter *what = outbox_letter_new();
	char *name = g_strdup("/tmp/verso-outgoing-XXXXXX");
	struct err e = { "" };
	int64_t id = 0;
	int fd = g_mkstemp(name);

	cr_assert_geq(fd, 0);
	unlink(name);
	cr_assert_eq(write(fd, letter, strlen(letter)),
		     (ssize_t)strlen(letter));
	what->from = g_strdup("ann@example.org");
	what->message_id = g_strdup("plans@example.org");
	what->subject = g_strdup("Plans\033[31m");
	what->to = g_strdup("Bob");
	what->size = (int64_t)strlen(letter) + 6;
	outbox_letter_add_rcpt(what, "bob@example.org");
	outbox_letter_add_rcpt(what, "eve@example.org");
	cr_assert_eq(outbox_add(store, fd, what, &id, &e), ST_OK, "%s",
		     e.text);
	close(fd);
	outbox_letter_free(what);
	g_free(name);
	return id;
}

/* The row of the list that has the cursor. */
static const struct overlay_row *
row(void)
{
	cr_assert(app->overlay.rows && app->overlay.rows->len,
		  "nothing is listed");
	return app->overlay.rows->pdata[app->overlay.cursor];
}

Test(outgoing, stands_in_the_queue)
{
	char *status;

	world_new("");
	add();
	world_again();
	press("Q");
	cr_assert_str_eq(row()->left, "waits");
	cr_assert(strstr(row()->right, "Letter to Bob: Plans"), "%s",
		  row()->right);
	cr_assert_null(strchr(row()->right, '\033'));
	press("q");
	status = app_status(app);
	cr_assert(strstr(status, "1 letter to send"), "%s", status);
	g_free(status);
	world_free();
}

Test(outgoing, refusals_say_why_and_are_sent_again)
{
	struct outbox_letter *l = NULL;
	struct outbox_rcpt *r;
	struct err e = { "" };
	int64_t id;

	world_new("");
	id = add();
	cr_assert_eq(outbox_get(store, id, &l, &e), ST_OK);
	r = l->rcpt->pdata[1];
	r->code = 550;
	r->said = g_strdup("No such person");
	cr_assert_eq(outbox_refused(store, l, "Nobody wants it.", &e), ST_OK,
		     "%s", e.text);
	outbox_letter_free(l);
	press("Q");
	cr_assert_str_eq(row()->left, "refused");
	cr_assert(strstr(row()->help, "Nobody wants it."), "%s", row()->help);
	cr_assert(strstr(row()->help, "eve@example.org: No such person"),
		  "%s", row()->help);
	press("r");
	cr_assert_str_eq(row()->left, "waits", "%s", app->notice);
	cr_assert_eq(only_letter()->state, OUTBOX_QUEUED);
	world_free();
}

/* Bcc left the header when it was built; it comes back. */
Test(outgoing, is_taken_back_into_drafts)
{
	const char *draft;

	world_new("");
	add();
	press("Q x");
	cr_assert_null(only_letter(), "%s", app->notice);
	cr_assert(strstr(app->notice, "Drafts"), "%s", app->notice);
	draft = only_in("Drafts");
	cr_assert(g_str_has_prefix(draft, "Bcc: eve@example.org\nFrom: "),
		  "%s", draft);
	cr_assert(g_str_has_suffix(draft, letter), "%s", draft);
	cr_assert_eq(app->overlay.rows->len, 1);	/* the draft's change */
	cr_assert_not(row()->is_letter);
	world_free();
}

Test(outgoing, doubt_is_asked_about)
{
	struct err e = { "" };
	int64_t id;

	world_new("");
	id = add();
	cr_assert_eq(outbox_sending(store, id, NULL, &e), ST_OK, "%s", e.text);
	cr_assert_eq(outbox_unsure(store, id, "It was cut off.", &e), ST_OK,
		     "%s", e.text);
	press("Q");
	cr_assert_str_eq(row()->left, "in doubt");
	press("Enter");
	answer(NULL);
	cr_assert_eq(only_letter()->state, OUTBOX_UNSURE);
	press("Enter");
	answer("n");
	cr_assert_eq(only_letter()->state, OUTBOX_QUEUED);
	cr_assert_eq(outbox_sending(store, id, NULL, &e), ST_OK, "%s", e.text);
	cr_assert_eq(outbox_unsure(store, id, "It was cut off.", &e), ST_OK,
		     "%s", e.text);
	press("Enter");
	answer("y");
	cr_assert_null(only_letter());
	world_free();
}
