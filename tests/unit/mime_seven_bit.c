/*
 * mime_seven_bit.c - messages for a server that takes no octet above 127
 */
#include "mime/seven_bit.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <glib.h>

#include "mime/message.h"

static char *out;
static int64_t size;
static bool whole;

static void
encode(const char *text)
{
	FILE *in = tmpfile(), *to = tmpfile();
	struct err e;
	off_t len;

	fwrite(text, 1, strlen(text), in);
	fflush(in);
	g_free(out);
	cr_assert_eq(message_seven_bit(fileno(in), fileno(to), &size, &whole,
				       &e), ST_OK, "%s", e.text);
	len = lseek(fileno(to), 0, SEEK_END);
	out = g_malloc0((gsize)len + 1);
	cr_assert_eq(pread(fileno(to), out, (size_t)len, 0), len);
	fclose(in);
	fclose(to);
}

static void
done(void)
{
	g_clear_pointer(&out, g_free);
}

TestSuite(seven_bit, .fini = done);

static bool
has(const char *text)
{
	return strstr(out, text) != NULL;
}

static bool
is_ascii(void)
{
	for (const char *p = out; *p; p++)
		if (*p & 0x80)
			return false;
	return true;
}

/* What is shown of it; the caller frees. */
static char *
shown(const char *text)
{
	GBytes *bytes = g_bytes_new(text, strlen(text));
	struct message_view *m = mime_open(bytes);
	char *all = mime_text(m);

	mime_close(m);
	g_bytes_unref(bytes);
	return all;
}

static void
check_same(const char *text)
{
	char *before = shown(text), *after = shown(out);

	cr_assert_str_eq(before, after);
	g_free(before);
	g_free(after);
}

Test(seven_bit, text_is_encoded)
{
	static const char text[] =
		"From: Ann <ann@example.org>\nX-Odd:  kept  as it is\n"
		"MIME-Version: 1.0\nContent-Transfer-Encoding: 8bit\n"
		"Content-Type: text/plain; charset=utf-8; format=flowed\n\n"
		"Grüße von \nhier = dort\n.\nFrom me\n";

	encode(text);
	cr_assert(whole && is_ascii());
	cr_assert(has("quoted-printable") && !has("8bit"));
	cr_assert(has("X-Odd:  kept  as it is\n"));
	cr_assert(has("format=flowed"));
	check_same(text);
	cr_assert_gt(size, (int64_t)strlen(out));
}

Test(seven_bit, each_part_is_encoded)
{
	static const char text[] =
		"MIME-Version: 1.0\n"
		"Content-Type: multipart/mixed; boundary=b\n\n"
		"--b\nContent-Type: text/plain; charset=utf-8\n"
		"Content-Transfer-Encoding: 8bit\n\n"
		"This one is meant for Zoë alone.\n"
		"--b\nContent-Type: text/plain\n\nplain\n"
		"--b--\n";

	encode(text);
	cr_assert(whole && is_ascii(), "%s", out);
	cr_assert(has("for Zo=C3=AB alone.") && has("\nplain\n"));
	cr_assert(!has("8bit"), "%s", out);
	check_same(text);
}

/* The signature would be wrong, and a message that is sent on another one. */
Test(seven_bit, what_is_not_ours_stays)
{
	encode("MIME-Version: 1.0\nContent-Type: multipart/signed; "
	       "boundary=b; micalg=pgp-sha256;\n"
	       " protocol=\"application/pgp-signature\"\n\n"
	       "--b\nContent-Type: text/plain; charset=utf-8\n"
	       "Content-Transfer-Encoding: 8bit\n\nZoë\n"
	       "--b\nContent-Type: application/pgp-signature\n\nxyz\n"
	       "--b--\n");
	cr_assert_not(whole);
	encode("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n"
	       "\n--b\nContent-Type: message/rfc822\n"
	       "Content-Transfer-Encoding: 8bit\n\n"
	       "Content-Type: text/plain; charset=utf-8\n"
	       "Content-Transfer-Encoding: 8bit\n\nZoë\n--b--\n");
	cr_assert_not(whole);
	encode("Subject: Zoë\n\nHello\n");
	cr_assert_not(whole);
}
