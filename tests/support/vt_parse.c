/*
 * vt_parse.c - a terminal's screen: the sequences that ncurses writes
 */
#include <stdlib.h>
#include <string.h>

#include "vt_screen.h"

#define PARAMETERS 16

/* A control sequence taken apart. */
struct csi {
	char private;		/* '?', '>' or 0 */
	char final;
	int n;
	int p[PARAMETERS];	/* 0: not given */
};

static int
count(const struct csi *s)
{
	return s->p[0] > 0 ? s->p[0] : 1;
}

/* 38 and 48 are followed by 5;N or 2;R;G;B. */
static int
colour(const struct csi *s, int i)
{
	return s->p[i + 1] == 5 ? 2 : s->p[i + 1] == 2 ? 4 : 0;
}

static void
attributes(struct vt *vt, const struct csi *s)
{
	for (int i = 0; i < MAX(s->n, 1); i++) {
		int p = s->p[i];

		if (p == 0)
			vt->attr = 0;
		else if (p == 1)
			vt->attr |= VT_BOLD;
		else if (p == 2)
			vt->attr |= VT_DIM;
		else if (p == 4)
			vt->attr |= VT_UNDERLINE;
		else if (p == 7)
			vt->attr |= VT_REVERSE;
		else if (p == 22)
			vt->attr &= ~(unsigned int)(VT_BOLD | VT_DIM);
		else if (p == 24)
			vt->attr &= ~(unsigned int)VT_UNDERLINE;
		else if (p == 27)
			vt->attr &= ~(unsigned int)VT_REVERSE;
		else if (p == 39 || p == 49)
			vt->attr &= ~(unsigned int)VT_COLOUR;
		else if ((p >= 30 && p <= 48) || (p >= 90 && p <= 107))
			vt->attr |= VT_COLOUR;
		if ((p == 38 || p == 48) && i + 1 < s->n)
			i += colour(s, i);
	}
}

static void
mode(struct vt *vt, const struct csi *s)
{
	bool on = s->final == 'h';

	if (s->private != '?')
		return;
	if (s->p[0] == 25)
		vt->hidden = !on;
	if (s->p[0] == 1049 || s->p[0] == 47) {
		vt->alternate = on;
		vt_erase_screen(vt, 2);
	}
}

static void
region(struct vt *vt, const struct csi *s)
{
	vt->top = CLAMP(count(s) - 1, 0, vt->rows - 1);
	vt->bottom = s->p[1] > 0 ? MIN(s->p[1], vt->rows) : vt->rows;
	vt_move(vt, 0, 0);
}

static void
repeat(struct vt *vt, int n)
{
	while (n-- > 0)
		vt_put(vt, vt->last);
}

static void
control_sequence(struct vt *vt, const struct csi *s)
{
	int n = count(s);

	switch (s->final) {
	case 'A': vt_move(vt, vt->row - n, vt->column); break;
	case 'B': vt_move(vt, vt->row + n, vt->column); break;
	case 'C': vt_move(vt, vt->row, vt->column + n); break;
	case 'D': vt_move(vt, vt->row, vt->column - n); break;
	case 'G': vt_move(vt, vt->row, n - 1); break;
	case 'd': vt_move(vt, n - 1, vt->column); break;
	case 'H':
	case 'f': vt_move(vt, n - 1, s->p[1] > 0 ? s->p[1] - 1 : 0); break;
	case 'J': vt_erase_screen(vt, s->p[0]); break;
	case 'K': vt_erase_line(vt, s->p[0]); break;
	case 'L': vt_scroll(vt, vt->row, -n); break;
	case 'M': vt_scroll(vt, vt->row, n); break;
	case 'S': vt_scroll(vt, vt->top, n); break;
	case 'T': vt_scroll(vt, vt->top, -n); break;
	case '@': vt_shift(vt, n); break;
	case 'P': vt_shift(vt, -n); break;
	case 'X': vt_erase_cells(vt, n); break;
	case 'b': repeat(vt, n); break;
	case 'r': region(vt, s); break;
	case 'm':
		if (s->private == 0)
			attributes(vt, s);
		break;
	case 'h':
	case 'l': mode(vt, s); break;
	case 't':		/* window and title stack */
	case 'q':		/* shape of the cursor */
	case 'c':
	case 'n': break;	/* questions: nobody answers */
	default: vt->unknown++;
	}
}

