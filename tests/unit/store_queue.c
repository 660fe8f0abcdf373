/*
 * store_queue.c - decisions: what is seen at once, and what the server makes
 * of them
 */
#include "store_queue_help.h"

#include "store/private.h"

TestSuite(store_queue, .init = setup, .fini = teardown);

Test(store_queue, a_flag_shows_at_once_and_is_sent_as_a_difference)
{
	int64_t id = row_of(inbox, 2);
	struct change *c;

	flag(id, true, FLAG_SEEN | FLAG_FLAGGED, "work", 1);
	flag(id, true, FLAG_SEEN, NULL, 0);
	cr_assert_eq(bits_of(id), FLAG_SEEN | FLAG_FLAGGED);
	cr_assert_eq(waiting(), 1);
	c = next_due(inbox);
	cr_assert_eq(c->uid, 2);
	cr_assert_eq(c->uidvalidity, 11);
	cr_assert_eq(c->add.bits, FLAG_SEEN | FLAG_FLAGGED);
	cr_assert_str_eq(c->add.keywords, "work");
	cr_assert_str_eq(c->message_id, "2@test");
	OK(queue_done(s, c, 0, e));
	change_free(c);
	cr_assert_eq(waiting(), 0);
}

Test(store_queue, what_the_server_says_is_merged_flag_by_flag)
{
	int64_t id = row_of(inbox, 1);
	struct message m;

	flag(id, true, FLAG_FLAGGED, "mine", 1);
	server_says(1, FLAG_SEEN | FLAG_ANSWERED, "theirs");
	OK(message_by_id(s, id, &m, e));
	cr_assert_eq(m.flags.bits, FLAG_SEEN | FLAG_ANSWERED | FLAG_FLAGGED);
	cr_assert_str_eq(m.flags.keywords, "mine theirs");
	message_clear(&m);
	serve(inbox, 0);
	/* Level now: what the server says is what holds. */
	server_says(1, FLAG_SEEN, NULL);
	cr_assert_eq(bits_of(id), FLAG_SEEN);
}

Test(store_queue, a_moved_message_is_in_the_other_folder_at_once)
{
	int64_t id = row_of(inbox, 3), now;

	move(id, archive, 1);
	cr_assert_eq(shown(inbox), 4);
	cr_assert_eq(shown(archive), 1);
	now = first_of(archive);
	check_bytes(now, 3);
	cr_assert_eq(there(inbox), 5);
	cr_assert_eq(there(archive), 0);
	check_uids(s, inbox, "1:5");
	check_uids(s, archive, "");
	check_verify(s, inbox);
	check_verify(s, archive);
}

Test(store_queue, a_move_that_was_done_moves_the_bytes)
{
	int64_t id = row_of(inbox, 3), now;

	move(id, archive, 1);
	now = first_of(archive);
	serve(inbox, 70);
	check_uids(s, inbox, "1:2,4:5");
	check_uids(s, archive, "70");
	cr_assert_eq(first_of(archive), now);
	check_bytes(now, 3);
	check_verify(s, inbox);
	check_verify(s, archive);
	cr_assert_eq(there(inbox), 4);
	cr_assert_eq(there(archive), 1);
}

Test(store_queue, without_copyuid_the_placeholder_waits_to_be_placed)
{
	GPtrArray *u = NULL;

	move(row_of(inbox, 3), archive, 1);
	serve(inbox, 0);
	OK(queue_unplaced(s, archive, &u, e));
	cr_assert_eq(u->len, 1);
	cr_assert_str_eq(((struct unplaced *)u->pdata[0])->message_id,
			 "3@test");
	OK(queue_place(s, ((struct unplaced *)u->pdata[0])->id, 9, e));
	g_ptr_array_unref(u);
	check_uids(s, archive, "9");
	check_uids(s, inbox, "1:2,4:5");
	check_bytes(row_of(archive, 9), 3);
}

Test(store_queue, a_placeholder_has_the_size_of_what_came)
{
	struct flags none = { 0, NULL };
	struct message m = { 0 };
	struct envelope env;
	char *text = make_text(9, 300);

	make_envelope(&env, 9);
	OK(store_add_envelope(s, inbox, 9, &none, 1, 1234, 0, &env, e));
	move(row_of(inbox, 9), archive, 1);
	put_bytes(s, inbox, 9, text, strlen(text), &env, 0);
	serve(inbox, 12);
	OK(message_by_uid(s, archive, 12, &m, e));
	cr_assert_eq(m.size, (int64_t)strlen(text));
	check_bytes(m.id, 9);
	check_verify(s, archive);
	message_clear(&m);
	envelope_clear(&env);
	g_free(text);
}

