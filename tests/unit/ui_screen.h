/*
 * ui_screen.h - an app, a terminal in memory, and what is on it
 */
#ifndef TESTS_UI_SCREEN_H
#define TESTS_UI_SCREEN_H

#include "control/app.h"
#include "ui/screen.h"
#include "ui/term.h"

struct bench {
	struct app *app;
	struct term *term;
	struct screen *screen;
};

/* fake_reset() and the fakes' mail come first. */
struct bench
bench_new(int rows, int columns, const char *config);
void
bench_free(struct bench *b);

/* Keys separated by blanks, then a paint. */
void
bench_press(struct bench *b, const char *keys);
void
bench_resize(struct bench *b, int rows, int columns);

/* The screen, and one row of it, both valid until the next call. */
const char *
bench_screen(const struct bench *b);
const char *
bench_row(const struct bench *b, int row);
bool
bench_shows(const struct bench *b, const char *words);

#endif
