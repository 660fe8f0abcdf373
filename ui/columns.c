/*
 * columns.c - planning and drawing the rows of the message index
 */
#include "ui/columns.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <glib.h>

#include "model/address.h"
#include "model/flags.h"

#define DAY 86400
#define YEAR_SHOWN 330		/* days; older dates have their year */
#define DATE_COLUMNS 7
#define SIZE_COLUMNS 4
#define TREE_MAX_DEPTH 16

static void
place(int *at, int *width, int from, int columns)
{
	*at = from;
	*width = MAX(columns, 0);
}

/* A name's usual length, more only where there is plenty: the gap before the
 * subject is then short enough for ncurses to use tabs. */
static int
from_width(int width)
{
	return width >= 140 ? 23 : 15;
}

void
columns_plan(struct columns *p, int width)
{
	int from = from_width(width);

	memset(p, 0, sizeof(*p));
	if (width >= 64) {
		place(&p->date, &p->date_width, 3, DATE_COLUMNS);
		place(&p->size, &p->size_width, 11, SIZE_COLUMNS);
		place(&p->from, &p->from_width, 16, from);
	} else if (width >= 40) {
		place(&p->date, &p->date_width, 3, DATE_COLUMNS);
		place(&p->from, &p->from_width, 11, 12);
	} else if (width >= 28) {
		place(&p->from, &p->from_width, 4, 9);
	}
	p->subject = p->from_width ? p->from + p->from_width + 1 : 4;
	p->subject_width = MAX(width - p->subject, 0);
}

/* ---- words ------------------------------------------------------------- */

/* Not strftime(): a locale's names may be of any width. */
static const char days[7][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri",
				 "Sat" };
static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
				    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

void
columns_date(char *buf, size_t size, int64_t date, int64_t now)
{
	time_t t = (time_t)date, n = (time_t)now;
	struct tm then, today;
	int64_t midnight;
	unsigned int year;

	*buf = '\0';
	if (!date || !localtime_r(&t, &then) || !localtime_r(&n, &today))
		return;
	midnight = now - today.tm_hour * 3600 - today.tm_min * 60 -
		   today.tm_sec;
	year = ((unsigned int)then.tm_year + 1900) % 100;
	if (date >= midnight && date < midnight + DAY)
		snprintf(buf, size, "%02d:%02d", then.tm_hour, then.tm_min);
	else if (date >= midnight - 6 * DAY && date < midnight)
		snprintf(buf, size, "%s", days[then.tm_wday]);
	else if (date >= midnight - YEAR_SHOWN * DAY && date < midnight)
		snprintf(buf, size, "%2d %s", then.tm_mday,
			 months[then.tm_mon]);
	else
		snprintf(buf, size, "%s '%02u", months[then.tm_mon], year);
}

void
columns_size(char *buf, size_t size, int64_t octets)
{
	static const char unit[] = " kMGTP";
	int64_t one = 1, tenths;
	int u = 0;

	if (octets < 0 || octets >= INT64_C(1000000000000000)) {
		g_strlcpy(buf, octets < 0 ? "" : "huge", size);
		return;
	}
	for (; octets * 2 >= one * 1999; u++)	/* 999.5 is "1.0k" already */
		one *= 1000;
	tenths = (octets * 10 + one / 2) / one;
	if (u == 0)
		snprintf(buf, size, "%d", (int)octets);
	else if (tenths < 100)
		snprintf(buf, size, "%d.%d%c", (int)tenths / 10,
			 (int)tenths % 10, unit[u]);
	else
		snprintf(buf, size, "%d%c", (int)((octets + one / 2) / one),
			 unit[u]);
}

char *
columns_tree(const struct canvas *c, const struct list_row *row, int max)
{
	GString *out = g_string_new(NULL);
	int depth = MIN(row->depth, MIN(max, TREE_MAX_DEPTH));

	for (int d = 1; d < depth; d++) {
		bool runs = d < 64 && (row->tree >> d & 1);

		g_string_append(out, runs ? canvas_glyph(c, GLYPH_VERTICAL)
					  : " ");
		g_string_append_c(out, ' ');
	}
	if (depth > 0) {
		g_string_append(out, canvas_glyph(c, row->last_child
						  ? GLYPH_CORNER : GLYPH_TEE));
		g_string_append(out, canvas_glyph(c, GLYPH_LINE));
		g_string_append_c(out, ' ');
	}
	return g_string_free(out, FALSE);
}

/* ---- drawing ----------------------------------------------------------- */

static const char *
state_glyph(const struct canvas *c, uint32_t flags)
{
	if (flags & FLAG_DELETED)
		return canvas_glyph(c, GLYPH_DELETED);
	if (flags & FLAG_DRAFT)
		return canvas_glyph(c, GLYPH_DRAFT);
	if (!(flags & FLAG_SEEN))
		return canvas_glyph(c, GLYPH_UNREAD);
	if (flags & FLAG_ANSWERED)
		return canvas_glyph(c, GLYPH_ANSWERED);
	return " ";
}

static enum look
state_look(uint32_t flags)
{
	return flags & FLAG_SEEN ? LOOK_READ : LOOK_NEW;
}

