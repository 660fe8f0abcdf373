/*
 * store_outbox_lost.c - letters after a crash, and after their index was lost
 */
#include "store/outbox.h"

#include "store/schema.h"
#include "store_outbox_help.h"

TestSuite(outbox_lost, .init = setup, .fini = teardown);

static void
lose_index(void)
{
	char *index = g_build_filename(dir, "index.db", NULL);

	store_close(s);
	cr_assert_eq(unlink(index), 0);
	g_free(index);
}

Test(outbox_lost, without_its_index_it_is_held_and_complete)
{
	int64_t one = add(letter()), two;
	struct outbox_letter *l;
	struct verify_result r;

	OK(outbox_sending(s, one, NULL, e));
	two = add(letter());
	lose_index();
	s = open_worker(dir);
	inbox = archive = 0;
	cr_assert_eq(how_many(), 2);
	for (int64_t id = one; id <= two; id += two - one) {
		l = get(id);
		cr_assert_eq(l->state, OUTBOX_HELD);
		cr_assert_str_eq(l->message_id, "7@here");
		cr_assert_not_null(l->why);
		cr_assert_eq(l->size, (int64_t)strlen(text) + 4);
		outbox_letter_free(l);
	}
	OK(verify_waiting(s, say, NULL, &r, e));
	cr_assert_eq(r.messages, 2);
	/* New ones do not get their numbers. */
	cr_assert_gt(add(letter()), two);
	again();
	cr_assert_eq(how_many(), 3);
	inbox = make_folder(s, "INBOX");
	archive = make_folder(s, "Archive");
}

/* Whoever writes first into an index that nobody has put in order yet. */
Test(outbox_lost, without_its_index_a_reader_that_is_quicker_loses_nothing)
{
	struct outbox_letter *l = letter();
	int64_t one = add(letter()), two;
	int fd = file_with(text, strlen(text));
	struct db *d = NULL;
	char *index = g_build_filename(dir, "index.db", NULL);

	lose_index();
	OK(db_open(index, false, &d, e));
	OK(schema_apply(d, NULL, e));
	db_close(d);
	OK(store_open(dir, STORE_READER, &s, e));
	OK(outbox_add(s, fd, l, &two, e));
	cr_assert_neq(one, two);
	close(fd);
	outbox_letter_free(l);
	again();
	cr_assert_eq(how_many(), 2);
	check_state(one, OUTBOX_HELD);
	check_state(two, OUTBOX_QUEUED);
	cr_assert(has_file(one) && has_file(two));
	inbox = make_folder(s, "INBOX");
	archive = make_folder(s, "Archive");
	g_free(index);
}

Test(outbox_lost, files_that_nobody_speaks_of_go_and_others_stay)
{
	int64_t id = add(letter());
	char *folder = g_build_filename(dir, "outbox", NULL);
	char *other = g_build_filename(folder, "99.eml", NULL);
	char *begun = g_build_filename(folder, "new.1234", NULL);
	char *foreign = g_build_filename(folder, "notes.txt", NULL);

	cr_assert(g_file_set_contents(other, "x", 1, NULL));
	cr_assert(g_file_set_contents(begun, "x", 1, NULL));
	cr_assert(g_file_set_contents(foreign, "x", 1, NULL));
	again();
	cr_assert_neq(access(other, F_OK), 0);
	cr_assert_neq(access(begun, F_OK), 0);
	cr_assert_eq(access(foreign, F_OK), 0);
	check_state(id, OUTBOX_QUEUED);
	cr_assert(has_file(id));
	g_free(other);
	g_free(begun);
	g_free(foreign);
	g_free(folder);
}

Test(outbox_lost, a_letter_without_its_file_is_told_of)
{
	int64_t id = add(letter()), whole = add(letter());
	char *file = file_of(id);
	struct verify_result r;
	struct outbox_letter *l;
	struct err why;

	OK(verify_waiting(s, NULL, NULL, &r, e));
	cr_assert_eq(r.messages, 2);
	cr_assert_eq(r.bytes, 2 * (int64_t)strlen(text));
	cr_assert(g_file_set_contents(file, "another", 7, NULL));
	cr_assert_eq(verify_waiting(s, NULL, NULL, &r, &why), ST_CORRUPT);
	cr_assert_eq(r.problems, 1);
	unlink(file);
	cr_assert_eq(verify_waiting(s, NULL, NULL, &r, &why), ST_CORRUPT);
	cr_assert_eq(r.problems, 1);
	again();
	l = get(id);
	cr_assert_eq(l->state, OUTBOX_HELD);
	cr_assert_not_null(strstr(l->why, "missing"));
	outbox_letter_free(l);
	check_state(whole, OUTBOX_QUEUED);
	OK(outbox_take_back(s, id, e));
	OK(verify_waiting(s, NULL, NULL, &r, e));
	g_free(file);
}
