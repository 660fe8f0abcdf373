/*
 * date.c - the dates of real mail
 *
 * Words are taken for what they look like, wherever they stand: that reads
 * the ways in which programs have written dates for forty years, with one
 * small function per kind of word.
 */
#include "mime/date.h"

#include <string.h>

#include <glib.h>

#define WORD_MAX 40
#define WORDS_MAX 24

struct date {
	int day, month, year, hour, minute, second, zone;
	bool has_time, has_zone;
};

static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";

static const struct {
	const char *name;
	int minutes;
} zones[] = {
	{ "ut", 0 }, { "utc", 0 }, { "gmt", 0 }, { "z", 0 }, { "wet", 0 },
	{ "est", -300 }, { "edt", -240 }, { "cst", -360 }, { "cdt", -300 },
	{ "mst", -420 }, { "mdt", -360 }, { "pst", -480 }, { "pdt", -420 },
	{ "ast", -240 }, { "adt", -180 }, { "nst", -210 }, { "ndt", -150 },
	{ "akst", -540 }, { "akdt", -480 }, { "hst", -600 }, { "brt", -180 },
	{ "bst", 60 }, { "west", 60 }, { "cet", 60 }, { "met", 60 },
	{ "mez", 60 }, { "cest", 120 }, { "mest", 120 }, { "mesz", 120 },
	{ "eet", 120 }, { "eest", 180 }, { "msk", 180 }, { "msd", 240 },
	{ "hkt", 480 }, { "sgt", 480 }, { "awst", 480 }, { "jst", 540 },
	{ "kst", 540 }, { "acst", 570 }, { "aest", 600 }, { "aedt", 660 },
	{ "nzst", 720 }, { "nzdt", 780 },
};

static int
digits(const char **p, int most)
{
	int n = 0;

	while (most-- > 0 && g_ascii_isdigit(**p))
		n = n * 10 + *(*p)++ - '0';
	return n;
}

/* "12:46", "12:46:39", "12:46:39.5" */
static bool
read_time(struct date *d, const char *w)
{
	int hour = digits(&w, 2), minute, second = 0;

	if (*w++ != ':' || !g_ascii_isdigit(*w))
		return false;
	minute = digits(&w, 2);
	if (*w == ':' && w++)
		second = digits(&w, 2);
	if (hour > 24 || minute > 59 || second > 61)
		return false;
	d->hour = hour;
	d->minute = minute;
	d->second = second;
	d->has_time = true;
	return true;
}

/* "+0200", "-08:00", "+2" */
static void
read_offset(struct date *d, const char *w)
{
	int sign = *w++ == '-' ? -1 : 1, hours, minutes;
	size_t n = strspn(w, "0123456789");

	hours = digits(&w, n == 3 || n == 1 ? 1 : 2);
	if (*w == ':')
		w++;
	minutes = digits(&w, 2);
	if (hours <= 14 && minutes < 60) {
		d->zone = sign * (hours * 60 + minutes);
		d->has_zone = true;
	}
}

static void
set_year(struct date *d, int year, size_t len)
{
	if (len == 2)
		year += year < 50 ? 2000 : 1900;
	else if (len == 3)
		year += 1900;
	d->year = year;
}

static void
read_number(struct date *d, const char *w, size_t len)
{
	int n = digits(&w, 4);

	if (len <= 2 && !d->day && n >= 1 && n <= 31)
		d->day = n;
	else if (len >= 2 && len <= 4 && !d->year)
		set_year(d, n, len);
}

/* "2002-08-22", perhaps with "T12:46:39Z" behind it. */
static bool
read_iso(struct date *d, const char *w)
{
	int year = digits(&w, 4), month, day;
	const char *zone;

	if (*w++ != '-')
		return false;
	month = digits(&w, 2);
	if (*w++ != '-' || month < 1 || month > 12)
		return false;
	day = digits(&w, 2);
	d->year = year;
	d->month = month;
	d->day = day;
	if (*w != 't' || !read_time(d, w + 1))
		return true;
	zone = strpbrk(w, "+-");
	if (zone)
		read_offset(d, zone);
	return true;
}

static int
month_of(const char *w)
{
	for (int i = 0; i < 12; i++)
		if (strncmp(w, months + 3 * i, 3) == 0)
			return i + 1;
	return 0;
}

/* "am", "PM", "p.m.": the half of the day that the time is in. */
static bool
read_half(struct date *d, const char *w)
{
	const char *m = w[0] && w[1] == '.' ? w + 2 : w + 1;

	if ((*w != 'a' && *w != 'p') || *m != 'm' || g_ascii_isalpha(m[1]))
		return false;
	if (d->hour <= 12)
		d->hour = d->hour % 12 + (*w == 'p' ? 12 : 0);
	return true;
}

