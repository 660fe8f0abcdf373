/*
 * mime_envelope.c - tests of the header scanner
 */
#include <criterion/criterion.h>
#include <string.h>

#include "mime/date.h"
#include "mime/field.h"
#include "mime/message.h"

static struct envelope
envelope_of(const char *header)
{
	struct envelope env;

	mime_envelope(header, strlen(header), &env);
	return env;
}

Test(envelope, reads_the_common_fields)
{
	struct envelope e = envelope_of(
		"From: Ann Lee <ann@example.org>\r\n"
		"To: bob@example.com,\r\n\tCy <cy@example.net>\r\n"
		"Subject: Folded\r\n over two lines\r\n"
		"Date: Thu, 22 Aug 2002 12:46:39 +0100\r\n"
		"Message-ID: <one@example.org>\r\n"
		"In-Reply-To: <zero@example.org>\r\n"
		"References: <a@x> <b@x>\r\n\t<zero@example.org>\r\n"
		"List-Id: The list <list.example.org>\r\n"
		"\r\nSubject: no header\r\n");

	cr_assert_str_eq(e.from, "Ann Lee <ann@example.org>");
	cr_assert_str_eq(e.to, "bob@example.com, Cy <cy@example.net>");
	cr_assert_null(e.cc);
	cr_assert_str_eq(e.subject, "Folded over two lines");
	cr_assert_eq(e.date, 1030016799);
	cr_assert_eq(e.date_zone, 60);
	cr_assert_str_eq(e.message_id, "one@example.org");
	cr_assert_str_eq(e.in_reply_to, "zero@example.org");
	cr_assert_str_eq(e.references, "a@x b@x zero@example.org");
	cr_assert_str_eq(e.list_id, "list.example.org");
	envelope_clear(&e);
}

Test(envelope, has_nothing_of_nothing)
{
	struct envelope e = envelope_of("");

	cr_assert_null(e.subject);
	cr_assert_null(e.from);
	cr_assert_null(e.message_id);
	cr_assert_eq(e.date, 0);
	envelope_clear(&e);
}

Test(envelope, decodes_encoded_words)
{
	struct envelope e = envelope_of(
		"Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\n"
		" =?utf-8?B?IGF1cw==?= =?iso-8859-1?Q?_M=FCnchen?=\n"
		"From: =?utf-8?Q?M=C3=BCller=2C_Eva?= <eva@example.org>\n"
		"To: bob@example.com (Bob Ray)\n");

	cr_assert_str_eq(e.subject, "Grüße aus München");
	cr_assert_str_eq(e.from, "\"Müller, Eva\" <eva@example.org>");
	cr_assert_str_eq(e.to, "Bob Ray <bob@example.com>");
	envelope_clear(&e);
}

Test(envelope, reads_raw_8_bit_as_what_it_looks_like)
{
	struct envelope e = envelope_of(
		"Subject: Gr\374\337e\nTo: caf\303\251@x\n");
	struct envelope k = envelope_of(
		"Subject: \217\254\n"
		"Content-Type: text/plain; charset=shift_jis\n");

	cr_assert_str_eq(e.subject, "Grüße");
	cr_assert_str_eq(e.to, "café@x");
	cr_assert_str_eq(k.subject, "小");
	envelope_clear(&e);
	envelope_clear(&k);
}

Test(envelope, steps_over_what_is_no_field)
{
	struct envelope e = envelope_of(
		"From ann@example.org Thu Aug 22 12:46 2002\n"
		">From ann Thu Aug 22\n"
		"no colon here\n"
		"two words: of a name\n"
		"Subject : blank before the colon\n"
		"Subject: the second does not count\n");

	cr_assert_str_eq(e.subject, "blank before the colon");
	cr_assert_null(e.from);
	envelope_clear(&e);
}

