/*
 * addresses_find.c - whom somebody means who has typed a few letters
 *
 * Every row has its words in one text, each behind the character that says
 * where it stands: a blank for name and local part, @ for the domain, a full
 * stop for its last label, which is looked at only behind a typed @ (or "co"
 * would mean half the world).  So a row is looked at with strstr() alone, and
 * fifty thousand of them in a few milliseconds; nothing has to be kept in
 * order for it.
 */
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "store/addresses_private.h"

#define DAY (24 * 3600)
#define TYPED_MOST 8		/* words that are looked at */
/* Where own addresses and robots begin: below all others. */
#define LAST_CLASS (-(INT64_C(1) << 40))

void
known_address_free(struct known_address *a)
{
	if (!a)
		return;
	g_free(a->name);
	g_free(a->mailbox);
	g_free(a);
}

static void
free_address(gpointer a)
{
	known_address_free(a);
}

/* ---- words -------------------------------------------------------------- */

/* The next word of folded text at *at, which moves behind it; its length, 0:
 * there is none. */
static size_t
next_word(const char **at, const char **word)
{
	const char *p = *at;

	while (*p && !g_unichar_isalnum(g_utf8_get_char(p)))
		p = g_utf8_next_char(p);
	*word = p;
	while (*p && g_unichar_isalnum(g_utf8_get_char(p)))
		p = g_utf8_next_char(p);
	*at = p;
	return (size_t)(p - *word);
}

static void
add_words(GString *out, const char *text, char mark)
{
	char *plain = text_plain(text);
	const char *at = plain, *word;
	size_t n;

	while ((n = next_word(&at, &word)) > 0) {
		g_string_append_c(out, mark);
		g_string_append_len(out, word, (gssize)n);
	}
	g_free(plain);
}

char *
addresses_words(const char *name, const char *mailbox)
{
	GString *out = g_string_new(NULL);
	const char *at = strrchr(mailbox, '@');
	const char *dot = at ? strrchr(at, '.') : NULL;
	char *local = g_strndup(mailbox, at ? (gsize)(at - mailbox)
					    : strlen(mailbox));

	add_words(out, name, ' ');
	add_words(out, local, ' ');
	if (at) {
		char *domain = g_strndup(at, dot ? (gsize)(dot - at)
						 : strlen(at));

		add_words(out, domain, '@');
		g_free(domain);
	}
	if (dot)
		add_words(out, dot, '.');
	g_free(local);
	return g_string_free(out, FALSE);
}

/* What was typed: each word with a mark before it. */
struct typed {
	char *words[TYPED_MOST];
	bool domain[TYPED_MOST];
	int n;
};

static void
typed_read(struct typed *t, const char *text)
{
	char *plain = text_plain(text);
	const char *sign = strchr(plain, '@'), *at = plain, *word;
	size_t n;

	t->n = 0;
	while (t->n < TYPED_MOST && (n = next_word(&at, &word)) > 0) {
		t->domain[t->n] = sign && word > sign;
		t->words[t->n++] = g_strdup_printf(" %.*s", (int)n, word);
	}
	g_free(plain);
}

static void
typed_clear(struct typed *t)
{
	while (t->n > 0)
		g_free(t->words[--t->n]);
}

static bool
has_word(const char *words, char *word, char mark)
{
	*word = mark;
	return strstr(words, word);
}

/* *far: some of it stands in the domain alone, though it might have been a
 * name. */
static bool
matches(const struct typed *t, const char *words, bool *far)
{
	*far = false;
	for (int i = 0; i < t->n; i++) {
		if (!t->domain[i] && has_word(words, t->words[i], ' '))
			continue;
		if (!has_word(words, t->words[i], '@') &&
		    !(t->domain[i] && has_word(words, t->words[i], '.')))
			return false;
		*far = *far || !t->domain[i];
	}
	return true;
}

/* ---- order -------------------------------------------------------------- */

static bool
is_robot(const char *mailbox)
{
	static const char *const names[] = {
		"noreply", "no-reply", "no_reply", "no.reply", "donotreply",
		"do-not-reply", "do_not_reply", "dontreply", "bounce",
		"mailer-daemon", "postmaster@", "listserv@", "majordomo@",
		"-request@", "-unsubscribe@", "reply+", "nobody@",
	};
	char *plain = g_ascii_strdown(mailbox, -1);
	const char *at = strchr(plain, '@');
	bool robot = false;

	for (size_t i = 0; i < G_N_ELEMENTS(names) && !robot; i++) {
		const char *here = strstr(plain, names[i]);

		robot = here && here <= at;
	}
	g_free(plain);
	return robot;
}

/* One letter to somebody says more than any number from them; what is two
 * months old is worth half. */
static int64_t
points(const struct known_address *a, int64_t now)
{
	int64_t worth = 1 + 8 * MIN(a->sent, 1000000) + MIN(a->received, 6);
	int64_t days = CLAMP((now - a->last) / DAY, 0, 36500);

	return worth * 60000 / (60 + days);
}

struct finding {
	struct typed typed;
	GPtrArray *best;	/* in order */
	size_t max;
	int64_t now;
};

/* Where one that is worth so much belongs; max and more: nowhere. */
static guint
place_of(const struct finding *f, int64_t worth)
{
	guint at = f->best->len;

	while (at > 0 && ((struct known_address *)
			  f->best->pdata[at - 1])->points < worth)
		at--;
	return at;
}

/* Columns mailbox, name, words, sent, received, own, last. */
static void
look_at(struct finding *f, sqlite3_stmt *q)
{
	const char *words = (const char *)sqlite3_column_text(q, 2);
	struct known_address *a, one = { 0 };
	bool far;

	if (!words || !matches(&f->typed, words, &far))
		return;
	one.sent = sqlite3_column_int64(q, 3);
	one.received = sqlite3_column_int64(q, 4);
	one.own = sqlite3_column_int(q, 5) > 0;
	one.last = sqlite3_column_int64(q, 6);
	one.points = points(&one, f->now) / (far ? 16 : 1);
	if (place_of(f, one.points) >= f->max)
		return;
	one.mailbox = db_text(q, 0);
	one.robot = is_robot(one.mailbox);
	if (one.own || one.robot)
		one.points += LAST_CLASS;
	one.name = db_text(q, 1);
	a = g_new(struct known_address, 1);
	*a = one;
	g_ptr_array_insert(f->best, (gint)place_of(f, one.points), a);
	if (f->best->len > f->max)
		g_ptr_array_set_size(f->best, (gint)f->max);
}

enum st
addresses_find(struct store *s, const char *typed, size_t max,
	       GPtrArray **out, struct err *e)
{
	struct finding f = { .max = max, .now = clock_now() };
	sqlite3_stmt *q;
	enum st st;

	f.best = g_ptr_array_new_with_free_func(free_address);
	typed_read(&f.typed, typed);
	q = db_query(s->db, "SELECT mailbox, name, words, sent, received, "
		     "own, last FROM address", "");
	while (db_row(s->db, q))
		look_at(&f, q);
	st = db_done(s->db, q, e);
	typed_clear(&f.typed);
	if (st == ST_OK)
		*out = f.best;
	else
		g_ptr_array_unref(f.best);
	return st;
}
