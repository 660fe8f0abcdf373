/*
 * letters.c - letters end to end: the program, a submission server, Dovecot
 */
#include <criterion/criterion.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mime/message.h"
#include "store/outbox.h"
#include "support/dovecot.h"
#include "support/pty.h"
#include "support/smtpd.h"
#include "support/support.h"

static char *home, *config;
static struct dovecot *mail;
static struct smtpd *post;

static const char question[] =
	"From: Bob <bob@test.example>\r\nTo: ann@test.example\r\n"
	"Subject: lunch?\r\nMessage-ID: <lunch@test.example>\r\n\r\nNoon?\r\n";

/* One authority's certificate can be given: that of who gets the password. */
static void
configure(void)
{
	char *text = g_strdup_printf("[account a]\n"
				     "address = Ann <ann@test.example>\n"
				     "user = ann\n"
				     "receive = imap+plaintext://127.0.0.1:%d\n"
				     "send = smtps://localhost:%d\n"
				     "password-command = echo secret\n"
				     "tls-ca-file = %s\ntimeout = 5\n"
				     "[ui]\nsend-delay = 0\n"
				     "editor = built-in\n",
				     dovecot_imap(mail), smtpd_tls_port(post),
				     smtpd_ca(post));

	support_write(config, text, strlen(text));
	g_free(text);
}

/* Without a submission server the test skips. */
static void
begin(void)
{
	const char *why = NULL;

	store_set_parser(mime_envelope);
	post = smtpd_start(&why);
	if (!post) {
		fflush(stdout);
		cr_skip_test("%s", why);
	}
	home = support_tmp_new();
	config = g_build_filename(home, "config", NULL);
	g_setenv("VERSO_CONFIG", config, TRUE);
	g_setenv("XDG_DATA_HOME", home, TRUE);
	g_setenv("HOME", home, TRUE);
	mail = dovecot_start(NULL);
	dovecot_add(mail, "ann", "", question, strlen(question), "", 0);
	configure();
}

static void
end(void)
{
	smtpd_stop(post);
	dovecot_stop(mail);
	g_free(config);
	support_tmp_free(home);
}

TestSuite(letters, .fini = end, .timeout = 600);

/* ---- the program --------------------------------------------------------- */

static GPid
spawn(const char *line, const char *input, int *out)
{
	char *whole = g_strconcat("setsid -w " BUILD_DIR "/verso ", line,
				  NULL);
	char **argv = NULL;
	GPid pid = 0;
	int in;

	cr_assert(g_shell_parse_argv(whole, NULL, &argv, NULL));
	cr_assert(g_spawn_async_with_pipes(NULL, argv, NULL,
					   G_SPAWN_SEARCH_PATH |
					   G_SPAWN_DO_NOT_REAP_CHILD |
					   (out ? G_SPAWN_DEFAULT :
						  G_SPAWN_STDOUT_TO_DEV_NULL),
					   NULL, NULL, &pid, &in, out, NULL,
					   NULL));
	cr_assert_eq(write(in, input, strlen(input)),
		     (ssize_t)strlen(input));
	close(in);
	g_strfreev(argv);
	g_free(whole);
	return pid;
}

static char said[20000];

