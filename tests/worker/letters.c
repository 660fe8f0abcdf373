/*
 * letters.c - letters end to end: the program, a submission server, Dovecot
 */
#include "worker/letters_world.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/outbox.h"

TestSuite(letters, .fini = letters_end, .timeout = 600);

static struct store *
open_store(void)
{
	char *dir = g_build_filename(letters_home, "verso", "a", NULL);
	struct store *s = NULL;
	struct err e = { "" };

	cr_assert_eq(store_open(dir, STORE_READER, &s, &e), ST_OK, "%s",
		     e.text);
	g_free(dir);
	return s;
}

static int64_t
folder_of(struct store *s, enum folder_role role)
{
	GPtrArray *all = NULL;
	int64_t id = 0;

	cr_assert_eq(folders_all(s, &all, NULL), ST_OK);
	for (guint i = 0; i < all->len; i++) {
		const struct folder *f = all->pdata[i];

		if (f->role == role)
			id = f->id;
	}
	g_ptr_array_unref(all);
	return id;
}

/* ---- a letter ----------------------------------------------------------- */

/* Number n; borrowed until the next call. */
static const char *
answer(int n)
{
	static char text[400];

	g_snprintf(text, sizeof(text), "From: Ann <ann@test.example>\n"
		   "To: bob@test.example\nSubject: Re: lunch?\n"
		   "Message-ID: <yes%d@test.example>\n"
		   "In-Reply-To: <lunch@test.example>\n\n"
		   "From noon on.\n.\nYes.\n", n);
	return text;
}

/* An answer to the message in INBOX, as the reader puts it there. */
static void
queue_answer(int n)
{
	struct store *s = open_store();
	struct outbox_letter *l = outbox_letter_new();
	struct message about = { 0 };
	struct err e = { "" };
	FILE *f = tmpfile();
	int64_t id;

	fputs(answer(n), f);
	fflush(f);
	cr_assert_eq(message_by_message_id(s, 0, "lunch@test.example", &about,
					   &e), ST_OK, "%s", e.text);
	l->from = g_strdup("ann@test.example");
	outbox_letter_add_rcpt(l, "bob@test.example");
	l->message_id = g_strdup_printf("yes%d@test.example", n);
	l->subject = g_strdup("Re: lunch?");
	l->sent = folder_of(s, ROLE_SENT);
	cr_assert(l->sent);
	l->about = about.id;
	l->about_id = g_strdup(about.env.message_id);
	l->mark.bits = FLAG_ANSWERED;
	cr_assert_eq(outbox_add(s, fileno(f), l, &id, &e), ST_OK, "%s",
		     e.text);
	fclose(f);
	message_clear(&about);
	outbox_letter_free(l);
	store_close(s);
}

static guint
delivered(int n)
{
	GPtrArray *all = smtpd_letters(letters_post, 0);
	char *id = g_strdup_printf("<yes%d@", n);
	guint count = 0;

	for (guint i = 0; i < all->len; i++)
		count += strstr(all->pdata[i], id) != NULL;
	g_free(id);
	g_ptr_array_unref(all);
	return count;
}

/* The promise: written on a plane, at the next Send/Receive it is with the
 * recipient, in Sent on both sides, and the question is answered on both. */
Test(letters, written_offline_a_letter_gets_everywhere)
{
	char *letter;

	letters_begin();
	RUNS("sync", 0);
	dovecot_pause(letters_mail);
	queue_answer(0);
	RUNS("outbox", 0);
	cr_assert(g_str_has_prefix(said, "yes0@test.example\tqueued\t"), "%s",
		  said);
	dovecot_resume(letters_mail);
	RUNS("sync", 0);
	letter = smtpd_letter(letters_post, "bob@test.example", "<yes0@");
	cr_assert_not_null(letter);
	cr_assert(g_str_has_suffix(letter, answer(0)), "%s", letter);
	g_free(letter);
	RUNS("outbox", 0);
	cr_assert_str_empty(said);
	cr_assert(server_has("Sent", "seen"));
	cr_assert(server_has("INBOX", "answered"));
	RUNS("list -m Sent", 0);
	cr_assert(strstr(said, "lunch"), "%s", said);
	RUNS("list", 0);
	cr_assert(strstr(said, "\tNA...\t"), "%s", said);
	RUNS("verify --server --deep", 0);
	RUNS("sync", 0);
	cr_assert_eq(delivered(0), 1);
}

Test(letters, refused_recipients_are_named_and_the_others_get_it)
{
	char *letter;

	letters_begin();
	RUNS("sync", 0);
	cr_assert_eq(verso_with("send bob@test.example nobody@test.example",
				"Subject: x\nMessage-ID: <x@y>\n\nx\n"), 75);
	letter = smtpd_letter(letters_post, "bob@test.example", "x@y");
	cr_assert_not_null(letter);
	g_free(letter);
	RUNS("outbox --all", 0);
	cr_assert(strstr(said, "x@y\tsent\t"), "%s", said);
}

