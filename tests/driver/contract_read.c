/*
 * contract_read.c - the contract: sessions, folders, listings, messages
 */
#include "driver/contract.h"

#include <string.h>

/* Messages that a careless session changes on the way. */
static const struct nasty {
	const char *what, *bytes;
} nasty[] = {
	{ "lines of dots", "Subject: dots\r\n\r\n.\r\n..\r\n...\r\n.x\r\n"
			   "..x\r\nx.\r\n.\r\n" },
	{ "a From line", "Subject: from\r\n\r\nFrom here to there\r\n"
			 ">From there\r\n>>From\r\n" },
	{ "no line end", "Subject: open\r\n\r\nthe last line is open" },
	{ "no body", "Subject: none\r\n\r\n" },
	{ "one dot", "Subject: dot\r\n\r\n.\r\n" },
	{ "8-bit octets", "Subject: bits\r\nContent-Type: text/plain; "
			  "charset=iso-8859-1\r\n\r\n"
			  "\344\366\374\337 \377\376 \200\r\n" },
	{ "blank lines", "Subject: blanks\r\n\r\n\r\n\r\n \r\n\t\r\n\r\n" },
	{ "header continuation", "Subject: one\r\n two\r\n\tthree\r\n\r\n"
				 "x\r\n" },
	{ "protocol words", "Subject: words\r\n\r\n+OK\r\n-ERR\r\n* BYE\r\n"
			    ")\r\nA1 OK done\r\n+\r\n" },
};

CONTRACT(capabilities)
{
	HOLDS((c->caps & c->fixture->caps) == c->fixture->caps);
	HOLDS((c->caps & c->fixture->lacks) == 0);
}

CONTRACT(nothing_goes_before_open)
{
	struct driver *d = c->fixture->driver(c->server);
	struct entered entered;
	GPtrArray *folders;

	GIVES(ST_RETRY, driver_enter(d, "INBOX", NULL, NULL, &entered,
				     &c->e));
	GIVES(ST_RETRY, driver_folders(d, false, &folders, &c->e));
	OK(driver_close(d, true, &c->e));
	driver_free(d);
}

static const struct folder_info *
find_folder(GPtrArray *folders, const char *name)
{
	for (guint i = 0; i < folders->len; i++) {
		const struct folder_info *f = folders->pdata[i];

		if (strcmp(f->name, name) == 0)
			return f;
	}
	return NULL;
}

CONTRACT(folders_are_listed)
{
	const struct folder_info *f;
	GPtrArray *folders;
	const char *greetings = contract_name(c, "Grüße & Küsse");

	contract_deliver(c, "INBOX", 1);
	contract_deliver(c, "INBOX", 2);
	if (c->fixture->folder && c->caps & CAP_FOLDERS)
		c->fixture->folder(c->server, greetings);
	driver_close(c->d, false, NULL);
	OK(driver_open(c->d, &c->e));
	OK(driver_folders(c->d, true, &folders, &c->e));
	f = find_folder(folders, "INBOX");
	HOLDS(f != NULL);
	HOLDS(f->role == ROLE_INBOX);
	HOLDS(f->messages == 2);
	if (c->caps & CAP_UIDS) {
		HOLDS(f->unseen == 2);
		HOLDS(f->uidvalidity > 0);
		HOLDS(f->uidnext > 2);
	}
	if (c->fixture->folder && c->caps & CAP_FOLDERS) {
		f = find_folder(folders, greetings);
		HOLDS(f != NULL);
		HOLDS(f->messages == 0);
	} else if (!(c->caps & CAP_FOLDERS)) {
		HOLDS(folders->len == 1);
	}
	g_ptr_array_unref(folders);
}

CONTRACT(a_missing_folder_is_gone)
{
	struct entered entered;

	GIVES(ST_GONE, driver_enter(c->d, "No such folder", NULL, NULL,
				    &entered, &c->e));
	OK(driver_enter(c->d, "INBOX", NULL, NULL, &entered, &c->e));
}

CONTRACT(an_empty_folder_is_empty)
{
	struct copy *copy = copy_of(c, c->d, "INBOX");

	HOLDS(copy->entered.exists == 0);
	HOLDS(copy->uids.n == 0);
	HOLDS(!copy->entered.same_uids);
	copy_free(copy);
}

struct ids {
	GHashTable *uidl;
	unsigned n, sized;
};

static enum st
note_ids(void *ctx, const struct listing *m, struct err *e)
{
	struct ids *ids = ctx;

	(void)e;
	ids->n++;
	ids->sized += m->size > 0;
	if (m->uidl)
		g_hash_table_add(ids->uidl, g_strdup(m->uidl));
	return ST_OK;
}

static enum st
note_nothing(void *ctx, const struct uidset *uids, struct err *e)
{
	(void)ctx;
	(void)uids;
	(void)e;
	cr_assert_fail("nothing has vanished from a first listing");
	return ST_PROTOCOL;
}