static void
draw_date(const struct canvas *c, const struct columns *p, int at,
	  const struct list_row *row, int64_t now)
{
	char date[24], field[32];

	if (!p->date_width)
		return;
	columns_date(date, sizeof(date), row->date ? row->date : row->arrival,
		     now);
	snprintf(field, sizeof(field), "%*s", DATE_COLUMNS, date);
	canvas_put(c, at, p->date, p->date_width, LOOK_READ, field);
}

void
columns_draw_handle(const struct canvas *c, int at, const struct list_row *row,
		    const struct columns_context *x, bool cursor)
{
	bool flagged = row->flags & FLAG_FLAGGED;
	bool tagged = x->tagged && g_hash_table_contains(x->tagged, &row->id);

	canvas_put(c, at, 0, 1, cursor ? LOOK_MARK : LOOK_READ,
		   cursor ? canvas_glyph(c, GLYPH_MARK)
		   : x->open && row->id == x->open
			   ? canvas_glyph(c, GLYPH_OPEN) : " ");
	canvas_put(c, at, 1, 1, cursor ? LOOK_MARK : tagged ? LOOK_FLAGGED
			: state_look(row->flags),
		   tagged ? canvas_glyph(c, GLYPH_TAGGED)
			  : state_glyph(c, row->flags));
	canvas_put(c, at, 2, 1, cursor ? LOOK_MARK
			: flagged ? LOOK_FLAGGED : LOOK_READ,
		   flagged ? canvas_glyph(c, GLYPH_FLAGGED) : " ");
}

static void
draw_size(const struct canvas *c, const struct columns *p, int at,
	  const struct list_row *row)
{
	char size[24], field[32];

	columns_size(size, sizeof(size), row->size);
	snprintf(field, sizeof(field), " %*s ", SIZE_COLUMNS, size);
	canvas_put(c, at, p->size - 1, p->size_width + 2, LOOK_READ, field);
}

static void
draw_who(const struct canvas *c, const struct columns *p, int at,
	 const struct list_row *row, bool outgoing, enum look look)
{
	const char *list = outgoing ? row->to : row->from;
	char *who = address_short_of_list(list ? list : "");
	char *shown = g_strconcat(outgoing ? "to " : "",
				  *who ? who : "(nobody)", NULL);

	canvas_field(c, at, p->from, p->from_width, look, shown);
	g_free(shown);
	g_free(who);
}

/* A reply in a thread repeats what stands above it: that is left out. */
static bool
repeats(const struct list_row *row, const struct columns_context *x)
{
	char *one, *other;
	bool same;

	if (!x->threaded || row->depth == 0 || !x->above || !row->subject)
		return false;
	one = envelope_base_subject(row->subject);
	other = envelope_base_subject(x->above);
	same = strcmp(one, other) == 0;
	g_free(one);
	g_free(other);
	return same;
}

static void
draw_subject(const struct canvas *c, const struct columns *p, int at,
	     const struct list_row *row, const struct columns_context *x,
	     enum look look)
{
	int column = p->subject, left = p->subject_width;
	const char *subject = row->subject && *row->subject
		? row->subject : "(no subject)";

	if (x->threaded && row->depth > 0) {
		char *tree = columns_tree(c, row, left / 4);
		int used = canvas_put(c, at, column, left, LOOK_TREE, tree);

		column += used;
		left -= used;
		g_free(tree);
	}
	if (repeats(row, x))
		subject = "";
	canvas_put(c, at, column - 1, 1, LOOK_READ, " ");
	canvas_field(c, at, column, left, look, subject);
}

void
columns_draw(const struct canvas *c, const struct columns *p, int at,
	     const struct list_row *row, const struct columns_context *x,
	     bool cursor)
{
	enum look look = row->flags & FLAG_SEEN ? LOOK_READ : LOOK_UNREAD;

	canvas_clear(c, at, 0);
	columns_draw_handle(c, at, row, x, cursor);
	draw_date(c, p, at, row, x->now);
	if (p->size_width)
		draw_size(c, p, at, row);
	if (p->from_width)
		draw_who(c, p, at, row, x->outgoing, look);
	draw_subject(c, p, at, row, x, look);
}

/* FNV-1a, a word at a time. */
static uint64_t
mix(uint64_t h, uint64_t n)
{
	return (h ^ n) * UINT64_C(0x100000001b3);
}

static uint64_t
mix_text(uint64_t h, const char *text)
{
	for (; text && *text; text++)
		h = mix(h, (unsigned char)*text);
	return mix(h, text ? 256 : 257);
}

uint64_t
columns_digest(const struct list_row *row, const struct columns_context *x,
	       bool cursor)
{
	bool tagged = x->tagged && g_hash_table_contains(x->tagged, &row->id);
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	char date[24];

	columns_date(date, sizeof(date), row->date ? row->date : row->arrival,
		     x->now);
	h = mix(h, (uint64_t)cursor | (uint64_t)tagged << 1 |
		   (uint64_t)(x->open && row->id == x->open) << 2 |
		   (uint64_t)x->outgoing << 3 | (uint64_t)x->threaded << 4 |
		   (uint64_t)row->last_child << 5);
	h = mix(h, row->flags);
	h = mix(h, (uint64_t)row->size);
	h = mix(h, (uint64_t)row->depth);
	h = mix(h, row->tree);
	h = mix_text(h, date);
	h = mix_text(h, x->outgoing ? row->to : row->from);
	h = mix_text(h, row->subject);
	if (x->threaded && row->depth > 0)
		h = mix_text(h, x->above);
	return h ? h : 1;
}
