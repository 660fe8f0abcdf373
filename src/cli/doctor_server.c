/*
 * doctor_server.c - the way to a server, step by step
 *
 * One session as a worker would open it, in this process: what it met comes
 * from driver_facts(), so that what is looked at is what verso does and not
 * something like it.  Nothing is changed on the server.
 */
#include <signal.h>
#include <sys/time.h>
#include <time.h>

#include "cli/cli.h"
#include "cli/doctor.h"
#include "net/driver.h"
#include "net/smtp.h"
#include "worker/secret.h"

#define SERVER_SECONDS 15
#define COMMAND_MS (120 * 1000)
/* A certificate that ends sooner is worth a word. */
#define EXPIRES_SOON (14 * 24 * 60 * 60)

struct visit {
	struct account account;	/* with less patience; all else borrowed */
	const char *file;	/* the configuration */
	const struct endpoint *ep;	/* account.receive, or .send */
	const char *user;
	const char *title;		/* what begins each line */
	struct driver *driver;	/* to receive by, else NULL */
	struct smtp *smtp;	/* to send by, else NULL */
	struct driver_facts facts;
	enum st st;
	struct err e;
	uint32_t caps;
	int64_t count;		/* folders; messages where there are none */
	bool no_secret;		/* the sentence has its cure already */
};

/* ---- time is up, or the person has enough ------------------------------- */

static struct driver *visited;
static struct smtp *visited_smtp;
static volatile sig_atomic_t stopped, late;

static void
on_signal(int n)
{
	if (n == SIGALRM)
		late = 1;
	else
		stopped = 1;
	if (visited)
		driver_interrupt(visited);
	if (visited_smtp)
		smtp_interrupt(visited_smtp);
}

static struct itimerval
set_timer(struct itimerval next)
{
	struct itimerval was;

	setitimer(ITIMER_REAL, &next, &was);
	return was;
}

static const int signals[] = { SIGALRM, SIGINT, SIGTERM, SIGPIPE };

static void
signals_take(struct sigaction *old)
{
	struct sigaction ours = { .sa_handler = on_signal };
	struct sigaction none = { .sa_handler = SIG_IGN };

	for (size_t i = 0; i < G_N_ELEMENTS(signals); i++)
		sigaction(signals[i], signals[i] == SIGPIPE ? &none : &ours,
			  &old[i]);
}

static void
signals_give_back(const struct sigaction *old)
{
	for (size_t i = 0; i < G_N_ELEMENTS(signals); i++)
		sigaction(signals[i], &old[i], NULL);
}

/* ---- the password ------------------------------------------------------- */

static bool
is_stopped(void *ctx)
{
	return stopped;
}

static bool
sends(const struct visit *v)
{
	return v->ep == &v->account.send;
}

static const char *
command_of(const struct visit *v)
{
	const struct account *a = &v->account;

	if (a->auth == AUTH_OAUTH2)
		return sends(v) ? a->send_token_command : a->token_command;
	return sends(v) ? a->send_password_command : a->password_command;
}

static enum st
ask_person(struct visit *v, char **secret, struct err *e)
{
	const struct account *a = &v->account;
	char *sentence = g_strdup_printf("Password of %s at %s:",
					 v->user ? v->user : a->name,
					 v->ep->host);

	*secret = cli_password(sentence, &stopped);
	g_free(sentence);
	return *secret ? ST_OK : secret_missing(a, v->file, e);
}

static enum st
give_secret(void *ctx, bool again, char **secret, struct err *e)
{
	static const struct itimerval never;
	struct visit *v = ctx;
	const struct account *a = &v->account;
	const char *command = command_of(v);
	struct itimerval left = set_timer(never);
	enum st st;

	if (command)
		st = secret_command(command, COMMAND_MS, is_stopped, NULL,
				    secret, e);
	else if (a->auth == AUTH_OAUTH2)
		st = secret_missing(a, v->file, e);
	else
		st = ask_person(v, secret, e);
	v->no_secret = st != ST_OK;
	set_timer(left);
	return st;
}

static void
give_notice(void *ctx, const char *text)
{
	doctor_say("note", "%s: the server says: %s",
		   ((struct visit *)ctx)->account.name, text);
}

/* ---- the visit ---------------------------------------------------------- */

static void
count(struct visit *v)
{
	bool folders = v->caps & CAP_FOLDERS;
	GPtrArray *all = NULL;

	v->st = driver_folders(v->driver, !folders, &all, &v->e);
	if (v->st != ST_OK)
		return;
	if (folders)
		v->count = all->len;
	else if (all->len > 0)
		v->count = ((struct folder_info *)all->pdata[0])->messages;
	g_ptr_array_unref(all);
}

