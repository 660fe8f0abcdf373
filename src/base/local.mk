# The room src/base: ground everybody stands on.  Sees GLib and libunistring.
noinst_LIBRARIES += libbase.a
libbase_a_SOURCES = \
	src/base/clock.c src/base/clock.h \
	src/base/err.c src/base/err.h \
	src/base/log.c src/base/log.h \
	src/base/near.c src/base/near.h \
	src/base/path.c src/base/path.h \
	src/base/text.c src/base/text.h \
	src/base/words.c src/base/words.h
BASE_LIBS = libbase.a $(GLIB_LIBS) $(UNISTRING_LIBS)

check_PROGRAMS += tests/unit/test_base
tests_unit_test_base_SOURCES = tests/unit/base_text.c tests/unit/base_path.c \
	tests/unit/base_words.c tests/unit/base_err.c tests/unit/base_near.c
tests_unit_test_base_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_base_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_base_LDADD = $(BASE_LIBS) $(CRITERION_LIBS)
