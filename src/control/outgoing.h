/*
 * outgoing.h - the outbox in the reader: listed, sent again, taken back
 */
#ifndef VERSO_CONTROL_OUTGOING_H
#define VERSO_CONTROL_OUTGOING_H

#include "control/app.h"
#include "store/outbox.h"

/* Rows (struct overlay_row) of the letters of an account that want the person,
 * or of those that wait. */
void
outgoing_rows(struct app *app, int account, bool need, GPtrArray *rows);

/* Those whom the header of a letter does not name: a field Bcc with its line
 * end, "" when it names all.  The caller frees. */
char *
outgoing_hidden(const struct outbox_letter *l, GBytes *bytes);

/* What may be done about the letter of such a row. */
enum st
outgoing_retry(struct app *app, const struct overlay_row *row, struct err *e);
/* Into Drafts, with Bcc as it was. */
enum st
outgoing_take_back(struct app *app, const struct overlay_row *row,
		   struct err *e);
/* Enter: of one in doubt ask whether it has arrived, of any other say how it
 * is. */
enum st
outgoing_open(struct app *app, const struct overlay_row *row, struct err *e);

#endif
