/*
 * store_outbox.c - letters on their way out, as the store keeps them
 */
#include "store/outbox.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "store/private.h"
#include "store_outbox_help.h"

TestSuite(outbox, .init = setup, .fini = teardown);

/* ---- taken --------------------------------------------------------------- */

Test(outbox, what_is_taken_is_all_there)
{
	struct outbox_letter *l = letter();
	struct stat sb;
	char *file, *folder = g_build_filename(dir, "outbox", NULL);
	char buf[200];
	int64_t id;
	int fd = -1;

	l->eight_bit = l->receipt = true;
	l->not_before = 1234;
	l->sent = archive;
	l->about = row_of(inbox, 2);
	l->about_id = g_strdup("2@test");
	l->mark.bits = FLAG_ANSWERED;
	l->mark.keywords = g_strdup("$Forwarded");
	id = add(l);
	again();
	l = get(id);
	cr_assert_eq(l->state, OUTBOX_QUEUED);
	cr_assert_str_eq(l->from, "ann@example.org");
	cr_assert_eq(l->rcpt->len, 2);
	cr_assert_str_eq(((struct outbox_rcpt *)l->rcpt->pdata[1])->address,
			 "eve@example.org");
	cr_assert_str_eq(l->message_id, "7@here");
	cr_assert_str_eq(l->subject, "tulips");
	cr_assert_str_eq(l->to, "Bob <bob@example.org>");
	cr_assert(l->eight_bit && l->receipt && !l->utf8);
	cr_assert_eq(l->not_before, 1234);
	cr_assert_eq(l->sent, archive);
	cr_assert_eq(l->about, row_of(inbox, 2));
	cr_assert_str_eq(l->about_id, "2@test");
	cr_assert_eq(l->mark.bits, FLAG_ANSWERED);
	cr_assert_str_eq(l->mark.keywords, "$Forwarded");
	cr_assert_leq(llabs(l->at - clock_now()), 60);
	cr_assert_eq(l->tries, 0);
	cr_assert_null(l->why);
	outbox_letter_free(l);
	OK(outbox_open(s, id, &fd, e));
	cr_assert_eq(read(fd, buf, sizeof(buf)), (ssize_t)strlen(text));
	cr_assert_eq(memcmp(buf, text, strlen(text)), 0);
	close(fd);
	/* For nobody else to read. */
	file = file_of(id);
	cr_assert_eq(stat(file, &sb), 0);
	cr_assert_eq(sb.st_mode & 0777, 0600);
	cr_assert_eq(stat(folder, &sb), 0);
	cr_assert_eq(sb.st_mode & 0777, 0700);
	g_free(file);
	g_free(folder);
	check_counts(1, 0);
}

Test(outbox, all_of_it_from_the_beginning_whatever_its_size)
{
	static const size_t sizes[] = { 0, 1, 262144, 262145, 3000000 };

	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		struct outbox_letter *l = letter();
		char *bytes = g_malloc(sizes[i] + 1);
		struct stat sb;
		int64_t id;
		int fd, out;

		memset(bytes, 'x', sizes[i]);
		fd = file_with(bytes, sizes[i]);
		lseek(fd, 0, SEEK_END);
		OK(outbox_add(s, fd, l, &id, e));
		OK(outbox_open(s, id, &out, e));
		cr_assert_eq(fstat(out, &sb), 0);
		cr_assert_eq((size_t)sb.st_size, sizes[i]);
		close(out);
		close(fd);
		outbox_letter_free(l);
		g_free(bytes);
	}
	cr_assert_eq(how_many(), G_N_ELEMENTS(sizes));
}

Test(outbox, nothing_is_taken_by_a_transaction_that_failed)
{
	struct outbox_letter *l = letter();
	int fd = file_with(text, strlen(text));
	int64_t id = 0, kept;
	struct err why = { "" };

	OK(store_begin(s, e));
	OK(outbox_add(s, fd, l, &id, e));
	store_rollback(s);
	cr_assert_eq(how_many(), 0);
	/* Its number may be given again; the file is the new one's then. */
	kept = add(letter());
	again();
	cr_assert_eq(how_many(), 1);
	cr_assert(has_file(kept));
	cr_assert(id == kept || !has_file(id));
	close(fd);
	cr_assert_eq(outbox_add(s, fd, l, &id, &why), ST_LOCAL);
	cr_assert_neq(why.text[0], '\0');
	cr_assert_eq(how_many(), 1);
	outbox_letter_free(l);
}