Test(envelope, takes_prose_for_no_id)
{
	struct envelope e = envelope_of(
		"In-Reply-To: Your message of Thu, 22 Aug 2002\n"
		"Message-ID: bare@example.org\n");
	struct envelope f = envelope_of(
		"In-Reply-To: Your message of \"Thu\"\n\t<a@b> of today\n"
		"References: <split\n @example.org> <>\n");

	cr_assert_str_eq(e.in_reply_to, "");
	cr_assert_str_eq(e.message_id, "bare@example.org");
	cr_assert_str_eq(f.in_reply_to, "a@b");
	cr_assert_str_eq(f.references, "split@example.org");
	envelope_clear(&e);
	envelope_clear(&f);
}

Test(envelope, cuts_fields_of_a_hostile_size)
{
	GString *h = g_string_new("To: ");
	struct envelope e;

	for (int i = 0; i < 100000; i++)
		g_string_append_printf(h, "n%d <a%d@example.org>,\n ", i, i);
	g_string_append(h, "\nReferences: <root@x>");
	for (int i = 0; i < 100000; i++)
		g_string_append_printf(h, " <id%d@example.org>\n", i);
	g_string_append_printf(h, "Subject: %0*d\n", 5000000, 0);
	e = envelope_of(h->str);
	cr_assert_lt(strlen(e.to), 8192);
	cr_assert(g_str_has_prefix(e.to, "n0 <a0@example.org>, n1"));
	cr_assert(g_str_has_suffix(e.to, ">"));
	cr_assert_lt(strlen(e.references), 20000);
	cr_assert(g_str_has_prefix(e.references, "root@x "));
	cr_assert(g_str_has_suffix(e.references, " id99999@example.org"));
	cr_assert_lt(strlen(e.subject), 4096);
	envelope_clear(&e);
	g_string_free(h, TRUE);
}

Test(envelope, survives_being_cut_anywhere)
{
	static const char header[] =
		"Subject: =?utf-8?Q?Gr=C3=BC?= \374\n"
		"From: =?utf-8?B?w7w=?= <a@b> (c), g: d@e;\n"
		"Date: 22-Aug-02 1:02:03 PM EDT\nReferences: <a@b\n";

	for (size_t i = 0; i < sizeof(header); i++) {
		char *part = g_memdup2(header, i + !i);
		struct envelope e;

		mime_envelope(part, i, &e);
		envelope_clear(&e);
		g_free(part);
	}
}

static void
expect_date(const char *text, int64_t seconds, int zone)
{
	int64_t got = 0;
	int got_zone = 0;

	cr_assert(date_parse(text, strlen(text), &got, &got_zone), "%s", text);
	cr_assert_eq(got, seconds, "%s: %lld", text, (long long)got);
	cr_assert_eq(got_zone, zone, "%s: %d", text, got_zone);
}

Test(date, reads_the_ways_of_forty_years)
{
	expect_date("Thu, 22 Aug 2002 12:46:39 +0100", 1030016799, 60);
	expect_date("22 Aug 2002 12:46:39 +0100 (BST)", 1030016799, 60);
	expect_date("Thu, 22 Aug 02 12:46:39 BST", 1030016799, 60);
	expect_date("Thu Aug 22 12:46:39 2002", 1030020399, 0);
	expect_date("Thu Aug 22 12:46:39 EDT 2002", 1030034799, -240);
	expect_date("2002-08-22T12:46:39Z", 1030020399, 0);
	expect_date("2002-08-22T12:46:39.25+02:00", 1030013199, 120);
	expect_date("22-Aug-2002 12:46:39 GMT+0100", 1030016799, 60);
	expect_date("22 August 2002, 1:46 PM", 1030023960, 0);
	expect_date("Fri, 7 May 93 08:00:00 -0800 (PST)", 736790400, -480);
	expect_date("Fri, 31 Dec 1999 23:59:60 +0000", 946684800, 0);
	expect_date("Mon, 1 Mar 2100 00:00:00 +0530", 4107522600, 330);
	expect_date("1 Jan 1970 00:00:00 XYZ", 0, 0);
	expect_date("1 Jan 101 00:00 +0000", 978307200, 0);
}

