/*
 * store_put.c - messages of our own on their way into a folder
 */
#include "store_queue_help.h"

#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

TestSuite(put, .init = setup, .fini = teardown);

/* Message n is that of make_text(), which check_bytes() knows. */
static int
text_file(uint32_t n)
{
	char *wire = make_text(n, 300), *lf = to_lf(wire);
	FILE *f = tmpfile();
	int fd;

	fwrite(lf, 1, strlen(lf), f);
	fflush(f);
	fd = dup(fileno(f));
	fclose(f);
	g_free(lf);
	g_free(wire);
	return fd;
}

/* In the transaction that is open, or one of its own. */
static int64_t
put(int64_t folder, uint32_t n, uint32_t bits)
{
	const struct flags flags = { bits, NULL };
	int fd = text_file(n);
	int64_t row = 0;

	OK(queue_put(s, folder, fd, &flags, 1600000000, &row, e));
	close(fd);
	return row;
}

static int64_t
put_as_action(int64_t folder, uint32_t n)
{
	int64_t row;

	act("Postponed");
	row = put(folder, n, FLAG_DRAFT | FLAG_SEEN);
	OK(store_commit(s, e));
	return row;
}

/* Files in put/. */
static int
files(void)
{
	char *folder = g_build_filename(dir, "put", NULL);
	GDir *d = g_dir_open(folder, 0, NULL);
	int n = 0;

	while (d && g_dir_read_name(d))
		n++;
	if (d)
		g_dir_close(d);
	g_free(folder);
	return n;
}

/* As if they had lain there for so many days. */
static void
age_files(int days)
{
	char *folder = g_build_filename(dir, "put", NULL);
	GDir *d = g_dir_open(folder, 0, NULL);
	const char *name;

	while (d && (name = g_dir_read_name(d))) {
		char *file = g_build_filename(folder, name, NULL);
		struct stat sb;
		struct utimbuf when;

		cr_assert_eq(stat(file, &sb), 0);
		when.actime = when.modtime = sb.st_mtime - days * 24 * 3600;
		cr_assert_eq(utime(file, &when), 0);
		g_free(file);
	}
	if (d)
		g_dir_close(d);
	g_free(folder);
}

static void
sweep(int want)
{
	OK(queue_put_sweep(s, e));
	cr_assert_eq(files(), want, "%d files", files());
}

/* ---- at once ------------------------------------------------------------- */

Test(put, it_is_there_at_once)
{
	int64_t id = put_as_action(archive, 9);
	struct message m;

	cr_assert_eq(shown(archive), 1);
	OK(message_by_id(s, id, &m, e));
	cr_assert_eq(m.folder, archive);
	cr_assert_eq(m.uid, 0);
	cr_assert_eq(m.flags.bits, FLAG_DRAFT | FLAG_SEEN);
	cr_assert_eq(m.arrival, 1600000000);
	cr_assert_str_eq(m.env.message_id, "9@test");
	message_clear(&m);
	check_bytes(id, 9);
	cr_assert_eq(waiting(), 1);
	cr_assert_eq(there(archive), 0);
	/* And after a crash. */
	store_close(s);
	s = open_worker(dir);
	cr_assert_eq(first_of(archive), id);
	check_bytes(id, 9);
	sweep(1);
}

Test(put, its_file_is_for_nobody_else)
{
	char *folder = g_build_filename(dir, "put", NULL), *file;
	struct stat sb;
	GDir *d;

	put_as_action(archive, 9);
	cr_assert_eq(stat(folder, &sb), 0);
	cr_assert_eq(sb.st_mode & 0777, 0700);
	d = g_dir_open(folder, 0, NULL);
	file = g_build_filename(folder, g_dir_read_name(d), NULL);
	g_dir_close(d);
	cr_assert_eq(stat(file, &sb), 0);
	cr_assert_eq(sb.st_mode & 0777, 0600);
	g_free(file);
	g_free(folder);
}

Test(put, a_transaction_that_failed_leaves_nothing)
{
	act("Postponed");
	put(archive, 9, 0);
	store_rollback(s);
	cr_assert_eq(shown(archive), 0);
	cr_assert_eq(waiting(), 0);
	/* It may be the very one that another transaction puts. */
	put_as_action(archive, 9);
	sweep(1);
	check_bytes(first_of(archive), 9);
}

Test(put, what_was_never_said_goes_in_time)
{
	act("Postponed");
	put(archive, 9, 0);
	store_rollback(s);
	age_files(6);
	sweep(1);
	age_files(2);
	sweep(0);
	/* What waits does not, however long. */
	put_as_action(archive, 8);
	age_files(400);
	sweep(1);
	check_bytes(first_of(archive), 8);
}

Test(put, a_reader_puts_too)
{
	const struct flags none = { 0, NULL };
	struct store *reader = NULL;
	int fd = text_file(9);
	GBytes *got = NULL;
	int64_t id;

	OK(store_open(dir, STORE_READER, &reader, e));
	OK(queue_put(reader, archive, fd, &none, 1600000000, &id, e));
	OK(message_bytes(reader, id, &got, e));
	g_bytes_unref(got);
	store_close(reader);
	close(fd);
	check_bytes(id, 9);
}

