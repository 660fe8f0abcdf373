/*
 * store_ingest.c - messages go into an mbox and come out as they were
 */
#include "store_help.h"

#include "model/flags.h"

static char *dir;
static struct store *s;
static int64_t inbox;

static void
setup(void)
{
	dir = fresh_dir();
	s = open_worker(dir);
	inbox = make_folder(s, "INBOX");
}

static void
teardown(void)
{
	store_close(s);
	wipe(dir);
	g_free(dir);
}

TestSuite(store_ingest, .init = setup, .fini = teardown);

static void
reopen(void)
{
	store_close(s);
	s = open_worker(dir);
}

/* What the server has, with CRLF as LF. */
static void
check_back(int64_t id, const char *want, size_t len)
{
	GBytes *got = NULL;

	OK(message_bytes(s, id, &got, e));
	cr_assert_eq(g_bytes_get_size(got), len);
	cr_assert_eq(memcmp(g_bytes_get_data(got, NULL), want, len), 0);
	g_bytes_unref(got);
}

Test(store_ingest, gives_back_what_came)
{
	put_message(s, inbox, 7, 500, 0);
	check_message(s, inbox, 7, 500);
	reopen();
	check_message(s, inbox, 7, 500);
	check_verify(s, inbox);
}

Test(store_ingest, many_in_one_transaction)
{
	OK(store_begin(s, e));
	for (uint32_t uid = 1; uid <= 300; uid++)
		put_message(s, inbox, uid, uid * 37, uid % 3 ? 0 : FLAG_SEEN);
	OK(store_commit(s, e));
	reopen();
	check_uids(s, inbox, "1:300");
	for (uint32_t uid = 1; uid <= 300; uid += 13)
		check_message(s, inbox, uid, uid * 37);
	check_verify(s, inbox);
}

Test(store_ingest, larger_than_the_buffer)
{
	OK(store_begin(s, e));
	put_message(s, inbox, 1, 100, 0);
	put_message(s, inbox, 2, 3000000, 0);
	put_message(s, inbox, 3, 100, 0);
	put_message(s, inbox, 4, 262144, 0);
	OK(store_commit(s, e));
	reopen();
	check_message(s, inbox, 1, 100);
	check_message(s, inbox, 2, 3000000);
	check_message(s, inbox, 3, 100);
	check_message(s, inbox, 4, 262144);
	check_verify(s, inbox);
}

/* Strange messages: wire form and the LF form that must come back. */
static const struct {
	const char *wire, *lf;
	size_t wire_len, lf_len;
} strange[] = {
#define ROW(w, l) { w, l, sizeof(w) - 1, sizeof(l) - 1 }
	ROW("", ""),
	ROW("\r\n", "\n"),
	ROW("no line end", "no line end"),
	ROW("A: b\r\n\r\nno line end", "A: b\n\nno line end"),
	ROW("A: b\r\n\r\ntwo\r\n\r\n\r\n", "A: b\n\ntwo\n\n\n"),
	ROW("bare\nLF\n\nall over\n", "bare\nLF\n\nall over\n"),
	ROW("A: b\r\n\r\nbare\rCR\r\r\n\r", "A: b\n\nbare\rCR\r\n\r"),
	ROW("A: b\r\n\r\nnul\0here\r\n", "A: b\n\nnul\0here\n"),
	ROW("A: b\r\n\r\nFrom me\r\n>From me\r\n>>From me\r\n",
	    "A: b\n\nFrom me\n>From me\n>>From me\n"),
	ROW("From the start\r\nA: b\r\n\r\n", "From the start\nA: b\n\n"),
	ROW("A: b\r\n\r\nFrom ", "A: b\n\nFrom "),
	ROW("A: b\r\n\r\nFrom", "A: b\n\nFrom"),
	ROW("A: b\r\n\r\n>>>", "A: b\n\n>>>"),
	ROW("A: b\r\n\r\n>\r\nFroma \r\n", "A: b\n\n>\nFroma \n"),
	ROW("Status: D\r\nX-Verso-Pad: .\r\nX-Verso-Id: 1 2 3\r\n\r\nx",
	    "Status: D\nX-Verso-Pad: .\nX-Verso-Id: 1 2 3\n\nx"),
	ROW(" starts with a blank\r\n\r\nx\r\n", " starts with a blank\n\nx\n"),
#undef ROW
};

