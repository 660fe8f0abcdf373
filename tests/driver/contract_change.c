/*
 * contract_change.c - the contract: changes made here, and seen from there
 */
#include "driver/contract.h"

#include <string.h>

#define KEYWORD "work"

/* n messages in INBOX, the session reopened, INBOX entered. */
static struct copy *
with_messages(struct contract *c, int n)
{
	for (int i = 1; i <= n; i++)
		contract_deliver(c, "INBOX", i);
	driver_close(c->d, false, NULL);
	OK(driver_open(c->d, &c->e));
	return copy_of(c, c->d, "INBOX");
}

/* What another session sees of a folder. */
static struct copy *
truth(struct contract *c, const char *folder)
{
	struct driver *other = contract_other(c);
	struct copy *copy = copy_of(c, other, folder);

	contract_bye(c, other);
	return copy;
}

static void
assert_level(struct contract *c, const struct copy *copy, const char *folder)
{
	struct copy *there = truth(c, folder);

	HOLDS(copy_equal(copy, there, c->caps & CAP_FLAGS));
	copy_free(there);
}

/* ---- flags ---- */

CONTRACT(flags_are_added_and_removed)
{
	struct flags seen = { .bits = FLAG_SEEN | FLAG_FLAGGED };
	struct flags flagged = { .bits = FLAG_FLAGGED };
	struct uidset set = set_of(2, 3);
	struct copy *copy = with_messages(c, 4), *there;

	if (!(c->caps & CAP_FLAGS)) {
		GIVES(ST_REFUSED, driver_store(c->d, &set, true, &seen,
					       &c->e));
		OK(driver_enter(c->d, "INBOX", NULL, NULL, &copy->entered,
				&c->e));
	} else {
		OK(driver_store(c->d, &set, true, &seen, &c->e));
		uidset_remove(&set, 2);
		OK(driver_store(c->d, &set, false, &flagged, &c->e));
		there = truth(c, "INBOX");
		HOLDS(copy_bits(there, 1) == 0);
		HOLDS(copy_bits(there, 2) == (FLAG_SEEN | FLAG_FLAGGED));
		HOLDS(copy_bits(there, 3) == FLAG_SEEN);
		HOLDS(copy_bits(there, 4) == 0);
		copy_free(there);
	}
	uidset_clear(&set);
	copy_free(copy);
}

CONTRACT_WITH(keywords_are_kept, CAP_KEYWORDS)
{
	struct flags f = { 0, NULL };
	struct uidset set = set_of(1, 1);
	struct copy *copy = with_messages(c, 2), *there;

	flags_add_word(&f, KEYWORD);
	flags_add_word(&f, "$Forwarded");
	HOLDS(copy->entered.keywords_allowed);
	OK(driver_store(c->d, &set, true, &f, &c->e));
	there = truth(c, "INBOX");
	HOLDS(copy_has_keyword(there, 1, KEYWORD));
	HOLDS(copy_has_keyword(there, 1, "$forwarded"));
	HOLDS(!copy_has_keyword(there, 2, KEYWORD));
	copy_free(there);
	flags_clear(&f);
	uidset_clear(&set);
	copy_free(copy);
}

CONTRACT_WITH(flags_of_others_are_learnt, CAP_FLAGS)
{
	struct flags f = { .bits = FLAG_ANSWERED };
	struct uidset set = set_of(2, 2);
	struct copy *copy = with_messages(c, 50);
	struct driver *other;

	other = contract_other(c);
	copy_free(copy_of(c, other, "INBOX"));
	OK(driver_store(other, &set, true, &f, &c->e));
	contract_bye(c, other);
	OK(copy_level(copy, c->d, "INBOX", &c->e));
	HOLDS(copy->entered.same_uids);
	HOLDS(copy_bits(copy, 2) == FLAG_ANSWERED);
	if (c->caps & CAP_QRESYNC) {
		HOLDS(!copy->asked);
		HOLDS(copy->listed == 1);
	}
	assert_level(c, copy, "INBOX");
	uidset_clear(&set);
	copy_free(copy);
}

/* ---- the difference ---- */

CONTRACT(nothing_new_is_nothing)
{
	struct copy *copy = with_messages(c, 20);

	if (c->caps & CAP_UIDS) {
		OK(copy_level(copy, c->d, "INBOX", &c->e));
		HOLDS(copy->entered.same_uids);
		if (c->caps & CAP_QRESYNC) {
			HOLDS(copy->entered.complete);
			HOLDS(copy->listed == 0);
		}
		HOLDS(copy->vanished == 0);
	}
	assert_level(c, copy, "INBOX");
	copy_free(copy);
}