/* ---- sent ---------------------------------------------------------------- */

Test(put, when_it_has_its_place_the_file_goes)
{
	int64_t id = put_as_action(archive, 9);

	serve(0, 5);
	check_uids(s, archive, "5");
	cr_assert_eq(row_of(archive, 5), id);
	check_bytes(id, 9);
	cr_assert_eq(waiting(), 0);
	sweep(0);
	check_bytes(id, 9);
	check_verify(s, archive);
}

Test(put, without_a_number_it_waits_for_its_place)
{
	int64_t id = put_as_action(archive, 9);

	serve(0, 0);
	cr_assert_eq(waiting(), 0);
	sweep(1);
	check_bytes(id, 9);
	OK(queue_place(s, id, 6, e));
	sweep(0);
	check_bytes(row_of(archive, 6), 9);
}

Test(put, where_we_alone_number_it)
{
	struct change *c;
	int64_t id = put_as_action(archive, 9);

	c = next_due(0);
	cr_assert_eq(c->kind, CHANGE_APPEND);
	OK(queue_done(s, c, QUEUE_NEXT_UID, e));
	change_free(c);
	cr_assert_eq(shown(archive), 1);
	check_bytes(first_of(archive), 9);
	cr_assert_eq(waiting(), 0);
	cr_assert_neq(id, 0);
	sweep(0);
	check_bytes(first_of(archive), 9);
}

/* The same octets in two folders are one file; it stays for the second. */
Test(put, two_of_the_same)
{
	int64_t other = make_folder(s, "Other"), one, two;
	struct change *c;

	OK(folder_set_uidvalidity(s, other, 33, e));
	one = put_as_action(archive, 9);
	two = put_as_action(other, 9);
	cr_assert_eq(files(), 1);
	c = next_due(0);
	OK(queue_done(s, c, 5, e));
	change_free(c);
	sweep(1);
	check_bytes(one, 9);
	check_bytes(two, 9);
	serve(0, 6);
	sweep(0);
	check_bytes(row_of(archive, 5), 9);
	check_bytes(row_of(other, 6), 9);
}

/* ---- changed while it waits ---------------------------------------------- */

Test(put, flags_that_are_set_while_it_waits)
{
	int64_t id = put_as_action(archive, 9);

	flag(id, true, FLAG_FLAGGED, "work", 1);
	cr_assert_eq(bits_of(id), FLAG_DRAFT | FLAG_SEEN | FLAG_FLAGGED);
	serve(0, 5);
	serve(archive, 0);
	cr_assert_eq(bits_of(row_of(archive, 5)),
		     FLAG_DRAFT | FLAG_SEEN | FLAG_FLAGGED);
	cr_assert_eq(waiting(), 0);
	sweep(0);
}

Test(put, moved_while_it_waits)
{
	int64_t id = put_as_action(archive, 9), moved;

	move(id, inbox, 1);
	cr_assert_eq(shown(archive), 0);
	cr_assert_eq(shown(inbox), 6);
	for (int i = 0; i < 2; i++) {
		struct message m;

		OK(message_by_message_id(s, inbox, "9@test", &m, e));
		moved = m.id;
		message_clear(&m);
		check_bytes(moved, 9);
		sweep(1);
	}
	serve(0, 5);
	check_bytes(moved, 9);
	serve(archive, 70);
	cr_assert_eq(shown(archive), 0);
	check_bytes(row_of(inbox, 70), 9);
	cr_assert_eq(waiting(), 0);
	sweep(0);
	check_bytes(row_of(inbox, 70), 9);
	/* And back. */
	undo();
	serve(inbox, 6);
	check_bytes(row_of(archive, 6), 9);
}

Test(put, deleted_while_it_waits)
{
	int64_t id = put_as_action(archive, 9);

	expunge(id);
	cr_assert_eq(shown(archive), 0);
	sweep(1);
	undo();
	cr_assert_eq(shown(archive), 1);
	check_bytes(first_of(archive), 9);
	expunge(first_of(archive));
	serve(0, 5);
	serve(archive, 0);
	cr_assert_eq(shown(archive), 0);
	cr_assert_eq(waiting(), 0);
	check_uids(s, archive, "");
	sweep(0);
}

/* ---- taken back ---------------------------------------------------------- */

Test(put, undone_before_it_was_sent)
{
	put_as_action(archive, 9);
	undo();
	cr_assert_eq(shown(archive), 0);
	cr_assert_eq(waiting(), 0);
	age_files(8);
	sweep(0);
}

Test(put, undone_after_it_was_sent)
{
	put_as_action(archive, 9);
	serve(0, 5);
	sweep(0);
	undo();
	cr_assert_eq(shown(archive), 0);
	serve(archive, 0);
	check_uids(s, archive, "");
	cr_assert_eq(waiting(), 0);
}

