/*
 * date.h - the dates of real mail
 */
#ifndef VERSO_MIME_DATE_H
#define VERSO_MIME_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Read a date: RFC 5322 and its obsolete forms (two-digit years, named
 * zones, none, comments and blanks everywhere), asctime(), ISO 8601, AM and
 * PM.  The order of the words hardly counts.  False when there is no day of
 * a month and a year, or no such day in that month; a missing time is
 * midnight, a missing or unknown zone UTC.  zone: minutes east of UTC.
 */
bool
date_parse(const char *s, size_t len, int64_t *seconds, int *zone);

#endif
