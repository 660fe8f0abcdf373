/*
 * plan.h - what of a message is shown, and in which order
 */
#ifndef VERSO_MIME_PLAN_H
#define VERSO_MIME_PLAN_H

#include "mime/view.h"

enum step_kind {
	STEP_TEXT,	/* the text of a leaf */
	STEP_PART,	/* one line that names a leaf */
	STEP_MESSAGE,	/* a message inside this one */
	STEP_NOTICE,	/* a word of verso itself */
};

struct step {
	enum step_kind kind;
	struct node *node;	/* NULL for some notices */
	const char *notice;
};

/* Elements struct step, in order of appearance.  The caller unrefs. */
GArray *
plan_make(struct message_view *m, bool prefer_html);

/* Set part.shown of every leaf, once. */
void
plan_mark_shown(struct message_view *m);

#endif
