# Programs stopped at each system call that changes a file.
check_PROGRAMS += tests/crash/crash_store
tests_crash_crash_store_SOURCES = tests/crash/store.c $(CRASHPOINT)
tests_crash_crash_store_CPPFLAGS = $(TEST_CPPFLAGS)
tests_crash_crash_store_CFLAGS = $(TEST_CFLAGS) $(SQLITE_CFLAGS)
tests_crash_crash_store_LDADD = $(STORE_LIBS) $(CRITERION_LIBS) -ldl