CONTRACT(a_first_listing_is_full)
{
	struct ids ids = { .uidl = g_hash_table_new_full(
				   g_str_hash, g_str_equal, g_free, NULL) };
	struct listing_sink sink = { &ids, note_ids, note_nothing };
	struct entered entered;
	bool full = false;

	for (int i = 1; i <= 7; i++)
		contract_deliver(c, "INBOX", i);
	driver_close(c->d, false, NULL);
	OK(driver_open(c->d, &c->e));
	OK(driver_enter(c->d, "INBOX", NULL, &sink, &entered, &c->e));
	HOLDS(entered.exists == 7);
	HOLDS(!entered.complete || ids.n == 7);
	if (!entered.complete)
		OK(driver_changes(c->d, NULL, &sink, &full, &c->e));
	HOLDS(full);
	HOLDS(ids.n == 7);
	if (c->caps & CAP_DELIVERS) {
		guint n = g_hash_table_size(ids.uidl);

		HOLDS(n == 7 || n == 0);
		HOLDS(ids.sized == 7);
	} else {
		HOLDS(g_hash_table_size(ids.uidl) == 0);
		HOLDS(ids.sized == (entered.complete ? 0 : 7));
		HOLDS(entered.uidvalidity > 0);
	}
	g_hash_table_unref(ids.uidl);
}

static enum st
count_one(void *ctx, const struct listing *m, struct err *e)
{
	(void)m;
	(void)e;
	(*(unsigned *)ctx)++;
	return ST_OK;
}

CONTRACT_WITH(a_difference_needs_no_list_of_what_is_here, CAP_QRESYNC)
{
	struct copy *copy;
	struct known known;
	struct entered entered;
	unsigned n = 0;
	struct listing_sink sink = { &n, count_one, note_nothing };

	for (int i = 1; i <= 5; i++)
		contract_deliver(c, "INBOX", i);
	copy = copy_of(c, c->d, "INBOX");
	known = (struct known){ copy->uidvalidity, copy->modseq, NULL };
	contract_deliver(c, "INBOX", 6);
	driver_close(c->d, false, NULL);
	OK(driver_open(c->d, &c->e));
	OK(driver_enter(c->d, "INBOX", &known, &sink, &entered, &c->e));
	HOLDS(entered.same_uids);
	HOLDS(entered.complete);
	HOLDS(entered.exists == 6);
	HOLDS(n == 1);
	copy_free(copy);
}

/* Open anew, so that POP sees what was delivered, and enter. */
static struct copy *
look_again(struct contract *c)
{
	driver_close(c->d, false, NULL);
	OK(driver_open(c->d, &c->e));
	return copy_of(c, c->d, "INBOX");
}

/* The bytes a server gives back for what it was given: POP, and some with
 * IMAP, cannot leave the last line open. */
static void
assert_bytes(struct contract *c, const struct caught_message *m,
	     const char *bytes, size_t len, const char *what)
{
	bool close_line = (c->caps & CAP_DELIVERS ||
			   c->fixture->closes_lines) &&
			  len > 0 && bytes[len - 1] != '\n';
	size_t want = len + (close_line ? 2 : 0);

	cr_assert_eq(m->bytes->len, want, "%s, %s: %u octets, not %zu",
		     c->fixture->name, what, m->bytes->len, want);
	cr_assert(len == 0 || memcmp(m->bytes->data, bytes, len) == 0,
		  "%s, %s: the octets differ", c->fixture->name, what);
	if (close_line)
		cr_assert_arr_eq(m->bytes->data + len, "\r\n", 2);
}

CONTRACT(messages_come_byte_for_byte)
{
	struct caught *caught;
	struct copy *copy;

	for (size_t i = 0; i < G_N_ELEMENTS(nasty); i++)
		c->fixture->add(c->server, "INBOX", nasty[i].bytes,
				strlen(nasty[i].bytes));
	copy = look_again(c);
	HOLDS(uidset_count(&copy->uids) == G_N_ELEMENTS(nasty));
	caught = contract_fetch(c, c->d, &copy->uids, FETCH_WHOLE);
	for (size_t i = 0; i < G_N_ELEMENTS(nasty); i++) {
		const struct caught_message *m = caught_find(
			caught, (uint32_t)i + 1);

		HOLDS(m != NULL);
		assert_bytes(c, m, nasty[i].bytes, strlen(nasty[i].bytes),
			     nasty[i].what);
	}
	caught_free(caught);
	copy_free(copy);
}

/* A message with lines from 0 to 3000 octets, dots at every border. */
static GString *
long_message(size_t size)
{
	GString *s = g_string_new("Subject: long\r\n\r\n");

	for (unsigned i = 0; s->len < size; i = (i * 7 + 13) % 3001) {
		if (i % 3 == 0)
			g_string_append_c(s, '.');
		for (unsigned k = 0; k < i; k++)
			g_string_append_c(s, (char)('!' + (i + k) % 90));
		g_string_append(s, "\r\n");
	}
	return s;
}

