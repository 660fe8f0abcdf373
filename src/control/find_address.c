/*
 * find_address.c - address completion, and the query-command
 */
#include "control/find_address.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/words.h"
#include "control/addressing.h"
#include "control/book.h"
#include "control/notice.h"
#include "store/addresses.h"

#define CANDIDATES_MAX 50
#define QUERY_MS 10000
#define QUERY_BYTES (256 << 10)

/* A run of the query-command. */
struct query {
	char *text;		/* what it was asked for */
	GPid pid;
	int fd;			/* -1: it has ended */
	int64_t until;		/* clock_ms() */
	GString *said;
	GPtrArray *found;	/* char *, when it has ended */
};

/* ---- candidates --------------------------------------------------------- */

struct found {
	char *folded;		/* what is looked for */
	GPtrArray *words;	/* char * */
	GHashTable *seen;	/* folded addresses, so that each comes once */
};

/* At the beginning of a word. */
static bool
has_word(const char *text, const char *folded)
{
	char *all = text_fold(text);
	const char *p = all;
	bool found = false;

	while (!found && (p = strstr(p, folded))) {
		found = p == all || strchr(" <\"'(.-_@", p[-1]);
		p++;
	}
	g_free(all);
	return found;
}

static bool
is_list(const char *text)
{
	return addressing_last(text) != text;
}

static void
offer(struct found *f, const char *text)
{
	/* Several addresses stand for none of them. */
	const char *open = is_list(text) ? NULL : strrchr(text, '<');
	char *key;

	if (f->words->len >= CANDIDATES_MAX)
		return;
	key = text_fold(open ? open + 1 : text);
	g_strdelimit(key, ">", '\0');
	if (g_hash_table_add(f->seen, key))
		g_ptr_array_add(f->words, g_strdup(text));
}

static void
offer_book(struct found *f)
{
	GPtrArray *entries = book_load();

	for (guint i = 0; i < entries->len; i++) {
		const struct book_entry *entry = entries->pdata[i];

		/* Who looks for one person does not mean a team. */
		if (has_word(entry->alias, f->folded) ||
		    (!is_list(entry->list) &&
		     has_word(entry->list, f->folded)))
			offer(f, entry->list);
	}
	g_ptr_array_unref(entries);
}

/* Whom one writes to, and who writes, in all accounts. */
static void
offer_known(struct found *f, const struct app *app, const char *typed)
{
	for (guint i = 0; app->accounts && i < app->accounts->len; i++) {
		const struct app_account *a = app->accounts->pdata[i];
		GPtrArray *known = NULL;

		if (!a->store || addresses_find(a->store, typed,
						CANDIDATES_MAX, &known,
						NULL) != ST_OK)
			continue;
		for (guint j = 0; j < known->len; j++) {
			const struct known_address *one = known->pdata[j];
			const struct address address = { one->name,
							 one->mailbox };
			char *text = addressing_one(&address);

			offer(f, text);
			g_free(text);
		}
		g_ptr_array_unref(known);
	}
}

/* ---- the query-command -------------------------------------------------- */

static void
query_free(struct query *q)
{
	if (!q)
		return;
	if (q->fd >= 0) {
		close(q->fd);
		kill(q->pid, SIGKILL);
		waitpid(q->pid, NULL, 0);
	}
	g_free(q->text);
	g_string_free(q->said, TRUE);
	g_ptr_array_unref(q->found);
	g_free(q);
}

