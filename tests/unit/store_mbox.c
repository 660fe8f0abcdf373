/*
 * store_mbox.c - quoting, unquoting and the block, octet by octet
 */
#include <criterion/criterion.h>

#include <string.h>

#include "model/flags.h"
#include "store/mbox.h"

static const char hex[] =
	"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

static char *
quote(const char *wire, size_t step)
{
	struct mbox_quoter q = MBOX_QUOTER_INIT;
	GString *out = g_string_new(NULL);
	size_t len = strlen(wire), n;
	char buf[256];

	while (len > 0) {
		size_t piece = MIN(step, len), left = piece;
		const char *p = wire;
		bool added;

		while (left > 0) {
			n = mbox_quote(&q, &p, &left, buf, &added);
			g_string_append_len(out, buf, (gssize)n);
		}
		wire += piece;
		len -= piece;
	}
	n = mbox_quote_end(&q, buf);
	g_string_append_len(out, buf, (gssize)n);
	n = mbox_quote_close(&q, buf);
	g_string_append_len(out, buf, (gssize)n);
	return g_string_free(out, FALSE);
}

static void
check_quote(const char *wire, const char *want)
{
	for (size_t step = 1; step <= strlen(wire) + 1; step++) {
		char *got = quote(wire, step);

		cr_assert_str_eq(got, want);
		g_free(got);
	}
}

Test(store_mbox, quoting)
{
	check_quote("", "\n\n");
	check_quote("a", "a\n\n");
	check_quote("a\r\n", "a\n\n");
	check_quote("a\nb\r\n", "a\nb\n\n");
	check_quote("From x\r\n", ">From x\n\n");
	check_quote(">From x\r\n", ">>From x\n\n");
	check_quote("a From x\r\nFrom\r\nFrom: x\r\n>Fro",
		    "a From x\nFrom\nFrom: x\n>Fro\n\n");
	check_quote("x\r\nFrom ", "x\n>From \n\n");
	check_quote("\r\r\n\r", "\r\n\r\n\n");
}

Test(store_mbox, unquoting_stops_at_a_from_line)
{
	static const char text[] = ">From a\n>>From b\n> c\n\nFrom me\n";

	for (size_t step = 1; step < sizeof(text); step++) {
		struct mbox_unquoter u = MBOX_UNQUOTER_INIT;
		GString *out = g_string_new(NULL);
		const char *p = text;
		size_t left = 0;

		while (!u.from) {
			char buf[64];
			size_t n;

			left = MIN(step, sizeof(text) - 1 -
				   (size_t)(p - text));
			cr_assert_gt(left, 0);
			n = mbox_unquote(&u, &p, &left, buf);
			g_string_append_len(out, buf, (gssize)n);
		}
		cr_assert_str_eq(out->str, "From a\n>From b\n> c\n\n");
		cr_assert_str_eq(p, "me\n");
		g_string_free(out, TRUE);
	}
}

static struct mbox_block
sample(void)
{
	struct mbox_block b = {
		.sender = "ann@example.org", .arrival = 1700000000,
		.uidvalidity = 77, .uid = 42, .lf = 10, .wire = 12,
		.uidl = (char *)"a b%", .flags = FLAG_SEEN | FLAG_FLAGGED,
		.keywords = (char *)"$Forwarded work",
	};

	for (int i = 0; i < 32; i++)
		b.digest[i] = (guint8)i;
	return b;
}

Test(store_mbox, block_as_text)
{
	struct mbox_block b = sample();
	GString *out = g_string_new(NULL);
	char *head;

	cr_assert(mbox_block_format(out, NULL, &b, 0));
	cr_assert_eq(out->len, MBOX_ROOM);
	head = g_strconcat("From ann@example.org Tue Nov 14 22:13:20 2023\n"
			   "X-Verso-Id: 77 42 10 12 ", hex, " a%20b%25\n"
			   "Status: RO\nX-Status: F\n"
			   "X-Keywords: $Forwarded work\nX-Verso-Pad: -", NULL);
	cr_assert(g_str_has_prefix(out->str, head));
	cr_assert(g_str_has_suffix(out->str, "-.\n"));
	g_free(head);
	g_string_free(out, TRUE);
}