CONTRACT(a_long_message_comes_whole)
{
	GString *text = long_message(1500000);
	struct caught *caught;
	struct copy *copy;

	contract_deliver(c, "INBOX", 1);
	c->fixture->add(c->server, "INBOX", text->str, text->len);
	contract_deliver(c, "INBOX", 3);
	copy = look_again(c);
	caught = contract_fetch(c, c->d, &copy->uids, FETCH_WHOLE);
	assert_bytes(c, caught_find(caught, 2), text->str, text->len, "long");
	caught_free(caught);
	copy_free(copy);
	g_string_free(text, TRUE);
}

static bool
has_text(const struct caught_message *m, const char *text)
{
	return g_strstr_len((const char *)m->bytes->data,
			    (gssize)m->bytes->len, text) != NULL;
}

CONTRACT_WITH(headers_come_alone, CAP_PEEK)
{
	static const char header[] = "Subject: one\r\n two\r\nTo: x@y\r\n\r\n";
	static const char text[] = "Subject: one\r\n two\r\nTo: x@y\r\n\r\n"
				   "The body.\r\n\r\nMore.\r\n";
	struct caught *caught;
	struct copy *copy;

	c->fixture->add(c->server, "INBOX", text, strlen(text));
	contract_deliver(c, "INBOX", 2);
	copy = look_again(c);
	caught = contract_fetch(c, c->d, &copy->uids, FETCH_HEADERS);
	assert_bytes(c, caught_find(caught, 1), header, strlen(header),
		     "headers");
	HOLDS(!has_text(caught_find(caught, 2), "This is"));
	HOLDS(caught_find(caught, 1)->size < 0 ||
	      caught_find(caught, 1)->size == (int64_t)strlen(text));
	caught_free(caught);
	copy_free(copy);
	/* Looking at headers reads nothing. */
	copy = look_again(c);
	HOLDS(!(copy_bits(copy, 1) & FLAG_SEEN));
	copy_free(copy);
}

CONTRACT(a_set_is_fetched_and_no_more)
{
	struct uidset set = UIDSET_EMPTY;
	struct caught *caught = caught_new();
	struct fetch_sink sink = caught_sink(caught);
	struct copy *copy;

	for (int i = 1; i <= 9; i++)
		contract_deliver(c, "INBOX", i);
	copy = look_again(c);
	uidset_add(&set, 2);
	uidset_add_range(&set, 5, 6);
	uidset_add(&set, 9);
	uidset_add_range(&set, 1000, 1003);	/* nobody has these */
	OK(driver_fetch(c->d, &set, FETCH_WHOLE, &sink, &c->e));
	HOLDS(caught->messages->len == 4);
	for (guint i = 0; i < caught->messages->len; i++) {
		const struct caught_message *m = caught->messages->pdata[i];
		char *line = g_strdup_printf("This is message %u.\r\n",
					     m->uid);

		HOLDS(uidset_has(&set, m->uid));
		HOLDS(has_text(m, line));
		if (c->caps & CAP_FLAGS)
			HOLDS(m->has_flags && m->flags.bits == 0);
		g_free(line);
	}
	uidset_clear(&set);
	caught_free(caught);
	copy_free(copy);
}

CONTRACT(an_empty_set_is_no_work)
{
	struct uidset none = UIDSET_EMPTY;
	struct copy *copy = copy_of(c, c->d, "INBOX");
	struct caught *caught = contract_fetch(c, c->d, &none, FETCH_WHOLE);

	HOLDS(caught->begun == 0);
	caught_free(caught);
	copy_free(copy);
}

CONTRACT(a_session_can_be_opened_again)
{
	struct copy *copy;

	contract_deliver(c, "INBOX", 1);
	for (int i = 0; i < 3; i++) {
		copy = look_again(c);
		HOLDS(uidset_count(&copy->uids) == 1);
		copy_free(copy);
		OK(driver_close(c->d, true, &c->e));
	}
}

CONTRACT(round_trips_are_few)
{
	uint64_t before, after, in, out;
	struct caught *caught;
	struct copy *copy;

	if (!c->fixture->pipelines)
		return;
	for (int i = 1; i <= 100; i++)
		contract_deliver(c, "INBOX", i);
	driver_close(c->d, false, NULL);
	OK(driver_open(c->d, &c->e));
	driver_traffic(c->d, &before, &in, &out);
	copy = copy_of(c, c->d, "INBOX");
	driver_traffic(c->d, &after, &in, &out);
	HOLDS(after - before <= 3);
	before = after;
	caught = contract_fetch(c, c->d, &copy->uids, FETCH_WHOLE);
	driver_traffic(c->d, &after, &in, &out);
	HOLDS(after - before <= 3);
	caught_free(caught);
	before = after;
	if (c->caps & CAP_UIDS) {
		OK(copy_level(copy, c->d, "INBOX", &c->e));
		driver_traffic(c->d, &after, &in, &out);
		HOLDS(after - before <= (c->caps & CAP_QRESYNC ? 1 : 3));
	}
	copy_free(copy);
}
