/*
 * term_curses.c - the real terminal; the only file that knows ncurses
 *
 * ncurses keeps what the terminal shows and sends the difference.  Each
 * cluster gets the columns that base/text.h says it has: a terminal that
 * knows less about it shows less of it, but nothing ever moves.
 */
#include "ui/term.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include <glib.h>

#define NCURSES_WIDECHAR 1
#include <curses.h>

#include "base/text.h"
#include "ui/input.h"

#define ESCAPE_MS 25
#define KEY_PASTE_BEGIN (KEY_MAX + 1)
#define KEY_PASTE_END (KEY_MAX + 2)
#define KEY_WORD_LEFT (KEY_MAX + 3)
#define KEY_WORD_RIGHT (KEY_MAX + 4)
#define ROW_CELLS 1024
/* What is pasted comes at once, up to so many bytes. */
#define PASTE_MAX (16u << 20)

struct curses {
	struct term term;
	SCREEN *screen;
	WINDOW *keys;		/* reading from it draws nothing */
	bool unicode, pasting;
	int colours;
	int held;		/* a character read ahead, -1: none */
	GString *pasted;	/* so far */
	char *told;		/* what the last event told of, or NULL */
};

/* What a handler of fatal signals needs, ready made. */
static struct {
	volatile sig_atomic_t in_use;
	struct termios found;
	char text[128];
	size_t len;
} panic;

static struct curses *
curses_of(const struct term *t)
{
	return (struct curses *)t;
}

/* A capability of the terminal as text, "" when it has none. */
static const char *
capability(const char *name)
{
	char *text = tigetstr((NCURSES_CONST char *)name);

	return text && text != (char *)-1 ? text : "";
}

static void
send(const char *text)
{
	if (*text)
		putp(text);
	fflush(stdout);
}

/* ---- capabilities ------------------------------------------------------ */

/* Take every occurrence of part out of text, in place. */
static void
strip(char *text, const char *part)
{
	size_t n = strlen(part);
	char *p;

	while (n && (p = strstr(text, part)))
		memmove(p, p + n, strlen(p + n) + 1);
}

/*
 * Each change of look also switches to the usual character set, up to six
 * bytes for a set that verso never leaves (lines are Unicode or ASCII).
 * Those are taken out of what ncurses has read of the terminal.
 */
static void
leave_out_charsets(void)
{
	char *reset = tigetstr((NCURSES_CONST char *)"sgr0");
	char *set = tigetstr((NCURSES_CONST char *)"sgr");

	if (!*capability("sgr0") || !*capability("sgr") ||
	    !strstr(reset, "\033["))
		return;
	strip(reset, "\033(B");
	strip(reset, "\017");
	strip(set, "%?%p9%t\033(0%e\033(B%;");
	strip(set, "%?%p9%t\016%e\017%;");
}

/* ---- drawing ----------------------------------------------------------- */

static attr_t
attributes(const struct term_attr *a)
{
	return (a->bits & TERM_BOLD ? A_BOLD : 0) |
	       (a->bits & TERM_DIM ? A_DIM : 0) |
	       (a->bits & TERM_ITALIC ? A_ITALIC : 0) |
	       (a->bits & TERM_UNDERLINE ? A_UNDERLINE : 0) |
	       (a->bits & TERM_REVERSE ? A_REVERSE : 0);
}

static int
pair_of(const struct curses *c, const struct term_attr *a)
{
	int pair;

	if (!c->colours || (a->fg < 0 && a->bg < 0))
		return 0;
	pair = alloc_pair(a->fg, a->bg);
	return pair < 0 ? 0 : pair;
}

/*
 * One cluster as cells: its first character, and what stands on it without
 * taking room.  Joined emoji are drawn as their first, with blanks up to the
 * width they have: not every terminal joins them.  Returns the cells.
 */