Test(store_queue, a_message_that_came_first_takes_the_placeholders_place)
{
	move(row_of(inbox, 3), archive, 1);
	put_message(s, archive, 70, 300, 0);
	serve(inbox, 70);
	check_uids(s, archive, "70");
	cr_assert_eq(shown(archive), 1);
}

Test(store_queue, a_copy_is_a_message_of_its_own)
{
	int64_t id = row_of(inbox, 2);
	size_t n = 1;

	act("Copied 1 message");
	OK(queue_copy(s, &id, &n, archive, e));
	OK(store_commit(s, e));
	cr_assert_eq(shown(inbox), 5);
	cr_assert_eq(shown(archive), 1);
	serve(inbox, 3);
	check_uids(s, archive, "3");
	check_uids(s, inbox, "1:5");
	check_bytes(row_of(archive, 3), 2);
	undo();
	cr_assert_eq(shown(archive), 0);
	serve(archive, 0);
	check_uids(s, archive, "");
}

Test(store_queue, a_message_can_move_on_before_it_has_arrived)
{
	int64_t there_id;

	move(row_of(inbox, 3), archive, 1);
	there_id = first_of(archive);
	flag(there_id, true, FLAG_FLAGGED, NULL, 1);
	move(there_id, inbox, 1);
	cr_assert_eq(shown(inbox), 5);
	cr_assert_eq(shown(archive), 0);
	/* What waits for a number is not due. */
	cr_assert_null(next_due(archive));
	serve(inbox, 70);
	check_uids(s, archive, "70");
	serve(archive, 6);
	check_uids(s, archive, "");
	check_uids(s, inbox, "1:2,4:6");
	check_bytes(row_of(inbox, 6), 3);
	cr_assert_eq(bits_of(row_of(inbox, 6)), FLAG_FLAGGED);
}

Test(store_queue, decisions_survive_the_process)
{
	move(row_of(inbox, 3), archive, 1);
	flag(row_of(inbox, 1), true, FLAG_SEEN, NULL, 1);
	store_close(s);
	s = open_worker(dir);
	cr_assert_eq(waiting(), 2);
	cr_assert_eq(shown(archive), 1);
	check_bytes(first_of(archive), 3);
	serve(inbox, 4);
	check_uids(s, archive, "4");
}

Test(store_queue, a_reader_decides_beside_a_worker_that_writes)
{
	struct store *reader = NULL;
	int64_t id = row_of(inbox, 3), mine;
	size_t n = 1;

	OK(store_begin(s, e));
	mine = put_message(s, inbox, 6, 300, 0);
	OK(store_open(dir, STORE_READER, &reader, e));
	OK(store_begin(reader, e));
	OK(queue_action(reader, "Moved 1 message", e));
	OK(queue_move(reader, &id, &n, archive, e));
	OK(store_commit(reader, e));
	store_close(reader);
	OK(store_commit(s, e));
	cr_assert_eq(row_of(inbox, 6), mine);
	cr_assert_eq(shown(inbox), 5);
	cr_assert_eq(shown(archive), 1);
	serve(inbox, 1);
	check_uids(s, inbox, "1:2,4:6");
}

Test(store_queue, a_new_folder_is_here_at_once)
{
	int64_t id = 0;
	struct change *c;

	OK(queue_create(s, "Lists/new", '/', ROLE_NONE, false, &id, e));
	cr_assert(id > 0);
	cr_assert_eq(queue_create(s, "Lists/new", '/', ROLE_NONE, false, &id,
				  NULL), ST_REFUSED);
	c = next_due(0);
	cr_assert_eq(c->kind, CHANGE_CREATE);
	cr_assert_str_eq(c->name, "Lists/new");
	change_free(c);
}

Test(store_queue, a_local_folder_numbers_its_messages_itself)
{
	int64_t id = 0;
	struct change *c;

	OK(queue_create(s, "Here", '/', ROLE_NONE, true, &id, e));
	move(row_of(inbox, 2), id, 1);
	c = next_due(inbox);
	OK(queue_done(s, c, QUEUE_NEXT_UID, e));
	change_free(c);
	check_uids(s, id, "1");
	check_bytes(row_of(id, 1), 2);
	check_verify(s, id);
}