CONTRACT_WITH(new_and_vanished_messages_are_learnt, CAP_UIDPLUS)
{
	struct uidset gone = set_of(3, 5);
	struct copy *copy = with_messages(c, 10);
	struct driver *other;

	other = contract_other(c);
	copy_free(copy_of(c, other, "INBOX"));
	uidset_add(&gone, 8);
	OK(driver_expunge(other, &gone, &c->e));
	contract_deliver(c, "INBOX", 11);
	contract_deliver(c, "INBOX", 12);
	contract_bye(c, other);
	OK(copy_level(copy, c->d, "INBOX", &c->e));
	HOLDS(copy->entered.exists == 8);
	if (c->caps & CAP_QRESYNC)
		HOLDS(copy->listed == 2 && !copy->asked);
	assert_level(c, copy, "INBOX");
	uidset_clear(&gone);
	copy_free(copy);
}

/* One step of what another client might do. */
static void
disturb(struct contract *c, struct driver *other, GRand *dice, int step)
{
	struct copy *copy = copy_of(c, other, "INBOX");
	struct flags f = { .bits = 1u << g_rand_int_range(dice, 0, 3) };
	struct uidset some = UIDSET_EMPTY;
	uint64_t it = 0;
	uint32_t uid;

	while (uidset_next(&copy->uids, &it, &uid))
		if (g_rand_int_range(dice, 0, 4) == 0)
			uidset_add(&some, uid);
	switch (g_rand_int_range(dice, 0, 4)) {
	case 0:
		for (int i = 0; i < 5; i++)
			contract_deliver(c, "INBOX", 100 * step + i);
		break;
	case 1:
		if (c->caps & CAP_UIDPLUS && some.n > 0)
			OK(driver_expunge(other, &some, &c->e));
		break;
	default:
		if (some.n > 0)
			OK(driver_store(other, &some, step % 3 != 0, &f,
					&c->e));
	}
	uidset_clear(&some);
	copy_free(copy);
}

CONTRACT_WITH(whatever_happens_the_copy_gets_level, CAP_UIDS)
{
	GRand *dice = g_rand_new_with_seed(4711);
	struct copy *copy = with_messages(c, 20);
	struct driver *other;

	other = contract_other(c);
	for (int step = 1; step <= 40; step++) {
		disturb(c, other, dice, step);
		if (step % 4)
			continue;
		OK(copy_level(copy, c->d, "INBOX", &c->e));
		assert_level(c, copy, "INBOX");
	}
	contract_bye(c, other);
	g_rand_free(dice);
	copy_free(copy);
}

CONTRACT_WITH(a_new_uidvalidity_is_told, CAP_UIDS)
{
	struct copy *copy = with_messages(c, 5);

	if (c->fixture->renumber) {
		int64_t old = copy->uidvalidity;

		c->fixture->renumber(c->server, "INBOX");
		OK(copy_level(copy, c->d, "INBOX", &c->e));
		HOLDS(!copy->entered.same_uids);
		HOLDS(!copy->entered.complete || copy->listed == 5);
		HOLDS(copy->entered.uidvalidity != old);
		assert_level(c, copy, "INBOX");
	}
	copy_free(copy);
}

/* ---- append, copy, move, expunge ---- */

static const char letter[] =
	"Subject: appended\r\nMessage-ID: <app@end>\r\n\r\n.\r\nFrom me\r\n";

CONTRACT(what_is_appended_is_there)
{
	struct flags f = { .bits = FLAG_SEEN | FLAG_DRAFT };
	struct copy *copy = with_messages(c, 1);
	const struct caught_message *m;
	struct uidset set = set_of(2, 2);
	struct caught *caught;
	const char *nowhere = contract_name(c, "No such");
	uint32_t uid = 77;

	if (!(c->caps & CAP_APPEND)) {
		GIVES(ST_REFUSED, driver_append(c->d, "INBOX", &f, 0, letter,
						strlen(letter), &uid, NULL,
						&c->e));
	} else {
		OK(driver_append(c->d, "INBOX", &f, 1700000000, letter,
				 strlen(letter), &uid, NULL, &c->e));
		HOLDS(uid == (c->caps & CAP_UIDPLUS ? 2 : 0));
		OK(copy_level(copy, c->d, "INBOX", &c->e));
		HOLDS(copy_bits(copy, 2) == (FLAG_SEEN | FLAG_DRAFT));
		caught = contract_fetch(c, c->d, &set, FETCH_WHOLE);
		m = caught->messages->pdata[0];
		HOLDS(m->bytes->len == strlen(letter));
		HOLDS(memcmp(m->bytes->data, letter, strlen(letter)) == 0);
		HOLDS(m->internaldate == 1700000000);
		HOLDS(m->flags.bits == (FLAG_SEEN | FLAG_DRAFT));
		caught_free(caught);
		GIVES(ST_GONE, driver_append(c->d, nowhere, &f, 0, letter,
					     strlen(letter), &uid, NULL,
					     &c->e));
	}
	uidset_clear(&set);
	copy_free(copy);
}

