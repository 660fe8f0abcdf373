/*
 * store_remove.c - messages and flags change in place
 */
#include "store_help.h"

#include <sys/stat.h>

#include "model/flags.h"
#include "store/mbox.h"

#define SIZE(uid) ((uid) * 53 % 3000 + 100)

static char *dir, *file;
static struct store *s;
static int64_t inbox;

static void
setup(void)
{
	dir = fresh_dir();
	s = open_worker(dir);
	inbox = make_folder(s, "INBOX");
	file = mbox_file(dir, "INBOX");
}

static void
teardown(void)
{
	store_close(s);
	wipe(dir);
	g_free(dir);
	g_free(file);
}

TestSuite(store_remove, .init = setup, .fini = teardown);

static void
fill(uint32_t n)
{
	OK(store_begin(s, e));
	for (uint32_t uid = 1; uid <= n; uid++)
		put_message(s, inbox, uid, SIZE(uid), 0);
	OK(store_commit(s, e));
}

static int64_t
remove_uids(const char *text, bool keep_aside)
{
	struct uidset set = UIDSET_EMPTY;
	int64_t count = -1;

	cr_assert(uidset_parse(&set, text, strlen(text), 1000));
	OK(store_remove(s, inbox, &set, keep_aside, &count, e));
	uidset_clear(&set);
	return count;
}

/* The messages that any mbox tool sees: lines "From " after an empty line or
 * at the start. */
static unsigned
count_from_lines(const char *path)
{
	char *text = NULL, *p;
	unsigned n;

	cr_assert(g_file_get_contents(path, &text, NULL, NULL));
	n = g_str_has_prefix(text, "From ");
	for (p = text; (p = strstr(p, "\n\nFrom ")); p++)
		n++;
	g_free(text);
	return n;
}

static void
check_all(const char *uids)
{
	struct uidset set = UIDSET_EMPTY;
	uint64_t it = 0;
	uint32_t uid;

	check_uids(s, inbox, uids);
	cr_assert(uidset_parse(&set, uids, strlen(uids), 1000) || !*uids);
	cr_assert_eq(count_from_lines(file), uidset_count(&set));
	while (uidset_next(&set, &it, &uid))
		check_message(s, inbox, uid, SIZE(uid));
	uidset_clear(&set);
	check_verify(s, inbox);
}

static int64_t
file_size(const char *path)
{
	struct stat sb;

	return stat(path, &sb) == 0 ? (int64_t)sb.st_size : -1;
}

/* The one file in removed/; the caller frees. */
static char *
removed_file(void)
{
	char *d = g_build_filename(dir, "removed", NULL), *path;
	GDir *g = g_dir_open(d, 0, NULL);
	const char *name = g_dir_read_name(g);

	path = name ? g_build_filename(d, name, NULL) : NULL;
	g_dir_close(g);
	g_free(d);
	return path;
}

Test(store_remove, one_in_the_middle)
{
	int64_t before;

	fill(20);
	before = file_size(file);
	cr_assert_eq(remove_uids("7", true), 1);
	check_all("1:6,8:20");
	cr_assert_eq(file_size(file), before);
}

Test(store_remove, the_first_and_the_last)
{
	int64_t before;

	fill(20);
	before = file_size(file);
	remove_uids("1", true);
	check_all("2:20");
	remove_uids("20", true);
	check_all("2:19");
	cr_assert_lt(file_size(file), before);
}

Test(store_remove, neighbours_and_again_beside_a_gap)
{
	fill(60);
	remove_uids("10:12", true);
	check_all("1:9,13:60");
	remove_uids("13", true);	/* the one that has the gap */
	check_all("1:9,14:60");
	remove_uids("9", true);
	check_all("1:8,14:60");
}

Test(store_remove, all)
{
	fill(10);
	cr_assert_eq(remove_uids("1:4294967295", true), 10);
	check_all("");
	cr_assert_eq(file_size(file), 0);
	put_message(s, inbox, 11, SIZE(11), 0);
	check_all("11");
}

Test(store_remove, unknown_ones_are_passed_over)
{
	fill(5);
	cr_assert_eq(remove_uids("3,77,99:120", true), 1);
	check_all("1:2,4:5");
}

Test(store_remove, much_padding_is_compacted)
{
	int64_t before, after;

	fill(100);
	before = file_size(file);
	remove_uids("2,4,6,8,10,12,14,16,18,20,22,24,26,28,30,32:60", true);
	after = file_size(file);
	cr_assert_lt(after, before * 3 / 4);
	check_all("1,3,5,7,9,11,13,15,17,19,21,23,25,27,29,31,61:100");
	put_message(s, inbox, 101, SIZE(101), 0);
	store_close(s);
	s = open_worker(dir);
	check_all("1,3,5,7,9,11,13,15,17,19,21,23,25,27,29,31,61:101");
}