static void
visit_mail(struct visit *v)
{
	visited = v->driver;
	v->st = driver_open(v->driver, &v->e);
	driver_facts(v->driver, &v->facts);
	v->caps = driver_capabilities(v->driver);
	if (v->st == ST_OK)
		count(v);
	driver_close(v->driver, v->st == ST_OK, NULL);
	visited = NULL;
}

/* Up to the log-in: nothing is sent. */
static void
visit_submission(struct visit *v)
{
	visited_smtp = v->smtp;
	v->st = smtp_open(v->smtp, &v->e);
	smtp_facts(v->smtp, &v->facts);
	smtp_close(v->smtp);
	visited_smtp = NULL;
}

static void
visit(struct visit *v)
{
	const struct driver_host host = { v, give_secret, give_notice };
	struct itimerval alarm = {
		.it_value.tv_sec = v->account.timeout
	};
	struct sigaction old[G_N_ELEMENTS(signals)];

	late = 0;
	if (sends(v)) {
		v->smtp = smtp_new(&v->account, &host);
	} else {
		v->driver = driver_new(&v->account, &host, &v->e);
		if (!v->driver) {
			v->st = ST_CONFIG;
			return;
		}
	}
	signals_take(old);
	set_timer(alarm);
	if (v->smtp)
		visit_submission(v);
	else
		visit_mail(v);
	set_timer((struct itimerval){ .it_value.tv_sec = 0 });
	signals_give_back(old);
}

/* ---- what is said of it ------------------------------------------------- */

static void
say_tls(const struct visit *v)
{
	const struct driver_facts *f = &v->facts;
	int64_t left = f->expires - (int64_t)time(NULL);
	char *end = cli_date(f->expires, 0);

	if (!*f->tls) {
		doctor_say("ok", "%s: TLS: none, the server is this machine.",
			   v->title);
	} else {
		doctor_say("ok", "%s: TLS: %s, %s %.10s (%d ms).",
			   v->title, f->tls,
			   f->pinned ? "the key is that of tls-pin, the "
				       "certificate ends"
				     : "the certificate is verified, it ends",
			   end, f->ms[STEP_TLS]);
		if (!f->pinned && f->expires && left < EXPIRES_SOON)
			doctor_say("note", "%s: the certificate ends in %d "
				   "days: if it is yours, renew it.",
				   v->title,
				   (int)(left / (24 * 60 * 60)));
	}
	g_free(end);
}

static void
say_step(const struct visit *v, enum driver_step step)
{
	const struct driver_facts *f = &v->facts;

	switch (step) {
	case STEP_NAME:
		if (!g_hostname_is_ip_address(v->ep->host))
			doctor_say("ok", "%s: name: %s can be looked up (%d "
				   "ms).", v->title, v->ep->host,
				   f->ms[step]);
		break;
	case STEP_CONNECT:
		doctor_say("ok", "%s: connection: %s, port %d, answers (%d "
			   "ms).", v->title, f->address, v->ep->port,
			   f->ms[step]);
		break;
	case STEP_TLS:
		say_tls(v);
		break;
	default:
		doctor_say("ok", "%s: log-in: %s, by %s (%d ms).", v->title,
			   v->user ? v->user : "nobody was asked for",
			   f->login ? f->login : "nothing (already in)",
			   f->ms[step]);
	}
}

static const char *
step_name(enum driver_step step)
{
	static const char *const names[] = {
		[STEP_NAME] = "name", [STEP_CONNECT] = "connection",
		[STEP_TLS] = "TLS", [STEP_LOGIN] = "log-in",
		[STEP_DONE] = "folders",
	};

	return names[step];
}

/* What to do about a step that failed; "" where its sentence says it. */
static const char *
cure(const struct visit *v)
{
	switch (v->facts.step) {
	case STEP_NAME:
		return " Is this machine on line, and is the host right?";
	case STEP_CONNECT:
		return " Are host and port right? A firewall may be in the "
		       "way.";
	case STEP_TLS:
		return v->st == ST_AUTH
			? "" : " Do scheme and port belong together?";
	case STEP_LOGIN:
		if (v->no_secret)
			return "";
		if (v->st == ST_AUTH)
			return " Are user and password right?  Some providers "
			       "want a password of its own for each program, "
			       "or auth = oauth2.";
		return v->st == ST_PROTOCOL
			? " Do scheme and port belong together?"
			: " Try again later.";
	default:
		return "";
	}
}

