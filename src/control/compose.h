/*
 * compose.h - letters that are being written: open, in view, sent, put aside
 *
 * Several can be open.  One of them may be in the compose screen
 * (WHERE_COMPOSE); leaving that keeps it open, and so does the end of verso:
 * at the next start it is found again.  What was typed is on disk two seconds
 * later.
 */
#ifndef VERSO_CONTROL_COMPOSE_H
#define VERSO_CONTROL_COMPOSE_H

#include "control/app.h"
#include "control/letters.h"

/* ---- open letters (compose.c) ------------------------------------------ */

/* A letter of an account: it is saved, open, and in the compose screen.  l is
 * taken over, also when this fails.  With edit, the editor begins; when that
 * alone fails, the letter is open all the same. */
enum st
compose_open(struct app *app, int account, struct letter *l, bool edit,
	     struct err *e);
/* A folder for a letter first, so that what it is made of can be put there;
 * then compose_begin() with that letter, which drops it when it cannot be
 * saved, or letters_drop(). */
enum st
compose_make(struct app *app, int account, struct open_letter **out,
	     struct err *e);
enum st
compose_begin(struct app *app, struct open_letter *o, bool edit,
	      struct err *e);
/* One that is open, into the compose screen; and out of it. */
void
compose_show(struct app *app, struct open_letter *o);
void
compose_leave(struct app *app);
/* Take it off the list of open letters; the caller drops or closes it. */
void
compose_remove(struct app *app, struct open_letter *o);

/* The letter in the compose screen was changed by the person. */
void
compose_changed(struct app *app);
/* Look at it again: lines, sizes, doubts. */
void
compose_look(struct app *app);

/* Open the letters that were open when verso ended. */
void
compose_find(struct app *app, int account);
/* Save the letters that are due; with all, every one that has changed. */
void
compose_save(struct app *app, bool all);
/* clock_ms() of the next thing to be done; 0: none. */
int64_t
compose_wake(const struct app *app);
void
compose_tick(struct app *app);
void
compose_free(struct app *app);

/* "To Ann Lee: Lunch", for lists.  The caller frees. */
char *
compose_title(const struct open_letter *o);

/* ---- the screen (compose_plan.c) --------------------------------------- */

/* Rows of the compose screen; counts may be 0. */
struct compose_plan {
	int fields;		/* from row 0: From, To, … */
	int doubts;		/* row of the first, and how many */
	int doubt_rows;
	int attached;		/* row of the line above the attachments */
	int attached_from;	/* the first one shown */
	int attached_rows;	/* without that line */
	int text;		/* first row of the text, below its line */
	int text_rows;
};

enum compose_field {
	FIELD_FROM, FIELD_TO, FIELD_CC, FIELD_BCC, FIELD_REPLY_TO,
	FIELD_SUBJECT, FIELDS
};

void
compose_plan(const struct app *app, struct compose_plan *p);
/* "Subject"; the caller frees the text of a field. */
const char *
compose_field_name(enum compose_field field);
char *
compose_field_text(const struct letter *l, enum compose_field field);
/* The fields that are shown, in order; returns how many. */
int
compose_fields(const struct letter *l, enum compose_field *shown);

/* Put a line of the text at the top; the cursor on an attachment. */
void
compose_scroll(struct app *app, size_t top);
void
compose_step(struct app *app, int64_t by);
/* Rows of the text, at least 1. */
size_t
compose_text_rows(const struct app *app);

/* ---- the editor (compose_edit.c) --------------------------------------- */

/* Give the letter in the compose screen to the person's editor. */
enum st
compose_edit(struct app *app, struct err *e);
/* One that an editor has which stands still, the newest; NULL: none. */
struct open_letter *
compose_in_editor(const struct app *app);
/* Has the text in the built-in editor changed since it was taken last?  And
 * take it, so that it can be saved. */
bool
compose_is_written(const struct app *app);
void
compose_take_text(struct app *app);

/* ---- the end of a letter (compose_send.c) ------------------------------ */

/* Send the letter in the compose screen; what is doubtful is asked first. */
enum st
compose_send(struct app *app, struct err *e);
/* Into Drafts. */
enum st
compose_postpone(struct app *app, struct err *e);
/* Drop it, and what is in its folder; a draft it came from stays. */
void
compose_discard(struct app *app);
/* A letter that was just sent comes back.  ST_GONE: there is none. */
enum st
compose_take_back(struct app *app, struct err *e);

/*
 * The reader is to be left, and a letter is under way, or could still be taken
 * back: then that is sent now, and the reader ends with it.  False: there is
 * none, nobody can send it now, or this was asked before.
 */
bool
compose_hurry(struct app *app);
/* The request that it be sent has ended so. */
void
compose_hurried(struct app *app, bool sent);

/* A message as it stands, to others. */
enum st
compose_resend(struct app *app, int account, GBytes *bytes, GPtrArray *to,
	       struct err *e);

/* ---- taking letters up again (cmd_recall.c, cmd_letter.c) -------------- */

/* Rows of the list of open letters and drafts; Enter on one. */
void
compose_recall_rows(struct app *app, GPtrArray *rows);
enum st
compose_recall_row(struct app *app, struct err *e);
enum st
compose_recall_draft(struct app *app, int account, int64_t id, struct err *e);

/* ---- what a letter begins as (compose_new.c) --------------------------- */

/* A message that a letter is about; bound to that, not to a row. */
struct about {
	int account;
	int64_t id;		/* row id */
	GBytes *bytes;
	struct message_view *view;
};

/* The one in the pager, or under the cursor.  ST_RETRY: its body is being
 * fetched. */
enum st
compose_about(struct app *app, struct about *out, struct err *e);
enum st
compose_about_id(struct app *app, int account, int64_t id, struct about *out,
		 struct err *e);
void
about_clear(struct about *about);

/* Put into a letter what the configuration says of each: who writes, where
 * answers go, the signature. */
void
compose_dress(struct app *app, int account, struct letter *l);

#endif
