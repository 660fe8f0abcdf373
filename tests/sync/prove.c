/*
 * prove.c - a proof that finds each difference, a repair that takes the
 * server's word for it, and a preview that does not change anything
 */
#include "sync/world.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "store/queue.h"
#include "sync/preview.h"
#include "sync/prove.h"

static GString *told;			/* every problem, "|" behind each */
static struct proof sum;

static void
on_problem(void *ctx, const char *folder, const char *sentence)
{
	g_string_append_printf(told, "%s: %s|", folder, sentence);
}

static void
on_folder(void *ctx, const char *folder, const struct proof *p)
{
	sum.messages += p->messages;
	sum.octets += p->octets;
	sum.behind += p->behind;
	sum.wrong += p->wrong;
	sum.waits += p->waits;
}

static const struct prove_events events = { NULL, on_problem, on_folder };

enum what { PROVE, REPAIR };

static enum st
run(struct world *w, enum what what, bool deep)
{
	struct sync *s;
	enum st st;

	g_string_truncate(told, 0);
	memset(&sum, 0, sizeof(sum));
	cr_assert_eq(driver_open(w->driver, &w->e), ST_OK);
	s = sync_new(w->account, w->store, w->driver, NULL);
	st = what == PROVE ? sync_prove(s, NULL, deep, &events, &w->e)
			   : sync_repair(s, NULL, deep, &w->e);
	sync_free(s);
	driver_close(w->driver, true, NULL);
	return st;
}

#define PROVES(w, deep, expected) \
	do { \
		enum st st_ = run(w, PROVE, deep); \
		cr_assert_eq(st_, expected, "%s: %s (%s)", st_name(st_), \
			     st_ == ST_OK ? "" : (w)->e.text, told->str); \
	} while (0)
#define REPAIRS(w, deep) \
	do { \
		enum st st_ = run(w, REPAIR, deep); \
		cr_assert_eq(st_, ST_OK, "%s: %s", st_name(st_), \
			     (w)->e.text); \
	} while (0)
#define SAYS(text) \
	cr_assert(strstr(told->str, text), "“%s” is not in: %s", text, \
		  told->str)

static void
begin(void)
{
	told = g_string_new(NULL);
}

static void
end(void)
{
	g_string_free(told, TRUE);
}

TestSuite(prove, .init = begin, .fini = end, .timeout = 120);

static struct world *
level(uint32_t caps)
{
	struct world *w = world_new(caps);

	for (unsigned i = 1; i <= 5; i++)
		world_add(w, "INBOX", i, 200, 0);
	if (caps & CAP_FOLDERS) {
		memory_folder_add(w->server, "Work", ROLE_NONE);
		world_add(w, "Work", 6, 20000, FLAG_FLAGGED);
	}
	else
		w->account->keep = KEEP_FOREVER;
	SYNCS(w);
	return w;
}

/* One octet of a message there is another one. */
static void
change_octet(struct world *w, const char *folder, uint32_t uid)
{
	GByteArray *b = (GByteArray *)memory_message_bytes(w->server, folder,
							   uid);

	b->data[b->len - 3] ^= 1;
}

/* The same in the mbox, where text first stands. */
static void
damage(struct world *w, const char *text)
{
	char *path = g_build_filename(w->dir, "mail", "INBOX.mbox", NULL);
	char *bytes, *at;
	gsize len;
	int fd;

	cr_assert(g_file_get_contents(path, &bytes, &len, NULL));
	at = g_strstr_len(bytes, (gssize)len, text);
	cr_assert_not_null(at);
	fd = open(path, O_WRONLY);
	cr_assert_eq(pwrite(fd, "X", 1, at - bytes), 1);
	close(fd);
	g_free(bytes);
	g_free(path);
}

Test(prove, level_copies_are_the_same)
{
	const uint32_t caps[] = { CAPS_QRESYNC, CAPS_CONDSTORE, CAPS_PLAIN };

	for (size_t i = 0; i < G_N_ELEMENTS(caps); i++) {
		struct world *w = level(caps[i]);

		PROVES(w, false, ST_OK);
		cr_assert_eq(sum.messages, 6);
		cr_assert_gt(sum.octets, 21000);
		PROVES(w, true, ST_OK);
		cr_assert_str_eq(told->str, "");
		world_free(w);
	}
}

