/*
 * smtp_parse.c - the words of SMTP
 */
#include "net/smtp_parse.h"

#include <string.h>

#include "net/sasl.h"

/* RFC 5321 4.5.3.1 says 64 and 255. */
#define ADDRESS_MAX 400
#define SIZE_MAX_OCTETS (INT64_C(1) << 53)

/* ---- replies ---- */

void
smtp_reply_init(struct smtp_reply *r)
{
	if (!r->text)
		r->text = g_string_new(NULL);
	g_string_truncate(r->text, 0);
	r->code = 0;
	r->lines = 0;
	r->status = 0;
}

void
smtp_reply_clear(struct smtp_reply *r)
{
	if (r->text)
		g_string_free(r->text, TRUE);
	r->text = NULL;
}

/* Digits at p, at most max; the octets they take. */
static size_t
digits(const char *p, size_t len, size_t max)
{
	size_t n = 0;

	while (n < len && n < max && g_ascii_isdigit(p[n]))
		n++;
	return n;
}

/* "5.1.1 " (RFC 3463 2); the octets it takes, 0: none. */
static size_t
enhanced(const char *p, size_t len, int code)
{
	size_t subject, detail;

	if (len < 6 || p[0] != '0' + code / 100 || p[1] != '.')
		return 0;
	subject = digits(p + 2, len - 2, 3);
	if (subject == 0 || len - 2 <= subject || p[2 + subject] != '.')
		return 0;
	subject += 3;
	detail = digits(p + subject, len - subject, 3);
	if (detail == 0 || len - subject <= detail ||
	    p[subject + detail] != ' ')
		return 0;
	return subject + detail + 1;
}

/* Join words to what there is, without the code that stands there already. */
static void
keep_words(struct smtp_reply *r, const char *words, size_t len)
{
	const char *known = r->text->str + 4;	/* behind "550 " */

	if (r->lines == 1) {
		g_string_printf(r->text, "%03d", r->code);
		r->status = enhanced(words, len, r->code);
	} else if (r->status > 0 && len >= r->status &&
		   r->text->len >= 4 + r->status &&
		   memcmp(words, known, r->status) == 0) {
		words += r->status;
		len -= r->status;
	}
	if (len == 0 || r->text->len >= SMTP_TEXT_MAX)
		return;
	g_string_append_c(r->text, ' ');
	g_string_append_len(r->text, words,
			    (gssize)MIN(len, SMTP_TEXT_MAX));
}

enum smtp_line
smtp_reply_line(struct smtp_reply *r, const char *line, size_t len,
		const char **words, size_t *words_len)
{
	int code;

	if (len < 3 || line[0] < '2' || line[0] > '5' ||
	    digits(line, len, 3) != 3)
		return SMTP_LINE_BAD;
	if (len > 3 && line[3] != ' ' && line[3] != '-')
		return SMTP_LINE_BAD;
	code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + line[2] - '0';
	if (r->lines > 0 && code != r->code)
		return SMTP_LINE_BAD;
	if (++r->lines > SMTP_LINES_MAX)
		return SMTP_LINE_BAD;
	r->code = code;
	if (words) {
		*words = line + MIN(len, 4);
		*words_len = len - MIN(len, 4);
	}
	keep_words(r, line + MIN(len, 4), len - MIN(len, 4));
	return len > 3 && line[3] == '-' ? SMTP_LINE_MORE : SMTP_LINE_LAST;
}

/* ---- EHLO ---- */

/* The next word of the line; false at its end. */
static bool
next_word(const char **p, size_t *len, const char **word, size_t *n)
{
	while (*len > 0 && (**p == ' ' || **p == '\t'))
		(*p)++, (*len)--;
	*word = *p;
	*n = 0;
	while (*n < *len && (*p)[*n] != ' ' && (*p)[*n] != '\t')
		(*n)++;
	*p += *n;
	*len -= *n;
	return *n > 0;
}