static void
put_strange(size_t piece)
{
	struct envelope none = { 0 };

	OK(store_begin(s, e));
	for (size_t i = 0; i < G_N_ELEMENTS(strange); i++) {
		struct ingest what = { .folder = inbox,
				       .uid = (uint32_t)i + 1 };
		const char *p = strange[i].wire;
		size_t left = strange[i].wire_len;

		OK(ingest_begin(s, inbox, e));
		while (left > 0) {
			size_t n = MIN(left, piece);

			OK(ingest_bytes(s, p, n, e));
			p += n;
			left -= n;
		}
		OK(ingest_end(s, &what, &none, NULL, e));
	}
	OK(store_commit(s, e));
}

static void
check_strange(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(strange); i++) {
		struct message m;

		OK(message_by_uid(s, inbox, (uint32_t)i + 1, &m, e));
		cr_assert_eq(m.size, (int64_t)strange[i].wire_len);
		check_back(m.id, strange[i].lf, strange[i].lf_len);
		message_clear(&m);
	}
	check_verify(s, inbox);
}

Test(store_ingest, strange_messages_whole)
{
	put_strange(SIZE_MAX);
	check_strange();
}

Test(store_ingest, strange_messages_in_crumbs)
{
	put_strange(1);
	check_strange();
}

Test(store_ingest, strange_messages_after_rebuild)
{
	put_strange(3);
	OK(rebuild_folder(s, inbox, e));
	check_strange();
}

Test(store_ingest, strange_messages_without_index)
{
	char *index = g_build_filename(dir, "index.db", NULL);
	struct folder *f = NULL;

	put_strange(2);
	store_close(s);
	cr_assert_eq(remove(index), 0);
	s = open_worker(dir);
	OK(folder_by_name(s, "INBOX", &f, e));
	inbox = f->id;
	folder_free(f);
	check_strange();
	g_free(index);
}

Test(store_ingest, abort_leaves_nothing)
{
	char *text = make_text(2, 900000);

	OK(store_begin(s, e));
	put_message(s, inbox, 1, 50, 0);
	OK(ingest_begin(s, inbox, e));
	OK(ingest_bytes(s, "small", 5, e));
	ingest_abort(s);
	OK(ingest_begin(s, inbox, e));
	OK(ingest_bytes(s, text, strlen(text), e));
	ingest_abort(s);
	put_message(s, inbox, 3, 50, 0);
	OK(store_commit(s, e));
	check_uids(s, inbox, "1,3");
	check_message(s, inbox, 3, 50);
	check_verify(s, inbox);
	g_free(text);
}

Test(store_ingest, rollback_leaves_nothing)
{
	char *file = mbox_file(dir, "INBOX"), *text = NULL;
	gsize before, after;

	put_message(s, inbox, 1, 50, 0);
	g_file_get_contents(file, &text, &before, NULL);
	g_free(text);
	OK(store_begin(s, e));
	put_message(s, inbox, 2, 700000, 0);
	put_message(s, inbox, 3, 70, 0);
	store_rollback(s);
	g_file_get_contents(file, &text, &after, NULL);
	g_free(text);
	g_free(file);
	cr_assert_eq(before, after);
	check_uids(s, inbox, "1");
	put_message(s, inbox, 2, 60, 0);
	check_verify(s, inbox);
}

Test(store_ingest, envelope_first_then_bytes)
{
	struct uidset waiting = UIDSET_EMPTY;
	struct flags none = { 0, NULL };
	struct envelope env;
	struct message m;
	struct folder *f = NULL;
	GBytes *b = NULL;
	int64_t id;
	struct err err;

	make_envelope(&env, 5);
	OK(store_add_envelope(s, inbox, 5, &none, 1600000005, 99, 0, &env, e));
	envelope_clear(&env);
	OK(message_by_uid(s, inbox, 5, &m, e));
	id = m.id;
	cr_assert_not(m.has_body);
	cr_assert_eq(m.size, 99);
	cr_assert_str_eq(m.env.subject, "message 5");
	message_clear(&m);
	cr_assert_eq(message_bytes(s, id, &b, &err), ST_GONE);
	OK(folder_uids_waiting(s, inbox, &waiting, e));
	cr_assert(uidset_has(&waiting, 5));
	uidset_clear(&waiting);
	cr_assert_eq(put_message(s, inbox, 5, 400, 0), id);
	check_message(s, inbox, 5, 400);
	OK(folder_by_id(s, inbox, &f, e));
	cr_assert_eq(f->waiting, 0);
	cr_assert_eq(f->total, 1);
	folder_free(f);
	check_verify(s, inbox);
}

static char *
many(const char *what, int n)
{
	GString *all = g_string_new(NULL);

	while (n-- > 0)
		g_string_append(all, what);
	return g_string_free(all, FALSE);
}