/* What Send/Receive mends is told, and is mended by it. */
Test(prove, what_is_behind_is_found)
{
	struct world *w = level(CAPS_QRESYNC);

	world_add(w, "INBOX", 9, 200, 0);
	memory_message_remove(w->server, "INBOX", 2);
	world_flags(w, "INBOX", 3, FLAG_SEEN);
	memory_folder_add(w->server, "New", ROLE_NONE);
	memory_folder_remove(w->server, "Work");
	PROVES(w, false, ST_REFUSED);
	SAYS("INBOX: Message 6 is on the server and not here.");
	SAYS("INBOX: Message 2 is here and not on the server.");
	SAYS("INBOX: The flags of message 3 differ");
	SAYS("New: The folder is not here yet.");
	SAYS("Work: The folder is not on the server.");
	cr_assert_eq(sum.behind, 5);
	cr_assert_eq(sum.wrong, 0);
	SYNCS(w);
	PROVES(w, true, ST_OK);
	world_free(w);
}

Test(prove, keywords_count)
{
	struct world *w = level(CAPS_PLAIN);
	struct flags f = { 0, NULL };

	flags_add_word(&f, "work");
	memory_message_flags(w->server, "INBOX", 1, &f);
	PROVES(w, false, ST_REFUSED);
	SAYS("flags of message 1 differ: “” here, “work” there.");
	flags_clear(&f);
	world_free(w);
}

Test(prove, other_numbers_are_found)
{
	struct world *w = level(CAPS_QRESYNC);

	memory_folder_renumber(w->server, "INBOX");
	PROVES(w, false, ST_REFUSED);
	SAYS("INBOX: Its messages have other numbers");
	world_free(w);
}

/* A message that became another one, which no sync would see. */
Test(prove, only_deep_sees_every_octet)
{
	struct world *w = level(CAPS_QRESYNC);

	change_octet(w, "Work", 1);
	PROVES(w, false, ST_OK);
	PROVES(w, true, ST_CORRUPT);
	SAYS("Work: Message 1 is another one on the server");
	SYNCS(w);
	PROVES(w, true, ST_CORRUPT);
	REPAIRS(w, true);
	PROVES(w, true, ST_OK);
	world_check(w);
	world_free(w);
}

/* The octets decide, not what a server says of their number. */
Test(prove, a_size_that_differs_is_looked_into)
{
	struct world *w = level(CAPS_QRESYNC);
	GByteArray *b = (GByteArray *)memory_message_bytes(w->server, "INBOX",
							   4);

	g_byte_array_append(b, (const guint8 *)"more\r\n", 6);
	PROVES(w, false, ST_CORRUPT);
	SAYS("INBOX: Message 4 is another one on the server");
	REPAIRS(w, false);
	PROVES(w, false, ST_OK);
	world_check(w);
	world_free(w);
}

/* ---- damage here -------------------------------------------------------- */

Test(prove, a_damaged_mbox_is_mended_from_the_server)
{
	struct world *w = level(CAPS_QRESYNC);

	damage(w, "the start of message 3");
	PROVES(w, false, ST_CORRUPT);
	SAYS("is damaged");
	REPAIRS(w, false);
	PROVES(w, true, ST_OK);
	world_check(w);
	world_free(w);
}

Test(prove, a_lost_mbox_is_mended_from_the_server)
{
	struct world *w = level(CAPS_PLAIN);
	char *path = g_build_filename(w->dir, "mail", "INBOX.mbox", NULL);

	unlink(path);
	PROVES(w, false, ST_CORRUPT);
	world_reopen(w);
	PROVES(w, false, ST_REFUSED);
	REPAIRS(w, false);
	PROVES(w, true, ST_OK);
	world_check(w);
	g_free(path);
	world_free(w);
}

