/*
 * store_addresses.c - what the index learns of people, and how they are found
 */
#include "store/addresses.h"

#include <unistd.h>

#include "base/clock.h"
#include "store/outbox.h"
#include "store/schema.h"
#include "store_help.h"

#define DAY (24 * 3600)

static int64_t
role_folder(struct store *s, const char *name, enum folder_role role)
{
	struct folder_info *info = folder_info_new(name, '/');
	int64_t id = 0;

	info->role = role;
	OK(folder_upsert(s, info, &id, e));
	folder_info_free(info);
	return id;
}

/* One envelope, so many days old. */
static void
add(struct store *s, int64_t folder, uint32_t uid, int days, const char *from,
    const char *to)
{
	struct envelope env = { .date = clock_now() - days * DAY,
				.from = (char *)from, .to = (char *)to };
	const struct flags none = { 0, NULL };

	OK(store_add_envelope(s, folder, uid, &none, env.date, 100, 0, &env,
			      e));
}

/* "Name|mailbox sent/received" of each that is found, one a line. */
static char *
found(struct store *s, const char *typed, size_t max)
{
	GString *out = g_string_new(NULL);
	GPtrArray *all = NULL;

	OK(addresses_find(s, typed, max, &all, e));
	for (guint i = 0; i < all->len; i++) {
		const struct known_address *a = all->pdata[i];

		g_string_append_printf(out, "%s|%s %d/%d%s%s\n", a->name,
				       a->mailbox, (int)a->sent,
				       (int)a->received, a->own ? " own" : "",
				       a->robot ? " robot" : "");
	}
	g_ptr_array_unref(all);
	return g_string_free(out, FALSE);
}

static void
check(struct store *s, const char *typed, const char *want)
{
	char *got = found(s, typed, 10);

	cr_assert_str_eq(got, want, "\"%s\" finds\n%s", typed, got);
	g_free(got);
}

/* A store with an INBOX (1) and Sent (2). */
static struct store *
open_two(const char *dir, int64_t *inbox, int64_t *sent)
{
	struct store *s = open_worker(dir);

	*inbox = role_folder(s, "INBOX", ROLE_INBOX);
	*sent = role_folder(s, "Sent", ROLE_SENT);
	return s;
}

Test(addresses, what_came_and_what_was_sent)
{
	char *dir = fresh_dir();
	int64_t inbox, sent;
	struct store *s = open_two(dir, &inbox, &sent);

	add(s, inbox, 1, 3, "Ann Lee <ann@example.org>",
	    "Me <me@here.example>, Carl <carl@example.org>");
	add(s, inbox, 2, 2, "Ann Lee <ANN@example.org>", "me@here.example");
	add(s, sent, 1, 1, "Me <me@here.example>", "bob@example.org, "
	    "Ann <ann@example.org>");
	check(s, "ann", "Ann Lee|ann@example.org 1/2\n");
	check(s, "car", "Carl|carl@example.org 0/0\n");
	check(s, "bob", "|bob@example.org 1/0\n");
	check(s, "me", "Me|me@here.example 0/0 own\n");
	check(s, "", "Ann Lee|ann@example.org 1/2\n|bob@example.org 1/0\n"
	      "Carl|carl@example.org 0/0\nMe|me@here.example 0/0 own\n");
	check(s, "zoe", "");
	store_close(s);
	wipe(dir);
	g_free(dir);
}

Test(addresses, found_by_the_beginning_of_any_word)
{
	static const struct {
		const char *typed;
		bool found;
	} rows[] = {
		{ "z", true }, { "zo", true }, { "ZOË", true }, { "zoe", true },
		{ "mull", true }, { "Müller zoe", true }, { "lud", true },
		{ "oe", false }, { "z.m", true }, { "zm99", true },
		{ "mail", true }, { "grosse", true }, { "de", false },
		{ "zm99@", true }, { "zm99@mail", true },
		{ "zm99@mail.grosse-firma.de", true }, { "@gro", true },
		{ "@zoe", false }, { "zoe@de", true }, { "zoe x", false },
		{ "  zoe  ", true }, { "\xff", true }, { "%_'\"", true },
		{ "a b c d e f g h i j k", false },
	};
	char *dir = fresh_dir();
	int64_t inbox, sent;
	struct store *s = open_two(dir, &inbox, &sent);

	add(s, inbox, 1, 3, "\"Müller-Lüdenscheidt, Zoë\" "
	    "<zm99@mail.grosse-firma.de>", NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		char *got = found(s, rows[i].typed, 1);

		cr_assert_eq(*got != '\0', rows[i].found, "\"%s\": %s",
			     rows[i].typed, got);
		g_free(got);
	}
	store_close(s);
	wipe(dir);
	g_free(dir);
}

