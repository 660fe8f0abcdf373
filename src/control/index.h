/*
 * index.h - the message index of the folder that is open
 */
#ifndef VERSO_CONTROL_INDEX_H
#define VERSO_CONTROL_INDEX_H

#include "control/app.h"

/* Show a folder of an account: its list from the top (or, in an order that
 * has the newest last, from the end).  ST_GONE with the nearest name when
 * there is no such folder; what was shown then stays. */
enum st
index_open(struct app *app, int account, const char *name, struct err *e);
void
index_close(struct app *app);

/* The store has changed: same message under the cursor, same place on the
 * screen; an end of the list that was in view stays in view. */
void
index_refresh(struct app *app);

/* Read the same folder by another handle of the same store; when that fails
 * nothing has changed. */
enum st
index_reopen(struct app *app, struct store *store);

/* Another order, the cursor on the same message. */
enum st
index_set_order(struct app *app, const struct list_order *order,
		struct err *e);

/* Put the cursor on a row (cut at the ends) and bring it into view. */
void
index_move(struct app *app, size_t row);
/* The same for a message; false: it is not in the list. */
bool
index_move_to_id(struct app *app, int64_t id);

/* Rows on the screen, at least 1. */
size_t
index_rows(const struct app *app);

/* After a change of geometry. */
void
index_keep_in_view(struct app *app);

#endif
