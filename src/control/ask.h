/*
 * ask.h - a question to the person, as data
 *
 * Whoever needs an answer posts a question and returns; the view shows it
 * and calls app_answer() when the person has answered.  Nothing waits.
 */
#ifndef VERSO_CONTROL_ASK_H
#define VERSO_CONTROL_ASK_H

#include <stdbool.h>

#include <glib.h>

struct app;

enum ask_kind {
	ASK_LINE,	/* a line of text */
	ASK_SECRET,	/* the same, not shown, wiped afterwards; a worker
			 * asks, and not while the person is typing */
	ASK_YESNO,	/* one key: answered "y" or "n" */
};

/* What Tab completes in the answer. */
enum complete_kind {
	COMPLETE_NONE, COMPLETE_COMMAND, COMPLETE_FOLDER, COMPLETE_FILE,
	COMPLETE_SORT, COMPLETE_FLAG,
	COMPLETE_TARGET,	/* a folder to put the message into */
	COMPLETE_ADDRESS	/* the last address of a list */
};

/* text NULL: Esc, no answer.  Called once, with the question already off
 * the list; text is borrowed. */
typedef void ask_handler(struct app *app, const char *text, void *ctx);

struct ask {
	enum ask_kind kind;
	enum complete_kind complete;
	char *prompt;		/* "Change to folder: ", gated when drawn */
	char *initial;		/* what stands in the line at first, "" */
	ask_handler *handler;
	void *ctx;
	GDestroyNotify free_ctx;	/* NULL: nothing to free */
	bool put;		/* the person has seen it */
	struct ask *next;	/* waits until this one is answered */
};

/*
 * Ask.  prompt and initial (NULL: "") are copied; ctx is taken over.  Questions
 * are put in the order they came, those of the person's own commands first.
 */
void
ask_post(struct app *app, enum ask_kind kind, enum complete_kind complete,
	 const char *prompt, const char *initial, ask_handler *handler,
	 void *ctx, GDestroyNotify free_ctx);

/* Take the first question off and give it its answer. */
void
ask_answer(struct app *app, const char *text);

/* clock_ms() when the first of them may be put; 0: now, or there is none. */
int64_t
ask_due(const struct app *app);

/* Drop them all unanswered; handlers are called with NULL. */
void
ask_drop_all(struct app *app);

#endif
