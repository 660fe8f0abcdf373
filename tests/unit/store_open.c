/*
 * store_open.c - opening, locks, rebuilds, damage, folders
 */
#include "store_help.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "model/flags.h"

static char *dir;

static void
setup(void)
{
	dir = fresh_dir();
}

static void
teardown(void)
{
	wipe(dir);
	g_free(dir);
}

TestSuite(store_open, .init = setup, .fini = teardown);

static char *
index_file(void)
{
	return g_build_filename(dir, "index.db", NULL);
}

static void
sql(const char *text)
{
	char *file = index_file();
	sqlite3 *h;

	cr_assert_eq(sqlite3_open(file, &h), SQLITE_OK);
	cr_assert_eq(sqlite3_exec(h, text, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(h);
	g_free(file);
}

static struct store *
fill(unsigned n)
{
	struct store *s = open_worker(dir);
	int64_t id = make_folder(s, "INBOX");

	OK(store_begin(s, e));
	for (unsigned uid = 1; uid <= n; uid++)
		put_message(s, id, uid, 300, FLAG_SEEN);
	OK(store_commit(s, e));
	return s;
}

static void
check_filled(unsigned n)
{
	struct store *s = open_worker(dir);
	struct folder *f = NULL;

	OK(folder_by_name(s, "INBOX", &f, e));
	cr_assert_eq(f->total, n);
	for (unsigned uid = 1; uid <= n; uid++)
		check_message(s, f->id, uid, 300);
	check_verify(s, f->id);
	folder_free(f);
	store_close(s);
}

Test(store_open, modes_are_private)
{
	static const char *const names[] = { "index.db", "lock",
					     "mail/INBOX.mbox" };
	struct store *s = fill(1);
	struct stat sb;

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		char *file = g_build_filename(dir, names[i], NULL);

		cr_assert_eq(stat(file, &sb), 0);
		cr_assert_eq(sb.st_mode & 0777, 0600, "%s", names[i]);
		g_free(file);
	}
	store_close(s);
}

Test(store_open, second_worker_hears_who_is_first)
{
	struct store *s = open_worker(dir), *other = NULL;
	struct err err;
	char *pid = g_strdup_printf("%ld", (long)getpid());

	cr_assert_eq(store_open(dir, STORE_WORKER, &other, &err), ST_RETRY);
	cr_assert_not_null(strstr(err.text, pid), "%s", err.text);
	cr_assert_eq(store_open_waiting(dir, 50, &other, &err), ST_RETRY);
	store_close(s);
	OK(store_open_waiting(dir, 50, &other, e));
	store_close(other);
	g_free(pid);
}

Test(store_open, waits_until_the_first_ends)
{
	struct store *s = NULL;
	int ready[2], status;
	char c;
	pid_t pid;

	cr_assert_eq(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		struct err err;

		if (store_open(dir, STORE_WORKER, &s, &err) != ST_OK) {
			fprintf(stderr, "%s\n", err.text);
			_exit(1);
		}
		if (write(ready[1], "x", 1) != 1)
			_exit(2);
		g_usleep(100000);
		_exit(0);	/* without closing: the lock goes anyway */
	}
	close(ready[1]);
	cr_assert_eq(read(ready[0], &c, 1), 1);
	OK(store_open_waiting(dir, 60000, &s, e));
	store_close(s);
	waitpid(pid, &status, 0);
	cr_assert_eq(status, 0);
}

Test(store_open, newer_index_is_refused)
{
	struct store *s = NULL;
	struct err err;

	store_close(fill(1));
	sql("PRAGMA user_version = 999");
	cr_assert_eq(store_open(dir, STORE_WORKER, &s, &err), ST_LOCAL);
	cr_assert_not_null(strstr(err.text, "newer"));
	sql("PRAGMA user_version = 1");
	check_filled(1);
}

Test(store_open, deleted_index_is_rebuilt)
{
	char *file = index_file();

	store_close(fill(20));
	cr_assert_eq(unlink(file), 0);
	check_filled(20);
	g_free(file);
}

Test(store_open, garbage_index_is_rebuilt)
{
	char *file = index_file();

	store_close(fill(20));
	cr_assert(g_file_set_contents(file, "this is no database at all, "
				      "not even nearly", -1, NULL));
	check_filled(20);
	g_free(file);
}

Test(store_open, reader_rebuilds_too)
{
	char *file = index_file();
	struct store *s = NULL;
	struct folder *f = NULL;

	store_close(fill(5));
	cr_assert_eq(unlink(file), 0);
	OK(store_open(dir, STORE_READER, &s, e));
	OK(folder_by_name(s, "INBOX", &f, e));
	cr_assert_eq(f->total, 5);
	folder_free(f);
	store_close(s);
	check_filled(5);
	g_free(file);
}

static void
test_parser(const char *header, size_t len, struct envelope *env)
{
	const char *s = g_strstr_len(header, (gssize)len, "Subject: ");

	if (s)
		env->subject = g_strndup(s + 9, strcspn(s + 9, "\n"));
}

Test(store_open, rebuilt_index_has_envelopes)
{
	char *file = index_file();
	struct store *s;
	struct folder *f = NULL;
	struct message m;

	store_set_parser(test_parser);
	store_close(fill(3));
	cr_assert_eq(unlink(file), 0);
	s = open_worker(dir);
	OK(folder_by_name(s, "INBOX", &f, e));
	OK(message_by_uid(s, f->id, 2, &m, e));
	cr_assert_str_eq(m.env.subject, "message 2");
	cr_assert_eq(m.flags.bits, FLAG_SEEN);
	cr_assert_eq(m.arrival, 1600000002);
	message_clear(&m);
	folder_free(f);
	store_close(s);
	g_free(file);
}

Test(store_open, bytes_behind_the_end_are_cut)
{
	char *mbox = mbox_file(dir, "INBOX");
	FILE *f;

	store_close(fill(5));
	f = fopen(mbox, "a");
	cr_assert_not_null(f);
	fputs("From half@message Tue Nov 14 22:13:20 2023\nSubject: ha", f);
	fclose(f);
	check_filled(5);
	g_free(mbox);
}

/* What was cut off comes again with the next sync; the rest stays. */
Test(store_open, shorter_file_loses_only_its_end)
{
	char *mbox = mbox_file(dir, "INBOX");
	struct store *s;
	struct folder *f = NULL;
	struct uidset waiting = UIDSET_EMPTY;
	struct stat sb;

	store_close(fill(5));
	cr_assert_eq(stat(mbox, &sb), 0);
	cr_assert_eq(truncate(mbox, sb.st_size - 100), 0);
	s = open_worker(dir);
	OK(folder_by_name(s, "INBOX", &f, e));
	check_message(s, f->id, 4, 300);
	OK(folder_uids_waiting(s, f->id, &waiting, e));
	cr_assert(uidset_has(&waiting, 5));
	cr_assert_eq(uidset_count(&waiting), 1);
	check_verify(s, f->id);
	put_message(s, f->id, 5, 300, FLAG_SEEN);
	store_close(s);
	check_filled(5);
	uidset_clear(&waiting);
	folder_free(f);
	g_free(mbox);
}

Test(store_open, missing_file_loses_its_rows)
{
	char *mbox = mbox_file(dir, "INBOX");
	struct store *s;
	struct folder *f = NULL;

	store_close(fill(5));
	cr_assert_eq(unlink(mbox), 0);
	s = open_worker(dir);
	OK(folder_by_name(s, "INBOX", &f, e));
	cr_assert_eq(f->total, 0);
	check_verify(s, f->id);
	store_close(s);
	folder_free(f);
	g_free(mbox);
}

/* ---- damage ------------------------------------------------------------ */

static void
damage(const char *what, const char *with)
{
	char *mbox = mbox_file(dir, "INBOX"), *text = NULL, *at;
	gsize len;
	int fd;

	cr_assert(g_file_get_contents(mbox, &text, &len, NULL));
	at = strstr(text, what);
	cr_assert_not_null(at);
	fd = open(mbox, O_WRONLY);
	cr_assert_eq(pwrite(fd, with, strlen(with), at - text),
		     (ssize_t)strlen(with));
	close(fd);
	g_free(text);
	g_free(mbox);
}

static void
check_problem(const char *what, const char *with, const char *word)
{
	struct verify_result r;
	struct store *s = fill(5);
	struct folder *f = NULL;
	struct message m;
	struct err err;
	GBytes *b = NULL;

	OK(folder_by_name(s, "INBOX", &f, e));
	damage(what, with);
	cr_assert_eq(verify_folder(s, f->id, say, NULL, &r, &err),
		     ST_CORRUPT, "%s", word);
	cr_assert_gt(r.problems, 0);
	OK(message_by_uid(s, f->id, 3, &m, e));
	if (strcmp(word, "body") == 0)
		cr_assert_eq(message_bytes(s, m.id, &b, &err), ST_CORRUPT);
	message_clear(&m);
	OK(rebuild_folder(s, f->id, e));
	check_verify(s, f->id);
	/* A neighbour may have to come again too, no other. */
	check_message(s, f->id, 1, 300);
	check_message(s, f->id, 5, 300);
	folder_free(f);
	store_close(s);
}

Test(store_open, damaged_text)
{
	check_problem(" of message 3\n", " OF", "body");
}

Test(store_open, damaged_from_line)
{
	check_problem("From ann3@example.org", "Form", "block");
}

Test(store_open, damaged_block)
{
	check_problem("X-Verso-Id: 0 3 ", "X-Verzo", "block");
}

Test(store_open, damaged_flags)
{
	struct verify_result r;
	struct store *s = fill(5);
	struct folder *f = NULL;
	struct err err;

	OK(folder_by_name(s, "INBOX", &f, e));
	damage("X-Status: \n", "X-Status: D");
	cr_assert_eq(verify_folder(s, f->id, say, NULL, &r, &err),
		     ST_CORRUPT);
	folder_free(f);
	store_close(s);
}

/* ---- two processes, one store ------------------------------------------ */

Test(store_open, reader_sees_commits_and_writes_beside)
{
	struct store *w = fill(2), *r = NULL;
	struct folder *f = NULL;
	int64_t id;
	char *value;

	OK(store_open(dir, STORE_READER, &r, e));
	OK(folder_by_name(r, "INBOX", &f, e));
	id = f->id;
	folder_free(f);
	OK(store_begin(w, e));
	put_message(w, id, 3, 300, 0);
	/* A transaction that is open does not keep the reader from writing. */
	OK(store_fact_set(r, "seen.by", "the reader", e));
	check_uids(r, id, "1:2");
	OK(store_commit(w, e));
	check_uids(r, id, "1:3");
	check_message(r, id, 3, 300);
	value = store_fact_get(w, "seen.by");
	cr_assert_str_eq(value, "the reader");
	g_free(value);
	cr_assert_null(store_fact_get(w, "unheard.of"));
	store_close(r);
	store_close(w);
}

Test(store_open, reader_moves_no_mail)
{
	struct store *w = fill(2), *r = NULL;
	struct uidset set = UIDSET_EMPTY;
	struct flags f = { FLAG_FLAGGED, NULL };
	struct message m;
	struct err err;

	OK(store_open(dir, STORE_READER, &r, e));
	uidset_add(&set, 1);
	cr_assert_eq(ingest_begin(r, 1, &err), ST_REFUSED);
	cr_assert_eq(store_remove(r, 1, &set, true, NULL, &err), ST_REFUSED);
	cr_assert_eq(folder_remove(r, 1, &err), ST_REFUSED);
	cr_assert_eq(folder_rename(r, 1, "x", &err), ST_REFUSED);
	cr_assert_eq(rebuild_folder(r, 1, &err), ST_REFUSED);
	cr_assert_eq(rematch_begin(r, 1, 5, &err), ST_REFUSED);
	/* Its flags are in the index at once, in the mbox with the worker's
	 * next commit. */
	OK(store_set_flags(r, 1, 2, &f, 0, e));
	OK(message_by_uid(w, 1, 2, &m, e));
	cr_assert_eq(m.flags.bits, FLAG_FLAGGED);
	message_clear(&m);
	put_message(w, 1, 3, 300, FLAG_SEEN);
	OK(rebuild_folder(w, 1, e));
	OK(message_by_uid(w, 1, 2, &m, e));
	cr_assert_eq(m.flags.bits, FLAG_FLAGGED);
	message_clear(&m);
	uidset_clear(&set);
	store_close(r);
	store_close(w);
}

/* ---- folders ----------------------------------------------------------- */

static void
check_names(struct store *s, const char *want)
{
	GPtrArray *all = NULL;
	GString *got = g_string_new(NULL);

	OK(folders_all(s, &all, e));
	for (guint i = 0; i < all->len; i++)
		g_string_append_printf(got, "%s%s", i ? "|" : "",
				       ((struct folder *)all->pdata[i])->name);
	cr_assert_str_eq(got->str, want);
	g_ptr_array_unref(all);
	g_string_free(got, TRUE);
}

Test(store_open, folders_in_display_order)
{
	struct store *s = open_worker(dir);
	struct folder_info *info;
	int64_t id, again;

	make_folder(s, "zebra");
	make_folder(s, "Apple");
	info = folder_info_new("INBOX", '/');
	info->role = ROLE_INBOX;
	OK(folder_upsert(s, info, &id, e));
	OK(folder_upsert(s, info, &again, e));
	cr_assert_eq(id, again);
	folder_info_free(info);
	info = folder_info_new("Gesendet", '/');
	info->role = ROLE_SENT;
	OK(folder_upsert(s, info, &id, e));
	folder_info_free(info);
	check_names(s, "INBOX|Gesendet|Apple|zebra");
	store_close(s);
}

Test(store_open, folder_renamed_and_removed)
{
	struct store *s = open_worker(dir);
	int64_t id = make_folder(s, "a/b");
	char *old = mbox_file(dir, "a/b"), *new = mbox_file(dir, "c/d");
	struct err err;

	put_message(s, id, 1, 300, 0);
	OK(folder_rename(s, id, "c/d", e));
	cr_assert_not(g_file_test(old, G_FILE_TEST_EXISTS));
	check_message(s, id, 1, 300);
	put_message(s, id, 2, 300, 0);
	check_verify(s, id);
	make_folder(s, "x");
	cr_assert_eq(folder_rename(s, id, "x", &err), ST_REFUSED);
	OK(folder_remove(s, id, e));
	cr_assert_not(g_file_test(new, G_FILE_TEST_EXISTS));
	check_names(s, "x");
	store_close(s);
	g_free(old);
	g_free(new);
}

Test(store_open, folder_found_again_by_its_place)
{
	char *name = g_strnfill(300, 'n'), *file = index_file();
	struct store *s = open_worker(dir);
	int64_t id = make_folder(s, name), again;

	put_message(s, id, 1, 300, 0);
	store_close(s);
	cr_assert_eq(unlink(file), 0);
	s = open_worker(dir);
	again = make_folder(s, name);
	check_message(s, again, 1, 300);
	check_names(s, name);
	store_close(s);
	g_free(file);
	g_free(name);
}

Test(store_open, what_a_sync_ends_with)
{
	struct store *s = open_worker(dir);
	int64_t id = make_folder(s, "INBOX");
	struct folder *f = NULL;
	struct uidset q = UIDSET_EMPTY;

	OK(folder_set_uidvalidity(s, id, 9, e));
	OK(folder_synced(s, id, 100, 200, 300, e));
	OK(folder_synced(s, id, -1, 201, -1, e));
	OK(folder_by_id(s, id, &f, e));
	cr_assert_eq(f->uidvalidity, 9);
	cr_assert_eq(f->uidnext, 100);
	cr_assert_eq(f->modseq, 201);
	cr_assert_eq(f->synced, 300);
	folder_free(f);
	OK(folder_quarantine(s, id, 5, "NIL", e));
	OK(folder_quarantined(s, id, &q, e));
	cr_assert(uidset_has(&q, 5));
	uidset_clear(&q);
	store_close(s);
}

Test(store_open, uidl_that_the_server_forgot)
{
	struct store *s = open_worker(dir);
	int64_t id = make_folder(s, "INBOX");
	struct ingest what = { .folder = id };
	struct envelope none = { 0 };
	struct uidset set = UIDSET_EMPTY;
	GHashTable *listed = g_hash_table_new(g_str_hash, g_str_equal);
	struct uidl u;
	struct err err;

	for (char c = 'a'; c <= 'c'; c++) {
		char text[2] = { c, '\0' };

		what.uidl = text;
		OK(ingest_begin(s, id, e));
		OK(ingest_bytes(s, "x", 1, e));
		OK(ingest_end(s, &what, &none, NULL, e));
	}
	uidset_add(&set, 2);
	OK(store_remove(s, id, &set, true, NULL, e));
	OK(uidl_find(s, "b", &u, e));
	cr_assert_eq(u.id, 0);		/* removed here, known for ever */
	uidl_clear(&u);
	g_hash_table_add(listed, (char *)"b");
	OK(uidl_forget_others(s, listed, e));
	cr_assert_eq(uidl_find(s, "a", &u, &err), ST_GONE);
	OK(uidl_find(s, "b", &u, e));
	uidl_clear(&u);
	g_hash_table_destroy(listed);
	uidset_clear(&set);
	store_close(s);
}