/* Every room down to the least is filled to the octet and read again. */
Test(store_mbox, block_in_any_room)
{
	struct mbox_block b = sample();
	GString *out = g_string_new(NULL);
	size_t least = 0;

	for (size_t room = 1; room < 3000; room++) {
		struct mbox_parser p;
		size_t used;

		g_string_truncate(out, 0);
		if (!mbox_block_format(out, "From x\n", &b, room)) {
			cr_assert_eq(out->len, 0);
			cr_assert_eq(least, 0);
			continue;
		}
		least = least ? least : room;
		cr_assert_eq(out->len, room);
		g_string_append(out, "X-Verso-Pad: .\nStatus: D\n");
		mbox_parser_init(&p);
		cr_assert_eq(mbox_parse(&p, out->str, out->len, &used),
			     MBOX_DONE);
		cr_assert_eq(used, room);
		cr_assert_eq(p.eaten, room);
		cr_assert_eq(p.block.flags, b.flags);
		cr_assert_str_eq(p.block.uidl, b.uidl);
		mbox_parser_clear(&p);
	}
	cr_assert(least > 150 && least < 250);
	g_string_free(out, TRUE);
}

/* A block may be written in pieces. */
Test(store_mbox, a_block_is_its_beginning_and_padding)
{
	struct mbox_block b = sample();
	GString *out = g_string_new(NULL);

	for (size_t first = 300; first < 2400; first++) {
		struct mbox_parser p;
		size_t used;

		g_string_truncate(out, 0);
		cr_assert(mbox_block_begin(out, NULL, &b, first));
		cr_assert_eq(out->len, first);
		mbox_pad(out, MBOX_PAD_LINE, false);
		mbox_pad(out, first, true);
		mbox_parser_init(&p);
		cr_assert_eq(mbox_parse(&p, out->str, out->len, &used),
			     MBOX_DONE);
		cr_assert_eq(p.eaten, 2 * first + MBOX_PAD_LINE);
		for (char *at = out->str, *nl; *at; at = nl + 1) {
			nl = strchr(at, '\n');
			cr_assert_leq(nl - at, 998);
		}
		mbox_parser_clear(&p);
	}
	cr_assert(!mbox_block_begin(out, NULL, &b, 100));
	g_string_free(out, TRUE);
}

Test(store_mbox, block_in_crumbs)
{
	struct mbox_block b = sample();
	GString *out = g_string_new(NULL);
	struct mbox_parser p;
	size_t used;

	b.removed = 1700000001;
	cr_assert(mbox_block_format(out, NULL, &b, 2000));
	mbox_parser_init(&p);
	for (size_t i = 0; i + 1 < out->len; i++)
		cr_assert_eq(mbox_parse(&p, out->str + i, 1, &used),
			     MBOX_MORE);
	cr_assert_eq(mbox_parse(&p, "\n", 1, &used), MBOX_DONE);
	cr_assert_eq(p.block.arrival, b.arrival);
	cr_assert_str_eq(p.block.sender, b.sender);
	cr_assert_eq(p.block.uidvalidity, 77);
	cr_assert_eq(p.block.uid, 42);
	cr_assert_eq(p.block.lf, 10);
	cr_assert_eq(p.block.wire, 12);
	cr_assert_eq(p.block.removed, b.removed);
	cr_assert_eq(memcmp(p.block.digest, b.digest, 32), 0);
	cr_assert_str_eq(p.block.keywords, b.keywords);
	mbox_parser_clear(&p);
	g_string_free(out, TRUE);
}

static void
check_foreign(const char *text, size_t eaten)
{
	struct mbox_parser p;
	size_t used;

	mbox_parser_init(&p);
	cr_assert_eq(mbox_parse(&p, text, strlen(text), &used), MBOX_FOREIGN,
		     "%s", text);
	cr_assert_eq(p.eaten, eaten);
	mbox_parser_clear(&p);
}

Test(store_mbox, what_is_not_ours)
{
	char *bad = g_strconcat("From a\nX-Verso-Id: 1 4294967296 3 4 ", hex,
				"\n", NULL);

	check_foreign("Subject: x\n", 0);
	check_foreign("From a\nSubject: x\n", 7);
	check_foreign("From a\nX-Verso-Id: 1 2 3\n", 7);
	check_foreign("From a\nX-Verso-Id: 1 2 3 4 xyz\n", 7);
	check_foreign("From a\nX-Verso-Id: -1 2 3 4 00\n", 7);
	check_foreign(bad, 7);
	g_free(bad);
}

Test(store_mbox, a_sender_that_is_no_word)
{
	static const char *const senders[] = {
		"", "a b", "x\ny", "\xc3\xa4@x",
		"0123456789012345678901234567890123456789012345678901234567890"
		"123456789012345678901234567890123456789012345678901234567890"
		"1234567890",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(senders); i++) {
		GString *out = g_string_new(NULL);

		mbox_from_line(out, senders[i], -5);
		cr_assert_str_eq(out->str,
				 "From verso Thu Jan  1 00:00:00 1970\n");
		g_string_free(out, TRUE);
	}
}
