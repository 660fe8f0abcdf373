/*
 * folders.h - what the folder pane shows
 */
#ifndef VERSO_CONTROL_FOLDERS_H
#define VERSO_CONTROL_FOLDERS_H

#include "control/app.h"

/* Read an account's folders anew from its store; the pane's cursor stays on
 * its folder. */
void
folders_read(struct app *app, int account);

/* Put the pane's cursor on a row (cut at the ends), or on the folder that
 * is open. */
void
folders_move(struct app *app, size_t row);
void
folders_move_to_open(struct app *app);

/* Rows of the pane on the screen, at least 1. */
size_t
folders_rows(const struct app *app);
void
folders_keep_in_view(struct app *app);

/* The account and folder that "NAME" or "ACCOUNT:NAME" means.  account is
 * the one that is open, else the first; the name is borrowed from text. */
const char *
folders_resolve(const struct app *app, const char *text, int *account);

#endif
