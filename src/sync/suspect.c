/*
 * suspect.c - a message over which the connection breaks again and again
 *
 * A server that crashes over one message cuts the session each time it is
 * asked for, and everything behind it would never come.  So the message that
 * was under way when a session was cut is remembered across runs; when it has
 * been the same one three times it is left out for a day, and told.
 */
#include <string.h>

#include "base/clock.h"
#include "base/words.h"
#include "sync/private.h"

#define CUTS 3
#define DAY (24 * 3600)

#define FACT "suspect"

/* "KEY COUNT WHEN" */
static bool
read_fact(struct sync *s, const char *key, int64_t *count, int64_t *when)
{
	char *text = store_fact_get(s->store, FACT);
	char **words = words_split(text ? text : "", NULL);
	bool same = words && g_strv_length(words) == 3 &&
		    strcmp(words[0], key) == 0;

	*count = same ? g_ascii_strtoll(words[1], NULL, 10) : 0;
	*when = same ? g_ascii_strtoll(words[2], NULL, 10) : 0;
	g_strfreev(words);
	g_free(text);
	return same;
}

bool
suspect_note(struct sync *s, const char *key)
{
	int64_t count, when;
	char *number, *now, *text;
	char *words[4] = { (char *)key, NULL, NULL, NULL };

	read_fact(s, key, &count, &when);
	count++;
	number = g_strdup_printf("%" G_GINT64_FORMAT, count);
	now = g_strdup_printf("%" G_GINT64_FORMAT, clock_now());
	words[1] = number;
	words[2] = now;
	text = words_join(words);
	/* Not written down, it is only asked for once more. */
	store_fact_set(s->store, FACT, text, NULL);
	g_free(text);
	g_free(now);
	g_free(number);
	return count >= CUTS;
}

bool
suspect_is(struct sync *s, const char *key)
{
	int64_t count, when;

	return read_fact(s, key, &count, &when) && count >= CUTS &&
	       clock_now() - when < DAY;
}