static bool
is_word(const char *word, size_t n, const char *what)
{
	return strlen(what) == n && g_ascii_strncasecmp(word, what, n) == 0;
}

static int64_t
parse_size(const char *word, size_t n)
{
	int64_t size = 0;

	for (size_t i = 0; i < n; i++) {
		if (!g_ascii_isdigit(word[i]))
			return 0;
		size = size * 10 + (word[i] - '0');
		if (size > SIZE_MAX_OCTETS)
			return 0;	/* as good as no limit */
	}
	return size;
}

static void
parse_mechs(struct smtp_hello *h, const char *p, size_t len)
{
	const char *word;
	size_t n;

	h->auth = true;
	while (next_word(&p, &len, &word, &n))
		h->mechs |= sasl_mech_parse(word, n);
}

void
smtp_hello_line(struct smtp_hello *h, const char *words, size_t len)
{
	/* Old servers write "AUTH=PLAIN LOGIN", some in a line more. */
	static const char old_auth[] = "AUTH=";
	const char *word, *size;
	size_t n, size_len;

	if (!next_word(&words, &len, &word, &n))
		return;
	if (is_word(word, n, "PIPELINING"))
		h->limits.pipelining = true;
	else if (is_word(word, n, "8BITMIME"))
		h->limits.eight_bit = true;
	else if (is_word(word, n, "SMTPUTF8"))
		h->limits.utf8 = true;
	else if (is_word(word, n, "DSN"))
		h->limits.dsn = true;
	else if (is_word(word, n, "AUTH"))
		parse_mechs(h, words, len);
	else if (n >= strlen(old_auth) &&
		 is_word(word, strlen(old_auth), old_auth))
		parse_mechs(h, word + strlen(old_auth),
			    n - strlen(old_auth) + len);
	else if (is_word(word, n, "SIZE")) {
		h->size = true;
		if (next_word(&words, &len, &size, &size_len))
			h->limits.size = parse_size(size, size_len);
	}
}

/* ---- the envelope ---- */

bool
smtp_address_ok(const char *address)
{
	size_t len = address ? strlen(address) : 0;

	if (len == 0 || len > ADDRESS_MAX ||
	    !g_utf8_validate(address, (gssize)len, NULL))
		return false;
	for (const unsigned char *p = (const unsigned char *)address; *p; p++)
		if (*p <= ' ' || *p == 0x7f || *p == '<' || *p == '>')
			return false;
	return true;
}

bool
smtp_address_utf8(const char *address)
{
	return !g_str_is_ascii(address);
}

void
smtp_append_xtext(GString *out, const char *text)
{
	for (const unsigned char *p = (const unsigned char *)text; *p; p++)
		if (*p > ' ' && *p < 0x7f && *p != '+' && *p != '=')
			g_string_append_c(out, (char)*p);
		else
			g_string_append_printf(out, "+%02X", *p);
}

/* ---- the text ---- */

/* One of CR, LF and NUL. */
static void
take_special(struct smtp_dots *d, GString *out, char c)
{
	if (c == '\0') {
		d->nul = true;
		return;
	}
	if (c == '\r' || !d->cr)	/* LF after CR: the line has ended */
		g_string_append(out, "\r\n");
	d->inside = false;
	d->cr = c == '\r';
}

bool
smtp_dots_add(struct smtp_dots *d, GString *out, const char *text, size_t len)
{
	size_t at = 0;

	while (at < len && !d->nul) {
		size_t from = at;

		if (!d->inside && text[at] == '.')
			g_string_append_c(out, '.');
		while (at < len && text[at] != '\r' && text[at] != '\n' &&
		       text[at] != '\0')
			at++;
		if (at > from) {
			g_string_append_len(out, text + from,
					    (gssize)(at - from));
			d->inside = true;
			d->cr = false;
		}
		if (at < len)
			take_special(d, out, text[at++]);
	}
	return !d->nul;
}

void
smtp_dots_end(struct smtp_dots *d, GString *out)
{
	if (d->inside)
		g_string_append(out, "\r\n");
	d->inside = false;
}
