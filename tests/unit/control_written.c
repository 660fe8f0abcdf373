/*
 * control_written.c - what is on disk of a letter while it is written, and
 * what of a message goes into one
 */
#include <string.h>

#include <criterion/criterion.h>
#include <glib.h>

#include "control/compose.h"
#include "letters_world.h"

TestSuite(written, .fini = world_free, .timeout = 120);

static const char report[] =
	"From: Bob <bob@example.org>\n"
	"To: ann@ann.example\n"
	"Subject: Figures: for/you\n"
	"Message-ID: <figures@example.org>\n"
	"MIME-Version: 1.0\n"
	"Content-Type: multipart/mixed; boundary=b\n\n"
	"--b\nContent-Type: text/plain\n\nHere they are.\n"
	"--b\nContent-Type: image/png\n"
	"Content-Disposition: attachment; filename=\"../chart.png\"\n"
	"Content-Transfer-Encoding: base64\n\nUE5H\n--b--\n";

static char *
content(const char *path)
{
	char *text = NULL;

	cr_assert(g_file_get_contents(path, &text, NULL, NULL), "%s", path);
	return text;
}

/* The letter as the next start would find it. */
static char *
kept(const struct open_letter *o)
{
	char *file = g_build_filename(o->dir, "letter", NULL);
	char *text = content(file);

	g_free(file);
	return text;
}

static const struct attachment *
attached(const struct letter *l, guint i)
{
	cr_assert_lt(i, l->attachments->len, "%s", app->notice);
	return l->attachments->pdata[i];
}

/* Whatever becomes of the reader meanwhile. */
Test(written, what_is_typed_is_kept_while_the_editor_has_it)
{
	char *text;

	world_new("editor = built-in");
	press("m");
	answer("bob@example.org");
	answer("Tulips");
	press("H i");
	compose_tick(app);
	press("!");
	compose_save(app, true);
	cr_assert_eq(app->focus, WHERE_EDITOR);
	text = kept(app->compose.now);
	cr_assert(g_str_has_suffix(text, "\n\nHi!"), "%s", text);
	cr_assert_eq(app->compose.now->save_at, 0);
	/* Nothing more is to be done until something is typed. */
	cr_assert_eq(compose_wake(app), 0);
	g_free(text);
}

Test(written, a_part_in_view_is_attached)
{
	const struct attachment *a;
	struct open_letter *o;
	char *text;

	world_new("editor = built-in");
	press("m");
	answer("bob@example.org");
	answer("Tulips");
	press("C-x i");
	o = app->compose.now;
	world_mail(report);
	press("Enter v");
	cr_assert_eq(app_where(app), WHERE_PARTS, "%s", app->notice);
	press("j Esc-a");
	a = attached(o->letter, 0);
	cr_assert_str_eq(a->type, "image/png");
	cr_assert_null(strchr(a->name, '/'), "%s", a->name);
	cr_assert(a->is_ours && !a->is_message);
	cr_assert(g_str_has_prefix(a->path, o->dir), "%s", a->path);
	text = content(a->path);
	cr_assert_str_eq(text, "PNG");
	g_free(text);
	/* It goes with the letter's folder. */
	text = g_strdup(a->path);
	press("q R q");
	answer("n");
	cr_assert(!g_file_test(text, G_FILE_TEST_EXISTS));
	g_free(text);
}

Test(written, a_message_is_forwarded_as_it_stands)
{
	const struct attachment *a;
	char *text;

	world_new("editor = built-in\nforward-attached = yes");
	world_mail(report);
	press("f");
	answer("dora@example.org");
	press("C-x");
	cr_assert_eq(app->compose.now->letter->attachments->len, 1);
	a = attached(app->compose.now->letter, 0);
	cr_assert(a->is_message && a->is_ours);
	cr_assert_str_eq(a->name, "Figures-for-you.eml");
	text = content(a->path);
	cr_assert_str_eq(text, report);
	g_free(text);
}
