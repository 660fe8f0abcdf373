# The view layer, on top of the controller; ncurses in term_curses.c alone.
noinst_LIBRARIES += libui.a
libui_a_SOURCES = \
	ui/bars.c ui/bars.h \
	ui/canvas.c ui/canvas.h \
	ui/child.c ui/child.h \
	ui/columns.c ui/columns.h \
	ui/input.c ui/input.h \
	ui/layout.c ui/layout.h \
	ui/loop.c ui/loop.h \
	ui/prompt.c ui/prompt.h \
	ui/screen.c ui/screen.h \
	ui/script.c ui/script.h \
	ui/scroll.c ui/scroll.h \
	ui/style.c ui/style.h \
	ui/term.h ui/term_curses.c ui/term_grid.c \
	ui/themes.h \
	ui/view.h ui/view_compose.c ui/view_editor.c ui/view_folders.c \
	ui/view_index.c ui/view_overlay.c \
	ui/view_pager.c
nodist_libui_a_SOURCES = ui/themes_built_in.c
libui_a_CPPFLAGS = $(AM_CPPFLAGS) $(CURSES_CFLAGS) \
	-DTHEMES_DIR=\"$(themesdir)\"

check_PROGRAMS += tests/unit/test_ui tests/unit/test_screen
tests_unit_test_ui_SOURCES = tests/unit/ui_canvas.c tests/unit/ui_columns.c \
	tests/unit/ui_input.c tests/unit/ui_layout.c tests/unit/ui_prompt.c \
	tests/unit/ui_style.c
tests_unit_test_ui_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_ui_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_ui_LDADD = libui.a $(MODEL_LIBS) $(CRITERION_LIBS)

# Views over the controller and the small stand-ins of its own tests.
tests_unit_test_screen_SOURCES = tests/unit/ui_screen.c tests/unit/ui_views.c \
	tests/unit/ui_editor.c \
	tests/unit/ui_screen.h tests/unit/control_fakes.c \
	tests/unit/control_fakes_queue.c tests/unit/control_fakes_queue.h \
	tests/unit/control_fakes_view.c tests/unit/control_fakes_letter.c \
	tests/unit/control_fakes.h
tests_unit_test_screen_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/tests/unit
tests_unit_test_screen_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_screen_LDADD = libui.a libcontrol.a $(MODEL_LIBS) \
	$(CURSES_LIBS) $(INIH_LIBS) $(CRITERION_LIBS)

# Screens: scripts over real stores, compared as text.
check_PROGRAMS += tests/screen/test_screens
tests_screen_test_screens_SOURCES = tests/screen/screens.c \
	tests/screen/rooms.c tests/screen/rooms.h tests/screen/standins.c
tests_screen_test_screens_CPPFLAGS = $(TEST_CPPFLAGS) \
	-I$(top_srcdir)/tests/screen
tests_screen_test_screens_CFLAGS = $(TEST_CFLAGS)
tests_screen_test_screens_LDADD = libui.a libcontrol.a $(MIME_LIBS) \
	$(STORE_LIBS) $(CURSES_LIBS) $(INIH_LIBS) $(CRITERION_LIBS)
SCREENS = index-80 index-120 pager-80 threads-80 help-80 tiny empty \
	prompt-80 ascii-80 html-80 marks-80 editor-80 compose-80 attached-80
EXTRA_DIST += $(SCREENS:%=tests/screen/%.script) \
	$(SCREENS:%=tests/screen/%.screen)

# The same on a real pseudo-terminal.
EXTRA_PROGRAMS += tests/screen/reader
tests_screen_reader_SOURCES = tests/screen/reader.c tests/screen/standins.c
tests_screen_reader_CPPFLAGS = $(TEST_CPPFLAGS)
tests_screen_reader_LDADD = libui.a libcontrol.a $(MIME_LIBS) \
	$(STORE_LIBS) $(CURSES_LIBS) $(INIH_LIBS)
check_PROGRAMS += tests/screen/test_terminal
tests_screen_test_terminal_SOURCES = tests/screen/terminal.c \
	tests/screen/rooms.c tests/screen/rooms.h
tests_screen_test_terminal_CPPFLAGS = $(TEST_CPPFLAGS) \
	-I$(top_srcdir)/tests/screen -I$(top_srcdir)/tests
tests_screen_test_terminal_CFLAGS = $(TEST_CFLAGS)
tests_screen_test_terminal_LDADD = $(STORE_LIBS) $(SUPPORT_LIBS) \
	$(CRITERION_LIBS)
EXTRA_tests_screen_test_terminal_DEPENDENCIES = \
	tests/screen/reader$(EXEEXT) verso$(EXEEXT)
