/*
 * uidset.c - sorted ranges; every operation costs at most the ranges
 *
 * Adding behind the last range, which is what a listing does, costs nothing
 * but the comparison.
 */
#include "model/uidset.h"

#include <string.h>

#include <glib.h>

void
uidset_clear(struct uidset *s)
{
	g_free(s->range);
	s->range = NULL;
	s->n = s->size = 0;
}

static void
reserve(struct uidset *s, size_t n)
{
	if (n <= s->size)
		return;
	s->size = MAX(n, s->size ? s->size * 2 : 8);
	s->range = g_renew(struct uidrange, s->range, s->size);
}

/* The first range whose last is not below uid; s->n when there is none. */
static size_t
lower_bound(const struct uidset *s, uint32_t uid)
{
	size_t lo = 0, hi = s->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (s->range[mid].last < uid)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Put count ranges in the place of old ones from at on. */
static void
replace(struct uidset *s, size_t at, size_t old, const struct uidrange *with,
	size_t count)
{
	if (count > old)
		reserve(s, s->n - old + count);
	if (at + old < s->n && count != old)
		memmove(s->range + at + count, s->range + at + old,
			(s->n - at - old) * sizeof(*s->range));
	if (count)
		memcpy(s->range + at, with, count * sizeof(*s->range));
	s->n = s->n - old + count;
}

void
uidset_add_range(struct uidset *s, uint32_t first, uint32_t last)
{
	struct uidrange all = { MIN(first, last), MAX(first, last) };
	size_t at, end;

	if (all.last == 0)
		return;
	all.first = MAX(all.first, 1);
	/* From the first range that touches or follows … */
	at = s->n;
	if (s->n && s->range[s->n - 1].last >= all.first - 1)
		at = lower_bound(s, all.first - 1);
	/* … to the last that touches. */
	for (end = at; end < s->n; end++) {
		if (all.last != UINT32_MAX &&
		    s->range[end].first > all.last + 1)
			break;
		all.first = MIN(all.first, s->range[end].first);
		all.last = MAX(all.last, s->range[end].last);
	}
	replace(s, at, end - at, &all, 1);
}

void
uidset_add(struct uidset *s, uint32_t uid)
{
	uidset_add_range(s, uid, uid);
}

void
uidset_add_set(struct uidset *s, const struct uidset *other)
{
	struct uidset sum = UIDSET_EMPTY;
	size_t i = 0, j = 0;

	reserve(&sum, s->n + other->n);
	while (i < s->n || j < other->n) {
		const struct uidrange *r;

		if (j >= other->n ||
		    (i < s->n && s->range[i].first <= other->range[j].first))
			r = &s->range[i++];
		else
			r = &other->range[j++];
		uidset_add_range(&sum, r->first, r->last);
	}
	uidset_clear(s);
	*s = sum;
}

void
uidset_remove_range(struct uidset *s, uint32_t first, uint32_t last)
{
	struct uidrange left[2];
	size_t at = lower_bound(s, first), end = at, count = 0;

	if (first > last)
		return;
	while (end < s->n && s->range[end].first <= last)
		end++;
	if (end == at)
		return;
	if (s->range[at].first < first)
		left[count++] = (struct uidrange){ s->range[at].first,
						   first - 1 };
	if (s->range[end - 1].last > last)
		left[count++] = (struct uidrange){ last + 1,
						   s->range[end - 1].last };
	replace(s, at, end - at, left, count);
}

void
uidset_remove(struct uidset *s, uint32_t uid)
{
	uidset_remove_range(s, uid, uid);
}

void
uidset_remove_set(struct uidset *s, const struct uidset *other)
{
	struct uidset rest = UIDSET_EMPTY;
	size_t j = 0;

	for (size_t i = 0; i < s->n; i++) {
		uint64_t first = s->range[i].first, last = s->range[i].last;

		while (j < other->n && other->range[j].last < first)
			j++;
		for (; j < other->n && other->range[j].first <= last; j++) {
			if (other->range[j].first > first)
				uidset_add_range(&rest, (uint32_t)first,
						 other->range[j].first - 1);
			first = (uint64_t)other->range[j].last + 1;
			if (first > last)
				break;	/* it may cover the next one, too */
		}
		if (first <= last)
			uidset_add_range(&rest, (uint32_t)first,
					 (uint32_t)last);
	}
	uidset_clear(s);
	*s = rest;
}

bool
uidset_has(const struct uidset *s, uint32_t uid)
{
	size_t at = lower_bound(s, uid);

	return uid && at < s->n && s->range[at].first <= uid;
}

static uint64_t
range_count(const struct uidrange *r)
{
	return (uint64_t)r->last - r->first + 1;
}

uint64_t
uidset_count(const struct uidset *s)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < s->n; i++)
		sum += range_count(&s->range[i]);
	return sum;
}

