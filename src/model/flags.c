/*
 * flags.c - the words of the wire into bits and a sorted keyword string
 *
 * The keyword string is always sorted and without doubles, so that two equal
 * sets are the same bytes wherever they are stored (but for ASCII case).
 */
#include "model/flags.h"

#include <string.h>

#include <glib.h>

#define KEYWORDS_MAX 64
#define KEYWORD_MAX_BYTES 128

static const struct {
	const char *word;
	enum flag bit;
} system_flags[] = {
	{ "\\Seen", FLAG_SEEN },
	{ "\\Answered", FLAG_ANSWERED },
	{ "\\Flagged", FLAG_FLAGGED },
	{ "\\Deleted", FLAG_DELETED },
	{ "\\Draft", FLAG_DRAFT },
};

void
flags_clear(struct flags *f)
{
	g_free(f->keywords);
	f->bits = 0;
	f->keywords = NULL;
}

void
flags_copy(struct flags *to, const struct flags *from)
{
	char *keywords = g_strdup(from->keywords);

	g_free(to->keywords);
	to->bits = from->bits;
	to->keywords = keywords;
}

bool
flags_equal(const struct flags *a, const struct flags *b)
{
	const char *ka = a->keywords ? a->keywords : "";
	const char *kb = b->keywords ? b->keywords : "";

	return a->bits == b->bits && g_ascii_strcasecmp(ka, kb) == 0;
}

static uint32_t
system_bit(const char *word)
{
	for (size_t i = 0; i < G_N_ELEMENTS(system_flags); i++)
		if (g_ascii_strcasecmp(system_flags[i].word, word) == 0)
			return system_flags[i].bit;
	return 0;
}

/* RFC 9051 atom, and short enough to keep. */
static bool
is_keyword(const char *word)
{
	size_t len = strlen(word);

	if (len == 0 || len > KEYWORD_MAX_BYTES)
		return false;
	for (; *word; word++)
		if (*word <= 0x20 || *word >= 0x7f ||
		    strchr("(){%*\"\\]", *word))
			return false;
	return true;
}

/*
 * Where word stands in the keyword string, or where it would have to stand:
 * the offset of the first keyword that is not smaller.  *length is that
 * keyword's when it is word itself, else 0; *count that of all keywords.
 */
static size_t
find(const struct flags *f, const char *word, size_t *length, int *count)
{
	const char *all = f->keywords ? f->keywords : "";
	size_t at = strlen(all), wlen = strlen(word);
	bool placed = false;

	*length = 0;
	*count = 0;
	for (const char *p = all; *p; (*count)++) {
		size_t n = strcspn(p, " ");
		int order = g_ascii_strncasecmp(p, word, MIN(n, wlen));

		if (order == 0)
			order = n < wlen ? -1 : n > wlen;
		if (order >= 0 && !placed) {
			at = (size_t)(p - all);
			*length = order == 0 ? n : 0;
			placed = true;
		}
		p += n + (p[n] == ' ');
	}
	return at;
}

void
flags_add_word(struct flags *f, const char *word)
{
	size_t at, length, len;
	const char *old;
	int count;

	f->bits |= system_bit(word);
	if (!is_keyword(word))
		return;
	at = find(f, word, &length, &count);
	if (length || count >= KEYWORDS_MAX)
		return;
	old = f->keywords ? f->keywords : "";
	len = strlen(old);
	if (len == 0)
		f->keywords = g_strdup(word);
	else if (at == len)
		f->keywords = g_strconcat(old, " ", word, NULL);
	else
		f->keywords = g_strdup_printf("%.*s%s %s", (int)at, old, word,
					      old + at);
	if (len)
		g_free((char *)old);
}

void
flags_remove_word(struct flags *f, const char *word)
{
	size_t at, length;
	char *p;
	int count;

	f->bits &= ~system_bit(word);
	if (!is_keyword(word))
		return;
	at = find(f, word, &length, &count);
	if (!length)
		return;
	if (count == 1) {
		g_free(f->keywords);
		f->keywords = NULL;
		return;
	}
	p = f->keywords + at;
	if (p[length])		/* take the blank behind it, too */
		memmove(p, p + length + 1, strlen(p + length + 1) + 1);
	else
		p[-1] = '\0';
}

bool
flags_has_keyword(const struct flags *f, const char *keyword)
{
	size_t length;
	int count;

	find(f, keyword, &length, &count);
	return length > 0;
}

void
flags_to_status(uint32_t bits, char *status, char *x_status)
{
	if (bits & FLAG_SEEN)
		*status++ = 'R';
	*status++ = 'O';	/* a mail reader had it: no longer new */
	*status = '\0';
	if (bits & FLAG_ANSWERED)
		*x_status++ = 'A';
	if (bits & FLAG_FLAGGED)
		*x_status++ = 'F';
	if (bits & FLAG_DRAFT)
		*x_status++ = 'T';
	if (bits & FLAG_DELETED)
		*x_status++ = 'D';
	*x_status = '\0';
}

uint32_t
flags_from_status(const char *status, const char *x_status)
{
	uint32_t bits = 0;

	if (status && strchr(status, 'R'))
		bits |= FLAG_SEEN;
	if (!x_status)
		return bits;
	if (strchr(x_status, 'A'))
		bits |= FLAG_ANSWERED;
	if (strchr(x_status, 'F'))
		bits |= FLAG_FLAGGED;
	if (strchr(x_status, 'T'))
		bits |= FLAG_DRAFT;
	if (strchr(x_status, 'D'))
		bits |= FLAG_DELETED;
	return bits;
}