static int
cluster_cells(const char *text, size_t len, int width, attr_t attr, int pair,
	      cchar_t *cells)
{
	wchar_t wide[CCHARW_MAX + 1] = { 0 };
	const char *end = text + len;
	int n = 0, base = 0, used = 0;

	for (; text < end && n < CCHARW_MAX - 1;
	     text = g_utf8_next_char(text)) {
		wchar_t w = (wchar_t)g_utf8_get_char(text);
		int cw = wcwidth(w);

		if (n == 0 && cw > 0 && cw <= width)
			base = cw;
		else if (n == 0 || cw != 0 || w == 0x200d || w == 0xfe0f)
			break;
		wide[n++] = w;
	}
	if (n == 0)
		wide[0] = L'?', base = 1;
	setcchar(&cells[used++], wide, attr, 0, &pair);
	for (; base < width; base++)
		setcchar(&cells[used++], L" ", attr, 0, &pair);
	return used;
}

static void
curses_put(struct term *t, int row, int column, const char *text, size_t len,
	   const struct term_attr *a)
{
	attr_t attr = attributes(a);
	int pair = pair_of(curses_of(t), a), cells = 0, width;
	cchar_t line[ROW_CELLS + 2];
	const char *end = text + len;
	size_t n;

	for (; text < end && cells < ROW_CELLS; text += n) {
		n = text_cluster(text, &width);
		if (n == 0)
			break;
		if (width > 0)
			cells += cluster_cells(text, n, width, attr, pair,
					       line + cells);
	}
	mvadd_wchnstr(row, column, line, cells);
}

static void
curses_clear(struct term *t, int row, int column, int width)
{
	cchar_t line[ROW_CELLS];
	int cells = MIN(width, ROW_CELLS);

	if (column + width >= COLS) {
		move(row, column);
		clrtoeol();
		return;
	}
	setcchar(&line[0], L" ", A_NORMAL, 0, NULL);
	for (int i = 1; i < cells; i++)
		line[i] = line[0];
	mvadd_wchnstr(row, column, line, cells);
}

static void
curses_cursor(struct term *t, int row, int column)
{
	move(row, MIN(column, COLS - 1));
}

static void
curses_flush(struct term *t, bool all)
{
	if (all)
		clearok(curscr, TRUE);
	refresh();
}

/* ---- keys -------------------------------------------------------------- */

static const struct {
	int code;
	const char *name;
} named[] = {
	{ KEY_UP, "Up" },	    { KEY_DOWN, "Down" },
	{ KEY_LEFT, "Left" },	    { KEY_RIGHT, "Right" },
	{ KEY_PPAGE, "PgUp" },	    { KEY_NPAGE, "PgDn" },
	{ KEY_HOME, "Home" },	    { KEY_END, "End" },
	{ KEY_FIND, "Home" },	    { KEY_SELECT, "End" },
	{ KEY_IC, "Insert" },	    { KEY_DC, "Delete" },
	{ KEY_BTAB, "BackTab" },    { KEY_ENTER, "Enter" },
	{ KEY_BACKSPACE, "Backspace" },
	/* With Control or Alt held down, which say the same. */
	{ KEY_WORD_LEFT, "Esc-Left" }, { KEY_WORD_RIGHT, "Esc-Right" },
	{ 0, NULL }
};

/* The name of a key that is no character; false: it has none. */
static bool
function_key(int code, bool escape, struct term_event *out)
{
	char name[8];

	for (int i = 0; named[i].name; i++)
		if (named[i].code == code) {
			input_named(named[i].name, escape, out->key,
				    sizeof(out->key));
			return true;
		}
	if (code < KEY_F(1) || code > KEY_F(12))
		return false;
	g_snprintf(name, sizeof(name), "F%d", code - KEY_F(0));
	input_named(name, escape, out->key, sizeof(out->key));
	return true;
}

/* OK, KEY_CODE_YES or ERR, and the character or code. */
static int
read_key(struct curses *c, wint_t *w)
{
	if (c->held >= 0) {
		*w = (wint_t)c->held;
		c->held = -1;
		return OK;
	}
	return wget_wch(c->keys, w);
}