Test(addresses, the_best_come_first)
{
	char *dir = fresh_dir();
	int64_t inbox, sent;
	struct store *s = open_two(dir, &inbox, &sent);

	/* Much mail from one, one letter to another. */
	for (uint32_t i = 1; i <= 30; i++)
		add(s, inbox, i, 1, "A List <a.list@example.org>", NULL);
	add(s, sent, 1, 1, "me@here.example", "a.once@example.org");
	/* Written to often, long ago; and often, lately. */
	for (uint32_t i = 2; i <= 6; i++)
		add(s, sent, i, 1500, "me@here.example", "a.old@example.org");
	for (uint32_t i = 7; i <= 11; i++)
		add(s, sent, i, 10, "me@here.example", "a.new@example.org");
	add(s, inbox, 31, 1, "A Shop <a-noreply@example.org>", NULL);
	add(s, inbox, 32, 1, "a.bounce@example.org", NULL);
	add(s, sent, 12, 1, "A Me <a.me@here.example>", "a.me@here.example");
	add(s, inbox, 33, 900, "Bob <bob@a.example>", NULL);
	check(s, "a", "|a.new@example.org 5/0\n|a.once@example.org 1/0\n"
	      "A List|a.list@example.org 0/30\n|a.old@example.org 5/0\n"
	      "Bob|bob@a.example 0/1\n"
	      "A Me|a.me@here.example 1/0 own\n"
	      "A Shop|a-noreply@example.org 0/1 robot\n"
	      "|a.bounce@example.org 0/1 robot\n");
	for (size_t max = 0; max <= 8; max++) {
		char *all = found(s, "a", 8), *some = found(s, "a", max);

		cr_assert(g_str_has_prefix(all, some), "%d: %s", (int)max,
			  some);
		g_free(all);
		g_free(some);
	}
	store_close(s);
	wipe(dir);
	g_free(dir);
}

Test(addresses, the_best_name_stays)
{
	char *dir = fresh_dir();
	int64_t inbox, sent;
	struct store *s = open_two(dir, &inbox, &sent);

	add(s, inbox, 1, 9, "x@y.example", "annie <ann@example.org>");
	check(s, "ann", "annie|ann@example.org 0/0\n");
	add(s, sent, 1, 8, "me@here.example", "Sister <ann@example.org>");
	check(s, "ann", "Sister|ann@example.org 1/0\n");
	add(s, inbox, 2, 7, "Ann Lee <ann@example.org>", NULL);
	check(s, "ann", "Ann Lee|ann@example.org 1/1\n");
	check(s, "sis", "");
	add(s, inbox, 3, 6, "x@y.example", "A. L. <ann@example.org>");
	add(s, inbox, 4, 12, "Ann Old <ann@example.org>", NULL);
	add(s, inbox, 5, 5, "\"ann@example.org\" <ann@example.org>", NULL);
	check(s, "ann", "Ann Lee|ann@example.org 1/3\n");
	add(s, inbox, 6, 4, "Ann Lee-Smith <ann@example.org>", NULL);
	check(s, "smi", "Ann Lee-Smith|ann@example.org 1/4\n");
	store_close(s);
	wipe(dir);
	g_free(dir);
}

Test(addresses, what_teaches_nothing)
{
	char *dir = fresh_dir();
	struct store *s = open_worker(dir);
	int64_t junk = role_folder(s, "Junk", ROLE_JUNK);
	int64_t trash = role_folder(s, "Trash", ROLE_TRASH);
	int64_t drafts = role_folder(s, "Drafts", ROLE_DRAFTS);
	int64_t inbox = role_folder(s, "INBOX", ROLE_INBOX);
	GString *crowd = g_string_new(NULL), *long_one = g_string_new("a");
	char *got;

	add(s, junk, 1, 1, "rich@prince.example", NULL);
	add(s, trash, 1, 1, "dull@example.org", NULL);
	add(s, drafts, 1, 1, "me@example.org", "half@examp");
	check(s, "", "");
	while (long_one->len < 300)
		g_string_append_c(long_one, 'a');
	g_string_append(long_one, "@example.org");
	add(s, inbox, 1, 1, long_one->str, "not an address, a@b\001.example");
	check(s, "", "");
	for (int i = 0; i < 100; i++)
		g_string_append_printf(crowd, "x%d@example.org, ", i);
	add(s, inbox, 2, 1, NULL, crowd->str);
	got = found(s, "x", 100);
	cr_assert_eq(g_str_has_prefix(got, "|x"), true);
	cr_assert(strstr(got, "x11@") && !strstr(got, "x12@"), "%s", got);
	g_free(got);
	g_string_free(crowd, TRUE);
	g_string_free(long_one, TRUE);
	store_close(s);
	wipe(dir);
	g_free(dir);
}

