# The sync room over the server in memory, a store on disk.
check_PROGRAMS += tests/sync/test_sync
tests_sync_test_sync_SOURCES = tests/sync/flow.c tests/sync/habits.c \
	tests/sync/history.c \
	tests/sync/loss.c tests/sync/plan.c tests/sync/prove.c \
	tests/sync/pull.c tests/sync/push.c tests/sync/random.c \
	tests/sync/world.c tests/sync/world.h
tests_sync_test_sync_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/tests
tests_sync_test_sync_CFLAGS = $(TEST_CFLAGS)
tests_sync_test_sync_LDADD = libsync.a $(NET_LIBS) $(STORE_LIBS) \
	$(MIME_LIBS) \
	$(SUPPORT_LIBS) $(CRITERION_LIBS)

# The same rules against a real server.
check_PROGRAMS += tests/sync/test_dovecot
tests_sync_test_dovecot_SOURCES = tests/sync/dovecot.c
tests_sync_test_dovecot_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/tests
tests_sync_test_dovecot_CFLAGS = $(TEST_CFLAGS)
tests_sync_test_dovecot_LDADD = libsync.a $(NET_LIBS) $(STORE_LIBS) \
	$(MIME_LIBS) $(SUPPORT_LIBS) $(CRITERION_LIBS)