static void
say_failure(struct visit *v)
{
	const struct account *a = &v->account;
	const char *what = cure(v);

	if (stopped)
		v->st = err_set(&v->e, ST_CANCELLED, "Stopped.");
	else if (late)
		v->st = err_set(&v->e, ST_RETRY, "The server %s did not come "
				"to an end within %d seconds.",
				v->ep->host, a->timeout);
	if (stopped || !*what)
		doctor_found(v->st, "%s: %s: %s", v->title,
			     step_name(v->facts.step), v->e.text);
	else
		doctor_found(v->st, "%s: %s: %s%s See [account %s] in %s.",
			     v->title, step_name(v->facts.step), v->e.text,
			     what, a->name, v->file);
}

static void
say_offers(const struct visit *v)
{
	const struct driver_offer *all = driver_offers(v->driver);
	GString *names = g_string_new(NULL);

	for (const struct driver_offer *o = all; o->name; o++)
		if (v->caps & o->cap)
			g_string_append_printf(names, "%s%s",
					       names->len ? ", " : "",
					       o->name);
	doctor_say("ok", "%s: the server offers %s.", v->title,
		   names->len ? names->str : "nothing beyond the least");
	for (const struct driver_offer *o = all; o->name; o++)
		if (!(v->caps & o->cap))
			doctor_say("note", "%s: the server does not offer %s: "
				   "%s.", v->title, o->name,
				   o->without);
	g_string_free(names, TRUE);
}

static void
say_count(const struct visit *v)
{
	long long n = (long long)v->count;

	if (v->caps & CAP_FOLDERS)
		doctor_say("ok", "%s: folders: %lld on the server.",
			   v->title, n);
	else
		doctor_say("ok", "%s: messages: %lld on the server.",
			   v->title, n);
}

/* What is worth a word of a submission server, and what is missed without. */
static void
say_limits(const struct visit *v)
{
	const struct smtp_limits *l = smtp_limits(v->smtp);
	const struct {
		bool has;
		const char *name, *without;
	} offers[] = {
		{ l->pipelining, "PIPELINING", "a letter takes longer" },
		{ l->eight_bit, "8BITMIME", "letters beyond ASCII are "
					    "encoded anew for it" },
		{ l->utf8, "SMTPUTF8", "addresses beyond ASCII cannot be "
				       "written to" },
		{ l->dsn, "DSN", "it does not tell when a letter arrived" },
	};
	GString *names = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(offers); i++)
		if (offers[i].has)
			g_string_append_printf(names, "%s%s",
					       names->len ? ", " : "",
					       offers[i].name);
	if (l->size)
		g_string_append_printf(names, "%sletters of up to %lld MB",
				       names->len ? ", " : "",
				       (long long)(l->size / 1000000));
	doctor_say("ok", "%s: the server offers %s.", v->title,
		   names->len ? names->str : "nothing beyond the least");
	for (size_t i = 0; i < G_N_ELEMENTS(offers); i++)
		if (!offers[i].has)
			doctor_say("note", "%s: the server does not offer %s: "
				   "%s.", v->title, offers[i].name,
				   offers[i].without);
	g_string_free(names, TRUE);
}

static void
say(struct visit *v)
{
	for (enum driver_step s = STEP_NAME; s < v->facts.step; s++)
		say_step(v, s);
	if (v->facts.step == STEP_DONE && v->smtp)
		say_limits(v);
	else if (v->facts.step == STEP_DONE)
		say_offers(v);
	if (v->st != ST_OK)
		say_failure(v);
	else if (v->driver)
		say_count(v);
}

static bool
look(struct visit *v)
{
	v->account.timeout = CLAMP(v->account.timeout, 1, SERVER_SECONDS);
	fflush(stdout);
	visit(v);
	if (v->driver || v->smtp)
		say(v);
	else
		doctor_found(v->st, "%s: %s", v->title, v->e.text);
	driver_free(v->driver);
	smtp_free(v->smtp);
	return !stopped;
}

bool
doctor_server(const struct account *account, const char *config_file)
{
	struct visit v = { .account = *account, .file = config_file,
			   .title = account->name, .ep = &v.account.receive,
			   .user = account->user };

	return look(&v);
}

bool
doctor_submission(const struct account *account, const char *config_file)
{
	char *title = g_strconcat(account->name, ": sending", NULL);
	struct visit v = { .account = *account, .file = config_file,
			   .title = title, .ep = &v.account.send,
			   .user = account->send_user };
	bool go_on = look(&v);

	g_free(title);
	return go_on;
}
