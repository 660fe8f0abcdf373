/*
 * uu.c - files that stand uuencoded in a plain text
 *
 * A block counts only when every line up to its "end" can be uuencode: prose
 * that begins with "begin" stays prose.
 */
#include "mime/uu.h"

#include <string.h>

static const char *
line_end(const char *p, const char *end)
{
	const char *nl = memchr(p, '\n', (size_t)(end - p));

	return nl ? nl + 1 : end;
}

/* The length of a line without what ends it. */
static size_t
length(const char *p, const char *eol)
{
	while (eol > p && g_ascii_isspace(eol[-1]))
		eol--;
	return (size_t)(eol - p);
}

/* "begin 644 photo.jpg" */
static bool
read_begin(const char *p, const char *eol, struct uu_block *b)
{
	size_t len = length(p, eol), digits = 0;

	if (len < 11 || memcmp(p, "begin ", 6) != 0)
		return false;
	while (digits < 4 && p[6 + digits] >= '0' && p[6 + digits] <= '7')
		digits++;
	if (digits < 3 || p[6 + digits] != ' ' || len <= 7 + digits)
		return false;
	b->from = p;
	b->name = p + 7 + digits;
	b->name_len = len - 7 - digits;
	return true;
}

/* Its first character says how many octets the line stands for; blanks at
 * its end are lost on some ways, a check sum is added on others. */
static bool
is_data(const char *p, const char *eol)
{
	size_t len = length(p, eol), octets;

	if (!len)
		return true;
	if (*p < ' ' || *p > '`')
		return false;
	octets = (size_t)(*p - ' ') & 63;
	return len <= 1 + (octets + 2) / 3 * 4 + 1;
}

/* The end of the block whose data begin at p; NULL when it has none. */
static const char *
find_end(const char *p, const char *end)
{
	while (p < end) {
		const char *eol = line_end(p, end);

		if (length(p, eol) == 3 && memcmp(p, "end", 3) == 0)
			return eol;
		if (!is_data(p, eol))
			return NULL;
		p = eol;
	}
	return NULL;
}

bool
uu_next(const char *p, const char *end, struct uu_block *b)
{
	while (p < end) {
		const char *eol = line_end(p, end);

		if (read_begin(p, eol, b)) {
			b->to = find_end(eol, end);
			if (b->to)
				return true;
		}
		p = memmem(eol - 1, (size_t)(end - eol + 1), "\nbegin ", 7);
		if (!p)
			return false;
		p++;
	}
	return false;
}