Test(addresses, only_what_is_committed)
{
	char *dir = fresh_dir();
	int64_t inbox, sent;
	struct store *s = open_two(dir, &inbox, &sent);

	OK(store_begin(s, e));
	add(s, inbox, 1, 1, "gone@example.org", NULL);
	{
		struct folder *f = NULL;

		OK(folder_by_id(s, inbox, &f, e));
		folder_free(f);
	}
	store_rollback(s);
	check(s, "", "");
	OK(store_begin(s, e));
	add(s, inbox, 1, 1, "ann@example.org", NULL);
	add(s, inbox, 1, 1, "ann@example.org", NULL);
	add(s, inbox, 2, 1, "ann@example.org", NULL);
	OK(store_commit(s, e));
	check(s, "", "|ann@example.org 0/2\n");
	/* The body of a known one is no new message; a date to come is no
	 * reason to be the first for ever. */
	put_message(s, inbox, 1, 500, 0);
	add(s, inbox, 3, -5000, "Eve <eve@example.org>", NULL);
	add(s, inbox, 4, 0, "ann@example.org", NULL);
	check(s, "", "|ann@example.org 0/3\nEve|eve@example.org 0/1\n");
	store_close(s);
	wipe(dir);
	g_free(dir);
}

static void
parse(const char *header, size_t len, struct envelope *env)
{
	const char *from = g_strstr_len(header, (gssize)len, "From: ");

	memset(env, 0, sizeof(*env));
	if (from)
		env->from = g_strndup(from + 6, strcspn(from + 6, "\r\n"));
}

Test(addresses, a_new_index_learns_them_again)
{
	char *dir = fresh_dir(), *index = g_build_filename(dir, "index.db",
							   NULL);
	int64_t inbox, sent;
	struct store *s = open_two(dir, &inbox, &sent);
	char *before, *after;

	store_set_parser(parse);
	for (uint32_t i = 1; i <= 20; i++)
		put_message(s, inbox, i, 300, 0);
	before = found(s, "ann", 20);
	/* Repairing one folder counts nothing twice. */
	OK(rebuild_folder(s, inbox, e));
	after = found(s, "ann", 20);
	cr_assert_str_eq(before, after);
	g_free(after);
	store_close(s);
	cr_assert_eq(unlink(index), 0);
	s = open_worker(dir);
	after = found(s, "ann7", 20);
	cr_assert_str_eq(after, "Ann 7|ann7@example.org 0/1\n");
	g_free(after);
	after = found(s, "ann", 30);
	cr_assert_eq(strlen(after), strlen(before));
	g_free(after);
	g_free(before);
	store_close(s);
	store_set_parser(NULL);
	wipe(dir);
	g_free(index);
	g_free(dir);
}

/* What an index of version 4 was. */
static void
make_older(const char *index)
{
	struct db *d = NULL;

	OK(db_open(index, false, &d, e));
	OK(db_exec(d, "DROP TABLE address; ALTER TABLE touch DROP "
		   "COLUMN stands; ALTER TABLE touch DROP COLUMN padded; "
		   "ALTER TABLE change DROP COLUMN base_bits; ALTER TABLE "
		   "change DROP COLUMN base_words; ALTER TABLE uidl DROP "
		   "COLUMN said; ALTER TABLE uidl DROP COLUMN digest; "
		   "DROP INDEX u_id; "
		   "PRAGMA user_version = 4", e));
	db_close(d);
}

Test(addresses, an_older_index_learns_them_at_the_start)
{
	char *dir = fresh_dir(), *index = g_build_filename(dir, "index.db",
							   NULL);
	int64_t inbox, sent;
	struct store *s = open_two(dir, &inbox, &sent);

	add(s, inbox, 1, 9, "Ann Lee <ann@example.org>", "me@here.example");
	add(s, sent, 1, 8, "me@here.example", "Ann <ann@example.org>");
	add(s, inbox, 2, 7, "bob@example.org", NULL);
	store_close(s);
	make_older(index);
	OK(store_open(dir, STORE_READER, &s, e));
	check(s, "", "");
	store_close(s);
	for (int i = 0; i < 2; i++) {
		s = open_worker(dir);
		check(s, "", "Ann Lee|ann@example.org 1/1\n"
		      "|bob@example.org 0/1\n|me@here.example 0/0 own\n");
		store_close(s);
	}
	wipe(dir);
	g_free(index);
	g_free(dir);
}

Test(addresses, a_letter_that_is_queued_teaches)
{
	char *dir = fresh_dir();
	int64_t inbox, sent, id;
	struct store *s = open_two(dir, &inbox, &sent);
	struct outbox_letter *l = outbox_letter_new();
	FILE *f = tmpfile();

	fputs("To: x\n\nhello\n", f);
	fflush(f);
	l->from = g_strdup("me@here.example");
	l->to = g_strdup("Ann Lee <ann@example.org>, crowd:;");
	outbox_letter_add_rcpt(l, "Ann@Example.org");
	outbox_letter_add_rcpt(l, "secret@example.org");
	OK(outbox_add(s, fileno(f), l, &id, e));
	check(s, "", "Ann Lee|ann@example.org 1/0\n"
	      "|secret@example.org 1/0\n");
	outbox_letter_free(l);
	fclose(f);
	store_close(s);
	wipe(dir);
	g_free(dir);
}