/* from and to name, in order, the set and its twins in the target. */
static void
assert_pairs(struct contract *c, const GArray *from, const GArray *to,
	     const struct uidset *set, const struct copy *target)
{
	HOLDS(from->len == to->len);
	HOLDS(from->len == (c->caps & CAP_UIDPLUS ? uidset_count(set) : 0));
	for (guint i = 0; i < from->len; i++) {
		HOLDS(uidset_has(set, g_array_index(from, uint32_t, i)));
		HOLDS(uidset_has(&target->uids,
				 g_array_index(to, uint32_t, i)));
		if (i > 0)
			HOLDS(g_array_index(from, uint32_t, i) >
			      g_array_index(from, uint32_t, i - 1));
	}
}

/* Message n of INBOX is the one that target calls uid. */
static void
assert_twin(struct contract *c, uint32_t uid, uint32_t number)
{
	struct uidset set = set_of(uid, uid);
	struct caught *caught = contract_fetch(c, c->d, &set, FETCH_WHOLE);
	const struct caught_message *m = caught->messages->pdata[0];
	char *line = g_strdup_printf("This is message %u.\r\n", number);

	HOLDS(g_strstr_len((char *)m->bytes->data, m->bytes->len, line));
	g_free(line);
	caught_free(caught);
	uidset_clear(&set);
}

/* Copy or move 2 and 4:5 of six to Work and look at both sides. */
static void
transfer(struct contract *c, bool move)
{
	GArray *from = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	GArray *to = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	struct flags f = { .bits = FLAG_FLAGGED };
	struct copy *source = with_messages(c, 6), *target;
	struct uidset set = set_of(4, 5);
	const char *work = contract_name(c, "Work");
	int64_t validity = -1;

	c->fixture->folder(c->server, work);
	uidset_add(&set, 2);
	OK(driver_store(c->d, &set, true, &f, &c->e));
	OK((move ? driver_move : driver_copy)(c->d, &set, work, from, to,
					      &validity, &c->e));
	HOLDS(!validity == !(c->caps & CAP_UIDPLUS));
	OK(copy_level(source, c->d, "INBOX", &c->e));
	HOLDS(uidset_count(&source->uids) == (move ? 3 : 6));
	HOLDS(uidset_has(&source->uids, 4) == !move);
	assert_level(c, source, "INBOX");
	target = copy_of(c, c->d, work);
	HOLDS(!validity || validity == target->uidvalidity);
	HOLDS(uidset_count(&target->uids) == 3);
	assert_pairs(c, from, to, &set, target);
	for (guint i = 0; i < from->len; i++)
		assert_twin(c, g_array_index(to, uint32_t, i),
			    g_array_index(from, uint32_t, i));
	HOLDS(copy_bits(target, 1) == FLAG_FLAGGED);
	uidset_clear(&set);
	copy_free(source);
	copy_free(target);
	g_array_unref(from);
	g_array_unref(to);
}

CONTRACT_WITH(messages_are_copied, CAP_FOLDERS)
{
	transfer(c, false);
}

CONTRACT_WITH(messages_are_moved, CAP_MOVE)
{
	transfer(c, true);
}

CONTRACT(moving_to_nowhere_loses_nothing)
{
	struct copy *copy = with_messages(c, 3);
	struct uidset set = set_of(1, 2);
	const char *nowhere = contract_name(c, "No such");
	enum st want = c->caps & CAP_FOLDERS ? ST_GONE : ST_REFUSED;

	GIVES(want, driver_copy(c->d, &set, nowhere, NULL, NULL, NULL,
				&c->e));
	if (!(c->caps & CAP_MOVE))
		want = ST_REFUSED;
	GIVES(want, driver_move(c->d, &set, nowhere, NULL, NULL, NULL,
				&c->e));
	assert_level(c, copy, "INBOX");
	uidset_clear(&set);
	copy_free(copy);
}