/* The exit status; what it printed stands in said. */
static int
verso_with(const char *line, const char *input)
{
	int out, status = 0;
	GPid pid = spawn(line, input, &out);
	size_t len = 0;
	ssize_t n;

	while ((n = read(out, said + len, sizeof(said) - 1 - len)) > 0)
		len += (size_t)n;
	said[len] = '\0';
	close(out);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int
verso(const char *line)
{
	return verso_with(line, "");
}

#define RUNS(line, status) \
	do { \
		int code_ = verso(line); \
		cr_assert_eq(code_, status, "%s: %d: %s", line, code_, said); \
	} while (0)

static struct store *
open_store(void)
{
	char *dir = g_build_filename(home, "verso", "a", NULL);
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
	GPtrArray *all = smtpd_letters(post, 0);
	char *id = g_strdup_printf("<yes%d@", n);
	guint count = 0;

	for (guint i = 0; i < all->len; i++)
		count += strstr(all->pdata[i], id) != NULL;
	g_free(id);
	g_ptr_array_unref(all);
	return count;
}

/* Does the server have one in the folder for which that holds? */
static bool
server_has(const char *folder, const char *key)
{
	char *found = dovecot_admin(mail, "search", "-u", "ann", "mailbox",
				    folder, key, NULL);
	bool has = *found;

	g_free(found);
	return has;
}

/* The promise: written on a plane, at the next Send/Receive it is with the
 * recipient, in Sent on both sides, and the question is answered on both. */
Test(letters, written_offline_a_letter_gets_everywhere)
{
	char *letter;

	begin();
	RUNS("sync", 0);
	dovecot_pause(mail);
	queue_answer(0);
	RUNS("outbox", 0);
	cr_assert(g_str_has_prefix(said, "yes0@test.example\tqueued\t"), "%s",
		  said);
	dovecot_resume(mail);
	RUNS("sync", 0);
	letter = smtpd_letter(post, "bob@test.example", "<yes0@");
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

	begin();
	RUNS("sync", 0);
	cr_assert_eq(verso_with("send bob@test.example nobody@test.example",
				"Subject: x\nMessage-ID: <x@y>\n\nx\n"), 75);
	letter = smtpd_letter(post, "bob@test.example", "x@y");
	cr_assert_not_null(letter);
	g_free(letter);
	RUNS("outbox --all", 0);
	cr_assert(strstr(said, "x@y\tsent\t"), "%s", said);
}

/* Not complete, and not lost. */
Test(letters, who_is_served_later_is_waited_for)
{
	char *letter;

	begin();
	RUNS("sync", 0);
	cr_assert_eq(verso_with("send bob@test.example later@test.example",
				"Subject: x\nMessage-ID: <l@y>\n\nx\n"), 75);
	letter = smtpd_letter(post, "bob@test.example", "l@y");
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

	begin();
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
	begin();
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

/* ---- at the terminal ----------------------------------------------------- */

#define LONG_MS 60000

static void
type(struct pty *p, const char *keys, const char *shows)
{
	pty_type(p, keys);
	cr_assert(pty_expect(p, shows, LONG_MS), "“%s” does not show after "
		  "“%s”", shows, keys);
	pty_settle(p, 200, LONG_MS);
}

/* How it ends by itself. */
static int
status_of(struct pty *p)
{
	for (int i = 0; i < 600 && !pty_ended(p); i++)
		pty_settle(p, 50, 100);
	cr_assert(pty_ended(p));
	return pty_stop(p);
}

/* Typed in the built-in editor, sent with one key, and the question is read
 * and answered with others. */
Test(letters, typed_at_the_terminal_they_are_sent)
{
	char *env[] = {
		NULL, NULL, (char *)"ASAN_OPTIONS=detect_leaks=0", NULL
	};
	const struct pty_options o = { .env = (const char *const *)env };
	const char *const argv[] = { BUILD_DIR "/verso", "compose", "--to",
				     "bob@test.example", "--subject",
				     "from the terminal", NULL };
	struct pty *p;
	char *letter;

	begin();
	RUNS("sync", 0);
	env[0] = g_strconcat("VERSO_CONFIG=", config, NULL);
	env[1] = g_strconcat("XDG_DATA_HOME=", home, NULL);
	p = pty_start(argv, &o);
	cr_assert(pty_expect(p, "^X finish", LONG_MS));
	type(p, "Gr\303\274\303\237e.", "Gr\303\274\303\237e.");
	type(p, "\030", "y send");
	type(p, "y", "Sent");
	letter = smtpd_letter(post, "bob@test.example", "from the terminal");
	cr_assert_not_null(letter);
	cr_assert(g_str_has_suffix(letter, "\n\nGr\303\274\303\237e.\n"), "%s",
		  letter);
	g_free(letter);
	type(p, "r", "^X finish");
	type(p, "Yes!", "Yes!");
	type(p, "\030", "y send");
	type(p, "y", "Sent");
	letter = smtpd_letter(post, "bob@test.example", "In-Reply-To: "
			      "<lunch@test.example>");
	cr_assert_not_null(letter);
	cr_assert(strstr(letter, "Yes!"), "%s", letter);
	cr_assert(strstr(letter, "> Noon?\n"), "%s", letter);
	cr_assert(strstr(letter, "Subject: Re: lunch?\n"), "%s", letter);
	g_free(letter);
	pty_type(p, "q");
	pty_settle(p, 500, LONG_MS);
	cr_assert_eq(pty_stop(p), 0);
	RUNS("sync --wait", 0);
	RUNS("outbox", 0);
	cr_assert_str_empty(said);
	cr_assert(server_has("INBOX", "answered"));
	RUNS("verify --server --deep", 0);
	g_free(env[0]);
	g_free(env[1]);
}

/* Whoever leaves at once need not wonder whether it was sent. */
Test(letters, a_letter_under_way_is_waited_for)
{
	char *env[] = {
		NULL, NULL, (char *)"ASAN_OPTIONS=detect_leaks=0", NULL
	};
	const struct pty_options o = { .env = (const char *const *)env };
	const char *const argv[] = { BUILD_DIR "/verso", "compose", "--to",
				     "bob@test.example", "--subject", "slow",
				     NULL };
	struct pty *p;

	begin();
	RUNS("sync", 0);
	env[0] = g_strconcat("VERSO_CONFIG=", config, NULL);
	env[1] = g_strconcat("XDG_DATA_HOME=", home, NULL);
	p = pty_start(argv, &o);
	cr_assert(pty_expect(p, "^X finish", LONG_MS));
	type(p, "Soon.", "Soon.");
	type(p, "\030", "y send");
	type(p, "y", "Sent");
	pty_type(p, "q");
	cr_assert_eq(status_of(p), 0);
	RUNS("outbox --all", 0);
	cr_assert(strstr(said, "\tsent\t"), "%s", said);
	g_free(env[0]);
	g_free(env[1]);
}

/* A reader has the account: what a command queues is sent by it. */
Test(letters, a_reader_sends_what_a_command_queues)
{
	char *env[] = {
		NULL, NULL, (char *)"ASAN_OPTIONS=detect_leaks=0", NULL
	};
	const struct pty_options o = { .env = (const char *const *)env };
	const char *const argv[] = { BUILD_DIR "/verso", NULL };
	struct pty *p;

	begin();
	RUNS("sync", 0);
	env[0] = g_strconcat("VERSO_CONFIG=", config, NULL);
	env[1] = g_strconcat("XDG_DATA_HOME=", home, NULL);
	p = pty_start(argv, &o);
	cr_assert(pty_expect(p, "lunch?", LONG_MS));
	pty_settle(p, 1000, LONG_MS);
	cr_assert_eq(verso_with("send bob@test.example",
				"Subject: x\nMessage-ID: <r@y>\n\nx\n"), 0);
	cr_assert_eq(pty_stop(p), 0);
	RUNS("outbox --all", 0);
	cr_assert(strstr(said, "r@y\tsent\t"), "%s", said);
	g_free(env[0]);
	g_free(env[1]);
}

/* Others may have written what is in it. */
Test(letters, taken_back_no_letter_speaks_to_the_terminal)
{
	char *env[] = { NULL, NULL, NULL };
	const struct pty_options o = { .env = (const char *const *)env };
	const char *const argv[] = { BUILD_DIR "/verso", "outbox",
				     "--take-back", "esc@y", NULL };
	struct pty *p;

	begin();
	RUNS("sync", 0);
	cr_assert_eq(verso_with("send later@test.example", "Subject: x\n"
				"Message-ID: <esc@y>\n\n\033[41mred\033[m\n"),
		     75);
	env[0] = g_strconcat("VERSO_CONFIG=", config, NULL);
	env[1] = g_strconcat("XDG_DATA_HOME=", home, NULL);
	p = pty_start(argv, &o);
	cr_assert(pty_expect(p, "\342\220\233[41mred", LONG_MS));
	cr_assert_eq(status_of(p), 0);
	g_free(env[0]);
	g_free(env[1]);
}

/* A terminal that goes away says so more than once: its shell ends, too. */
Test(letters, a_cut_line_costs_no_word)
{
	char *env[] = {
		NULL, NULL, (char *)"ASAN_OPTIONS=detect_leaks=0", NULL
	};
	const struct pty_options o = { .env = (const char *const *)env };
	const char *const argv[] = { BUILD_DIR "/verso", "compose", "--to",
				     "bob@test.example", "--subject", "cut",
				     NULL };
	struct pty *p;
	char *find;
	int status = -1;

	begin();
	RUNS("sync", 0);
	env[0] = g_strconcat("VERSO_CONFIG=", config, NULL);
	env[1] = g_strconcat("XDG_DATA_HOME=", home, NULL);
	p = pty_start(argv, &o);
	cr_assert(pty_expect(p, "^X finish", LONG_MS));
	pty_settle(p, 500, LONG_MS);
	pty_type(p, "the last word");
	cr_assert(pty_expect(p, "the last word", LONG_MS));
	for (int i = 0; i < 3000; i++) {
		kill(pty_pid(p), SIGHUP);
		g_usleep(100);
	}
	cr_assert_eq(pty_stop(p), 0);
	find = g_strdup_printf("grep -rq --include=letter \"the last word\" "
			       "%s", home);
	cr_assert(g_spawn_command_line_sync(find, NULL, NULL, &status, NULL));
	cr_assert_eq(status, 0);
	g_free(find);
	g_free(env[0]);
	g_free(env[1]);
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
	begin();
	g_setenv("GIT_CONFIG_NOSYSTEM", "1", TRUE);
	cr_assert_eq(chdir(home), 0);
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
	letter = smtpd_letter(post, "bob@test.example", "PATCH");
	cr_assert_not_null(letter);
	cr_assert(strstr(letter, "+hällo\n"), "%s", letter);
	g_free(letter);
	g_free(line);
}