/* Whatever number the caller had there. */
Test(outbox, one_that_is_not_taken_takes_no_other_with_it)
{
	struct outbox_letter *l = letter();
	int fd = file_with(text, strlen(text));
	int64_t id = add(letter()), first = id;
	struct err why = { "The disk failed." };

	tx_break(s, &why);
	cr_assert_eq(outbox_add(s, fd, l, &id, &why), ST_LOCAL);
	close(fd);
	outbox_letter_free(l);
	again();
	check_state(first, OUTBOX_QUEUED);
	cr_assert(has_file(first));
}

Test(outbox, a_reader_takes_letters_too)
{
	struct outbox_letter *l = letter();
	int fd = file_with(text, strlen(text));
	struct store *reader = NULL;
	int64_t id;

	OK(store_open(dir, STORE_READER, &reader, e));
	OK(outbox_add(reader, fd, l, &id, e));
	store_close(reader);
	close(fd);
	outbox_letter_free(l);
	check_state(id, OUTBOX_QUEUED);
	cr_assert(has_file(id));
}

Test(outbox, for_nobody_it_is_held)
{
	struct outbox_letter *l = outbox_letter_new();
	int64_t id = add(l);
	struct err why;

	check_state(id, OUTBOX_HELD);
	check_counts(0, 1);
	cr_assert_eq(outbox_retry(s, id, &why), ST_REFUSED);
	check_state(id, OUTBOX_HELD);
}

/* ---- when ---------------------------------------------------------------- */

Test(outbox, the_next_one_is_the_first_whose_time_comes)
{
	struct outbox_letter *l = letter();
	int64_t one, two, when;

	OK(outbox_next(s, &when, e));
	cr_assert_eq(when, INT64_MAX);
	l->not_before = 500;
	one = add(l);
	l = letter();
	l->not_before = 300;
	two = add(l);
	OK(outbox_next(s, &when, e));
	cr_assert_eq(when, 300);
	l = get(two);
	OK(outbox_later(s, l, 900, "Nobody is there.", e));
	outbox_letter_free(l);
	OK(outbox_next(s, &when, e));
	cr_assert_eq(when, 500);
	OK(outbox_hold(s, one, e));
	OK(outbox_next(s, &when, e));
	cr_assert_eq(when, 900);
	l = get(two);
	cr_assert_eq(l->tries, 1);
	cr_assert_str_eq(l->why, "Nobody is there.");
	outbox_letter_free(l);
	OK(outbox_retry(s, one, e));
	OK(outbox_next(s, &when, e));
	cr_assert_eq(when, 0);
	check_state(one, OUTBOX_QUEUED);
}

/* Neither a delay nor a back-off lasts longer than the clock says it may. */
Test(outbox, a_clock_put_back_holds_no_letter)
{
	struct outbox_letter *l = letter();
	int64_t id, when;

	g_setenv("VERSO_NOW", "1700000000", TRUE);
	l->not_before = 1700000010;
	id = add(l);
	OK(outbox_next(s, &when, e));
	cr_assert_eq(when, 1700000010);
	g_setenv("VERSO_NOW", "1600000000", TRUE);
	OK(outbox_next(s, &when, e));
	cr_assert_eq(when, 0);
	l = get(id);
	OK(outbox_later(s, l, 1600000060, "Nobody is there.", e));
	OK(outbox_next(s, &when, e));
	cr_assert_eq(when, 1600000060);
	g_setenv("VERSO_NOW", "1500000000", TRUE);
	OK(outbox_next(s, &when, e));
	cr_assert_eq(when, 0);
	outbox_letter_free(l);
	g_unsetenv("VERSO_NOW");
}

/* Which call is good in which state. */
Test(outbox, states_follow_one_another)
{
	static const struct {
		enum outbox_state from;
		bool sending, retry, hold, back, arrived;
	} rows[] = {
		{ OUTBOX_QUEUED, true, true, true, true, false },
		{ OUTBOX_SENDING, false, false, false, false, true },
		{ OUTBOX_SENT, false, false, false, false, false },
		{ OUTBOX_REFUSED, false, true, true, true, false },
		{ OUTBOX_UNSURE, false, true, false, true, true },
		{ OUTBOX_HELD, false, true, false, true, false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows) * 5; i++) {
		const bool may[] = { rows[i / 5].sending, rows[i / 5].retry,
				     rows[i / 5].hold, rows[i / 5].back,
				     rows[i / 5].arrived };
		int64_t id = add(letter());
		struct outbox_letter *l = get(id);
		struct err why = { "" };
		enum st st = ST_OK;

		switch (rows[i / 5].from) {
		case OUTBOX_SENDING:
			OK(outbox_sending(s, id, NULL, e));
			break;
		case OUTBOX_SENT:
			OK(outbox_sent(s, l, 0, e));
			break;
		case OUTBOX_REFUSED:
			OK(outbox_refused(s, l, "550 no", e));
			break;
		case OUTBOX_UNSURE:
			OK(outbox_unsure(s, id, "It was cut off.", e));
			break;
		case OUTBOX_HELD:
			OK(outbox_hold(s, id, e));
			break;
		default:
			break;
		}
		check_state(id, rows[i / 5].from);
		switch (i % 5) {
		case 0:
			st = outbox_sending(s, id, NULL, &why);
			break;
		case 1:
			st = outbox_retry(s, id, &why);
			break;
		case 2:
			st = outbox_hold(s, id, &why);
			break;
		case 3:
			st = outbox_take_back(s, id, &why);
			break;
		default:
			st = outbox_arrived(s, id, true, &why);
		}
		cr_assert_eq(st, may[i % 5] ? ST_OK : ST_REFUSED, "%s %d: %s",
			     outbox_state_name(rows[i / 5].from), (int)(i % 5),
			     why.text);
		cr_assert_eq(why.text[0] == '\0', st == ST_OK);
		if (st != ST_OK)
			check_state(id, rows[i / 5].from);
		outbox_letter_free(l);
	}
}

