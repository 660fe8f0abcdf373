/*
 * mbox_block.c - the From_ line and verso's own headers, written and read
 */
#include "store/mbox.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "model/flags.h"

#define PAD_NAME "X-Verso-Pad: "
#define REMOVED_NAME "X-Verso-Removed: "
#define PARSE_LINE_MAX 12288
#define UIDL_MAX 1000
#define LAST_SECOND INT64_C(253402300799)	/* of the year 9999 */

void
mbox_block_clear(struct mbox_block *b)
{
	g_free(b->uidl);
	g_free(b->keywords);
	memset(b, 0, sizeof(*b));
}

static bool
plain_word(const char *s)
{
	size_t n = strlen(s);

	for (size_t i = 0; i < n; i++)
		if (s[i] <= ' ' || s[i] > '~')
			return false;
	return n > 0 && n < sizeof(((struct mbox_block *)NULL)->sender);
}

void
mbox_from_line(GString *out, const char *sender, int64_t arrival)
{
	time_t when = (time_t)CLAMP(arrival, 0, LAST_SECOND);
	struct tm tm;
	char date[32];

	gmtime_r(&when, &tm);
	asctime_r(&tm, date);	/* brings the line end */
	g_string_append(out, "From ");
	g_string_append(out, sender && plain_word(sender) ? sender : "verso");
	g_string_append_c(out, ' ');
	g_string_append(out, date);
}

static void
append_uidl(GString *out, const char *uidl)
{
	for (size_t i = 0; i < UIDL_MAX && uidl[i]; i++)
		if (uidl[i] > ' ' && uidl[i] <= '~' && uidl[i] != '%')
			g_string_append_c(out, uidl[i]);
		else
			g_string_append_printf(out, "%%%02X",
					       (guint8)uidl[i]);
}

static void
append_id(GString *out, const struct mbox_block *b)
{
	static const char hex[] = "0123456789abcdef";
	char digest[2 * sizeof(b->digest) + 1] = "";

	for (size_t i = 0; i < sizeof(b->digest); i++) {
		digest[2 * i] = hex[b->digest[i] >> 4];
		digest[2 * i + 1] = hex[b->digest[i] & 15];
	}
	g_string_append_printf(out, "X-Verso-Id: %" PRId64 " %" PRIu32
			       " %" PRId64 " %" PRId64 " %s", b->uidvalidity,
			       b->uid, b->lf, b->wire, digest);
	if (b->uidl && *b->uidl) {
		g_string_append_c(out, ' ');
		append_uidl(out, b->uidl);
	}
	g_string_append_c(out, '\n');
}

static void
append_pad_line(GString *out, size_t octets)
{
	size_t at = out->len + strlen(PAD_NAME);

	g_string_append(out, PAD_NAME);
	g_string_set_size(out, at + octets - strlen(PAD_NAME));
	memset(out->str + at, '-', out->len - at);
	out->str[out->len - 1] = '\n';
}

void
mbox_pad(GString *out, size_t octets, bool last)
{
	while (octets >= MBOX_PAD_LINE + MBOX_PAD_MIN) {
		append_pad_line(out, MBOX_PAD_LINE);
		octets -= MBOX_PAD_LINE;
	}
	append_pad_line(out, octets);
	if (last)
		out->str[out->len - 2] = '.';
}

static bool
format(GString *out, const char *line, const struct mbox_block *b,
       size_t room, bool last)
{
	size_t begin = out->len, need;
	char status[8], x_status[8];

	if (line)
		g_string_append(out, line);
	else
		mbox_from_line(out, b->sender, b->arrival);
	append_id(out, b);
	flags_to_status(b->flags, status, x_status);
	g_string_append_printf(out, "Status: %s\nX-Status: %s\n"
			       "X-Keywords: %s\n", status, x_status,
			       b->keywords ? b->keywords : "");
	if (b->removed)
		g_string_append_printf(out, REMOVED_NAME "%" PRId64 "\n",
				       b->removed);
	need = out->len - begin;
	if (room == 0)
		room = MAX(MBOX_ROOM, need + MBOX_PAD_MIN);
	if (need + MBOX_PAD_MIN > room) {
		g_string_truncate(out, begin);
		return false;
	}
	mbox_pad(out, room - need, last);
	return true;
}

bool
mbox_block_format(GString *out, const char *line, const struct mbox_block *b,
		  size_t room)
{
	return format(out, line, b, room, true);
}

bool
mbox_block_begin(GString *out, const char *line, const struct mbox_block *b,
		 size_t room)
{
	return format(out, line, b, room, false);
}

/* ---- reading ------------------------------------------------------------ */

enum { STATE_FROM, STATE_ID, STATE_STATUS, STATE_X_STATUS, STATE_KEYWORDS,
       STATE_PAD };

static const char *const names[] = {
	[STATE_FROM] = "From ", [STATE_ID] = "X-Verso-Id: ",
	[STATE_STATUS] = "Status: ", [STATE_X_STATUS] = "X-Status: ",
	[STATE_KEYWORDS] = "X-Keywords: ", [STATE_PAD] = PAD_NAME,
};

