# The view layer, on top of the controller; ncurses in term_curses.c alone.
noinst_LIBRARIES += libui.a libcurses.a
libui_a_SOURCES = \
	ui/canvas.c ui/canvas.h \
	ui/columns.c ui/columns.h \
	ui/input.c ui/input.h \
	ui/layout.c ui/layout.h \
	ui/prompt.c ui/prompt.h \
	ui/scroll.c ui/scroll.h \
	ui/style.c ui/style.h \
	ui/term.h ui/term_grid.c \
	ui/themes.h
nodist_libui_a_SOURCES = ui/themes_built_in.c
libui_a_CPPFLAGS = $(AM_CPPFLAGS) -DTHEMES_DIR=\"$(themesdir)\"
libcurses_a_SOURCES = ui/child.c ui/child.h ui/term_curses.c
libcurses_a_CPPFLAGS = $(AM_CPPFLAGS) $(CURSES_CFLAGS)

check_PROGRAMS += tests/unit/test_ui
tests_unit_test_ui_SOURCES = tests/unit/ui_canvas.c tests/unit/ui_columns.c \
	tests/unit/ui_input.c tests/unit/ui_layout.c tests/unit/ui_prompt.c \
	tests/unit/ui_style.c
tests_unit_test_ui_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_ui_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_ui_LDADD = libui.a $(MODEL_LIBS) $(CRITERION_LIBS)
