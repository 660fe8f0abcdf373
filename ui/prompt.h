/*
 * prompt.h - the line a person types into
 *
 * Holds the text, the cursor and the history; knows no terminal.  Keys come
 * by their names; what the line then looks like is asked for when drawing.
 * Of a secret only stars are shown; it is never in a history, and wiped.
 */
#ifndef VERSO_UI_PROMPT_H
#define VERSO_UI_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

#include <glib.h>

struct prompt;

enum prompt_result {
	PROMPT_MORE,		/* go on */
	PROMPT_DONE,		/* Enter: prompt_text() is the answer */
	PROMPT_CANCELLED,	/* Esc, C-c, C-g */
	PROMPT_COMPLETE		/* Tab: the caller gives prompt_offer() */
};

struct prompt *
prompt_new(void);
void
prompt_free(struct prompt *p);		/* takes NULL */

/* Begin a line.  history names the list that Up and Down go through, NULL:
 * none.  yesno: one key answers. */
void
prompt_begin(struct prompt *p, const char *label, const char *initial,
	     const char *history, bool secret, bool yesno);

enum prompt_result
prompt_key(struct prompt *p, const char *key);
/* Pasted text; line ends become blanks. */
void
prompt_insert(struct prompt *p, const char *text);

/* The whole line, and what stands left of the cursor (the caller frees). */
const char *
prompt_text(const struct prompt *p);
char *
prompt_left(const struct prompt *p);

/*
 * Candidates for what stands left of the cursor, whole lines (as
 * app_complete() gives them): one is taken; of several the part they share,
 * and, when that adds nothing, one after another with each Tab.
 */
void
prompt_offer(struct prompt *p, char **candidates);

/* What to draw in width columns: label and the part of the line around the
 * cursor; *column gets the cursor's.  The caller frees. */
char *
prompt_shown(const struct prompt *p, int width, int *column);

#endif
