/*
 * trace.c - the lines that a traced session leaves
 */
#include <criterion/criterion.h>

#include <string.h>

#include <glib/gstdio.h>

#include "net/memory.h"

#define CAPS (CAP_FOLDERS | CAP_UIDS | CAP_FLAGS | CAP_UIDPLUS | CAP_MOVE | \
	      CAP_APPEND)

static enum st
take_begin(void *ctx, const struct fetched *f, int64_t octets, struct err *e)
{
	(void)ctx, (void)f, (void)octets, (void)e;
	return ST_OK;
}

static enum st
take_data(void *ctx, const char *bytes, size_t len, struct err *e)
{
	(void)ctx, (void)bytes, (void)len, (void)e;
	return ST_OK;
}

static enum st
take_end(void *ctx, const struct fetched *f, struct err *e)
{
	(void)ctx, (void)f, (void)e;
	return ST_OK;
}

static enum st
hear(void *ctx, const struct listing *m, struct err *e)
{
	(void)ctx, (void)m, (void)e;
	return ST_OK;
}

static const struct fetch_sink taker = {
	.begin = take_begin, .data = take_data, .end = take_end
};
static const struct listing_sink hearer = { .message = hear };

/* One of most calls, two of which fail. */
static void
work(struct driver *d)
{
	struct flags secret = { FLAG_SEEN, NULL };
	struct uidset set = UIDSET_EMPTY;
	struct entered entered;
	GPtrArray *folders;
	struct err e;
	bool full;

	flags_add_word(&secret, "hush");
	for (uint32_t uid = 1; uid < 200; uid += 2)
		uidset_add(&set, uid);
	cr_assert_eq(driver_open(d, &e), ST_OK);
	cr_assert_eq(driver_folders(d, true, &folders, &e), ST_OK);
	g_ptr_array_unref(folders);
	cr_assert_eq(driver_enter(d, "none", NULL, NULL, &entered, &e),
		     ST_GONE);
	cr_assert_eq(driver_enter(d, "INBOX", NULL, NULL, &entered, &e),
		     ST_OK);
	cr_assert_eq(driver_changes(d, NULL, &hearer, &full, &e), ST_OK);
	cr_assert_eq(driver_fetch(d, &set, FETCH_WHOLE, &taker, &e), ST_OK);
	cr_assert_eq(driver_store(d, &set, true, &secret, &e), ST_OK);
	cr_assert_eq(driver_append(d, "INBOX", NULL, 0, "s: hush\r\n", 9,
				   NULL, NULL, &e), ST_OK);
	uidset_clear(&set);
	uidset_add_range(&set, 1, 2);
	cr_assert_eq(driver_move(d, &set, "none", NULL, NULL, NULL, &e),
		     ST_GONE);
	cr_assert_eq(driver_expunge(d, &set, &e), ST_OK);
	cr_assert_eq(driver_close(d, true, &e), ST_OK);
	uidset_clear(&set);
	flags_clear(&secret);
}

/* The log of that work, from a file of its own. */
static char *
log_of_work(void)
{
	struct memory_server *s = memory_server_new(CAPS);
	char *dir = g_dir_make_tmp("verso-trace-XXXXXX", NULL);
	char *file = g_build_filename(dir, "log", NULL), *text;
	struct driver *d;

	g_setenv("VERSO_TRACE", file, TRUE);
	memory_message_add(s, "INBOX", "s: hush\r\n\r\nhush\r\n", 17, NULL, 0);
	d = trace_driver_new(memory_driver_new(s, NULL));
	work(d);
	driver_free(d);
	memory_server_free(s);
	cr_assert(g_file_get_contents(file, &text, NULL, NULL));
	g_unlink(file);
	g_rmdir(dir);
	g_free(file);
	g_free(dir);
	return text;
}

Test(trace, each_call_is_one_line)
{
	static const char *const calls[] = {
		"memory: open: ok, 1 trips,",
		"folders status: 1: ok, 2 trips,",
		"enter \"none\": gone, 1 trips,",
		"enter \"INBOX\": 1 there: ok,",
		"changes: full, 1 listed, 0 vanished: ok,",
		"fetch whole 1..199 (100): ok,",
		"store 1..199 (100) +1 and keywords: ok,",
		"append 9 octets to \"INBOX\": ok,",
		"move 1:2 to \"none\": gone,",
		"expunge 1:2: ok,",
		"close polite: ok,",
	};
	char *text = log_of_work(), **lines = g_strsplit(text, "\n", -1);

	cr_assert_eq(g_strv_length(lines), G_N_ELEMENTS(calls) + 1, "%s",
		     text);
	for (size_t i = 0; i < G_N_ELEMENTS(calls); i++) {
		cr_assert(strstr(lines[i], calls[i]), "%s: %s", calls[i],
			  lines[i]);
		cr_assert(g_str_has_suffix(lines[i], " ms"));
	}
	cr_assert_not(strstr(text, "hush"), "no word of mail in %s", text);
	g_strfreev(lines);
	g_free(text);
}
