/*
 * field.c - the lines of a header block, one field at a time
 */
#include "mime/field.h"

#include <string.h>

#define ID_MAX 998	/* octets of a line */

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool
is_space(char c)
{
	return is_blank(c) || c == '\r' || c == '\n';
}

static const char *
line_end(const char *p, const char *end)
{
	const char *nl = memchr(p, '\n', (size_t)(end - p));

	return nl ? nl + 1 : end;
}

static bool
is_empty_line(const char *p, const char *end)
{
	return p < end && (*p == '\n' ||
			   (*p == '\r' && p + 1 < end && p[1] == '\n'));
}

/* The length of the field's name when the line begins with one, else 0.
 * Blanks before the colon are wrong, and seen. */
static size_t
name_length(const char *p, const char *eol)
{
	const char *q = p;

	while (q < eol && *q > ' ' && *q < 0x7f && *q != ':')
		q++;
	if (q == p || q == eol)
		return 0;
	for (const char *colon = q; colon < eol; colon++) {
		if (*colon == ':')
			return (size_t)(q - p);
		if (!is_blank(*colon))
			return 0;
	}
	return 0;
}

void
field_scan_init(struct field_scan *s, const char *header, size_t len)
{
	s->p = header;
	s->end = header + len;
	s->any = false;
	if (len > 5 && memcmp(header, "From ", 5) == 0)
		s->p = line_end(header, s->end);
}

/* True when a field stands somewhere before the next empty line. */
static bool
field_ahead(const char *p, const char *end)
{
	while (p < end && !is_empty_line(p, end)) {
		const char *eol = line_end(p, end);

		if (name_length(p, eol))
			return true;
		p = eol;
	}
	return false;
}

/* Past the lines that continue the one that ends at p. */
static const char *
skip_folded(const char *p, const char *end)
{
	while (p < end && is_blank(*p))
		p = line_end(p, end);
	return p;
}

static void
trim(const char **p, const char **end)
{
	while (*p < *end && is_space(**p))
		++*p;
	while (*end > *p && is_space((*end)[-1]))
		--*end;
}

bool
field_next(struct field_scan *s, struct field *f)
{
	while (s->p < s->end) {
		const char *p = s->p, *eol, *value;

		if (is_empty_line(p, s->end)) {
			s->p = line_end(p, s->end);
			return false;
		}
		eol = line_end(p, s->end);
		f->name_len = name_length(p, eol);
		if (!f->name_len && !s->any && !field_ahead(p, s->end))
			return false;
		s->any = true;
		s->p = skip_folded(eol, s->end);
		if (!f->name_len)
			continue;
		f->name = p;
		value = (const char *)memchr(p, ':', (size_t)(eol - p)) + 1;
		eol = s->p;
		trim(&value, &eol);
		f->value = value;
		f->value_len = (size_t)(eol - value);
		return true;
	}
	return false;
}

const char *
field_body(const char *header, const char *end)
{
	struct field_scan s;
	const char *p;

	field_scan_init(&s, header, (size_t)(end - header));
	p = s.p;
	while (p < end && !is_empty_line(p, end)) {
		const char *eol = line_end(p, end);

		if (!name_length(p, eol))
			return p;
		p = skip_folded(eol, end);
	}
	return end;
}

char *
field_unify(const char *s, size_t len)
{
	char *copy;

	if (!len || memchr(s, '\n', len) || !memchr(s, '\r', len))
		return NULL;
	copy = g_memdup2(s, len);
	for (size_t i = 0; i < len; i++)
		if (copy[i] == '\r')
			copy[i] = '\n';
	return copy;
}

bool
field_is(const struct field *f, const char *name)
{
	return g_ascii_strncasecmp(f->name, name, f->name_len) == 0 &&
	       !name[f->name_len];
}

char *
field_unfold(const char *value, size_t len)
{
	char *out = g_malloc(len + 1), *o = out;
	const char *p = value, *end = value + len;

	while (p < end) {
		if (*p == '\n' || (*p == '\r' && p + 1 < end && p[1] == '\n')) {
			while (p < end && is_space(*p))
				p++;
			while (o > out && is_blank(o[-1]))
				o--;
			*o++ = ' ';
			continue;
		}
		*o++ = *p ? *p : '\001';
		p++;
	}
	*o = '\0';
	return out;
}

/* ---- ids ---------------------------------------------------------------- */

/* What stands between brackets, blanks of a fold taken out, as far as it can
 * be an id. */
static void
bracketed(const char *p, const char *end, field_id_fn *fn, void *ctx)
{
	char buf[ID_MAX];
	size_t n = 0;

	for (; p < end; p++) {
		if (*p == '\r' || *p == '\n' || *p == '\t')
			continue;
		if (n == sizeof(buf) || (unsigned char)*p < ' ')
			return;
		if (*p != ' ')
			buf[n++] = *p;
	}
	if (n)
		fn(ctx, buf, n);
}

static bool
is_one_word(const char *p, const char *end)
{
	while (p < end && !is_space(*p))
		p++;
	return p == end;
}

void
field_ids(const char *value, size_t len, bool bare, field_id_fn *fn, void *ctx)
{
	const char *p = value, *end = value + len, *open, *close;

	if (!memchr(value, '<', len)) {
		if (bare && is_one_word(p, end))
			bracketed(p, end, fn, ctx);
		return;
	}
	while ((open = memchr(p, '<', (size_t)(end - p)))) {
		close = memchr(open, '>', (size_t)(end - open));
		if (!close)
			close = end;
		bracketed(open + 1, close, fn, ctx);
		p = close < end ? close + 1 : end;
	}
}