/* ---- much padding before one message ------------------------------------ */

/* Octets this process has given to write() and its like. */
static int64_t
octets_written(void)
{
	char *text = NULL;
	int64_t n;

	cr_assert(g_file_get_contents("/proc/self/io", &text, NULL, NULL));
	n = g_ascii_strtoll(strstr(text, "wchar: ") + 7, NULL, 10);
	g_free(text);
	return n;
}

/* Twenty messages of 50,000 octets gone, one after the other, and those
 * behind them so large that no new file is due. */
static void
make_long_gap(void)
{
	OK(store_begin(s, e));
	for (uint32_t uid = 1; uid <= 26; uid++)
		put_message(s, inbox, uid, uid <= 20 ? 50000 :
			    uid < 24 ? 1500000 : SIZE(uid), 0);
	OK(store_commit(s, e));
	for (uint32_t uid = 1; uid <= 20; uid++) {
		char *text = g_strdup_printf("%u", (unsigned)uid);
		int64_t before = octets_written();

		remove_uids(text, false);
		cr_expect_lt(octets_written() - before, 150000, "%s", text);
		g_free(text);
	}
	check_uids(s, inbox, "21:26");
	check_message(s, inbox, 21, 1500000);
	check_verify(s, inbox);
}

Test(store_remove, padding_that_is_there_is_not_written_again)
{
	struct flags f = { FLAG_SEEN | FLAG_FLAGGED, (char *)"work" };
	int64_t before;

	make_long_gap();
	before = octets_written();
	OK(store_set_flags(s, inbox, 21, &f, 0, e));
	cr_expect_lt(octets_written() - before, 100000);
	check_message(s, inbox, 21, 1500000);
	check_verify(s, inbox);
	cr_assert_eq(count_from_lines(file), 6);
}

/* The octets that are there are kept from the last one gone as well. */
Test(store_remove, a_gap_grows_to_both_sides)
{
	make_long_gap();
	remove_uids("23", true);
	remove_uids("22", true);
	remove_uids("21", true);
	check_uids(s, inbox, "24:26");
	check_message(s, inbox, 24, SIZE(24));
	check_verify(s, inbox);
	cr_assert_eq(count_from_lines(file), 3);
}

/* Another program took a message out, and all lines of padding moved. */
Test(store_remove, padding_that_moved_is_written_anew)
{
	struct flags f = { FLAG_SEEN, NULL };
	char *text = NULL, *index = g_build_filename(dir, "index.db", NULL);
	GString *moved;
	gsize len;

	make_long_gap();
	store_close(s);
	cr_assert(g_file_get_contents(file, &text, &len, NULL));
	moved = g_string_new("From x Tue Nov 14 22:13:20 2023\n"
			     "Subject: y\n\nz\n\n");
	g_string_append_len(moved, text, (gssize)len);
	cr_assert(g_file_set_contents(file, moved->str, (gssize)moved->len,
				      NULL));
	cr_assert_eq(unlink(index), 0);
	s = open_worker(dir);
	check_verify(s, inbox);
	OK(store_set_flags(s, inbox, 21, &f, 0, e));
	remove_uids("22", true);
	check_uids(s, inbox, "21,23:26");
	check_message(s, inbox, 21, 1500000);
	check_message(s, inbox, 23, 1500000);
	check_verify(s, inbox);
	g_string_free(moved, TRUE);
	g_free(text);
	g_free(index);
}

Test(store_remove, in_a_transaction_with_new_mail)
{
	struct uidset set = UIDSET_EMPTY;

	fill(10);
	OK(store_begin(s, e));
	uidset_add_range(&set, 9, 10);
	put_message(s, inbox, 11, SIZE(11), 0);
	OK(store_remove(s, inbox, &set, true, NULL, e));
	put_message(s, inbox, 12, SIZE(12), 0);
	uidset_clear(&set);
	uidset_add(&set, 12);
	OK(store_remove(s, inbox, &set, true, NULL, e));
	OK(store_commit(s, e));
	uidset_clear(&set);
	check_all("1:8,11");
}