/* Rows that say what is not so, with numbers that say that all is level. */
Test(prove, flags_that_went_wrong_are_mended_from_the_server)
{
	struct world *w = level(CAPS_QRESYNC);
	struct folder *f = world_folder(w, "INBOX");
	struct flags wrong = { FLAG_SEEN | FLAG_DELETED, NULL };
	struct uidset gone = UIDSET_EMPTY;
	int64_t n;

	cr_assert_eq(store_set_flags(w->store, f->id, 1, &wrong, 0, NULL),
		     ST_OK);
	uidset_add(&gone, 5);
	cr_assert_eq(store_remove(w->store, f->id, &gone, true, &n, NULL),
		     ST_OK);
	PROVES(w, false, ST_REFUSED);
	cr_assert_eq(sum.behind, 2);
	REPAIRS(w, false);
	PROVES(w, true, ST_OK);
	world_check(w);
	/* Nothing of it has gone the other way. */
	cr_assert_eq(memory_message_count(w->server, "INBOX"), 5);
	uidset_clear(&gone);
	folder_free(f);
	world_free(w);
}

/* ---- decisions ---------------------------------------------------------- */

static int64_t
row_of(struct world *w, const char *folder, uint32_t uid)
{
	struct folder *f = world_folder(w, folder);
	struct message m;
	int64_t id;

	cr_assert_eq(message_by_uid(w->store, f->id, uid, &m, NULL), ST_OK);
	id = m.id;
	message_clear(&m);
	folder_free(f);
	return id;
}

static void
decide(struct world *w)
{
	struct folder *work = world_folder(w, "Work");
	struct flags seen = { FLAG_SEEN, NULL };
	int64_t one = row_of(w, "INBOX", 1), two = row_of(w, "INBOX", 2);
	int64_t three = row_of(w, "INBOX", 3);
	size_t n = 1;

	cr_assert_eq(queue_flags(w->store, &one, &n, true, &seen, NULL),
		     ST_OK);
	cr_assert_eq(queue_move(w->store, &two, &n, work->id, NULL), ST_OK);
	cr_assert_eq(queue_expunge(w->store, &three, &n, NULL), ST_OK);
	folder_free(work);
}

Test(prove, decisions_that_wait_are_no_difference)
{
	struct world *w = level(CAPS_QRESYNC);

	decide(w);
	PROVES(w, true, ST_REFUSED);
	cr_assert_eq(sum.behind + sum.wrong, 0, "%s", told->str);
	cr_assert_eq(sum.waits, 3);
	SYNCS(w);
	PROVES(w, true, ST_OK);
	world_free(w);
}

/* A parked decision is not in effect, and a mark is here alone: no
 * Send/Receive changes that. */
Test(prove, what_no_sync_sends_is_no_difference)
{
	struct flags marked = { FLAG_DELETED, NULL };
	struct world *w = level(CAPS_QRESYNC);
	int64_t one = row_of(w, "INBOX", 1), two = row_of(w, "INBOX", 2);
	struct queue_counts n;
	size_t count = 1;

	cr_assert_eq(queue_expunge(w->store, &one, &count, NULL), ST_OK);
	world_flags(w, "INBOX", 1, FLAG_ANSWERED);
	cr_assert_eq(queue_flags(w->store, &two, &count, true, &marked, NULL),
		     ST_OK);
	world_sync(w);
	cr_assert_eq(queue_counts(w->store, &n, NULL), ST_OK);
	cr_assert_eq(n.parked, 1);
	PROVES(w, true, ST_OK);
	/* Beside them everything counts. */
	world_flags(w, "INBOX", 1, FLAG_ANSWERED | FLAG_FLAGGED);
	world_flags(w, "INBOX", 2, FLAG_DELETED | FLAG_FLAGGED);
	PROVES(w, true, ST_REFUSED);
	cr_assert_eq(sum.behind, 2, "%s", told->str);
	world_free(w);
}

/* ---- POP ---------------------------------------------------------------- */

static void
what_pop_keeps(bool uidl)
{
	struct world *w = world_new(CAPS_POP);

	w->account->keep = KEEP_FOREVER;
	memory_server_uidl(w->server, uidl);
	for (unsigned i = 1; i <= 5; i++)
		world_add(w, "INBOX", i, 200, 0);
	SYNCS(w);
	PROVES(w, false, ST_OK);
	PROVES(w, true, ST_OK);
	cr_assert_eq(sum.messages, 5);
	world_add(w, "INBOX", 7, 300, 0);
	PROVES(w, true, ST_REFUSED);
	SAYS("of the server");
	SYNCS(w);
	PROVES(w, true, ST_OK);
	change_octet(w, "INBOX", 2);
	/* Without a unique id it is a new message. */
	PROVES(w, true, uidl ? ST_CORRUPT : ST_REFUSED);
	cr_assert_eq(memory_message_count(w->server, "INBOX"), 6);
	world_free(w);
}