/* RFC 5322 4.3. */
Test(date, reads_the_obsolete_forms)
{
	expect_date("22 Aug 02 12 : 46 : 39 GMT", 1030020399, 0);
	expect_date("Thu (day) , 22 (twenty \\) two) Aug (a (b) c) 2002"
		    " 12 (h) : 46 (m):39 (s) +0100", 1030016799, 60);
	expect_date("Thu,\r\n 22\r\n\tAug 102 12:46 UT", 1030020360, 0);
	expect_date("22 Aug 49 12:46 GMT", 2513249160, 0);
	expect_date("22 Aug 50 12:46 GMT", -610974840, 0);
	/* The letters of the military say nothing sure; nor does -0000. */
	expect_date("22 Aug 2002 12:46:39 A", 1030020399, 0);
	expect_date("22 Aug 2002 12:46:39 Z", 1030020399, 0);
	expect_date("22 Aug 2002 12:46:39 -0000", 1030020399, 0);
	expect_date("22 Aug 2002 12:46:39 +9999", 1030020399, 0);
	/* A time that cannot be is midnight. */
	expect_date("22 Aug 2002 12:66:39 +0000", 1029974400, 0);
}

Test(date, reads_halves_of_the_day)
{
	expect_date("18 Feb 01 12:29:13 AM", 982456153, 0);
	expect_date("22 Aug 2002 12:46:39AM", 1029977199, 0);
	expect_date("22 Aug 2002 12:46:39 PM", 1030020399, 0);
	expect_date("22 Aug 2002 1:46:39pm -0400", 1030038399, -240);
	expect_date("Aug 22, 2002 1:46 p.m.", 1030023960, 0);
	expect_date("Wed 29 May 2019 06:09:22 PM EDT", 1559167762, -240);
}

Test(date, knows_how_long_a_month_is)
{
	static const char *const bad[] = {
		"31 Feb 2002 12:46:39 +0000", "29 Feb 2001", "29 Feb 1900",
		"31 Apr 2002", "2002-02-31 12:00:00", "2002-13-01",
	};
	struct envelope e = envelope_of("Date: 31 Feb 2002 12:46 +0100\n");
	int64_t got;
	int zone;

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
		cr_assert_not(date_parse(bad[i], strlen(bad[i]), &got, &zone),
			      "%s", bad[i]);
	expect_date("29 Feb 2000 12:46:39 +0000", 951828399, 0);
	cr_assert_eq(e.date, 0);
	cr_assert_eq(e.date_zone, 0);
	envelope_clear(&e);
}

Test(date, takes_nothing_else)
{
	static const char *const bad[] = {
		"", "yesterday", "Thu, Aug 2002", "32 Aug 2002", "22 2002",
		"12:46:39", "(22 Aug 2002)", "0 Jan 2002",
	};
	int64_t got;
	int zone;

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
		cr_assert_not(date_parse(bad[i], strlen(bad[i]), &got, &zone),
			      "%s", bad[i]);
}

/* Each word has its padding, or half a character. */
Test(envelope, neighbouring_base64_words_are_one_text)
{
	static const char *const cases[][2] = {
		{ "=?utf-8?b?2YQ=?=\n =?UTF-8?B?2KfZhQ==?=", "لام" },
		{ "=?utf-8?B?4g==?= =?utf-8?B?gqw=?= more", "€ more" },
		{ "a =?utf-8?b?w6k=?= =?iso-8859-1?b?6Q==?= b", "a éé b" },
		{ "=?utf-8?b?YQ==?= =?utf-8?b?", "a =?utf-8?b?" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *header = g_strdup_printf("Subject: %s\n\n",
					       cases[i][0]);
		struct envelope env;

		mime_envelope(header, strlen(header), &env);
		cr_assert_str_eq(env.subject, cases[i][1], "case %zu", i);
		envelope_clear(&env);
		g_free(header);
	}
}

Test(envelope, reads_lines_that_end_by_cr_alone)
{
	struct envelope e = envelope_of(
		"From: Ann Lee <ann@example.org>\rSubject: Folded\r twice\r"
		"Message-ID: <one@example.org>\r\rSubject: of the body\r");

	cr_assert_str_eq(e.from, "Ann Lee <ann@example.org>");
	cr_assert_str_eq(e.subject, "Folded twice");
	cr_assert_str_eq(e.message_id, "one@example.org");
	envelope_clear(&e);
}