/* A list does not grow with what a sender writes into a field. */
Test(store_ingest, fields_without_end_are_cut)
{
	struct flags none = { 0, NULL };
	char *ids = many("between@x ", 3000);
	struct envelope env = {
		.subject = many("größer ", 1000), .from = many("\xff", 3000),
		.references = g_strconcat("first@x ", ids, "last@x", NULL),
	};
	struct message m;

	OK(store_add_envelope(s, inbox, 5, &none, 1600000005, 99, 0, &env, e));
	OK(message_by_uid(s, inbox, 5, &m, e));
	cr_assert_lt(strlen(m.env.subject), 4000);
	cr_assert_gt(strlen(m.env.subject), 1000);
	cr_assert(g_str_has_prefix(env.subject, m.env.subject));
	cr_assert(g_utf8_validate(m.env.subject, -1, NULL));
	cr_assert_lt(strlen(m.env.from), 4000);
	cr_assert_lt(strlen(m.env.references), 8000);
	/* The thread's beginning, and those next to it. */
	cr_assert(g_str_has_prefix(m.env.references, "first@x between@x "));
	cr_assert(g_str_has_suffix(m.env.references, " between@x last@x"));
	cr_assert_null(strstr(m.env.references, "  "));
	message_clear(&m);
	envelope_clear(&env);
	g_free(ids);
}

Test(store_ingest, the_same_message_twice)
{
	int64_t id = put_message(s, inbox, 5, 400, 0);

	cr_assert_eq(put_message(s, inbox, 5, 400, FLAG_SEEN), id);
	OK(store_begin(s, e));
	put_message(s, inbox, 6, 400, 0);
	put_message(s, inbox, 6, 400, 0);
	OK(store_commit(s, e));
	check_uids(s, inbox, "5:6");
	check_verify(s, inbox);
}

/* Rows of a transaction are known again after they went to the index. */
Test(store_ingest, the_same_message_after_a_look)
{
	struct message m;
	int64_t id;

	OK(store_begin(s, e));
	id = put_message(s, inbox, 6, 400, 0);
	OK(message_by_uid(s, inbox, 6, &m, e));
	cr_assert_eq(m.id, id);
	message_clear(&m);
	cr_assert_eq(put_message(s, inbox, 6, 400, FLAG_SEEN), id);
	OK(store_commit(s, e));
	check_uids(s, inbox, "6");
	check_verify(s, inbox);
}

Test(store_ingest, another_message_under_the_same_uid)
{
	put_message(s, inbox, 4, 200, 0);
	put_message(s, inbox, 5, 400, 0);
	put_message(s, inbox, 6, 200, 0);
	put_message(s, inbox, 5, 900, 0);
	check_uids(s, inbox, "4:6");
	check_message(s, inbox, 4, 200);
	check_message(s, inbox, 5, 900);
	check_message(s, inbox, 6, 200);
	check_verify(s, inbox);
}

Test(store_ingest, header_is_there_at_the_end)
{
	static const char text[] = "A: b\r\nC: d\r\n\r\nbody\r\n";
	struct ingest what = { .folder = inbox, .uid = 1 };
	struct envelope none = { 0 };
	const char *h;
	size_t len;

	OK(ingest_begin(s, inbox, e));
	for (size_t i = 0; text[i]; i++)
		OK(ingest_bytes(s, text + i, 1, e));
	h = ingest_header(s, &len);
	cr_assert_eq(len, 11);
	cr_assert_eq(memcmp(h, "A: b\nC: d\n\n", 11), 0);
	OK(ingest_end(s, &what, &none, NULL, e));
	OK(ingest_begin(s, inbox, e));
	OK(ingest_bytes(s, "X: header alone\r\n", 17, e));
	h = ingest_header(s, &len);
	cr_assert_eq(len, 16);
	cr_assert_eq(memcmp(h, "X: header alone\n", 16), 0);
	ingest_abort(s);
}

Test(store_ingest, header_of_a_large_message)
{
	char *text = make_text(9, 2000000);
	struct ingest what = { .folder = inbox, .uid = 9 };
	struct envelope none = { 0 };
	const char *h;
	size_t len;

	OK(ingest_begin(s, inbox, e));
	OK(ingest_bytes(s, text, strlen(text), e));
	h = ingest_header(s, &len);
	cr_assert(len > 50 && len < 200);
	cr_assert_eq(memcmp(h, "Return-Path:", 12), 0);
	cr_assert_eq(memcmp(h + len - 2, "\n\n", 2), 0);
	OK(ingest_end(s, &what, &none, NULL, e));
	g_free(text);
}