static void
start(struct app *app, const char *text)
{
	char **argv = words_split(app->config->ui.query_command, NULL);
	guint n = argv ? g_strv_length(argv) : 0;
	GSpawnFlags flags = G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD |
			    G_SPAWN_STDERR_TO_DEV_NULL;
	GError *error = NULL;
	struct query *q;
	char **all;

	if (n == 0) {
		g_strfreev(argv);
		return;
	}
	all = g_new0(char *, n + 2);
	memcpy(all, argv, n * sizeof(*all));
	all[n] = (char *)text;
	q = g_new0(struct query, 1);
	q->text = g_strdup(text);
	q->said = g_string_new(NULL);
	q->found = g_ptr_array_new_with_free_func(g_free);
	q->until = clock_ms() + QUERY_MS;
	if (g_spawn_async_with_pipes(NULL, all, NULL, flags, NULL, NULL,
				     &q->pid, NULL, &q->fd, NULL, &error)) {
		fcntl(q->fd, F_SETFL, O_NONBLOCK);
	} else {
		q->fd = -1;
		notice_fail(app, "The query-command fails: %s",
			    error->message);
		g_error_free(error);
	}
	app->query = q;
	g_free(all);
	g_strfreev(argv);
}

/* "ADDRESS <TAB> NAME <TAB> …"; the first line of mutt's is a message. */
static void
add_answer(struct query *q, const char *line)
{
	char **fields = g_strsplit(line, "\t", 3);
	struct address a = { .name = (char *)"" };

	if (fields[0] && strchr(fields[0], '@')) {
		a.mailbox = g_strstrip(fields[0]);
		if (fields[1])
			a.name = g_strstrip(fields[1]);
		g_ptr_array_add(q->found, addressing_one(&a));
	}
	g_strfreev(fields);
}

static void
ended(struct app *app, struct query *q)
{
	char *text = text_to_utf8(q->said->str, q->said->len);
	char **lines = g_strsplit(text, "\n", -1);

	close(q->fd);
	q->fd = -1;
	kill(q->pid, SIGKILL);
	waitpid(q->pid, NULL, 0);
	for (int i = 0; lines[i]; i++)
		add_answer(q, lines[i]);
	app->found_more = q->found->len > 0;
	g_strfreev(lines);
	g_free(text);
}

void
find_address_tick(struct app *app)
{
	struct query *q = app->query;
	char buf[4096];
	ssize_t n;

	if (!q || q->fd < 0)
		return;
	while ((n = read(q->fd, buf, sizeof(buf))) > 0 &&
	       q->said->len < QUERY_BYTES)
		g_string_append_len(q->said, buf, n);
	if ((n < 0 && errno != EINTR && errno != EAGAIN) || n == 0 ||
	    q->said->len >= QUERY_BYTES || clock_left(q->until) == 0)
		ended(app, q);
}

int
find_address_fd(const struct app *app)
{
	return app->query ? app->query->fd : -1;
}

int64_t
find_address_wake(const struct app *app)
{
	return find_address_fd(app) >= 0 ? app->query->until : 0;
}

void
find_address_free(struct app *app)
{
	query_free(app->query);
	app->query = NULL;
}

static void
offer_query(struct found *f, struct app *app, const char *text)
{
	if (!*app->config->ui.query_command || strlen(text) < 2)
		return;
	if (!app->query || strcmp(app->query->text, text) != 0) {
		find_address_free(app);
		start(app, text);
	}
	for (guint i = 0; app->query && i < app->query->found->len; i++)
		offer(f, app->query->found->pdata[i]);
}

/* ---- all of them -------------------------------------------------------- */

char **
find_address(struct app *app, const char *text)
{
	const char *last = addressing_last(text);
	struct found f = { text_fold(last), g_ptr_array_new(),
			   g_hash_table_new_full(g_str_hash, g_str_equal,
						 g_free, NULL) };

	if (*last) {
		offer_book(&f);
		offer_known(&f, app, last);
		offer_query(&f, app, last);
	}
	for (guint i = 0; i < f.words->len; i++) {
		char *word = f.words->pdata[i];

		f.words->pdata[i] = g_strdup_printf("%.*s%s",
						    (int)(last - text), text,
						    word);
		g_free(word);
	}
	g_ptr_array_add(f.words, NULL);
	g_hash_table_unref(f.seen);
	g_free(f.folded);
	return (char **)g_ptr_array_free(f.words, FALSE);
}
