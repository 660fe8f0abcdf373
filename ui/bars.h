/*
 * bars.h - the rows at the top and at the bottom
 */
#ifndef VERSO_UI_BARS_H
#define VERSO_UI_BARS_H

#include "control/app.h"
#include "ui/canvas.h"

/* Account and folder, what is in it, and where one is. */
void
bars_title(const struct canvas *c, struct app *app);

/* The last word to the person, else what the workers do. */
void
bars_status(const struct canvas *c, struct app *app);

/* The keys that matter here; one or two rows. */
void
bars_hints(const struct canvas *c, struct app *app);

/* The same while a question is open: what Tab offered (NULL: nothing yet),
 * else what went wrong, which the question hides, else how to answer. */
void
bars_answers(const struct canvas *c, const struct app *app,
	     const struct ask *ask, char **offered);

/* 12480 as "12,480"; buf of at least 32 bytes. */
void
bars_count(char *buf, size_t size, int64_t n);

#endif
