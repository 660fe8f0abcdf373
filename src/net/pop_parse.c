/*
 * pop_parse.c - the words of POP3
 */
#include "net/pop_parse.h"

#include <string.h>

#include <glib.h>

#include "net/sasl.h"

#define SIZE_MAX_OCTETS (INT64_C(1) << 53)
#define UIDL_MAX 255

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool
starts_with(const char *line, size_t len, const char *word)
{
	size_t n = strlen(word);

	return len >= n && g_ascii_strncasecmp(line, word, n) == 0 &&
	       (len == n || is_blank(line[n]));
}

static void
skip_blanks(const char **p, size_t *len)
{
	while (*len > 0 && is_blank(**p))
		(*p)++, (*len)--;
}

/* The code in brackets at the start of an -ERR's text. */
static enum pop_code
parse_code(const char **text, size_t *len)
{
	static const struct {
		const char *word;
		enum pop_code code;
	} codes[] = {
		{ "[IN-USE]", POP_CODE_IN_USE },
		{ "[LOGIN-DELAY]", POP_CODE_LOGIN_DELAY },
		{ "[SYS/TEMP]", POP_CODE_SYS_TEMP },
		{ "[SYS/PERM]", POP_CODE_SYS_PERM },
		{ "[AUTH]", POP_CODE_AUTH },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(codes); i++) {
		size_t n = strlen(codes[i].word);

		if (*len < n ||
		    g_ascii_strncasecmp(*text, codes[i].word, n) != 0)
			continue;
		*text += n;
		*len -= n;
		skip_blanks(text, len);
		return codes[i].code;
	}
	return POP_CODE_NONE;
}

struct pop_reply
pop_reply_parse(const char *line, size_t len)
{
	struct pop_reply r = { .kind = POP_BAD };
	size_t word = 0;

	if (starts_with(line, len, "+OK")) {
		r.kind = POP_OK;
		word = 3;
	} else if (starts_with(line, len, "-ERR")) {
		r.kind = POP_ERR;
		word = 4;
	} else if (starts_with(line, len, "+")) {
		r.kind = POP_CONTINUE;
		word = 1;
	}
	r.text = line + word;
	r.len = len - word;
	skip_blanks(&r.text, &r.len);
	if (r.kind == POP_ERR)
		r.code = parse_code(&r.text, &r.len);
	return r;
}

enum st
pop_reply_status(const struct pop_reply *reply, enum st otherwise)
{
	switch (reply->code) {
	case POP_CODE_IN_USE:
	case POP_CODE_LOGIN_DELAY:
	case POP_CODE_SYS_TEMP:
		return ST_RETRY;
	case POP_CODE_SYS_PERM:
		return ST_REFUSED;
	case POP_CODE_AUTH:
		return ST_AUTH;
	default:
		return otherwise;
	}
}

/* The mechanisms behind "SASL". */
static void
parse_mechs(struct pop_capa *capa, const char *p, size_t len)
{
	for (skip_blanks(&p, &len); len > 0; skip_blanks(&p, &len)) {
		size_t n = 0;

		while (n < len && !is_blank(p[n]))
			n++;
		capa->mechs |= sasl_mech_parse(p, n);
		p += n;
		len -= n;
	}
}

void
pop_capa_line(struct pop_capa *capa, const char *line, size_t len)
{
	capa->known = true;
	if (starts_with(line, len, "TOP"))
		capa->top = true;
	else if (starts_with(line, len, "UIDL"))
		capa->uidl = true;
	else if (starts_with(line, len, "PIPELINING"))
		capa->pipelining = true;
	else if (starts_with(line, len, "STLS"))
		capa->stls = true;
	else if (starts_with(line, len, "USER"))
		capa->user = true;
	else if (starts_with(line, len, "SASL"))
		parse_mechs(capa, line + 4, len - 4);
}

/* The decimal at *p, moved on behind it; -1: none or too large. */
static int64_t
take_number(const char **p, size_t *len)
{
	int64_t n = 0;

	if (*len == 0 || !g_ascii_isdigit(**p))
		return -1;
	for (; *len > 0 && g_ascii_isdigit(**p); (*p)++, (*len)--) {
		n = n * 10 + (**p - '0');
		if (n > SIZE_MAX_OCTETS)
			return -1;
	}
	return *len == 0 || is_blank(**p) ? n : -1;
}

