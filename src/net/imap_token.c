/*
 * imap_token.c - the words of an IMAP answer
 */
#include "net/imap_token.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

bool
imap_take_char(struct imap_text *t, char c)
{
	if (t->p == t->end || *t->p != c)
		return false;
	t->p++;
	return true;
}

bool
imap_take_blank(struct imap_text *t)
{
	const char *start = t->p;

	while (t->p < t->end && (*t->p == ' ' || *t->p == '\t'))
		t->p++;
	return t->p > start;
}

static bool
ends_word(char c)
{
	return c == ' ' || c == '(' || c == ')' || c == '"' || c == '\r' ||
	       c == '\n' || c == '\t';
}

bool
imap_take_word(struct imap_text *t, struct imap_slice *word)
{
	const char *p = t->p;
	bool bracket = false;

	/* BODY[HEADER.FIELDS (TO)] and OK [CODE x] have blanks inside. */
	for (; p < t->end && (bracket || !ends_word(*p)); p++) {
		if (*p == '\r' || *p == '\n')
			break;
		if (*p == '[')
			bracket = true;
		else if (*p == ']')
			bracket = false;
	}
	if (p == t->p)
		return false;
	*word = (struct imap_slice){ t->p, (size_t)(p - t->p) };
	t->p = p;
	return true;
}

bool
imap_slice_is(const struct imap_slice *s, const char *word)
{
	return strlen(word) == s->len &&
	       g_ascii_strncasecmp(s->p, word, s->len) == 0;
}

bool
imap_take_this(struct imap_text *t, const char *word)
{
	struct imap_text at = *t;
	struct imap_slice got;

	if (!imap_take_word(&at, &got) || !imap_slice_is(&got, word))
		return false;
	*t = at;
	return true;
}

bool
imap_take_number(struct imap_text *t, int64_t *number)
{
	struct imap_slice word;
	int64_t n = 0;

	if (t->p == t->end || (!g_ascii_isdigit(*t->p) && *t->p != '-'))
		return false;
	if (!imap_take_word(t, &word))
		return false;
	for (size_t i = 0; i < word.len; i++) {
		int digit = g_ascii_digit_value(word.p[i]);

		if (digit < 0 || n > (INT64_MAX - digit) / 10) {
			n = -1;
			break;
		}
		n = n * 10 + digit;
	}
	*number = n;
	return true;
}

/* ---- strings ----------------------------------------------------------- */

static bool
take_quoted(struct imap_text *t, GString *s)
{
	const char *p = t->p + 1;

	for (; p < t->end && *p != '"'; p++) {
		if (*p == '\\' && p + 1 < t->end)
			p++;
		g_string_append_c(s, *p);
	}
	if (p == t->end)
		return false;
	t->p = p + 1;
	return true;
}

static bool
take_literal(struct imap_text *t, GString *s)
{
	const char *lf = memchr(t->p, '\n', (size_t)(t->end - t->p));
	int64_t n;

	if (!lf)
		return false;
	n = imap_line_literal(t->p, (size_t)(lf - t->p));
	if (n < 0 || n > t->end - (lf + 1))
		return false;
	g_string_append_len(s, lf + 1, (gssize)n);
	t->p = lf + 1 + n;
	return true;
}

bool
imap_take_string(struct imap_text *t, GString *s, bool *nil, bool *streamed)
{
	struct imap_slice word;

	g_string_truncate(s, 0);
	*nil = *streamed = false;
	if (t->p == t->end)
		return false;
	if (*t->p == '"')
		return take_quoted(t, s);
	if (*t->p == '{' || (*t->p == '~' && t->end - t->p > 1 &&
			     t->p[1] == '{'))
		return take_literal(t, s);
	if (*t->p == IMAP_STREAMED) {
		t->p++;
		*streamed = true;
		return true;
	}
	if (!imap_take_word(t, &word))
		return false;
	*nil = imap_slice_is(&word, "NIL");
	if (!*nil)
		g_string_append_len(s, word.p, (gssize)word.len);
	return true;
}

/* Past one value that is no list. */
static bool
skip_plain(struct imap_text *t, GString *scratch)
{
	bool nil, streamed;

	return imap_take_string(t, scratch, &nil, &streamed);
}

bool
imap_skip_value(struct imap_text *t)
{
	struct imap_text at = *t;
	GString *scratch = g_string_new(NULL);
	int depth = 0;
	bool good = true;

	do {
		imap_take_blank(&at);
		if (imap_take_char(&at, '('))
			good = ++depth <= IMAP_DEPTH_MAX;
		else if (depth > 0 && imap_take_char(&at, ')'))
			depth--;
		else
			good = skip_plain(&at, scratch);
	} while (good && depth > 0);
	g_string_free(scratch, TRUE);
	if (good)
		*t = at;
	return good;
}

bool
imap_take_flags(struct imap_text *t, struct flags *flags)
{
	struct imap_text at = *t;
	struct imap_slice word;

	if (!imap_take_char(&at, '('))
		return false;
	for (;;) {
		char *name;

		imap_take_blank(&at);
		if (imap_take_char(&at, ')'))
			break;
		if (!imap_take_word(&at, &word))
			return false;
		name = g_strndup(word.p, word.len);
		flags_add_word(flags, name);
		g_free(name);
	}
	*t = at;
	return true;
}

/* ---- dates ------------------------------------------------------------- */

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

int64_t
imap_date(const char *text)
{
	struct tm tm = { 0 };
	char month[4] = "", sign = '+';
	int zone = 0;

	while (*text == ' ')
		text++;
	if (sscanf(text, "%2d-%3c-%4d %2d:%2d:%2d %c%4d", &tm.tm_mday, month,
		   &tm.tm_year, &tm.tm_hour, &tm.tm_min, &tm.tm_sec, &sign,
		   &zone) < 6)
		return 0;
	tm.tm_year -= 1900;
	for (tm.tm_mon = 0; tm.tm_mon < 12; tm.tm_mon++)
		if (g_ascii_strncasecmp(months + (ptrdiff_t)tm.tm_mon * 3,
					month, 3) == 0)
			break;
	if (tm.tm_mon == 12 || tm.tm_mday < 1 || tm.tm_mday > 31)
		return 0;
	zone = (zone / 100 * 60 + zone % 100) * 60;
	return (int64_t)timegm(&tm) - (sign == '-' ? -zone : zone);
}

void
imap_date_format(int64_t when, char *buf)
{
	time_t t = (time_t)when;
	struct tm tm;

	gmtime_r(&t, &tm);
	g_snprintf(buf, 32, "%2d-%.3s-%04d %02d:%02d:%02d +0000", tm.tm_mday,
		   months + (ptrdiff_t)tm.tm_mon * 3, tm.tm_year + 1900,
		   tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* ---- literals ---------------------------------------------------------- */

int64_t
imap_line_literal(const char *line, size_t len)
{
	size_t end = len, start;
	int64_t n = 0;

	if (end > 0 && line[end - 1] == '\r')
		end--;
	if (end < 3 || line[end - 1] != '}')
		return -1;
	end--;
	if (line[end - 1] == '+')
		end--;
	for (start = end; start > 0 && g_ascii_isdigit(line[start - 1]);)
		start--;
	if (start == end || start == 0 || line[start - 1] != '{')
		return -1;
	if (end - start > 12)
		return -2;
	for (; start < end; start++)
		n = n * 10 + g_ascii_digit_value(line[start]);
	return n;
}