/* A draft in place of an older one, in one action. */
static void
replace(int64_t old)
{
	size_t n = 1;

	act("Postponed");
	put(inbox, 9, FLAG_DRAFT);
	OK(queue_expunge(s, &old, &n, e));
	OK(store_commit(s, e));
	cr_assert_eq(n, 1);
	cr_assert_eq(shown(inbox), 5);
}

Test(put, a_draft_in_place_of_an_older_one)
{
	int64_t old = row_of(inbox, 3), ids[6];

	replace(old);
	undo();
	cr_assert_eq(shown(inbox), 5);
	cr_assert_eq(waiting(), 0);
	check_bytes(row_of(inbox, 3), 3);
	replace(old);
	serve(0, 70);
	serve(inbox, 0);
	check_uids(s, inbox, "1:2,4:5,70");
	sweep(0);
	/* The older one comes back as it was. */
	undo();
	cr_assert_eq(listed(inbox, ids, 6), 5);
	serve(0, 71);
	serve(inbox, 0);
	check_uids(s, inbox, "1:2,4:5,71");
	check_bytes(row_of(inbox, 71), 3);
	cr_assert_eq(waiting(), 0);
}

Test(put, cancelled)
{
	struct change *c;

	put_as_action(archive, 9);
	c = next_due(0);
	OK(queue_cancel(s, c->seq, e));
	change_free(c);
	cr_assert_eq(shown(archive), 0);
	cr_assert_eq(waiting(), 0);
}

Test(put, parked_and_retried)
{
	struct change *c;

	put_as_action(archive, 9);
	c = next_due(0);
	OK(queue_park(s, c, "There is no room.", e));
	cr_assert_eq(shown(archive), 0);
	cr_assert_eq(parked(), 1);
	age_files(30);
	sweep(1);
	store_close(s);
	s = open_worker(dir);
	OK(queue_retry(s, c->seq, e));
	change_free(c);
	cr_assert_eq(shown(archive), 1);
	check_bytes(first_of(archive), 9);
	serve(0, 5);
	check_bytes(row_of(archive, 5), 9);
	sweep(0);
}

/* ---- the index anew ------------------------------------------------------ */

Test(put, its_folder_is_written_anew_while_it_waits)
{
	int64_t id;
	struct verify_result r;

	id = put_as_action(inbox, 9);
	OK(rebuild_folder(s, inbox, e));
	cr_assert_eq(shown(inbox), 6);
	check_bytes(id, 9);
	OK(verify_waiting(s, say, NULL, &r, e));
	cr_assert_eq(r.messages, 1);
	cr_assert(r.bytes >= 300);
	serve(0, 70);
	check_bytes(row_of(inbox, 70), 9);
	check_verify(s, inbox);
	OK(verify_waiting(s, say, NULL, &r, e));
	cr_assert_eq(r.messages, 0);
}

Test(put, its_folder_goes_while_it_waits)
{
	int64_t other = make_folder(s, "Other");
	GPtrArray *all = NULL;
	const struct change *c;
	struct err why;

	put_as_action(other, 9);
	OK(folder_remove(s, other, e));
	cr_assert_eq(waiting(), 0);
	/* The person hears of it, and its octets are kept. */
	OK(queue_list(s, true, &all, e));
	cr_assert_eq(all->len, 1);
	c = all->pdata[0];
	cr_assert_not_null(strstr(c->why, "is gone"));
	age_files(400);
	sweep(1);
	cr_assert_eq(queue_retry(s, c->seq, &why), ST_REFUSED);
	cr_assert_eq(parked(), 1);
	g_ptr_array_unref(all);
}

Test(put, octets_that_are_damaged_are_told_of)
{
	char *folder = g_build_filename(dir, "put", NULL), *file;
	struct verify_result r;
	struct err why;
	GDir *d;

	put_as_action(archive, 9);
	d = g_dir_open(folder, 0, NULL);
	file = g_build_filename(folder, g_dir_read_name(d), NULL);
	g_dir_close(d);
	cr_assert(g_file_set_contents(file, "another", 7, NULL));
	cr_assert_eq(verify_waiting(s, NULL, NULL, &r, &why), ST_CORRUPT);
	unlink(file);
	cr_assert_eq(verify_waiting(s, NULL, NULL, &r, &why), ST_CORRUPT);
	cr_assert_eq(r.problems, 1);
	g_free(file);
	g_free(folder);
}

/* After the put is placed, deleted, and its mbox compacted: removed/ has it,
 * as any other message. */
Test(put, deleted_after_it_was_sent_it_comes_back)
{
	put_as_action(archive, 9);
	serve(0, 5);
	sweep(0);
	expunge(row_of(archive, 5));
	serve(archive, 0);
	check_uids(s, archive, "");
	undo();
	cr_assert_eq(shown(archive), 1);
	check_bytes(first_of(archive), 9);
	sweep(0);
	serve(0, 6);
	check_bytes(row_of(archive, 6), 9);
}
