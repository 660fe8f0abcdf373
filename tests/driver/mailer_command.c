/*
 * mailer_command.c - a program that sends: when may somebody have the letter?
 */
#include "driver/smtp_world.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/mailer.h"
#include "support/support.h"

static char *dir;

static void
begin(void)
{
	dir = support_tmp_new();
}

static void
end(void)
{
	support_tmp_free(dir);
}

TestSuite(mailer_command, .init = begin, .fini = end, .timeout = 300);

static bool
is_there(const char *name)
{
	char *path = g_build_filename(dir, name, NULL);
	bool there = access(path, F_OK) == 0;

	g_free(path);
	return there;
}

static void
touch(const char *name)
{
	char *path = g_build_filename(dir, name, NULL);

	support_write(path, "", 0);
	g_free(path);
}

/* What a letter to a program, run in dir, comes to.  thread: NULL, or runs
 * meanwhile with the mailer. */
static enum st
send_by(struct smtp_world *w, const char *script, GThreadFunc thread)
{
	char *path = g_build_filename(dir, "sender", NULL);
	char *text = g_strdup_printf("cd %s || exit 70\n%s", dir, script);
	struct mailer *m;
	GThread *t;
	enum st st;

	support_write(path, text, strlen(text));
	w->account->send_command = g_strdup_printf("sh %s", path);
	if (!w->text)
		w->text = "A: b\n\nsecret\n";
	w->len = strlen(w->text);
	m = mailer_command_new(w->account);
	cr_assert_eq(mailer_open(m, &w->e), ST_OK);
	t = thread ? g_thread_new("meanwhile", thread, m) : NULL;
	st = mailer_send(m, &w->letter, &w->fate, &w->said, &w->e);
	if (t)
		g_thread_join(t);
	mailer_free(m);
	g_free(text);
	g_free(path);
	return st;
}

/* Most programs begin to send when they have seen the end. */
static const char script[] = "cat > got\n: > whole\n";

Test(mailer_command, has_it_when_it_says_so)
{
	struct smtp_world *w = smtp_world_new(NULL, NULL);

	cr_assert_eq(send_by(w, script, NULL), ST_OK, "%s", w->e.text);
	cr_assert_eq(w->fate, SMTP_SENT);
	cr_assert_eq(w->commits, 1);
	cr_assert(is_there("whole"));
	smtp_world_free(w);
}

/* They stand in the outbox, and on a terminal. */
Test(mailer_command, its_words_are_safe_to_be_shown)
{
	struct smtp_world *w = smtp_world_new(NULL, NULL);

	send_by(w, "cat > got\n"
		"printf 'gr\\374n\\033[2J\\r\\nno \\302\\233 mail\\n' >&2\n"
		"exit 75\n", NULL);
	cr_assert_not_null(w->said);
	cr_assert(g_utf8_validate(w->said, -1, NULL));
	cr_assert(strstr(w->said, "gr\xc3\xbcn") && strstr(w->said, "mail"),
		  "%s", w->said);
	cr_assert_null(strpbrk(w->said, "\033\r\n"));
	cr_assert_null(strstr(w->said, "\xc2\x9b"));
	smtp_world_free(w);
}

/* The status by which programs say what became of it (sysexits.h). */
Test(mailer_command, says_by_its_status_how_it_went)
{
	static const struct {
		const char *script;
		enum smtp_fate fate;
	} ends[] = {
		{ "cat > got\nexit 75\n", SMTP_LATER },
		{ "cat > got\nexit 68\n", SMTP_LATER },
		{ "cat > got\nexit 77\n", SMTP_LATER },
		{ "cat > got\nexit 65\n", SMTP_REFUSED },
		{ "cat > got\nexit 67\n", SMTP_REFUSED },
		{ "cat > got\nexit 1\n", SMTP_REFUSED },
		/* A connection may have broken behind the last line. */
		{ "cat > got\nexit 74\n", SMTP_UNSURE },
		{ "cat > got\nexit 76\n", SMTP_UNSURE },
		{ "cat > got\nkill -9 $$\n", SMTP_UNSURE },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
		struct smtp_world *w = smtp_world_new(NULL, NULL);

		cr_assert_eq(send_by(w, ends[i].script, NULL), ST_OK);
		cr_assert_eq(w->fate, ends[i].fate, "%s", ends[i].script);
		cr_assert(w->said && *w->said);
		smtp_world_free(w);
	}
}

