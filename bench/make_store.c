/*
 * make_store.c - a local copy with any number of messages, quickly
 *
 *	make_store DIR COUNT [OCTETS [FOLDER]]
 *
 * Fills the folder (INBOX) of the store in DIR with COUNT messages of about
 * OCTETS (600) each: the same ones every time, two in five of them replies,
 * one in twenty unread.  The subject of message N ends in N.  Says on
 * standard error what it cost.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "store/store.h"

#define PIECE 16384
#define COMMIT_OCTETS (24 * 1024 * 1024)
#define FIRST_DATE 1500000000

static const char *const words[] = {
	"meeting", "patch", "release", "lunch", "invoice", "travel", "kernel",
	"review", "garden", "budget", "weekend", "server", "question", "draft",
	"photos", "schedule", "agenda", "contract", "idea", "report",
};

static const char *const people[] = {
	"Ann Lee", "Bob Stone", "Chiara Rossi", "Dmitri Petrov", "Eva Novak",
	"Farid Khan", "Grace Hopper", "Hiro Tanaka", "Ines Sousa", "Jan Maas",
};

struct maker {
	struct store *s;
	int64_t folder;
	size_t octets;
	uint32_t state;		/* of the numbers that look random */
	GString *text;		/* header */
	char *body;		/* lines enough for any message */
	uint64_t written;
};

static uint32_t
number(struct maker *m, uint32_t below)
{
	m->state = m->state * 1664525 + 1013904223;
	return (m->state >> 8) % below;
}

static char *
make_body(size_t octets)
{
	GString *b = g_string_sized_new(octets + 80);

	for (unsigned line = 0; b->len < octets; line++)
		g_string_append_printf(b, "%04u the quick brown fox jumps over "
				       "the lazy dog and goes home %04u\r\n",
				       line % 10000, line % 7919);
	return g_string_free(b, FALSE);
}

/* The message that number n answers, 0: none. */
static uint32_t
parent_of(struct maker *m, uint32_t n)
{
	if (n < 2 || number(m, 5) > 1)
		return 0;
	return n - 1 - number(m, MIN(n - 1, 20));
}

static void
make_envelope(struct maker *m, uint32_t n, uint32_t parent,
	      struct envelope *env)
{
	unsigned who = number(m, G_N_ELEMENTS(people));

	env->date = FIRST_DATE + (int64_t)n * 300 + number(m, 200);
	env->subject = g_strdup_printf("%s%s %s %u", parent ? "Re: " : "",
				       words[number(m, G_N_ELEMENTS(words))],
				       words[number(m, G_N_ELEMENTS(words))],
				       n);
	env->from = g_strdup_printf("%s <p%u.%u@example.org>", people[who],
				    who, number(m, 500));
	env->to = g_strdup("Reader <reader@example.net>");
	env->message_id = g_strdup_printf("%u.%08x@example.org", n,
					  n * 2654435761u);
	if (parent)
		env->references = g_strdup_printf("%u.%08x@example.org",
						  parent,
						  parent * 2654435761u);
}

static enum st
put(struct maker *m, uint32_t n, struct envelope *env, struct err *e)
{
	struct ingest what = { .folder = m->folder, .uid = n,
			       .internaldate = env->date,
			       .flags = { number(m, 20) ? FLAG_SEEN : 0,
					  NULL } };
	enum st st = ingest_begin(m->s, m->folder, e);
	size_t left = m->octets, at = 0;

	g_string_printf(m->text, "From: %s\r\nTo: %s\r\nSubject: %s\r\n"
			"Message-ID: <%s>\r\n%s%s%s\r\n", env->from, env->to,
			env->subject, env->message_id,
			env->references ? "References: <" : "",
			env->references ? env->references : "",
			env->references ? ">\r\n" : "");
	if (st == ST_OK)
		st = ingest_bytes(m->s, m->text->str, m->text->len, e);
	while (left > 0 && st == ST_OK) {
		size_t piece = MIN(left, PIECE);

		st = ingest_bytes(m->s, m->body + at, piece, e);
		at += piece;
		left -= piece;
	}
	m->written += m->octets + m->text->len;
	return st == ST_OK ? ingest_end(m->s, &what, env, NULL, e) : st;
}

static enum st
fill(struct maker *m, uint32_t count, struct err *e)
{
	uint64_t since = 0;
	enum st st = store_begin(m->s, e);

	for (uint32_t n = 1; n <= count && st == ST_OK; n++) {
		struct envelope env = { 0 };

		make_envelope(m, n, parent_of(m, n), &env);
		st = put(m, n, &env, e);
		envelope_clear(&env);
		if (st == ST_OK && m->written - since > COMMIT_OCTETS) {
			since = m->written;
			st = store_commit(m->s, e);
			if (st == ST_OK)
				st = store_begin(m->s, e);
		}
	}
	if (st == ST_OK)
		st = folder_synced(m->s, m->folder, (int64_t)count + 1, 1,
				   FIRST_DATE, e);
	return st == ST_OK ? store_commit(m->s, e) : st;
}

static double
seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static void
say_cost(const struct maker *m, uint32_t count)
{
	struct rusage r;

	getrusage(RUSAGE_SELF, &r);
	fprintf(stderr, "%u messages, %.1f MB: %.3f s user, %.3f s system, "
		"%ld KiB resident\n", count, (double)m->written / 1e6,
		seconds(r.ru_utime), seconds(r.ru_stime), r.ru_maxrss);
}

int
main(int argc, char **argv)
{
	struct maker m = { .octets = 600, .state = 42 };
	struct folder_info *info;
	struct err e = { "" };
	uint32_t count;
	enum st st;

	if (argc < 3) {
		fprintf(stderr, "make_store DIR COUNT [OCTETS [FOLDER]]\n");
		return 64;
	}
	count = (uint32_t)strtoul(argv[2], NULL, 10);
	if (argc > 3)
		m.octets = strtoul(argv[3], NULL, 10);
	m.text = g_string_new(NULL);
	m.body = make_body(m.octets);
	info = folder_info_new(argc > 4 ? argv[4] : "INBOX", '/');
	info->role = argc > 4 ? ROLE_NONE : ROLE_INBOX;
	st = store_open(argv[1], STORE_WORKER, &m.s, &e);
	if (st == ST_OK)
		st = folder_upsert(m.s, info, &m.folder, &e);
	if (st == ST_OK)
		st = folder_set_uidvalidity(m.s, m.folder, 1, &e);
	if (st == ST_OK)
		st = fill(&m, count, &e);
	store_close(m.s);
	if (st == ST_OK)
		say_cost(&m, count);
	else
		fprintf(stderr, "make_store: %s\n", e.text);
	folder_info_free(info);
	g_string_free(m.text, TRUE);
	g_free(m.body);
	return st_exit_code(st);
}
