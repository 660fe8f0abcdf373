/*
 * app_key.c - from keys to command lines
 *
 * Three things can be begun and not finished: a sequence ("g" of "gi"), a
 * number to jump to, and the words that narrow the help down.
 */
#include "control/app.h"

#include <string.h>

#include "base/clock.h"
#include "control/edit.h"
#include "control/keys.h"
#include "control/notice.h"
#include "control/overlay.h"

#define FILTER_MAX 200		/* octets */

static void
set_pending(struct app *app, char *keys)
{
	g_free(app->pending_keys);
	app->pending_keys = keys;
	app->dirty |= DIRTY_STATUS;
}

static bool
is_digit(const char *key)
{
	return g_ascii_isdigit(*key) && !key[1];
}

static bool
is_number(const struct app *app)
{
	return g_ascii_isdigit(*app->pending_keys);
}

/* ---- typing into the help ----------------------------------------------- */

static bool
is_letter(const char *key)
{
	return strcmp(key, "Space") == 0 || !*g_utf8_next_char(key);
}

/* True: the key went into the filter.  As long as that is empty, a bound key
 * ("q") is a command. */
static bool
filter_key(struct app *app, const char *key)
{
	const char *filter = app->overlay.filter;
	char *longer;
	bool more;

	if (strcmp(key, "Backspace") == 0 && *filter) {
		const char *last = g_utf8_find_prev_char(
			filter, filter + strlen(filter));

		longer = g_strndup(filter, (size_t)(last - filter));
	} else if (is_letter(key) && strlen(filter) < FILTER_MAX &&
		   (*filter || !keys_find(app->keys, WHERE_HELP, key, &more))) {
		longer = g_strconcat(filter, strcmp(key, "Space") == 0 ? " "
								       : key,
				     NULL);
	} else {
		return false;
	}
	overlay_filter(app, longer);
	g_free(longer);
	return true;
}

/* ---- numbers ------------------------------------------------------------ */

/* True: the key was a digit, or finished or dropped a number. */
static bool
number_key(struct app *app, const char *key)
{
	char *line;

	if (is_digit(key) && strlen(app->pending_keys) < 9) {
		set_pending(app, g_strconcat(app->pending_keys, key, NULL));
		return true;
	}
	line = g_strconcat("jump ", app->pending_keys, NULL);
	set_pending(app, g_strdup(""));
	app->tag_prefix = false;
	if (strcmp(key, "Enter") == 0)
		app_run(app, line, NULL);
	g_free(line);
	return strcmp(key, "Enter") == 0 || strcmp(key, "Esc") == 0;
}

/* ---- sequences ---------------------------------------------------------- */

/* A key that means nothing here. */
static void
pass_over(struct app *app, const char *key)
{
	app->tag_prefix = false;
	if (strcmp(key, "Esc") != 0)
		notice_tell(app, "“%s” does nothing here; ? lists the keys.",
			    key);
}

static void
run_bound(struct app *app, const char *line)
{
	char *copy = g_strdup(line);	/* "bind" may change the table */

	set_pending(app, g_strdup(""));
	app_run(app, copy, NULL);
	g_free(copy);
}

static void
press(struct app *app, const char *key);

/* The key does not go on with what was begun: do what that means alone, if
 * anything, and then the key. */
static void
break_off(struct app *app, const char *key)
{
	char *begun = g_strdup(app->pending_keys);
	const char *line;
	bool more;

	set_pending(app, g_strdup(""));
	line = keys_find(app->keys, app_where(app), begun, &more);
	if (line)
		run_bound(app, line);
	g_free(begun);
	if (strcmp(key, "Esc") != 0)
		press(app, key);
}

static void
press(struct app *app, const char *key)
{
	bool begun = *app->pending_keys, more;
	char *sequence = begun ? g_strconcat(app->pending_keys, " ", key, NULL)
			       : g_strdup(key);
	const char *line = keys_find(app->keys, app_where(app), sequence,
				     &more);

	if (more)
		set_pending(app, g_strdup(sequence));
	else if (line)
		run_bound(app, line);
	else if (begun)
		break_off(app, key);
	else if (is_digit(key) && app_where(app) == WHERE_INDEX)
		set_pending(app, g_strdup(key));
	else if (app_where(app) != WHERE_EDITOR || !edit_key(app, key))
		pass_over(app, key);
	g_free(sequence);
}

/* What old terminals send for Enter, where it is nothing else. */
static char *
name_of(const struct app *app, const char *key)
{
	char *name = keys_name(key);
	bool begun = *app->pending_keys && !is_number(app), more;

	if (!name || strcmp(name, "C-j") != 0 || begun ||
	    keys_find(app->keys, app_where(app), name, &more) || more)
		return name;
	g_free(name);
	return g_strdup("Enter");
}

void
app_key(struct app *app, const char *key)
{
	char *name = name_of(app, key);

	app->key_at = clock_ms();
	notice_key(app);
	if (!name)
		return;
	if (is_number(app) && number_key(app, name))
		;	/* that was all */
	else if (app_where(app) == WHERE_HELP && !*app->pending_keys &&
		 filter_key(app, name))
		;
	else
		press(app, name);
	g_free(name);
}
