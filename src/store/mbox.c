/*
 * mbox.c - mboxrd quoting and unquoting
 *
 * Called for every octet of mail, so the loops go line by line with memchr
 * and memcpy and never look at an octet in the middle of a line.
 */
#include "store/mbox.h"

#include <string.h>

static const char from[5] = { 'F', 'r', 'o', 'm', ' ' };

/* Give out what was held back of "From ". */
static char *
release(uint8_t *match, char *o)
{
	memcpy(o, from, *match);
	o += *match;
	*match = 0;
	return o;
}

/* At the start of a line: true when the rest of the line can be copied. */
static bool
quote_start(struct mbox_quoter *q, const char **in, const char *end, char **o,
	    bool *added)
{
	const char *p = *in;

	if (q->match == 0)
		while (p < end && *p == '>')
			*(*o)++ = *p++;
	while (p < end && q->match < sizeof(from) && *p == from[q->match]) {
		q->match++;
		p++;
	}
	*in = p;
	if (q->match == sizeof(from)) {
		*(*o)++ = '>';
		*added = true;
		return false;
	}
	if (p == end)
		return false;
	*o = release(&q->match, *o);
	q->start = false;
	return true;
}

/* Copy up to and with the next line end; CRLF becomes LF. */
static const char *
quote_line(struct mbox_quoter *q, const char *p, const char *end, char **o)
{
	const char *nl = memchr(p, '\n', (size_t)(end - p));
	const char *stop = nl ? nl : end;
	size_t n;

	if (q->cr && stop != p)		/* a bare CR after all */
		*(*o)++ = '\r';
	q->cr = stop > p && stop[-1] == '\r';
	n = (size_t)(stop - p) - q->cr;
	memcpy(*o, p, n);
	*o += n;
	if (!nl)
		return end;
	q->cr = false;
	*(*o)++ = '\n';
	q->start = true;
	return nl + 1;
}

size_t
mbox_quote(struct mbox_quoter *q, const char **in, size_t *len, char *out,
	   bool *added)
{
	const char *p = *in, *end = p + *len;
	char *o = out;

	*added = false;
	if (q->match == sizeof(from)) {
		o = release(&q->match, o);
		q->start = false;
	}
	while (p < end) {
		if (q->start && !quote_start(q, &p, end, &o, added))
			break;
		p = quote_line(q, p, end, &o);
	}
	if (o > out)
		q->newline = o[-1] == '\n';
	*in = p;
	*len = (size_t)(end - p);
	return (size_t)(o - out);
}

size_t
mbox_quote_end(struct mbox_quoter *q, char *out)
{
	char *o = release(&q->match, out);

	if (q->cr)
		*o++ = '\r';
	q->cr = false;
	if (o > out)
		q->newline = false;
	return (size_t)(o - out);
}

size_t
mbox_quote_close(const struct mbox_quoter *q, char *out)
{
	char *o = out;

	if (!q->newline)
		*o++ = '\n';
	*o++ = '\n';
	return (size_t)(o - out);
}

static bool
unquote_start(struct mbox_unquoter *u, const char **in, const char *end,
	      char **o)
{
	const char *p = *in;

	while (u->match == 0 && p < end && *p == '>') {
		if (u->held)
			*(*o)++ = '>';
		u->held = true;
		p++;
	}
	while (p < end && u->match < sizeof(from) && *p == from[u->match]) {
		u->match++;
		p++;
	}
	*in = p;
	if (u->match == sizeof(from) && !u->held) {
		u->match = 0;
		u->from = true;
		return false;
	}
	if (u->match < sizeof(from) && p == end)
		return false;
	if (u->held && u->match < sizeof(from))
		*(*o)++ = '>';
	u->held = false;
	*o = release(&u->match, *o);
	u->start = false;
	return true;
}

size_t
mbox_unquote(struct mbox_unquoter *u, const char **in, size_t *len, char *out)
{
	const char *p = *in, *end = p + *len, *nl;
	char *o = out;

	u->from = false;
	while (p < end) {
		if (u->start && !unquote_start(u, &p, end, &o))
			break;
		nl = memchr(p, '\n', (size_t)(end - p));
		u->start = nl != NULL;
		nl = nl ? nl + 1 : end;
		if (o != p)	/* they are one until a '>' goes */
			memmove(o, p, (size_t)(nl - p));
		o += nl - p;
		p = nl;
	}
	*in = p;
	*len = (size_t)(end - p);
	return (size_t)(o - out);
}
