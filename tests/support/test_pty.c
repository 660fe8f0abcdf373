/*
 * test_pty.c - the terminal of the tests shows what a terminal shows
 */
#include "support/pty.h"

#include <signal.h>
#include <string.h>

#include <criterion/criterion.h>
#include <glib.h>

static void
check_row(const struct vt *vt, int row, const char *text)
{
	char *got = vt_row(vt, row);

	cr_expect_str_eq(got, text, "row %d is “%s”", row, got);
	g_free(got);
}

static void
feed(struct vt *vt, const char *bytes)
{
	vt_feed(vt, bytes, strlen(bytes));
}

static struct vt *
fed(const char *bytes)
{
	struct vt *vt = vt_new(4, 10);

	/* In crumbs: sequences are cut anywhere. */
	for (; *bytes; bytes++)
		vt_feed(vt, bytes, 1);
	return vt;
}

Test(vt, text_moves_wraps_and_scrolls)
{
	struct vt *vt = fed("one\r\ntwo\x1b[3;8Hxyzuv\x1b[1;1H\x1b[2Cn");

	check_row(vt, 0, "onn");
	check_row(vt, 1, "two");
	check_row(vt, 2, "       xyz");
	check_row(vt, 3, "uv");
	feed(vt, "\x1b[4;1H\nlast");
	check_row(vt, 0, "two");
	check_row(vt, 3, "last");
	cr_assert_eq(vt_unknown(vt), 0);
	vt_free(vt);
}

Test(vt, regions_lines_and_cells)
{
	struct vt *vt = fed("a\r\nb\r\nc\r\nd\x1b[2;3r\x1b[3;1H\n"
			    "\x1b[r\x1b[1;1H\x1b[L\x1b[4;1Habcdef\x1b[4;2H"
			    "\x1b[2P\x1b[4;2H\x1b[@");

	check_row(vt, 0, "");
	check_row(vt, 1, "a");
	check_row(vt, 2, "c");
	check_row(vt, 3, "a def");
	feed(vt, "\x1b[2;1H\x1b[M\x1b[1;1Hx\x1b[4b\x1b[1;2H\x1b[2X");
	check_row(vt, 0, "x  xx");
	check_row(vt, 1, "c");
	cr_assert_eq(vt_unknown(vt), 0);
	vt_free(vt);
}

Test(vt, wide_and_combining)
{
	struct vt *vt = fed("\xe6\x97\xa5\xe6\x9c\xac" "e\xcc\x81|");

	check_row(vt, 0, "\xe6\x97\xa5\xe6\x9c\xac" "e\xcc\x81|");
	cr_assert_str_eq(vt_cell(vt, 0, 1)->text, "");
	cr_assert_str_eq(vt_cell(vt, 0, 4)->text, "e\xcc\x81");
	cr_assert_str_eq(vt_cell(vt, 0, 5)->text, "|");
	vt_free(vt);
}

Test(vt, attributes_and_unknowns)
{
	struct vt *vt = fed("\x1b[1;7mA\x1b[38;5;7;27mB\x1b[mC\x1b]0;t\aD"
			    "\x1b[?25l\x1b[5z");
	int row, column;
	bool visible;

	cr_assert_eq(vt_cell(vt, 0, 0)->attr, VT_BOLD | VT_REVERSE);
	cr_assert_eq(vt_cell(vt, 0, 1)->attr, VT_BOLD | VT_COLOUR);
	cr_assert_eq(vt_cell(vt, 0, 2)->attr, 0);
	check_row(vt, 0, "ABCD");
	cr_assert_eq(vt_unknown(vt), 1);
	vt_cursor(vt, &row, &column, &visible);
	cr_assert(row == 0 && column == 4 && !visible);
	vt_free(vt);
}

Test(pty, types_and_sees)
{
	const char *const argv[] = { "sh", "-c",
		"stty size; printf 'name? '; read n; echo \"hi $n $TERM\"; "
		"read x; exit 7", NULL };
	const struct pty_options o = { .rows = 5, .columns = 40 };
	struct pty *p = pty_start(argv, &o);

	cr_assert(pty_expect(p, "name?", 60000));
	check_row(pty_screen(p), 0, "5 40");
	pty_type(p, "ann\r");
	cr_assert(pty_expect(p, "hi ann xterm-256color", 60000));
	cr_assert_not(pty_expect(p, "never", 50));
	cr_assert(pty_settle(p, 50, 60000));
	cr_assert_gt(pty_octets(p), 20);
	cr_assert_geq(pty_cpu(p), 0);
	cr_assert_gt(pty_memory(p), 100);
	pty_type(p, "\r");
	cr_assert_not(pty_expect(p, "never", 60000));
	cr_assert(pty_ended(p));
	cr_assert_eq(pty_stop(p), 7);
}

Test(pty, stops_what_does_not_end)
{
	const char *const argv[] = { "sh", "-c", "trap '' HUP; echo on; "
		"while :; do sleep 1; done", NULL };
	struct pty *p = pty_start(argv, NULL);

	cr_assert(pty_expect(p, "on", 60000));
	cr_assert_eq(pty_first_byte(p, 20), -1);
	cr_assert_eq(pty_stop(p), 128 + SIGKILL);
}