void
mbox_parser_init(struct mbox_parser *p)
{
	memset(p, 0, sizeof(*p));
	p->line = g_string_sized_new(MBOX_LINE_MAX);
}

void
mbox_parser_clear(struct mbox_parser *p)
{
	if (p->line)
		g_string_free(p->line, TRUE);
	mbox_block_clear(&p->block);
	memset(p, 0, sizeof(*p));
}

static const char month_names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

/* "ann@example.org Tue Nov 14 22:13:20 2023": what is no asctime date leaves
 * the arrival 0, which is no reason to disown the message. */
static void
read_from(struct mbox_block *b, const char *s)
{
	const char *date = strchr(s, ' '), *m;
	size_t n = date ? (size_t)(date - s) : strlen(s);
	char month[4] = "";
	struct tm tm = { 0 };

	if (n < sizeof(b->sender))
		memcpy(b->sender, s, n);
	if (!date || sscanf(date, " %*3s %3s %d %d:%d:%d %d", month,
			    &tm.tm_mday, &tm.tm_hour, &tm.tm_min, &tm.tm_sec,
			    &tm.tm_year) != 6)
		return;
	m = strlen(month) == 3 ? strstr(month_names, month) : NULL;
	if (!m || tm.tm_year < 1970 || tm.tm_year > 9999)
		return;
	tm.tm_mon = (int)(m - month_names) / 3;
	tm.tm_year -= 1900;
	b->arrival = (int64_t)timegm(&tm);
}

static bool
read_number(const char **s, int64_t max, int64_t *value)
{
	char *end;

	if (!g_ascii_isdigit(**s))
		return false;
	*value = g_ascii_strtoll(*s, &end, 10);
	*s = end + (*end == ' ');
	return *value <= max && (*end == ' ' || *end == '\0');
}

static bool
read_digest(const char **s, guint8 *digest)
{
	for (int i = 0; i < 32; i++) {
		int high = g_ascii_xdigit_value((*s)[0]);
		int low = high < 0 ? -1 : g_ascii_xdigit_value((*s)[1]);

		if (low < 0)
			return false;
		digest[i] = (guint8)(high << 4 | low);
		*s += 2;
	}
	if (**s == ' ')
		return *++*s != '\0';
	return **s == '\0';
}

static bool
read_id(struct mbox_block *b, const char *s)
{
	int64_t uid;

	if (!read_number(&s, INT64_MAX, &b->uidvalidity) ||
	    !read_number(&s, UINT32_MAX, &uid) ||
	    !read_number(&s, INT64_MAX - 1, &b->lf) ||
	    !read_number(&s, INT64_MAX - 1, &b->wire) ||
	    !read_digest(&s, b->digest))
		return false;
	b->uid = (uint32_t)uid;
	if (*s)
		b->uidl = g_uri_unescape_string(s, NULL);
	return !*s || b->uidl;
}

/* One whole line without its end.  *last: it was the block's last. */
static bool
read_line(struct mbox_parser *p, bool *last)
{
	struct mbox_block *b = &p->block;
	const char *s = p->line->str, *value;
	char status[16];

	*last = false;
	if (p->state == STATE_PAD && !b->removed &&
	    g_str_has_prefix(s, REMOVED_NAME)) {
		b->removed = g_ascii_strtoll(s + strlen(REMOVED_NAME), NULL,
					     10);
		return true;
	}
	if (strlen(s) != p->line->len || !g_str_has_prefix(s, names[p->state]))
		return false;
	value = s + strlen(names[p->state]);
	switch (p->state++) {
	case STATE_FROM:
		read_from(b, value);
		return true;
	case STATE_ID:
		return read_id(b, value);
	case STATE_STATUS:
		g_strlcpy(status, value, sizeof(status));
		b->flags = flags_from_status(status, "");
		return true;
	case STATE_X_STATUS:
		g_strlcpy(status, value, sizeof(status));
		b->flags |= flags_from_status("", status);
		return true;
	case STATE_KEYWORDS:
		b->keywords = *value ? g_strdup(value) : NULL;
		return true;
	default:
		p->state = STATE_PAD;
		*last = g_str_has_suffix(value, ".");
		return true;
	}
}

static enum mbox_parse
foreign(struct mbox_parser *p)
{
	p->eaten = p->from;
	return MBOX_FOREIGN;
}

enum mbox_parse
mbox_parse(struct mbox_parser *p, const char *bytes, size_t len, size_t *used)
{
	const char *at = bytes, *end = bytes + len;
	bool last;

	while (at < end) {
		const char *nl = memchr(at, '\n', (size_t)(end - at));
		size_t n = (size_t)((nl ? nl : end) - at);

		*used = (size_t)(at - bytes);
		if (p->line->len + n > PARSE_LINE_MAX)
			return foreign(p);
		g_string_append_len(p->line, at, (gssize)n);
		if (!nl)
			break;
		at = nl + 1;
		if (!read_line(p, &last))
			return foreign(p);
		p->eaten += p->line->len + 1;
		if (p->from == 0)
			p->from = p->eaten;
		g_string_truncate(p->line, 0);
		if (last) {
			*used = (size_t)(at - bytes);
			return MBOX_DONE;
		}
	}
	*used = len;
	return MBOX_MORE;
}
