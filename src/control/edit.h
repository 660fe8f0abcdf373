/*
 * edit.h - the one text that is being edited in the reader
 *
 * To have a text edited, call app_edit() and return; the commands edit-…
 * (cmd_edit.c) change it, the view draws it, and the handler gets the result.
 * Meanwhile the person can read other mail and come back (command "editor").
 */
#ifndef VERSO_CONTROL_EDIT_H
#define VERSO_CONTROL_EDIT_H

#include "control/app.h"
#include "control/editor.h"

enum edit_end {
	EDIT_SAVE,		/* save it: the editor stays open */
	EDIT_FINISH,		/* that is the text */
	EDIT_CANCEL,		/* all changes are to be forgotten */
	EDIT_QUIT		/* the reader is left: keep the text */
};

/*
 * Called any number of times with EDIT_SAVE, and once at the end with one of
 * the others: the editor is gone then, and another can be opened.  text is
 * borrowed; it is NULL with EDIT_CANCEL.  With EDIT_QUIT the app is about to be
 * freed: nothing can be asked or shown.
 */
typedef void edit_handler(struct app *app, enum edit_end end, const char *text,
			  size_t len, void *ctx);

struct app_edit {
	struct editor *editor;
	char *title;		/* what is written, gated when drawn */
	edit_handler *done;
	void *ctx;
	enum where back;	/* what had the keys before */
};

/*
 * Open text (UTF-8, copied) under a title (copied), with the cursor at its
 * beginning.  To save as the person types, compare
 * editor_generation(app->edit->editor) in app_pump() and take editor_text().
 * ST_USAGE: something is being edited already; ST_LOCAL: the text is longer
 * than EDITOR_LIMIT.  done is not called then.
 */
enum st
app_edit(struct app *app, const char *title, const char *text,
	 edit_handler *done, void *ctx, struct err *e);

/* End it in that way; nothing when nothing is edited. */
void
edit_end(struct app *app, enum edit_end end);

/* Give the keys to the editor, or back to what had them before.  No effect
 * when nothing is edited. */
void
edit_show(struct app *app, bool show);

/* Type the character of a key that has no command; false: it has none. */
bool
edit_key(struct app *app, const char *key);

/* ST_LOCAL and the sentence that there is no room. */
enum st
edit_too_long(struct err *e);

/* Read a file to insert, as valid UTF-8 (other text is taken for
 * windows-1252).  ST_LOCAL: it cannot be read, is no regular file, or is
 * longer than EDITOR_LIMIT.  The caller frees. */
enum st
edit_read(const char *path, char **text, struct err *e);

/* What was pasted, while the editor has the keys. */
void
edit_paste(struct app *app, const char *text);

/* The size of the screen has changed. */
void
edit_resize(struct app *app);

#endif