bool
pop_scan_line(const char *line, size_t len, uint32_t *number,
	      const char **rest, size_t *rest_len)
{
	int64_t n;

	skip_blanks(&line, &len);
	n = take_number(&line, &len);
	if (n < 1 || n > UINT32_MAX)
		return false;
	skip_blanks(&line, &len);
	while (len > 0 && is_blank(line[len - 1]))
		len--;
	*number = (uint32_t)n;
	*rest = line;
	*rest_len = len;
	return true;
}

int64_t
pop_size(const char *text, size_t len)
{
	return take_number(&text, &len);
}

bool
pop_uidl_ok(const char *text, size_t len)
{
	if (len == 0 || len > UIDL_MAX)
		return false;
	for (size_t i = 0; i < len; i++)
		if (!g_ascii_isgraph(text[i]))
			return false;
	return true;
}

/* ---- dots ---- */

void
pop_dots_init(struct pop_dots *d, int64_t claimed)
{
	*d = (struct pop_dots){ .claimed = claimed, .state = DOTS_LINE };
}

/* A dot after a bare LF ends the text only when all of it is there. */
static bool
may_end(const struct pop_dots *d)
{
	return !d->weak || (d->claimed > 0 && d->octets >= d->claimed);
}

/* Hand out len octets at p and remember how they end. */
static size_t
give(struct pop_dots *d, const char **run, const char *p, size_t len)
{
	*run = p;
	d->octets += (int64_t)len;
	d->after_cr = p[len - 1] == '\r';
	return len;
}

/* The state behind an LF. */
static void
line_ended(struct pop_dots *d, bool crlf)
{
	if (d->style == DOTS_UNKNOWN)
		d->style = crlf ? DOTS_CRLF : DOTS_LF;
	d->weak = d->style == DOTS_CRLF && !crlf;
	d->state = DOTS_LINE;
}

/* Text up to and with the last LF before a dot that starts a line, or all
 * there is: a sink is better served with one run than with a run a line. */
static size_t
take_text(struct pop_dots *d, const char **in, size_t *len, const char **run)
{
	const char *p = *in, *end = p + *len, *lf, *at = p;

	d->state = DOTS_TEXT;
	while (at < end && (lf = memchr(at, '\n', (size_t)(end - at)))) {
		line_ended(d, lf > p ? lf[-1] == '\r' : d->after_cr);
		at = lf + 1;
		if (at == end || *at == '.')
			break;
		d->state = DOTS_TEXT;
	}
	if (d->state == DOTS_TEXT)
		at = end;
	*in = at;
	*len = (size_t)(end - at);
	return give(d, run, p, (size_t)(at - p));
}

/* What follows the dot at the start of a line decides; the dot is in hand. */
static size_t
take_dot(struct pop_dots *d, const char **in, size_t *len, const char **run)
{
	char c = **in;

	if (c == '\r' && may_end(d)) {
		d->state = DOTS_CR;
		(*in)++, (*len)--;
		return 0;
	}
	if (c == '\n' && may_end(d) && d->style != DOTS_CRLF) {
		d->ended = true;
		(*in)++, (*len)--;
		return 0;
	}
	d->state = DOTS_TEXT;
	if (c == '.' && !d->weak)
		return 0;	/* stuffed: the one in hand goes */
	return give(d, run, ".", 1);
}

/* A dot and a CR are in hand. */
static size_t
take_cr(struct pop_dots *d, const char **in, size_t *len, const char **run)
{
	if (**in == '\n') {
		d->ended = true;
		(*in)++, (*len)--;
		return 0;
	}
	d->state = DOTS_TEXT;
	return give(d, run, ".\r", 2);
}

size_t
pop_dots_next(struct pop_dots *d, const char **in, size_t *len,
	      const char **run)
{
	size_t n = 0;

	while (n == 0 && *len > 0 && !d->ended) {
		if (d->state == DOTS_LINE && **in == '.') {
			d->state = DOTS_DOT;
			(*in)++, (*len)--;
		} else if (d->state == DOTS_DOT) {
			n = take_dot(d, in, len, run);
		} else if (d->state == DOTS_CR) {
			n = take_cr(d, in, len, run);
		} else {
			n = take_text(d, in, len, run);
		}
	}
	return n;
}