static void
read_name(struct date *d, const char *w)
{
	size_t len = strspn(w, "abcdefghijklmnopqrstuvwxyz");
	int month = len >= 3 ? month_of(w) : 0;

	if (month && !d->month) {
		d->month = month;
		return;
	}
	if (d->has_time && read_half(d, w))
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(zones) && !d->has_zone; i++)
		if (strlen(zones[i].name) == len &&
		    memcmp(zones[i].name, w, len) == 0) {
			d->zone = zones[i].minutes;
			d->has_zone = w[len] == '\0';
		}
	if ((w[len] == '+' || w[len] == '-') && g_ascii_isdigit(w[len + 1]))
		read_offset(d, w + len);	/* "GMT+0100" */
}

/* "22-Aug-02" and "22/Aug/2002": three words in one. */
static bool
read_dashed(struct date *d, const char *w)
{
	const char *p = w;
	int day = digits(&p, 2), month;
	size_t len;

	if ((*p != '-' && *p != '/') || !(month = month_of(p + 1)))
		return false;
	p += 4;
	if (*p++ == '\0')
		return false;
	len = strspn(p, "0123456789");
	if (len < 2 || len > 4)
		return false;
	d->day = day;
	d->month = month;
	set_year(d, digits(&p, 4), len);
	return true;
}

/* A time with what may stick to it: "1:46PM", "12:46:39+0100". */
static void
read_clock(struct date *d, const char *w)
{
	const char *zone = strpbrk(w, "+-");

	if (!read_time(d, w))
		return;
	if (zone)
		read_offset(d, zone);
	else
		read_half(d, w + strspn(w, "0123456789:."));
}

static void
read_word(struct date *d, const char *w)
{
	size_t len = strspn(w, "0123456789");

	if ((*w == '+' || *w == '-') && g_ascii_isdigit(w[1])) {
		if (d->has_time)
			read_offset(d, w);
	} else if (g_ascii_isalpha(*w)) {
		read_name(d, w);
	} else if (!len) {
		return;
	} else if (!w[len] || g_ascii_isalpha(w[len])) {
		read_number(d, w, len);		/* "22", "22nd" */
	} else if (w[len] == ':') {
		read_clock(d, w);
	} else if (!(len == 4 && read_iso(d, w))) {
		read_dashed(d, w);
	}
}

/* Past white space, commas, and comments with what is quoted in them. */
static const char *
skip_comments(const char *p, const char *end)
{
	int depth = 0;

	while (p < end && (depth || *p == '(' || *p == ',' ||
			   (unsigned char)*p <= ' ')) {
		depth += *p == '(';
		depth -= *p == ')' && depth;
		p += *p == '\\' && p + 1 < end ? 2 : 1;
	}
	return p;
}

/* The next word in lower case; comments and commas are no words.  A time may
 * have blanks round its colons (RFC 5322 4.3). */
static const char *
next_word(const char *p, const char *end, char *word)
{
	size_t n = 0;

	p = skip_comments(p, end);
	while (p < end) {
		while (p < end && (unsigned char)*p > ' ' && *p != ',' &&
		       *p != '(') {
			if (n < WORD_MAX - 1)
				word[n++] = g_ascii_tolower(*p);
			p++;
		}
		p = skip_comments(p, end);
		if (p == end || !n || !g_ascii_isdigit(*word) ||
		    (*p != ':' && word[n - 1] != ':'))
			break;
	}
	word[n] = '\0';
	return p;
}

/* The days of a month; 0: there is no such month. */
static int
month_days(int year, int month)
{
	static const char length[] = { 0, 31, 28, 31, 30, 31, 30, 31, 31, 30,
				       31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return length[month] + (month == 2 && leap);
}

/* Days since 1970 of a date of our calendar. */
static int64_t
days(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year, era = y / 400;
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 +
			  day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	       of_year - 719468;
}

bool
date_parse(const char *s, size_t len, int64_t *seconds, int *zone)
{
	struct date d = { 0 };
	const char *p = s, *end = s + len;
	char word[WORD_MAX];

	for (int i = 0; i < WORDS_MAX && p < end; i++) {
		p = next_word(p, end, word);
		read_word(&d, word);
	}
	if (!d.day || !d.year || d.day > month_days(d.year, d.month))
		return false;
	*seconds = days(d.year, d.month, d.day) * 86400 + d.hour * 3600 +
		   d.minute * 60 + d.second - d.zone * 60;
	*zone = d.zone;
	return true;
}