/* Not complete, and not lost. */
Test(letters, who_is_served_later_is_waited_for)
{
	char *letter;

	letters_begin();
	RUNS("sync", 0);
	cr_assert_eq(verso_with("send bob@test.example later@test.example",
				"Subject: x\nMessage-ID: <l@y>\n\nx\n"), 75);
	letter = smtpd_letter(letters_post, "bob@test.example", "l@y");
	cr_assert_not_null(letter);
	g_free(letter);
	RUNS("outbox", 0);
	cr_assert(g_str_has_prefix(said, "l@y\tqueued\t"), "%s", said);
	cr_assert(strstr(said, "come back later"), "%s", said);
	RUNS("sync", 75);
	RUNS("outbox --take-back l@y", 0);
	cr_assert(strstr(said, "Message-ID: <l@y>"), "%s", said);
	RUNS("outbox", 0);
	cr_assert_str_empty(said);
	RUNS("sync", 0);
}

static void
wait_for(bool (*holds)(void))
{
	for (int i = 0; i < 1200 && !holds(); i++)
		g_usleep(50000);
	cr_assert(holds());
}

/* Somebody else has the account. */
static bool
is_taken(void)
{
	return verso("sync") == 75;
}

static bool
is_flagged(void)
{
	return server_has("INBOX", "flagged");
}

/* Who watches has the account: what commands decide is passed on by it. */
Test(letters, a_watch_sends_what_a_command_queues)
{
	GPid pid;

	letters_begin();
	RUNS("sync", 0);
	pid = spawn("sync --watch", "", NULL);
	wait_for(is_taken);
	cr_assert_eq(verso_with("send bob@test.example",
				"Subject: x\nMessage-ID: <w@y>\n\nx\n"), 0);
	cr_assert_eq(verso_with("send bob@test.example",
				"Subject: x\nMessage-ID: <v@y>\n\nx\n"), 0);
	RUNS("op flag -m INBOX --message-id lunch@test.example", 0);
	wait_for(is_flagged);
	kill(pid, SIGTERM);
	waitpid(pid, NULL, 0);
	RUNS("outbox --all", 0);
	cr_assert(strstr(said, "w@y\tsent\t"), "%s", said);
	cr_assert(strstr(said, "v@y\tsent\t"), "%s", said);
}

static void
take_back(int n)
{
	char *line = g_strdup_printf("outbox --take-back yes%d@test.example",
				     n);

	RUNS(line, 0);
	g_free(line);
}

/* Killed whenever: once with the recipient, or to be seen as unsure. */
Test(letters, killed_while_sending_it_goes_once_or_is_in_doubt)
{
	letters_begin();
	RUNS("sync", 0);
	for (int i = 1; i <= 12; i++) {
		bool unsure;
		guint n;
		GPid pid;

		queue_answer(i);
		pid = spawn("sync", "", NULL);
		g_usleep((gulong)(i * 25000));
		kill(-pid, SIGKILL);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		RUNS("sync --wait", 0);
		n = delivered(i);
		RUNS("outbox", 0);
		unsure = strstr(said, "\tunsure\t") != NULL;
		cr_assert(n == 1 || (unsure && n == 0), "%u letters after %d "
			  "ms: %s", n, i * 25, said);
		if (unsure)
			take_back(i);
	}
	RUNS("verify --server --deep", 0);
}

/* git asks for a program as sendmail is. */
Test(letters, git_sends_its_patches)
{
	static const char *const steps[] = {
		"git init -q .", "git config user.name Ann",
		"git config user.email ann@test.example",
		"git commit -q --allow-empty -m first",
		"sh -c 'echo hällo > file'", "git add file",
		"git commit -q -m 'file: say hällo'",
		"git format-patch -q -1",
	};
	char *letter, *line;
	int status = 0;

	if (g_spawn_command_line_sync("git send-email --dump-aliases", NULL,
				      NULL, &status, NULL) && status != 0)
		cr_skip_test("there is no git send-email");
	letters_begin();
	g_setenv("GIT_CONFIG_NOSYSTEM", "1", TRUE);
	cr_assert_eq(chdir(letters_home), 0);
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		cr_assert(g_spawn_command_line_sync(steps[i], NULL, NULL,
						    &status, NULL));
		cr_assert_eq(status, 0, "%s", steps[i]);
	}
	line = g_strdup_printf("git send-email --confirm=never --quiet "
			       "--to=bob@test.example --sendmail-cmd='%s send "
			       "-i' 0001-file-say-h-llo.patch",
			       BUILD_DIR "/verso");
	cr_assert(g_spawn_command_line_sync(line, NULL, NULL, &status,
					    NULL));
	cr_assert_eq(status, 0);
	letter = smtpd_letter(letters_post, "bob@test.example", "PATCH");
	cr_assert_not_null(letter);
	cr_assert(strstr(letter, "+hällo\n"), "%s", letter);
	g_free(letter);
	g_free(line);
}
