# The program.
bin_PROGRAMS += verso
verso_SOURCES = src/main.c
verso_LDADD = libcli.a libui.a libcontrol.a libworker.a $(SAMPLES_LIBS) \
	libsync.a libmime.a $(NET_LIBS) $(STORE_LIBS) $(GMIME_LIBS) $(GUMBO_LIBS) $(CMARK_LIBS) \
	$(CURSES_LIBS) \
	$(JSON_LIBS) $(INIH_LIBS)

# The subcommands, through the program.
check_PROGRAMS += tests/unit/test_cli
tests_unit_test_cli_SOURCES = tests/unit/cli_change.c \
	tests/unit/cli_commands.c tests/unit/cli_send.c \
	tests/unit/cli_world.c tests/unit/cli_world.h
tests_unit_test_cli_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_cli_CFLAGS = $(TEST_CFLAGS) $(JSON_CFLAGS)
tests_unit_test_cli_LDADD = $(STORE_LIBS) $(SUPPORT_LIBS) $(JSON_LIBS) \
	$(CRITERION_LIBS)
