# The room src/store: mbox files and their index.  Sees base and model; SQLite
# stays in here.
noinst_LIBRARIES += libstore.a
libstore_a_SOURCES = \
	src/store/addresses.c src/store/addresses.h \
	src/store/addresses_find.c src/store/addresses_private.h \
	src/store/compact.c src/store/compact.h \
	src/store/copies.c \
	src/store/db.c src/store/db.h \
	src/store/digest.c src/store/digest.h \
	src/store/files.c \
	src/store/folders.c \
	src/store/history.c src/store/history.h \
	src/store/index.c \
	src/store/ingest.c \
	src/store/keys.c \
	src/store/list.c src/store/list.h src/store/list_private.h \
	src/store/list_sql.c \
	src/store/list_thread.c \
	src/store/list_window.c \
	src/store/lock.c src/store/lock.h \
	src/store/mbox.c src/store/mbox.h \
	src/store/mbox_block.c \
	src/store/messages.c \
	src/store/outbox.c src/store/outbox.h src/store/outbox_private.h \
	src/store/outbox_file.c src/store/outbox_sent.c \
	src/store/private.h \
	src/store/put.c src/store/put.h \
	src/store/queue.c src/store/queue.h src/store/queue_private.h \
	src/store/queue_decide.c \
	src/store/queue_done.c \
	src/store/queue_row.c \
	src/store/queue_send.c \
	src/store/queue_undo.c \
	src/store/rebuild.c \
	src/store/recover.c src/store/recover.h \
	src/store/rematch.c \
	src/store/remove.c src/store/remove.h \
	src/store/removed.c \
	src/store/removed_read.c \
	src/store/scan.c src/store/scan.h \
	src/store/schema.c src/store/schema.h \
	src/store/settle.c src/store/settle.h \
	src/store/stage.c \
	src/store/store.c src/store/store.h src/store/store_parser.h \
	src/store/threads.c \
	src/store/touch.c src/store/touch.h \
	src/store/tx.c \
	src/store/uidl.c \
	src/store/verify.c src/store/verify.h src/store/verify_waiting.c \
	src/store/write.c
libstore_a_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS) $(OPENSSL_CFLAGS)
STORE_LIBS = libstore.a $(MODEL_LIBS) $(SQLITE_LIBS) $(OPENSSL_LIBS)

check_PROGRAMS += tests/unit/test_store
tests_unit_test_store_SOURCES = tests/unit/store_help.h \
	tests/unit/store_addresses.c tests/unit/store_outbox.c \
	tests/unit/store_outbox_help.h tests/unit/store_outbox_lost.c \
	tests/unit/store_put.c \
	tests/unit/store_ingest.c tests/unit/store_remove.c \
	tests/unit/store_list.c tests/unit/store_mbox.c \
	tests/unit/store_open.c tests/unit/store_queue.c tests/unit/store_queue_help.h \
	tests/unit/store_chain.c tests/unit/store_undo.c \
	tests/unit/store_marks.c \
	tests/unit/store_tools.c
tests_unit_test_store_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_store_CFLAGS = $(TEST_CFLAGS) $(SQLITE_CFLAGS)
tests_unit_test_store_LDADD = $(STORE_LIBS) $(CRITERION_LIBS)