/* Pasted text comes as text: it must not be taken for commands. */
static void
text_event(struct curses *c, struct term_event *out)
{
	c->told = c->pasted ? g_string_free(c->pasted, FALSE) : g_strdup("");
	c->pasted = NULL;
	out->kind = TERM_TEXT;
	out->text = c->told;
}

/* It may have been a secret. */
static void
wipe(struct curses *c)
{
	if (c->told)
		explicit_bzero(c->told, strlen(c->told));
	g_clear_pointer(&c->told, g_free);
}

/* True when out is filled.  Terminals send CR where a line ends. */
static bool
paste_event(struct curses *c, wint_t w, struct term_event *out)
{
	if (w == '\r')
		w = '\n';
	if (w == 0 || w == 127 || !g_unichar_validate(w))
		return false;
	if (!c->pasted)
		c->pasted = g_string_new(NULL);
	g_string_append_unichar(c->pasted, w);
	if (c->pasted->len < PASTE_MAX)
		return false;
	text_event(c, out);
	return true;
}

/* True when out is filled. */
static bool
code_event(struct curses *c, wint_t w, bool escape, struct term_event *out)
{
	if (w == KEY_PASTE_BEGIN || w == KEY_PASTE_END) {
		c->pasting = w == KEY_PASTE_BEGIN;
		if (w == KEY_PASTE_END)
			text_event(c, out);
		return w == KEY_PASTE_END;
	}
	if (w == KEY_RESIZE)	/* what resizeterm() says; known already */
		return false;
	out->kind = TERM_KEY;
	return !c->pasting && function_key((int)w, escape, out);
}

/* What follows an Escape at once belongs to it. */
static void
escape_event(struct curses *c, struct term_event *out)
{
	wint_t w;
	int got = read_key(c, &w);

	if (got == KEY_CODE_YES && code_event(c, w, true, out))
		return;
	out->kind = TERM_KEY;
	if (got == OK && w != 27) {
		input_character(w, true, out->key, sizeof(out->key));
		return;
	}
	if (got == OK)
		c->held = (int)w;
	input_character(27, false, out->key, sizeof(out->key));
}

static void
curses_event(struct term *t, struct term_event *out)
{
	struct curses *c = curses_of(t);
	wint_t w;
	int got;

	wipe(c);
	memset(out, 0, sizeof(*out));
	while ((got = read_key(c, &w)) != ERR) {
		if (got == KEY_CODE_YES) {
			if (code_event(c, w, false, out))
				return;
		} else if (c->pasting) {
			if (paste_event(c, w, out))
				return;
		} else if (w == 27) {
			escape_event(c, out);
			return;
		} else {
			out->kind = TERM_KEY;
			input_character(w, false, out->key, sizeof(out->key));
			return;
		}
	}
	memset(out, 0, sizeof(*out));
}

/* ---- the terminal as a whole ------------------------------------------- */

static void
curses_size(const struct term *t, int *rows, int *columns)
{
	*rows = LINES;
	*columns = MIN(COLS, ROW_CELLS);
}

static int
curses_colours(const struct term *t)
{
	return curses_of(t)->colours;
}

static bool
curses_unicode(const struct term *t)
{
	return curses_of(t)->unicode;
}

static int
curses_fd(const struct term *t)
{
	return STDIN_FILENO;
}

static void
curses_resized(struct term *t)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row &&
	    size.ws_col && is_term_resized(size.ws_row, size.ws_col))
		resizeterm(size.ws_row, size.ws_col);
}

static void
curses_lend(struct term *t)
{
	send(capability("BD"));
	endwin();
	panic.in_use = 0;
}

static void
curses_take(struct term *t)
{
	panic.in_use = 1;
	curses_resized(t);
	clearok(curscr, TRUE);
	refresh();
	send(capability("BE"));
}