Test(store_queue, the_log_of_a_message_has_every_change)
{
	GPtrArray *all = NULL;
	char *text;

	flag(row_of(inbox, 3), true, FLAG_FLAGGED, "work", 1);
	move(row_of(inbox, 3), archive, 1);
	serve(inbox, 70);
	OK(queue_of_message(s, row_of(archive, 70), &all, e));
	cr_assert_eq(all->len, 2);
	text = change_text(s, all->pdata[0]);
	cr_assert_str_eq(text, "flag, tag work");
	g_free(text);
	text = change_text(s, all->pdata[1]);
	cr_assert_str_eq(text, "move to Archive");
	g_free(text);
	g_ptr_array_unref(all);
}

/* verify --repair fetches it again while it waits to leave. */
Test(store_queue, other_bytes_of_a_hidden_message_do_not_wait)
{
	static const char text[] = "Message-ID: <3@test>\r\n\r\nother\r\n";
	struct envelope env;
	struct folder *f = NULL;

	move(row_of(inbox, 3), archive, 1);
	make_envelope(&env, 3);
	put_bytes(s, inbox, 3, text, strlen(text), &env, 0);
	envelope_clear(&env);
	OK(folder_by_id(s, inbox, &f, e));
	cr_assert_eq(f->waiting, 0);
	folder_free(f);
	undo();
	OK(folder_by_id(s, inbox, &f, e));
	cr_assert_eq(f->waiting, 0);
	folder_free(f);
}

static int64_t
put_popped(const char *uidl)
{
	struct ingest what = { .folder = inbox, .uidl = uidl };
	struct envelope env;
	struct ingested got;
	char *text = make_text(9, 300);

	make_envelope(&env, 9);
	OK(ingest_begin(s, inbox, e));
	OK(ingest_bytes(s, text, strlen(text), e));
	OK(ingest_end(s, &what, &env, &got, e));
	envelope_clear(&env);
	g_free(text);
	return got.id;
}

static struct uidl
known_as(const char *name)
{
	struct uidl u;

	OK(uidl_find(s, name, &u, e));
	return u;
}

/* POP with mail kept on the server: what was moved here is the server's
 * message still. */
Test(store_queue, a_moved_message_keeps_its_unique_id)
{
	char *index = g_build_filename(dir, "index.db", NULL);
	int64_t id = 0;
	struct uidl u;

	OK(queue_create(s, "Here", '/', ROLE_NONE, true, &id, e));
	move(put_popped("u9"), id, 1);
	serve(inbox, QUEUE_NEXT_UID);
	u = known_as("u9");
	cr_assert_eq(u.id, row_of(id, 1));
	cr_assert(u.seen > 0);
	uidl_clear(&u);
	/* And an index made anew from the mail knows it as well. */
	store_close(s);
	cr_assert_eq(remove(index), 0);
	s = open_worker(dir);
	u = known_as("u9");
	cr_assert(u.id > 0);
	expunge(u.id);
	uidl_clear(&u);
	serve(id = make_folder(s, "Here"), 0);
	u = known_as("u9");
	cr_assert_leq(u.seen, 0);
	cr_assert_eq(u.id, 0);
	uidl_clear(&u);
	inbox = make_folder(s, "INBOX");
	archive = make_folder(s, "Archive");
	g_free(index);
}

/* ---- what it costs ------------------------------------------------------- */

/* Rows of the queue that statements went through for want of an index. */
static int
passed(void)
{
	sqlite3_stmt *q = db_query(s->db, "SELECT 1", "");
	sqlite3 *h = sqlite3_db_handle(q);
	int n = 0;

	OK(db_done(s->db, q, e));
	for (q = NULL; (q = sqlite3_next_stmt(h, q));)
		if (strstr(sqlite3_sql(q), "change"))
			n += sqlite3_stmt_status(
				q, SQLITE_STMTSTATUS_FULLSCAN_STEP, 1);
	return n;
}

static void
pass_copy(void *ctx, const struct copy *c)
{
}

/* What is remembered for undoing is much, and costs nothing. */
Test(store_queue, what_is_done_is_not_looked_through)
{
	int64_t id = row_of(inbox, 2);
	GPtrArray *all = NULL;

	for (int i = 0; i < 20; i++) {
		flag(id, i % 2 == 0, FLAG_FLAGGED, "work", 1);
		serve(inbox, 0);
	}
	passed();
	flag(id, true, FLAG_SEEN, NULL, 1);
	server_says(2, FLAG_ANSWERED, NULL);
	undo();
	move(id, archive, 1);
	undo();
	move(id, archive, 1);
	cr_assert_eq(waiting(), 1);
	OK(queue_list(s, false, &all, e));
	g_ptr_array_unref(all);
	OK(copies_walk(s, inbox, pass_copy, NULL, e));
	serve(inbox, 70);
	cr_assert_eq(passed(), 0);
}