Test(outbox, what_is_taken_back_is_gone)
{
	int64_t one = add(letter()), two = add(letter());
	struct outbox_letter *l = NULL;

	OK(outbox_take_back(s, one, e));
	cr_assert_not(has_file(one));
	cr_assert_eq(outbox_get(s, one, &l, NULL), ST_GONE);
	check_state(two, OUTBOX_QUEUED);
	/* Its number is not given again: somebody may still speak of it. */
	cr_assert_gt(add(letter()), two);
}

Test(outbox, what_was_said_of_each_recipient_is_kept)
{
	int64_t id = add(letter());
	struct outbox_letter *l = get(id);
	struct outbox_rcpt *r = l->rcpt->pdata[1];

	r->code = 550;
	r->said = g_strdup("550 5.1.1 nobody");
	OK(outbox_refused(s, l, "550 5.1.1 nobody", e));
	outbox_letter_free(l);
	l = get(id);
	r = l->rcpt->pdata[1];
	cr_assert_eq(l->rcpt->len, 2);
	cr_assert_eq(r->code, 550);
	cr_assert_str_eq(r->said, "550 5.1.1 nobody");
	cr_assert_str_eq(l->why, "550 5.1.1 nobody");
	outbox_letter_free(l);
	check_counts(0, 1);
}

/* ---- sent ---------------------------------------------------------------- */

static uint32_t
flags_of(int64_t id)
{
	struct message m;
	uint32_t bits;

	OK(message_by_id(s, id, &m, e));
	bits = m.flags.bits;
	message_clear(&m);
	return bits;
}

Test(outbox, sent_means_a_copy_a_mark_and_no_file)
{
	struct outbox_letter *l = letter();
	int64_t id, two = row_of(inbox, 2), ids[4];
	GBytes *bytes = NULL;

	l->sent = archive;
	l->about = two;
	l->about_id = g_strdup("2@test");
	l->mark.bits = FLAG_ANSWERED;
	id = add(l);
	OK(outbox_sending(s, id, NULL, e));
	l = get(id);
	OK(outbox_sent(s, l, 0, e));
	outbox_letter_free(l);
	check_state(id, OUTBOX_SENT);
	cr_assert_not(has_file(id));
	cr_assert_eq(listed(archive, ids, 4), 1);
	cr_assert_eq(flags_of(ids[0]), FLAG_SEEN);
	OK(message_bytes(s, ids[0], &bytes, e));
	cr_assert_eq(g_bytes_get_size(bytes), strlen(text));
	cr_assert_eq(memcmp(g_bytes_get_data(bytes, NULL), text,
			    strlen(text)), 0);
	g_bytes_unref(bytes);
	cr_assert_eq(flags_of(two), FLAG_ANSWERED);
	check_counts(0, 0);
}

