# Programs stopped at each system call that changes a file.
check_PROGRAMS += tests/crash/crash_store
tests_crash_crash_store_SOURCES = tests/crash/store.c $(CRASHPOINT)
tests_crash_crash_store_CPPFLAGS = $(TEST_CPPFLAGS)
tests_crash_crash_store_CFLAGS = $(TEST_CFLAGS) $(SQLITE_CFLAGS)
tests_crash_crash_store_LDADD = $(STORE_LIBS) $(CRITERION_LIBS) -ldl

check_PROGRAMS += tests/crash/crash_sync
tests_crash_crash_sync_SOURCES = tests/crash/sync.c tests/sync/world.c \
	tests/sync/world.h tests/sync/world_real.c \
	tests/sync/world_real.h $(CRASHPOINT)
tests_crash_crash_sync_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/tests
tests_crash_crash_sync_CFLAGS = $(TEST_CFLAGS)
tests_crash_crash_sync_LDADD = libsync.a $(NET_LIBS) $(STORE_LIBS) \
	$(MIME_LIBS) $(SUPPORT_LIBS) $(CRITERION_LIBS) -ldl

check_PROGRAMS += tests/crash/crash_change
CRASH_WORLD = tests/crash/journal.c tests/crash/journal.h \
	tests/crash/point.c tests/crash/point.h tests/sync/world.c \
	tests/sync/world.h tests/sync/world_real.c \
	tests/sync/world_real.h $(CRASHPOINT)
tests_crash_crash_change_SOURCES = tests/crash/change.c $(CRASH_WORLD)
tests_crash_crash_change_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/tests
tests_crash_crash_change_CFLAGS = $(TEST_CFLAGS)
tests_crash_crash_change_LDADD = libsync.a $(NET_LIBS) $(STORE_LIBS) \
	$(MIME_LIBS) $(SUPPORT_LIBS) $(CRITERION_LIBS) -ldl

check_PROGRAMS += tests/crash/crash_letter
tests_crash_crash_letter_SOURCES = tests/crash/letter.c $(CRASH_WORLD)
tests_crash_crash_letter_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/tests
tests_crash_crash_letter_CFLAGS = $(TEST_CFLAGS)
tests_crash_crash_letter_LDADD = libsync.a $(NET_LIBS) $(STORE_LIBS) \
	$(MIME_LIBS) $(SUPPORT_LIBS) $(CRITERION_LIBS) -ldl