Test(prove, what_pop_keeps_is_here)
{
	what_pop_keeps(true);
	what_pop_keeps(false);
}

/* ---- preview ------------------------------------------------------------ */

static void
on_would(void *ctx, const char *folder, const struct preview *p)
{
	g_string_append_printf(told, "%s %d %d %d %d|", folder, (int)p->fetch,
			       (int)p->gone, (int)p->send, (int)p->remove);
}

static struct preview
preview(struct world *w)
{
	static const struct preview_events would = { NULL, on_would };
	int64_t before = store_generation(w->store);
	struct preview all;
	struct sync *s;

	g_string_truncate(told, 0);
	cr_assert_eq(driver_open(w->driver, &w->e), ST_OK);
	s = sync_new(w->account, w->store, w->driver, NULL);
	cr_assert_eq(sync_preview(s, NULL, &would, &all, &w->e), ST_OK, "%s",
		     w->e.text);
	sync_free(s);
	driver_close(w->driver, true, NULL);
	cr_assert_eq(store_generation(w->store), before);
	return all;
}

static void
previews(uint32_t caps)
{
	struct world *w = level(caps);
	struct preview p = preview(w);

	cr_assert_str_eq(told->str, "");
	world_add(w, "INBOX", 7, 300, 0);
	world_add(w, "INBOX", 8, 3000, 0);
	memory_message_remove(w->server, "INBOX", 5);
	memory_folder_add(w->server, "New", ROLE_NONE);
	world_add(w, "New", 9, 500, 0);
	decide(w);
	p = preview(w);
	cr_assert(strstr(told->str, "INBOX 2 1 3 1|"), "%s", told->str);
	cr_assert(strstr(told->str, "New 1 0 0 0|"), "%s", told->str);
	cr_assert_eq(p.fetch, 3);
	cr_assert_gt(p.octets, 3700);
	cr_assert_lt(p.octets, 4100);
	cr_assert_eq(p.gone, 1);
	SYNCS(w);
	p = preview(w);
	cr_assert_eq(p.fetch + p.gone + p.send, 0, "%s", told->str);
	world_free(w);
}

Test(prove, a_preview_says_what_will_be)
{
	previews(CAPS_QRESYNC);
	previews(CAPS_CONDSTORE);
	previews(CAPS_PLAIN);
}

Test(prove, a_preview_of_pop_knows_the_keep_rule)
{
	struct world *w = level(CAPS_POP);
	struct preview p;

	world_add(w, "INBOX", 7, 300, 0);
	p = preview(w);
	cr_assert_eq(p.fetch, 1);
	cr_assert_eq(p.remove, 0);
	w->account->keep = KEEP_NO;
	p = preview(w);
	cr_assert_eq(p.fetch, 1);
	cr_assert_eq(p.remove, 6);
	cr_assert_eq(memory_message_count(w->server, "INBOX"), 6);
	world_free(w);
}

/* Also when nobody was at work since it was decided. */
Test(prove, a_preview_of_pop_knows_what_was_deleted)
{
	struct world *w = level(CAPS_POP);
	int64_t ids[] = { row_of(w, "INBOX", 1), row_of(w, "INBOX", 2),
			  row_of(w, "INBOX", 3) };
	int64_t trash, other;
	size_t one = 1;

	cr_assert_eq(queue_create(w->store, "Trash", '/', ROLE_TRASH, true,
				  &trash, NULL), ST_OK);
	cr_assert_eq(queue_create(w->store, "Other", '/', ROLE_NONE, true,
				  &other, NULL), ST_OK);
	cr_assert_eq(queue_move(w->store, &ids[0], &one, trash, NULL), ST_OK);
	cr_assert_eq(queue_expunge(w->store, &ids[1], &one, NULL), ST_OK);
	cr_assert_eq(queue_move(w->store, &ids[2], &one, other, NULL), ST_OK);
	cr_assert_eq(preview(w).remove, 2);
	SYNCS(w);
	cr_assert_eq(memory_message_count(w->server, "INBOX"), 3);
	cr_assert_eq(preview(w).remove, 0);
	world_free(w);
}
