/*
 * armour.c - PGP and yEnc inside plain text
 *
 * Nothing is verified or opened; a person reads the words, and is told what
 * stood round them.
 */
#include "mime/armour.h"

#include <stdbool.h>
#include <string.h>

#include <glib.h>

struct strip {
	char *in, *out;		/* the next line; where it goes */
	unsigned int found;
	bool is_signed;		/* the line stands in a signed text */
	bool endless;		/* a block was seen that has no end */
};

static char *
line_after(char *p)
{
	p += strcspn(p, "\n");
	return *p ? p + 1 : p;
}

/* Past the line that begins with `end`, when there is one. */
static bool
skip_to(struct strip *s, const char *end)
{
	char *at = s->endless ? NULL : strstr(s->in, end);

	if (!at) {
		s->endless = true;	/* so that it is sought but once */
		return false;
	}
	s->in = line_after(at + 1);
	return true;
}

/* "Hash: SHA256", and the empty line behind. */
static void
skip_armour_headers(struct strip *s)
{
	while (g_ascii_isalpha(*s->in)) {
		size_t name = strspn(s->in, "abcdefghijklmnopqrstuvwxyz"
					    "ABCDEFGHIJKLMNOPQRSTUVWXYZ");

		if (s->in[name] != ':')
			return;
		s->in = line_after(s->in);
	}
	if (s->in[strspn(s->in, " \t")] == '\n')
		s->in = line_after(s->in);
}

static bool
begins(const struct strip *s, const char *what)
{
	return g_str_has_prefix(s->in, what);
}

/* A line of armour: true when it is gone. */
static bool
take_armour(struct strip *s)
{
	if (begins(s, "-----BEGIN PGP SIGNED MESSAGE-----")) {
		s->in = line_after(s->in);
		skip_armour_headers(s);
		s->found |= ARMOUR_SIGNED;
		s->is_signed = true;
		return true;
	}
	if (s->is_signed && begins(s, "-----BEGIN PGP SIGNATURE-----")) {
		s->is_signed = false;
		return skip_to(s, "\n-----END PGP SIGNATURE-----");
	}
	if (begins(s, "=ybegin ") && skip_to(s, "\n=yend ")) {
		s->found |= ARMOUR_YENC;
		return true;
	}
	if (begins(s, "-----BEGIN PGP MESSAGE-----"))
		s->found |= ARMOUR_ENCRYPTED;
	return false;
}

unsigned int
armour_strip(char *text)
{
	struct strip s = { .in = text, .out = text };

	while (*s.in) {
		size_t n;

		if ((*s.in == '-' || *s.in == '=') && take_armour(&s))
			continue;
		if (s.is_signed && begins(&s, "- "))
			s.in += 2;
		n = (size_t)(line_after(s.in) - s.in);
		memmove(s.out, s.in, n);
		s.out += n;
		s.in += n;
	}
	*s.out = '\0';
	return s.found;
}
