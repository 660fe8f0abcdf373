/*
 * words.h - a line of text into words and back
 *
 * The one language of keys, prompt, scripts, tests and of the line between
 * reader and worker: words separated by blanks; a word with blanks, quotes
 * or nothing in it stands in double quotes, with \" \\ \n \t \xNN inside.
 */
#ifndef VERSO_BASE_WORDS_H
#define VERSO_BASE_WORDS_H

#include <stddef.h>

/*
 * Split a line.  Returns a NULL-terminated vector to be freed with
 * g_strfreev(), its length in *n (may be NULL); NULL when a quote is left
 * open or an escape is unknown.  Single quotes keep everything.  '#' has no
 * meaning here.
 */
char **
words_split(const char *line, int *n);

/* Join words so that words_split() gives them back.  The caller frees. */
char *
words_join(char *const *words);

/* One word quoted where it needs it.  The caller frees. */
char *
words_quote(const char *word);

#endif
