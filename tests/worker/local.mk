# The worker as a process, and the line to it.
WORKER_TEST_LIBS = libworker.a $(SAMPLES_LIBS) libsync.a $(NET_LIBS) $(STORE_LIBS) \
	$(MIME_LIBS) \
	$(SUPPORT_LIBS)

check_PROGRAMS += tests/worker/test_worker
noinst_PROGRAMS += tests/worker/worker
tests_worker_worker_SOURCES = tests/worker/worker_main.c
tests_worker_worker_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/tests
tests_worker_worker_LDADD = $(WORKER_TEST_LIBS)

tests_worker_test_worker_SOURCES = tests/worker/line.c \
	tests/worker/command.c tests/worker/doctor.c \
	tests/worker/letters.c tests/worker/letters_terminal.c \
	tests/worker/letters_world.c tests/worker/letters_world.h \
	tests/worker/signs.c \
	tests/worker/confine.c tests/worker/inbox.c tests/worker/post.c tests/worker/rough.c tests/worker/secret.c \
	tests/worker/said.c tests/worker/said.h
tests_worker_test_worker_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/tests
tests_worker_test_worker_CFLAGS = $(TEST_CFLAGS)
tests_worker_test_worker_LDADD = $(WORKER_TEST_LIBS) $(CRITERION_LIBS)
EXTRA_tests_worker_test_worker_DEPENDENCIES = tests/worker/worker verso