static void
curses_free(struct term *t)
{
	struct curses *c = curses_of(t);

	if (panic.in_use)
		curses_lend(t);
	wipe(c);
	if (c->pasted)
		g_string_free(c->pasted, TRUE);
	delwin(c->keys);
	delscreen(c->screen);
	g_free(c);
}

static const struct term_ops curses_ops = {
	.size = curses_size,
	.colours = curses_colours,
	.unicode = curses_unicode,
	.put = curses_put,
	.clear = curses_clear,
	.cursor = curses_cursor,
	.flush = curses_flush,
	.event = curses_event,
	.fd = curses_fd,
	.resized = curses_resized,
	.lend = curses_lend,
	.take = curses_take,
	.free = curses_free,
};

void
term_curses_panic(void)
{
	ssize_t n;

	if (!panic.in_use)
		return;
	panic.in_use = 0;
	n = write(STDOUT_FILENO, panic.text, panic.len);
	(void)n;
	tcsetattr(STDIN_FILENO, TCSANOW, &panic.found);
}

static void
prepare_panic(void)
{
	static const char *const names[] = { "BD",   "sgr0",  "op",
					     "rmkx", "cnorm", "rmcup" };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		g_strlcat(panic.text, capability(names[i]), sizeof(panic.text));
	panic.len = strlen(panic.text);
	panic.in_use = 1;
}

/* UTF-8 or not: as the locale says, and when nothing was said, UTF-8. */
static bool
choose_locale(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	bool said = false;

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		said = said || (g_getenv(names[i]) && *g_getenv(names[i]));
	if (!said || !setlocale(LC_CTYPE, ""))
		setlocale(LC_CTYPE, "C.UTF-8");
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static int
count_colours(void)
{
	if (!has_colors() || start_color() == ERR)
		return 0;
	use_default_colors();
	if (COLORS >= 1 << 24)
		return 1 << 24;
	if (COLORS >= 256)
		return 256;
	return COLORS >= 16 ? 16 : COLORS >= 8 ? 8 : 0;
}

/* What ncurses has no numbers of its own for. */
static void
name_sequences(void)
{
	static const struct {
		const char *name;
		int code;
	} rows[] = {
		{ "PS", KEY_PASTE_BEGIN }, { "PE", KEY_PASTE_END },
		{ "kLFT5", KEY_WORD_LEFT }, { "kRIT5", KEY_WORD_RIGHT },
		{ "kLFT3", KEY_WORD_LEFT }, { "kRIT3", KEY_WORD_RIGHT },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		if (*capability(rows[i].name))
			define_key(capability(rows[i].name), rows[i].code);
}

static void
set_modes(struct curses *c)
{
	raw();
	noecho();
	nonl();
	set_escdelay(ESCAPE_MS);
	idlok(stdscr, TRUE);
	leaveok(stdscr, FALSE);
	/* A pad of its own, because reading from stdscr would draw it. */
	c->keys = newpad(1, 1);
	keypad(c->keys, TRUE);
	nodelay(c->keys, TRUE);
	name_sequences();
}

enum st
term_curses_new(struct term **out, struct err *e)
{
	const char *name = g_getenv("TERM");
	struct curses *c;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) ||
	    tcgetattr(STDIN_FILENO, &panic.found) < 0)
		return err_set(e, ST_USAGE,
			       "The reader needs a terminal; “verso list” and "
			       "“verso show” do without one.");
	c = g_new0(struct curses, 1);
	c->term.ops = &curses_ops;
	c->held = -1;
	c->unicode = choose_locale();
	c->screen = newterm(NULL, stdout, stdin);
	if (!c->screen) {
		g_free(c);
		return err_set(e, ST_USAGE, "Nothing is known of a terminal "
			       "called “%s”: set TERM to what yours is, for "
			       "instance xterm-256color.", name ? name : "");
	}
	leave_out_charsets();
	set_modes(c);
	c->colours = count_colours();
	prepare_panic();
	send(capability("BE"));
	*out = &c->term;
	return ST_OK;
}
