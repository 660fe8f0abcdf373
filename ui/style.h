/*
 * style.h - themes: which look each kind of thing on the screen has
 *
 * A theme is a small file (themes/dusk.theme) with one line for each kind:
 *
 *	[theme]
 *	unread = bold
 *	quote1 = cyan
 *	rule = 240 dim
 *	match = black on yellow
 *
 * Words: bold dim italic underline reverse; a colour for the text, "on" and
 * a colour for what is behind it.  A colour is a name (black red green yellow
 * blue magenta cyan white, bright-…), a number below 256, #rrggbb, or
 * "default".  What a terminal does not have becomes the nearest it has.
 */
#ifndef VERSO_UI_STYLE_H
#define VERSO_UI_STYLE_H

#include "base/err.h"
#include "ui/term.h"

enum look {
	LOOK_TEXT,
	LOOK_TITLE,		/* program, account and folder */
	LOOK_TITLE_DIM,		/* what stands beside it */
	LOOK_MARK,		/* of the row with the cursor */
	LOOK_UNREAD,		/* subject and sender of an unread message */
	LOOK_READ,
	LOOK_FLAGGED,		/* the flag's mark */
	LOOK_NEW,		/* the mark of an unread message */
	LOOK_TREE,		/* lines of a thread */
	LOOK_FOLDER_ACCOUNT,
	LOOK_FOLDER,
	LOOK_FOLDER_UNREAD,
	LOOK_FOLDER_OPEN,	/* the one that is shown */
	LOOK_RULE,
	LOOK_STATUS,
	LOOK_NOTICE,
	LOOK_NOTICE_BAD,
	LOOK_HINT_KEY,
	LOOK_HINT_WORD,
	LOOK_EMPTY,		/* why a list is empty */
	LOOK_HEADER_NAME,
	LOOK_HEADER,
	LOOK_SUBJECT,		/* the subject in the pager */
	LOOK_QUOTE1,
	LOOK_QUOTE2,
	LOOK_QUOTE3,
	LOOK_SIGNATURE,
	LOOK_PART,
	LOOK_LINK,
	LOOK_REMARK,		/* a word of verso itself within a message */
	LOOK_MATCH,		/* what was searched for */
	LOOK_OVERLAY_TITLE,
	LOOK_OVERLAY_KEY,
	LOOK_OVERLAY_DIM,
	LOOK_PROMPT,
	STYLE_LOOKS
};

struct style {
	struct term_attr attr[STYLE_LOOKS];
};

/* The name of a look in a theme's file. */
const char *
style_look_name(enum look look);

/*
 * Read a theme's text for a terminal with so many colours.  file is its name
 * in sentences.  ST_CONFIG when a name, word or colour is not known; looks
 * that are not named look like plain text.
 */
enum st
style_parse(const char *text, const char *file, int colours,
	    struct style *out, struct err *e);

/*
 * The theme of that name: a file when there is a slash in it, else
 * NAME.theme in the person's folder (config/verso/themes), in the installed
 * one, or built in.  A terminal without colours, or NO_COLOR, drops the
 * colours and keeps the rest.  ST_CONFIG with the names there are when there
 * is none; *out is then the default theme, so that the screen can go on.
 */
enum st
style_load(const char *name, int colours, struct style *out, struct err *e);

/* The nearest of 256 (or 16, or 8) colours. */
int
style_nearest(uint32_t rgb, int colours);

#endif
