/*
 * post.c - the worker's end of the line, with all kinds of readers
 */
#include <criterion/criterion.h>

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "worker/link.h"

static int ends[2];	/* the reader's, the worker's */
static struct post *p;
static gint quits;

static void
interrupted(void *ctx, bool quit)
{
	(void)ctx;
	if (quit)
		g_atomic_int_inc(&quits);
}

static void
begin(void)
{
	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	p = post_new(ends[1], interrupted, NULL);
}

static void
end(void)
{
	post_free(p);
	close(ends[0]);
	close(ends[1]);
}

TestSuite(post, .init = begin, .fini = end, .timeout = 60);

static void
say(const char *text, size_t len)
{
	cr_assert_eq(send(ends[0], text, len, MSG_NOSIGNAL), (ssize_t)len);
}

/* The next request, joined by blanks; "gone", or "" when none came. */
static char *
next(int ms)
{
	char **words = NULL, *text;
	struct err e;

	if (post_read(p, ms, &words, &e) != ST_OK)
		return g_strdup("gone");
	text = words ? g_strjoinv(" ", words) : g_strdup("");
	g_strfreev(words);
	return text;
}

static void
expect(const char *text)
{
	char *came = next(30000);

	cr_assert_str_eq(came, text);
	g_free(came);
}

/* All there is until the other end closes or nothing comes for a while. */
static char *
read_all(void)
{
	struct timeval patience = { .tv_sec = 2 };
	GString *all = g_string_new(NULL);
	char buf[4096];
	ssize_t n;

	setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &patience,
		   sizeof(patience));
	while ((n = read(ends[0], buf, sizeof(buf))) > 0)
		g_string_append_len(all, buf, n);
	return g_string_free(all, FALSE);
}

static int
count(const char *text, const char *word)
{
	int n = 0;

	for (; (text = strstr(text, word)); text++)
		n++;
	return n;
}

Test(post, requests_come_whole_out_of_crumbs)
{
	static const char text[] = "request 1 sync\n\n\"open\nrequest 2 "
				   "watch \"a b\"\n";

	for (size_t i = 0; i < strlen(text); i++)
		say(text + i, 1);
	expect("request 1 sync");
	expect("request 2 watch a b");
	say("request 3", 9);
	cr_assert_eq(shutdown(ends[0], SHUT_WR), 0);
	expect("gone");
	cr_assert_geq(g_atomic_int_get(&quits), 1);
}

Test(post, a_line_without_end_is_nobodys)
{
	char *line = g_strnfill(64 * 1024, 'x');

	say(line, 64 * 1024);
	expect("gone");
	cr_assert_geq(g_atomic_int_get(&quits), 1);
	g_free(line);
}

/* Far more than the socket takes. */
Test(post, who_does_not_read_keeps_nobody_waiting)
{
	char *all;

	for (int i = 0; i < 50000; i++)
		cr_assert_eq(post_line(p, "changed", "12345", NULL), ST_OK);
	say("request 1 sync\n", 15);
	expect("request 1 sync");
	all = read_all();
	cr_assert_eq(count(all, "changed 12345\n"), 50000);
	cr_assert_eq(g_atomic_int_get(&quits), 0);
	g_free(all);
}

Test(post, who_lags_behind_is_spared_the_progress)
{
	char *all;

	for (int i = 0; i < 200000; i++)
		cr_assert_eq(post_line(p, "progress", "1", "2", "3", "4",
				       NULL), ST_OK);
	cr_assert_eq(post_line(p, "end", "1", "ok", "", NULL), ST_OK);
	all = read_all();
	cr_assert_lt(count(all, "progress 1 2 3 4\n"), 200000);
	cr_assert(g_str_has_suffix(all, "\nend 1 ok \"\"\n"));
	g_free(all);
}

Test(post, who_never_reads_is_gone)
{
	enum st st = ST_OK;

	for (int i = 0; i < 1000000 && st == ST_OK; i++)
		st = post_line(p, "notice", "It is a fine day.", NULL);
	cr_assert_eq(st, ST_CANCELLED);
	expect("gone");
}

/* A server may name a folder in 100 KB; the line has a limit. */
Test(post, long_words_are_cut_between_characters)
{
	GString *name = g_string_new("x");
	char *all;

	for (int i = 0; i < 50000; i++)
		g_string_append(name, "ü");
	post_line(p, "failed", name->str, "gone", name->str, NULL);
	all = read_all();
	cr_assert(g_str_has_suffix(all, "ü\n"));
	cr_assert(g_utf8_validate(all, -1, NULL));
	cr_assert_lt(strlen(all), 5000);
	g_free(all);
	g_string_free(name, TRUE);
}

Test(post, the_last_lines_are_delivered)
{
	char *all;

	for (int i = 0; i < 100; i++)
		post_line(p, "changed", "12345", NULL);
	post_free(p);
	p = NULL;
	shutdown(ends[1], SHUT_WR);
	all = read_all();
	cr_assert_eq(count(all, "changed 12345\n"), 100);
	g_free(all);
}

Test(post, a_reader_that_died_is_noticed_by_writing_and_reading)
{
	close(ends[0]);
	expect("gone");
	cr_assert_eq(post_line(p, "folders", NULL), ST_CANCELLED);
	ends[0] = dup(ends[1]);
}