Test(store_ingest, local_numbers_and_uidl)
{
	struct envelope none = { 0 };
	struct ingest what = { .folder = inbox, .uidl = "abc/<%>" };
	struct ingested got;
	struct uidl u;
	struct err err;

	for (uint32_t i = 1; i <= 3; i++) {
		OK(ingest_begin(s, inbox, e));
		OK(ingest_bytes(s, "A: b\r\n\r\n", 8, e));
		OK(ingest_end(s, &what, &none, &got, e));
		cr_assert_eq(got.uid, i);
		what.uidl = NULL;
	}
	OK(uidl_find(s, "abc/<%>", &u, e));
	cr_assert(u.id > 0);
	uidl_clear(&u);
	cr_assert_eq(uidl_find(s, "other", &u, &err), ST_GONE);
	OK(rebuild_folder(s, inbox, e));
	OK(uidl_find(s, "abc/<%>", &u, e));
	uidl_clear(&u);
	check_verify(s, inbox);
}

Test(store_ingest, from_line_names_the_envelope_sender)
{
	char *file = mbox_file(dir, "INBOX"), *text = NULL;

	put_message(s, inbox, 3, 50, FLAG_SEEN | FLAG_ANSWERED);
	cr_assert(g_file_get_contents(file, &text, NULL, NULL));
	cr_assert_not_null(strstr(text, "From ann3@example.org Sun Sep 13 "
				  "12:26:43 2020\nX-Verso-Id: 0 3 "));
	cr_assert_not_null(strstr(text, "\nStatus: RO\nX-Status: A\n"
				  "X-Keywords: \nX-Verso-Pad: "));
	g_free(text);
	g_free(file);
}

Test(store_ingest, keywords_longer_than_the_room)
{
	GString *words = g_string_new("word0");
	struct ingest what = { .folder = inbox, .uid = 1 };
	struct envelope none = { 0 };
	struct message m;

	for (int i = 1; i < 60; i++)
		g_string_append_printf(words, " a-rather-long-keyword-%d", i);
	what.flags.keywords = words->str;
	OK(ingest_begin(s, inbox, e));
	OK(ingest_bytes(s, "A: b\r\n\r\ntext\r\n", 14, e));
	OK(ingest_end(s, &what, &none, NULL, e));
	OK(message_by_uid(s, inbox, 1, &m, e));
	cr_assert_str_eq(m.flags.keywords, words->str);
	message_clear(&m);
	OK(rebuild_folder(s, inbox, e));
	OK(message_by_uid(s, inbox, 1, &m, e));
	cr_assert_str_eq(m.flags.keywords, words->str);
	message_clear(&m);
	check_verify(s, inbox);
	g_string_free(words, TRUE);
}

/* Its name is gone, so what is written would be gone with the process. */
Test(store_ingest, a_file_that_was_removed_is_not_written_to)
{
	struct ingest what = { .folder = inbox, .uid = 1 };
	struct envelope none = { 0 };
	char *file = g_build_filename(dir, "mail", "INBOX.mbox", NULL);
	struct folder *f = NULL;
	struct err why;

	OK(ingest_begin(s, inbox, e));
	OK(ingest_bytes(s, "A: b\r\n\r\ntext\r\n", 14, e));
	OK(ingest_end(s, &what, &none, NULL, e));
	cr_assert_eq(unlink(file), 0);
	what.uid = 2;
	OK(store_begin(s, e));
	OK(ingest_begin(s, inbox, e));
	OK(ingest_bytes(s, "A: b\r\n\r\ntext\r\n", 14, e));
	OK(ingest_end(s, &what, &none, NULL, e));
	cr_assert_eq(store_commit(s, &why), ST_LOCAL);
	cr_assert(strstr(why.text, "was removed or replaced"), "%s", why.text);
	store_close(s);
	s = open_worker(dir);
	OK(folder_by_id(s, inbox, &f, e));
	cr_assert_eq(f->total, 0);
	check_verify(s, inbox);
	folder_free(f);
	g_free(file);
}

/* Every line behind the first grows by an octet when it is quoted. */
Test(store_ingest, quoting_a_whole_message_stays_within_the_buffer)
{
	struct envelope none = { 0 };

	for (uint32_t uid = 1; uid <= 40; uid++) {
		GString *text = g_string_new("A: b\n\n");
		int64_t id;

		while (text->len < uid * 4000)
			g_string_append_c(text, 'x');
		while (text->len < 300000)
			g_string_append(text, "\nFrom ");
		id = put_bytes(s, inbox, uid, text->str, text->len, &none, 0);
		check_back(id, text->str, text->len);
		g_string_free(text, TRUE);
	}
	check_verify(s, inbox);
}