/* Who is to be asked about again stays in the outbox, in the same commit. */
Test(outbox, who_gets_it_later_keeps_a_letter)
{
	struct outbox_letter *l = letter();
	int64_t id, when, ids[4];
	GPtrArray *all = NULL;
	struct outbox_rcpt *r;

	l->sent = archive;
	id = add(l);
	OK(outbox_sending(s, id, NULL, e));
	l = get(id);
	((struct outbox_rcpt *)l->rcpt->pdata[0])->code = 250;
	r = l->rcpt->pdata[1];
	r->code = 451;
	r->said = g_strdup("451 4.2.0 come back later");
	OK(outbox_sent(s, l, 900, e));
	outbox_letter_free(l);
	OK(outbox_unsent(s, &all, e));
	cr_assert_eq(all->len, 1);
	g_ptr_array_unref(all);
	OK(outbox_all(s, &all, e));
	cr_assert_eq(all->len, 2);
	l = all->pdata[0];
	cr_assert_eq(l->state, OUTBOX_SENT);
	cr_assert_eq(l->rcpt->len, 1);
	l = all->pdata[1];
	cr_assert_eq(l->state, OUTBOX_QUEUED);
	cr_assert_eq(l->rcpt->len, 1);
	r = l->rcpt->pdata[0];
	cr_assert_str_eq(r->address, "eve@example.org");
	cr_assert_str_eq(l->why, "451 4.2.0 come back later");
	cr_assert_str_eq(l->message_id, "7@here");
	cr_assert(l->id_known);
	cr_assert_eq(l->sent, 0);
	cr_assert(has_file(l->id));
	cr_assert_not(has_file(id));
	OK(outbox_next(s, &when, e));
	cr_assert_eq(when, 900);
	OK(outbox_sent(s, l, 900, e));
	g_ptr_array_unref(all);
	cr_assert_eq(listed(archive, ids, 4), 1);
	check_counts(0, 0);
}

/* The copy is the same file under another name, not written once more. */
Test(outbox, the_copy_costs_no_room)
{
	struct outbox_letter *l = letter();
	char *folder = g_build_filename(dir, "put", NULL), *file, *copy;
	struct stat before, after;
	int64_t id;
	GDir *d;

	l->sent = archive;
	id = add(l);
	file = file_of(id);
	cr_assert_eq(stat(file, &before), 0);
	l = get(id);
	OK(outbox_sent(s, l, 0, e));
	outbox_letter_free(l);
	d = g_dir_open(folder, 0, NULL);
	copy = g_build_filename(folder, g_dir_read_name(d), NULL);
	g_dir_close(d);
	cr_assert_eq(stat(copy, &after), 0);
	cr_assert_eq(before.st_ino, after.st_ino);
	cr_assert_eq(after.st_nlink, 1);
	/* A second one of the same octets finds it there. */
	l = letter();
	l->sent = archive;
	id = add(l);
	l = get(id);
	OK(outbox_sent(s, l, 0, e));
	outbox_letter_free(l);
	cr_assert_eq(shown(archive), 2);
	g_free(copy);
	g_free(file);
	g_free(folder);
}

Test(outbox, the_mark_finds_its_message_by_its_message_id)
{
	struct outbox_letter *l = letter();
	int64_t id;

	/* The row is that of another message by now. */
	l->about = row_of(inbox, 3);
	l->about_id = g_strdup("4@test");
	l->mark.bits = FLAG_ANSWERED;
	id = add(l);
	l = get(id);
	OK(outbox_sent(s, l, 0, e));
	outbox_letter_free(l);
	cr_assert_eq(flags_of(row_of(inbox, 3)), 0);
	cr_assert_eq(flags_of(row_of(inbox, 4)), FLAG_ANSWERED);
	/* And where there is none of it any more, nothing is marked. */
	l = letter();
	l->about = row_of(inbox, 5);
	l->about_id = g_strdup("gone@test");
	l->mark.bits = FLAG_ANSWERED;
	id = add(l);
	l = get(id);
	OK(outbox_sent(s, l, 0, e));
	outbox_letter_free(l);
	cr_assert_eq(flags_of(row_of(inbox, 5)), 0);
	check_state(id, OUTBOX_SENT);
}

Test(outbox, without_its_folder_there_is_no_copy)
{
	struct outbox_letter *l = letter();
	int64_t id;

	l->sent = archive + 100;
	id = add(l);
	l = get(id);
	OK(outbox_sent(s, l, 0, e));
	outbox_letter_free(l);
	check_state(id, OUTBOX_SENT);
	cr_assert_not(has_file(id));
}

Test(outbox, arrived_with_a_copy_or_without)
{
	int64_t ids[4];

	for (size_t copy = 0; copy < 2; copy++) {
		struct outbox_letter *l = letter();
		int64_t id;

		l->sent = archive;
		id = add(l);
		OK(outbox_unsure(s, id, "Who knows?", e));
		OK(outbox_arrived(s, id, copy, e));
		check_state(id, OUTBOX_SENT);
		cr_assert_not(has_file(id));
		cr_assert_eq(listed(archive, ids, 4), copy);
	}
}

Test(outbox, what_was_sent_is_forgotten_in_time)
{
	int64_t id = add(letter()), waits = add(letter());
	struct outbox_letter *l = get(id);

	OK(outbox_sent(s, l, 0, e));
	outbox_letter_free(l);
	OK(outbox_expire(s, 14, e));
	cr_assert_eq(how_many(), 2);
	OK(outbox_expire(s, -1, e));
	cr_assert_eq(how_many(), 1);
	check_state(waits, OUTBOX_QUEUED);
}