CONTRACT(exactly_these_are_expunged)
{
	struct flags deleted = { .bits = FLAG_DELETED };
	struct uidset set = set_of(2, 3), marked = set_of(4, 4);
	struct copy *copy = with_messages(c, 5);

	if (c->caps & CAP_FLAGS)
		OK(driver_store(c->d, &marked, true, &deleted, &c->e));
	if (c->caps & CAP_UIDS && !(c->caps & CAP_UIDPLUS)) {
		GIVES(ST_REFUSED, driver_expunge(c->d, &set, &c->e));
		uidset_clear(&set);
	} else {
		OK(driver_expunge(c->d, &set, &c->e));
		OK(driver_close(c->d, true, &c->e));
		OK(driver_open(c->d, &c->e));
	}
	copy_free(copy);
	copy = copy_of(c, c->d, "INBOX");
	HOLDS(uidset_count(&copy->uids) == (set.n ? 3 : 5));
	if (c->caps & CAP_UIDS && set.n) {
		HOLDS(uidset_has(&copy->uids, 1));
		HOLDS(uidset_has(&copy->uids, 4));
		HOLDS(uidset_has(&copy->uids, 5));
	}
	uidset_clear(&set);
	uidset_clear(&marked);
	copy_free(copy);
}

CONTRACT_WITH(what_delivers_deletes_only_at_a_good_end, CAP_DELIVERS)
{
	struct uidset set = set_of(1, 2);
	struct copy *copy;

	copy = with_messages(c, 3);
	copy_free(copy);
	OK(driver_expunge(c->d, &set, &c->e));
	copy = copy_of(c, c->d, "INBOX");
	HOLDS(uidset_count(&copy->uids) == 1);
	copy_free(copy);
	OK(driver_close(c->d, false, &c->e));
	OK(driver_open(c->d, &c->e));
	copy = copy_of(c, c->d, "INBOX");
	HOLDS(uidset_count(&copy->uids) == 3);
	copy_free(copy);
	OK(driver_expunge(c->d, &set, &c->e));
	OK(driver_close(c->d, true, &c->e));
	OK(driver_open(c->d, &c->e));
	copy = copy_of(c, c->d, "INBOX");
	HOLDS(uidset_count(&copy->uids) == 1);
	copy_free(copy);
	uidset_clear(&set);
}

/* ---- folders ---- */

CONTRACT(folders_are_made_renamed_and_deleted)
{
	struct driver *d = c->d;
	const char *new = contract_name(c, "New");
	const char *newer = contract_name(c, "N\303\244her");

	if (!(c->caps & CAP_FOLDERS)) {
		GIVES(ST_REFUSED, driver_folder(d, FOLDER_CREATE, new, NULL,
						&c->e));
		return;
	}
	OK(driver_folder(d, FOLDER_CREATE, new, NULL, &c->e));
	GIVES(ST_REFUSED, driver_folder(d, FOLDER_CREATE, new, NULL, &c->e));
	OK(driver_folder(d, FOLDER_SUBSCRIBE, new, NULL, &c->e));
	copy_free(copy_of(c, d, new));
	OK(driver_folder(d, FOLDER_RENAME, new, newer, &c->e));
	copy_free(copy_of(c, d, newer));
	OK(driver_folder(d, FOLDER_UNSUBSCRIBE, newer, NULL, &c->e));
	OK(driver_folder(d, FOLDER_DELETE, newer, NULL, &c->e));
	GIVES(ST_GONE, driver_folder(d, FOLDER_DELETE, newer, NULL, &c->e));
	copy_free(copy_of(c, d, "INBOX"));
}

CONTRACT_WITH(an_id_is_the_message_id_alone, CAP_UIDS)
{
	struct uidset set = set_of(1, 1);
	struct copy *copy = with_messages(c, 2);
	struct caught *whole = contract_fetch(c, c->d, &set, FETCH_WHOLE);
	struct caught *id = contract_fetch(c, c->d, &set, FETCH_ID);
	const struct caught_message *w = whole->messages->pdata[0];
	const struct caught_message *m = id->messages->pdata[0];
	const char *text = (const char *)m->bytes->data;

	HOLDS(m->bytes->len < w->bytes->len);
	HOLDS(m->size == (int64_t)w->bytes->len);
	HOLDS(!g_strstr_len(text, m->bytes->len, "Subject"));
	caught_free(whole);
	caught_free(id);
	copy_free(copy);
	uidset_clear(&set);
}
