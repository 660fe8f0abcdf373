# A store on disk, a server in memory or a real one, and what joins them.
SYNC_WORLD = tests/sync/steps.c tests/sync/steps.h \
	tests/sync/world.c tests/sync/world.h \
	tests/sync/world_real.c tests/sync/world_real.h

# The sync room over the server in memory.
check_PROGRAMS += tests/sync/test_sync
tests_sync_test_sync_SOURCES = tests/sync/flow.c tests/sync/habits.c \
	tests/sync/history.c \
	tests/sync/loss.c tests/sync/plan.c tests/sync/prove.c \
	tests/sync/pull.c tests/sync/push.c tests/sync/random.c \
	tests/sync/sending.c \
	tests/sync/push_memory.c \
	$(SYNC_WORLD)
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

check_PROGRAMS += tests/sync/test_servers
tests_sync_test_servers_SOURCES = tests/sync/push.c tests/sync/push_real.c \
	tests/sync/sending.c \
	$(SYNC_WORLD)
tests_sync_test_servers_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/tests
tests_sync_test_servers_CFLAGS = $(TEST_CFLAGS)
tests_sync_test_servers_LDADD = libsync.a $(NET_LIBS) $(STORE_LIBS) \
	$(MIME_LIBS) $(SUPPORT_LIBS) $(CRITERION_LIBS)

# Two clients of it, at random.
check_PROGRAMS += tests/sync/test_model
tests_sync_test_model_SOURCES = tests/sync/model.c tests/sync/model.h \
	tests/sync/model_here.c tests/sync/model_there.c $(CRASHPOINT)
tests_sync_test_model_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/tests
tests_sync_test_model_CFLAGS = $(TEST_CFLAGS)
tests_sync_test_model_LDADD = libsync.a $(NET_LIBS) $(STORE_LIBS) \
	$(MIME_LIBS) $(SUPPORT_LIBS) $(CRITERION_LIBS) -ldl
