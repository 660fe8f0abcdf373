/*
 * near.c - edit distance, for suggestions
 */
#include "base/near.h"

#include <limits.h>
#include <string.h>

#include <glib.h>

#define WORD_MAX 63

/* Optimal string alignment: three rows of the table are enough. */
int
near_distance(const char *a, const char *b)
{
	int rows[3][WORD_MAX + 1];
	int la = (int)strnlen(a, WORD_MAX), lb = (int)strnlen(b, WORD_MAX);
	int *before = rows[0], *last = rows[1], *now = rows[2];

	for (int j = 0; j <= lb; j++)
		last[j] = j;
	for (int i = 1; i <= la; i++) {
		char ca = g_ascii_tolower(a[i - 1]);
		int *spare = before;

		now[0] = i;
		for (int j = 1; j <= lb; j++) {
			char cb = g_ascii_tolower(b[j - 1]);
			int d = last[j - 1] + (ca != cb);

			d = MIN(d, MIN(last[j], now[j - 1]) + 1);
			if (i > 1 && j > 1 &&
			    ca == g_ascii_tolower(b[j - 2]) &&
			    cb == g_ascii_tolower(a[i - 2]))
				d = MIN(d, before[j - 2] + 1);
			now[j] = d;
		}
		before = last, last = now, now = spare;
	}
	return last[lb];
}

const char *
near_name(const char *word, const char *const *names)
{
	const char *best = NULL;
	int least = INT_MAX;

	for (; *names; names++) {
		int longer = (int)MAX(strnlen(word, WORD_MAX),
				      strnlen(*names, WORD_MAX));
		int d = near_distance(word, *names);

		/* Replacing every letter is no typing mistake. */
		if (d < least && d < longer && d <= MAX(2, longer / 3)) {
			best = *names;
			least = d;
		}
	}
	return best;
}