static void
run_csi(struct vt *vt, const char *text, char final)
{
	struct csi s = { .final = final };

	if (strchr("?>=", *text) && *text)
		s.private = *text++;
	while (*text && s.n < PARAMETERS) {
		char *end;

		s.p[s.n++] = (int)strtol(text, &end, 10);
		text = end;
		if (*text == ';' || *text == ':')
			text++;
		else
			break;
	}
	control_sequence(vt, &s);
}

static void
reverse_line_feed(struct vt *vt)
{
	if (vt->row == vt->top)
		vt_scroll(vt, vt->top, -1);
	else
		vt_move(vt, vt->row - 1, vt->column);
}

static void
two_bytes(struct vt *vt, char c)
{
	switch (c) {
	case '7':
		vt->saved_row = vt->row;
		vt->saved_column = vt->column;
		break;
	case '8': vt_move(vt, vt->saved_row, vt->saved_column); break;
	case 'M': reverse_line_feed(vt); break;
	case 'D': vt_line_feed(vt); break;
	case 'c': vt_erase_screen(vt, 2); break;
	case '=':
	case '>':
	case '\\': break;
	default: vt->unknown++;
	}
}

/* One more byte of a sequence; true while it goes on. */
static bool
in_escape(struct vt *vt, char c)
{
	GString *e = vt->escape;

	g_string_append_c(e, c);
	if (e->len == 2) {
		if (strchr("[]()P_", c))
			return true;
		two_bytes(vt, c);
		return false;
	}
	switch (e->str[1]) {
	case '[':
		if (c < '@' || c > '~')
			return true;
		g_string_truncate(e, e->len - 1);
		run_csi(vt, e->str + 2, c);
		return false;
	case '(':
	case ')':
		return false;	/* a character set */
	default:		/* a string: to BEL or ESC \ */
		return c != '\a' &&
			!(c == '\\' && e->str[e->len - 2] == '\x1b');
	}
}

static void
control(struct vt *vt, char c)
{
	switch (c) {
	case '\r': vt_move(vt, vt->row, 0); break;
	case '\n': vt_line_feed(vt); break;
	case '\b': vt_move(vt, vt->row, vt->column - 1); break;
	case '\t': vt_move(vt, vt->row, (vt->column / 8 + 1) * 8); break;
	case '\a':
	case '\x0e':
	case '\x0f':
	case '\0': break;
	default: vt->unknown++;
	}
}

/* Text, gathered until a character is whole. */
static void
character(struct vt *vt, char c)
{
	gunichar u;

	g_string_append_c(vt->escape, c);
	u = g_utf8_get_char_validated(vt->escape->str,
				      (gssize)vt->escape->len);
	if (u == (gunichar)-2 && vt->escape->len < 6)
		return;
	vt_put(vt, u == (gunichar)-1 || u == (gunichar)-2 ? 0xfffd : u);
	g_string_truncate(vt->escape, 0);
}

void
vt_feed(struct vt *vt, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		char c = bytes[i];

		if (vt->escape->len > 0 && vt->escape->str[0] == '\x1b') {
			if (!in_escape(vt, c))
				g_string_truncate(vt->escape, 0);
		} else if (c == '\x1b') {
			g_string_assign(vt->escape, "\x1b");
		} else if ((unsigned char)c < 0x20 || c == 0x7f) {
			control(vt, c);
		} else {
			character(vt, c);
		}
	}
}