Test(store_remove, rollback_changes_nothing)
{
	struct uidset set = UIDSET_EMPTY;
	char *aside;

	fill(10);
	OK(store_begin(s, e));
	uidset_add_range(&set, 3, 10);
	OK(store_remove(s, inbox, &set, true, NULL, e));
	store_rollback(s);
	uidset_clear(&set);
	check_all("1:10");
	aside = removed_file();
	cr_assert_null(aside);
}

Test(store_remove, lies_in_removed_for_a_week)
{
	char *aside, *text = NULL;

	g_setenv("VERSO_NOW", "1700000000", TRUE);
	fill(5);
	remove_uids("2:3", true);
	aside = removed_file();
	cr_assert_str_eq(strrchr(aside, '/'), "/INBOX.2023-11-14.mbox");
	cr_assert_eq(count_from_lines(aside), 2);
	cr_assert(g_file_get_contents(aside, &text, NULL, NULL));
	cr_assert_not_null(strstr(text, "\nX-Verso-Removed: 1700000000\n"));
	cr_assert_not_null(strstr(text, "\nSubject: message 3\n"));
	g_free(text);
	g_setenv("VERSO_NOW", "1700528400", TRUE);	/* 21 November */
	OK(store_expire_removed(s, e));
	cr_assert_eq(count_from_lines(aside), 2);
	g_setenv("VERSO_NOW", "1700784000", TRUE);	/* two days on */
	OK(store_expire_removed(s, e));
	cr_assert_eq(file_size(aside), -1);
	g_free(aside);
	g_unsetenv("VERSO_NOW");
}

Test(store_remove, without_keeping_aside)
{
	char *aside;

	fill(5);
	remove_uids("2", false);
	aside = removed_file();
	cr_assert_null(aside);
	check_all("1,3:5");
}

Test(store_remove, counts_follow)
{
	struct folder *f = NULL;

	OK(store_begin(s, e));
	put_message(s, inbox, 1, 100, FLAG_SEEN);
	put_message(s, inbox, 2, 100, FLAG_FLAGGED);
	put_message(s, inbox, 3, 100, 0);
	OK(store_commit(s, e));
	remove_uids("2", true);
	OK(folder_by_id(s, inbox, &f, e));
	cr_assert_eq(f->total, 2);
	cr_assert_eq(f->unread, 1);
	cr_assert_eq(f->flagged, 0);
	folder_free(f);
}

/* ---- flags in place ---------------------------------------------------- */

static void
set_flags(uint32_t uid, uint32_t bits, const char *keywords)
{
	struct flags f = { bits, (char *)keywords };

	OK(store_set_flags(s, inbox, uid, &f, 0, e));
}

Test(store_remove, flags_are_rewritten_in_place)
{
	char *text = NULL;
	int64_t before;
	struct message m;

	fill(3);
	before = file_size(file);
	set_flags(2, FLAG_SEEN | FLAG_FLAGGED, "work");
	cr_assert_eq(file_size(file), before);
	check_all("1:3");
	OK(message_by_uid(s, inbox, 2, &m, e));
	cr_assert_eq(m.flags.bits, FLAG_SEEN | FLAG_FLAGGED);
	message_clear(&m);
	cr_assert(g_file_get_contents(file, &text, NULL, NULL));
	cr_assert_not_null(strstr(text, "\nStatus: RO\nX-Status: F\n"
				  "X-Keywords: work\n"));
	g_free(text);
}

Test(store_remove, block_that_outgrows_its_room_moves)
{
	GString *words = g_string_new("w");
	struct message m;

	for (int i = 0; i < 40; i++)
		g_string_append_printf(words, " keyword-number-%d", i);
	fill(30);
	set_flags(2, FLAG_SEEN, words->str);
	check_all("1:30");
	set_flags(2, 0, NULL);
	check_all("1:30");
	set_flags(30, FLAG_SEEN, words->str);
	check_all("1:30");
	OK(message_by_uid(s, inbox, 30, &m, e));
	cr_assert_str_eq(m.flags.keywords, words->str);
	message_clear(&m);
	g_string_free(words, TRUE);
}

Test(store_remove, flags_of_what_is_not_here)
{
	fill(2);
	set_flags(99, FLAG_SEEN, NULL);
	check_all("1:2");
}

/* A reader's change waits in the index until a worker writes it down. */
Test(store_remove, flags_and_gaps_together)
{
	struct uidset set = UIDSET_EMPTY;
	struct flags f = { FLAG_SEEN, (char *)"a b c d" };

	fill(10);
	OK(store_begin(s, e));
	OK(store_set_flags(s, inbox, 5, &f, 3, e));
	uidset_add_range(&set, 3, 4);
	uidset_add(&set, 6);
	OK(store_remove(s, inbox, &set, true, NULL, e));
	OK(store_set_flags(s, inbox, 7, &f, 3, e));
	OK(store_commit(s, e));
	uidset_clear(&set);
	check_all("1:2,5,7:10");
}