bool
uidset_equal(const struct uidset *a, const struct uidset *b)
{
	return a->n == b->n &&
	       (a->n == 0 ||
		memcmp(a->range, b->range, a->n * sizeof(*a->range)) == 0);
}

/* One number at *p, no sign, no blanks, 1 … 2^32-1. */
static bool
take_number(const char **p, const char *end, uint32_t *number)
{
	uint64_t value = 0;

	if (*p == end || !g_ascii_isdigit(**p))
		return false;
	for (; *p < end && g_ascii_isdigit(**p); (*p)++) {
		value = value * 10 + (uint64_t)(**p - '0');
		if (value > UINT32_MAX)
			return false;
	}
	*number = (uint32_t)value;
	return value > 0;
}

bool
uidset_parse(struct uidset *s, const char *text, size_t len, size_t max_ranges)
{
	const char *p = text, *end = text + len;
	size_t ranges = 0;

	uidset_clear(s);
	for (;;) {
		uint32_t first, last;

		if (++ranges > max_ranges || !take_number(&p, end, &first))
			break;
		last = first;
		if (p < end && *p == ':') {
			p++;
			if (!take_number(&p, end, &last))
				break;
		}
		uidset_add_range(s, first, last);
		if (p == end)
			return true;
		if (*p++ != ',')
			break;
	}
	uidset_clear(s);
	return false;
}

static void
append_range(GString *out, const struct uidrange *r)
{
	if (out->len)
		g_string_append_c(out, ',');
	g_string_append_printf(out, "%u", r->first);
	if (r->last > r->first)
		g_string_append_printf(out, ":%u", r->last);
}

char *
uidset_format(const struct uidset *s)
{
	GString *out = g_string_new(NULL);

	for (size_t i = 0; i < s->n; i++)
		append_range(out, &s->range[i]);
	return g_string_free(out, FALSE);
}

static void
take_lowest(struct uidset *s, struct uidset *part, uint64_t count)
{
	size_t i = 0;

	for (; i < s->n && count > 0; i++) {
		struct uidrange *r = &s->range[i];
		uint64_t have = range_count(r);
		uint32_t last = r->last;

		if (have > count)
			last = (uint32_t)(r->first + count - 1);
		uidset_add_range(part, r->first, last);
		if (have > count) {
			r->first = last + 1;
			break;
		}
		count -= have;
	}
	replace(s, 0, i, NULL, 0);
}

static void
take_highest(struct uidset *s, struct uidset *part, uint64_t count)
{
	size_t from = s->n;

	while (from > 0 && count >= range_count(&s->range[from - 1]))
		count -= range_count(&s->range[--from]);
	if (from > 0 && count > 0) {	/* a piece of the next range */
		struct uidrange *r = &s->range[from - 1];
		uint32_t first = (uint32_t)(r->last - count + 1);

		uidset_add_range(part, first, r->last);
		r->last = first - 1;
	}
	for (size_t i = from; i < s->n; i++)
		uidset_add_range(part, s->range[i].first, s->range[i].last);
	s->n = from;
}

void
uidset_take(struct uidset *s, struct uidset *part, uint64_t count, bool newest)
{
	uidset_clear(part);
	if (newest)
		take_highest(s, part, count);
	else
		take_lowest(s, part, count);
}

bool
uidset_take_text(struct uidset *s, struct uidset *part, size_t max_bytes)
{
	GString *text = g_string_new(NULL);
	size_t i;

	uidset_clear(part);
	for (i = 0; i < s->n; i++) {
		append_range(text, &s->range[i]);
		if (i > 0 && text->len > max_bytes)
			break;
		uidset_add_range(part, s->range[i].first, s->range[i].last);
	}
	g_string_free(text, TRUE);
	replace(s, 0, i, NULL, 0);
	return part->n > 0;
}

/* *it: the range's index in the upper half, the offset in it below. */
bool
uidset_next(const struct uidset *s, uint64_t *it, uint32_t *uid)
{
	size_t i = (size_t)(*it >> 32);
	uint32_t offset = (uint32_t)*it;

	if (i >= s->n)
		return false;
	*uid = s->range[i].first + offset;
	if (*uid >= s->range[i].last)
		*it = (uint64_t)(i + 1) << 32;
	else
		(*it)++;
	return true;
}