Test(mailer_command, without_a_commit_it_does_not_see_the_end)
{
	struct smtp_world *w = smtp_world_new(NULL, NULL);

	w->commit_st = ST_LOCAL;
	cr_assert_eq(send_by(w, script, NULL), ST_LOCAL);
	cr_assert_eq(w->fate, SMTP_LATER);
	cr_assert_not(is_there("whole"));
	smtp_world_free(w);
}

/* The whole way to a server may lie behind the end of the letter. */
Test(mailer_command, has_time_to_send_what_it_has)
{
	struct smtp_world *w = smtp_world_new(NULL, NULL);

	w->account->timeout = 1;
	cr_assert_eq(send_by(w, "cat > got\nsleep 2\n", NULL), ST_OK, "%s",
		     w->e.text);
	cr_assert_eq(w->fate, SMTP_SENT);
	smtp_world_free(w);
}

static void
hurry(struct smtp_world *w)
{
	w->account->timeout = 0;
}

Test(mailer_command, a_program_that_hangs_is_ended)
{
	struct smtp_world *w = smtp_world_new(NULL, NULL);

	w->at_commit = hurry;
	cr_assert_eq(send_by(w, "cat > got\nsleep 1000\n", NULL), ST_RETRY);
	cr_assert_eq(w->fate, SMTP_UNSURE);
	smtp_world_free(w);
}

static pid_t
pid_of_program(void)
{
	char *path = g_build_filename(dir, "pid", NULL), *text = NULL;
	pid_t pid = 0;

	while (pid == 0) {
		g_usleep(1000);
		if (g_file_get_contents(path, &text, NULL, NULL))
			pid = (pid_t)g_ascii_strtoll(text, NULL, 10);
		g_clear_pointer(&text, g_free);
	}
	g_free(path);
	return pid;
}

/* Where verso is killed, the program must not take what it has for the whole
 * letter. */
Test(mailer_command, half_a_letter_is_sent_by_nobody)
{
	static const char slow[] = "echo $$ > pid\n"
		"while ! test -e go; do sleep 0.02; done\n"
		"cat > got\n: > whole\n";
	struct smtp_world *w = smtp_world_new(NULL, NULL);
	char *text = g_strnfill(1000000, 'x');
	pid_t pid, program;

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	w->text = text;
	pid = fork();
	if (pid == 0) {
		send_by(w, slow, NULL);
		_exit(0);
	}
	program = pid_of_program();
	kill(pid, SIGKILL);
	cr_assert_eq(waitpid(pid, NULL, 0), pid);
	touch("go");
	cr_assert_eq(waitpid(program, NULL, 0), program);
	cr_assert_not(is_there("whole"));
	g_free(text);
	smtp_world_free(w);
}

static gpointer
interrupt_and_let_go(gpointer m)
{
	while (!is_there("whole"))
		g_usleep(1000);
	mailer_interrupt(m);
	g_usleep(200000);
	touch("go");
	return NULL;
}

/* What it is about to say is heard before the end. */
Test(mailer_command, the_end_waits_for_its_word)
{
	static const char waits[] = "cat > got\n: > whole\n"
		"while ! test -e go; do sleep 0.02; done\n";
	struct smtp_world *w = smtp_world_new(NULL, NULL);

	cr_assert_eq(send_by(w, waits, interrupt_and_let_go), ST_OK, "%s",
		     w->e.text);
	cr_assert_eq(w->fate, SMTP_SENT);
	smtp_world_free(w);
}

static gpointer
interrupt_when_begun(gpointer m)
{
	while (!is_there("begun"))
		g_usleep(1000);
	mailer_interrupt(m);
	return NULL;
}

Test(mailer_command, interrupted_before_the_end_nobody_has_it)
{
	struct smtp_world *w = smtp_world_new(NULL, NULL);
	char *text = g_strnfill(1000000, 'x');

	w->text = text;
	cr_assert_eq(send_by(w, ": > begun\nsleep 1000\n",
			     interrupt_when_begun), ST_CANCELLED);
	cr_assert_eq(w->fate, SMTP_LATER);
	cr_assert_eq(w->commits, 0);
	g_free(text);
	smtp_world_free(w);
}