/* ---- a new UIDVALIDITY ------------------------------------------------- */

static bool
rematch(uint32_t uid, uint32_t old)
{
	char *id = g_strdup_printf("%u@test", old), *text;
	struct flags f = { FLAG_SEEN, NULL };
	bool matched = false;

	text = make_text(old, SIZE(old));
	OK(rematch_add(s, uid, id, (int64_t)strlen(text), 1600000000 + old, &f,
		       0, &matched, e));
	g_free(text);
	g_free(id);
	return matched;
}

Test(store_remove, rematch_keeps_bytes)
{
	struct folder *f = NULL;
	struct message m;
	struct message old;

	OK(folder_set_uidvalidity(s, inbox, 5, e));
	fill(20);
	OK(message_by_uid(s, inbox, 10, &old, e));
	OK(rematch_begin(s, inbox, 6, e));
	for (uint32_t uid = 5; uid <= 20; uid++)
		cr_assert(rematch(uid - 4, uid));
	cr_assert_not(rematch(17, 21));		/* was never here */
	OK(rematch_finish(s, e));
	check_uids(s, inbox, "1:16");
	OK(message_by_uid(s, inbox, 6, &m, e));
	cr_assert_eq(m.id, old.id);
	cr_assert_eq(m.flags.bits, FLAG_SEEN);
	cr_assert_str_eq(m.env.subject, "message 10");
	message_clear(&m);
	message_clear(&old);
	OK(folder_by_id(s, inbox, &f, e));
	cr_assert_eq(f->uidvalidity, 6);
	folder_free(f);
	check_verify(s, inbox);
	OK(rebuild_folder(s, inbox, e));
	check_uids(s, inbox, "1:16");
}

/* A server that tells of one message twice: the second is no other one. */
Test(store_remove, rematch_hears_of_a_number_once)
{
	char *text = make_text(3, SIZE(3));
	static const uint32_t told[] = { 1, 1, 2 };
	struct flags none = { 0, NULL };
	struct envelope env;
	bool matched;

	OK(folder_set_uidvalidity(s, inbox, 5, e));
	fill(5);
	make_envelope(&env, 3);
	put_bytes(s, inbox, 6, text, strlen(text), &env, 0);
	OK(rematch_begin(s, inbox, 6, e));
	for (size_t i = 0; i < G_N_ELEMENTS(told); i++) {
		OK(rematch_add(s, told[i], "3@test", (int64_t)strlen(text), 0,
			       &none, 0, &matched, e));
		cr_assert_eq(matched, i != 1);
	}
	OK(rematch_finish(s, e));
	check_uids(s, inbox, "1:2");
	check_verify(s, inbox);
	envelope_clear(&env);
	g_free(text);
}

Test(store_remove, rematch_given_up_changes_nothing)
{
	fill(5);
	OK(rematch_begin(s, inbox, 6, e));
	rematch(9, 3);
	rematch_abort(s);
	check_all("1:5");
}

static off_t
removed_size(void)
{
	char *path = g_build_filename(dir, "removed", NULL), *one;
	GDir *d = g_dir_open(path, 0, NULL);
	struct stat sb = { 0 };
	const char *name;

	while ((name = g_dir_read_name(d))) {
		one = g_build_filename(path, name, NULL);
		if (g_str_has_prefix(name, "INBOX."))
			cr_assert_eq(stat(one, &sb), 0);
		g_free(one);
	}
	g_dir_close(d);
	g_free(path);
	return sb.st_size;
}

/* Its file is cut back to what it was, not filled up with anything. */
Test(store_remove, rollback_over_two_folders_cuts_what_was_set_aside)
{
	int64_t other = make_folder(s, "Other");
	struct uidset one = UIDSET_EMPTY;
	off_t before;

	fill(5);
	put_message(s, other, 1, 300, 0);
	remove_uids("1", true);
	before = removed_size();
	cr_assert(before > 0);
	uidset_add(&one, 1);
	OK(store_begin(s, e));
	remove_uids("2", true);
	OK(store_remove(s, other, &one, true, NULL, e));
	remove_uids("3", true);
	store_rollback(s);
	cr_assert_eq(removed_size(), before);
	check_uids(s, inbox, "2:5");
	check_uids(s, other, "1");
	uidset_clear(&one);
}
