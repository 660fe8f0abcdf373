/*
 * script.c - screens as text, for tests and for the manual
 */
#include "ui/script.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/words.h"
#include "ui/child.h"
#include "ui/loop.h"
#include "ui/screen.h"
#include "ui/term.h"

#define ROWS 24
#define COLUMNS 80
#define SIZE_LIMIT 1000
#define LOOK_MS 20

struct script {
	struct app *app;
	struct term *term;
	struct screen *screen;
	FILE *out;
};

/* One that needs no terminal, such as a script does its work. */
static void
run_editor(struct script *s)
{
	const char *line = s->app->edit_command;
	char **argv = line ? words_split(line, NULL) : NULL;

	if (!argv)
		return;
	g_clear_pointer(&s->app->edit_command, g_free);
	if (argv[0])
		child_run(s->term, argv, false, NULL);
	g_strfreev(argv);
	app_edited(s->app);
}

static void
take_events(struct script *s)
{
	struct term_event event;

	do {
		s->term->ops->event(s->term, &event);
		screen_event(s->screen, &event);
		/* There is no terminal to lend. */
		g_clear_pointer(&s->app->shell, g_free);
		s->app->suspend = false;
		run_editor(s);
	} while (event.kind != TERM_NONE && !s->app->quit);
	screen_paint(s->screen);
}

static enum st
do_key(struct script *s, char *rest, struct err *e)
{
	char **keys = g_strsplit(rest, " ", -1);

	for (int i = 0; keys[i]; i++)
		if (*keys[i])
			term_grid_press(s->term, keys[i]);
	g_strfreev(keys);
	take_events(s);
	return ST_OK;
}

static enum st
do_type(struct script *s, char *rest, struct err *e)
{
	for (const char *p = rest; *p; p = g_utf8_next_char(p)) {
		char one[8] = "";

		memcpy(one, p, (size_t)(g_utf8_next_char(p) - p));
		term_grid_press(s->term, *p == ' ' ? "Space" : one);
	}
	take_events(s);
	return ST_OK;
}

static enum st
do_paste(struct script *s, char *rest, struct err *e)
{
	char *text = g_strcompress(rest);

	term_grid_paste(s->term, text);
	g_free(text);
	take_events(s);
	return ST_OK;
}

static enum st
do_run(struct script *s, char *rest, struct err *e)
{
	app_run(s->app, rest, NULL);	/* a failure is on the screen */
	take_events(s);
	return ST_OK;
}

static enum st
do_resize(struct script *s, char *rest, struct err *e)
{
	char *end;
	long columns = strtol(rest, &end, 10), rows = strtol(end, &end, 10);

	if (*end || columns < 1 || rows < 1 || columns > SIZE_LIMIT ||
	    rows > SIZE_LIMIT)
		return err_set(e, ST_USAGE, "“%s” is no size.", rest);
	term_grid_resize(s->term, (int)rows, (int)columns);
	take_events(s);
	return ST_OK;
}

static enum st
do_dump(struct script *s, char *rest, struct err *e)
{
	char *text;
	FILE *f = *rest ? fopen(rest, "we") : s->out;
	enum st st = ST_OK;

	if (!f)
		return err_errno(e, "%s cannot be written", rest);
	take_events(s);
	text = term_grid_dump(s->term);
	fputs(text, f);
	if (fflush(f) != 0)
		st = err_errno(e, "The screen cannot be written");
	if (*rest)
		fclose(f);
	g_free(text);
	return st;
}

static bool
shows(struct script *s, const char *words)
{
	char *text = term_grid_dump(s->term);
	bool found = strstr(text, words) != NULL;

	g_free(text);
	return found;
}

/* No words: until all is quiet. */
static bool
is_there(struct script *s, const char *words)
{
	char *busy;
	bool quiet;

	if (*words)
		return shows(s, words);
	busy = app_status(s->app);
	quiet = !*busy;
	g_free(busy);
	return quiet;
}

static enum st
do_wait(struct script *s, char *rest, struct err *e)
{
	char *words;
	int64_t until = clock_ms() + 1000 * strtol(rest, &words, 10);

	g_strstrip(words);
	while (screen_paint(s->screen), !is_there(s, words)) {
		if (clock_ms() >= until)
			return err_set(e, ST_RETRY, "“%s” did not come.",
				       words);
		loop_wait(s->app, -1, LOOK_MS);
	}
	return ST_OK;
}

static enum st
do_start(struct script *s, char *rest, struct err *e)
{
	app_start(s->app);
	return ST_OK;
}

static const struct {
	const char *name;
	enum st (*run)(struct script *s, char *rest, struct err *e);
} verbs[] = {
	{ "key", do_key },	 { "type", do_type },   { "run", do_run },
	{ "resize", do_resize }, { "dump", do_dump },   { "wait", do_wait },
	{ "idle", do_wait },	 { "start", do_start }, { "paste", do_paste },
};

static enum st
do_line(struct script *s, char *line, struct err *e)
{
	char *rest = line + strcspn(line, " ");

	if (*rest)
		*rest++ = '\0';
	for (size_t i = 0; i < G_N_ELEMENTS(verbs); i++)
		if (strcmp(verbs[i].name, line) == 0)
			return verbs[i].run(s, rest, e);
	return err_set(e, ST_USAGE, "“%s” is nothing that a script can do.",
		       line);
}

static enum st
do_all(struct script *s, char *text, const char *file, struct err *e)
{
	char **lines = g_strsplit(text, "\n", -1);
	enum st st = ST_OK;

	for (int i = 0; lines[i] && st == ST_OK && !s->app->quit; i++) {
		char *line = g_strchug(lines[i]);

		if (!*line || *line == '#')
			continue;
		st = do_line(s, line, e);
		if (st != ST_OK)
			err_prefix(e, "%s:%d: ", file, i + 1);
	}
	g_strfreev(lines);
	return st;
}

static enum st
read_script(const char *file, char **text, struct err *e)
{
	GError *error = NULL;
	const char *name = strcmp(file, "-") == 0 ? "/dev/stdin" : file;

	if (g_file_get_contents(name, text, NULL, &error))
		return ST_OK;
	err_set(e, ST_USAGE, "%s", error->message);
	g_error_free(error);
	return ST_USAGE;
}

enum st
ui_script(struct app *app, const char *file, FILE *out, struct err *e)
{
	struct script s = { .app = app, .out = out };
	char *text;
	enum st st = read_script(file, &text, e);

	if (st != ST_OK)
		return st;
	s.term = term_grid_new(ROWS, COLUMNS);
	s.screen = screen_new(app, s.term);
	screen_paint(s.screen);
	st = do_all(&s, text, file, e);
	screen_free(s.screen);
	term_free(s.term);
	g_free(text);
	return st;
}
