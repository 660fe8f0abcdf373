# The driver contract: one set of cases over every kind of server.
CONTRACT_SOURCES = tests/driver/contract.c tests/driver/contract.h \
	tests/driver/contract_change.c tests/driver/contract_copy.c \
	tests/driver/contract_fault.c \
	tests/driver/contract_read.c

check_PROGRAMS += tests/driver/test_memory
tests_driver_test_memory_SOURCES = $(CONTRACT_SOURCES) tests/driver/memory.c \
	tests/driver/memory_own.c tests/driver/trace.c
tests_driver_test_memory_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/tests
tests_driver_test_memory_CFLAGS = $(TEST_CFLAGS)
tests_driver_test_memory_LDADD = $(NET_LIBS) $(MODEL_LIBS) $(BASE_LIBS) \
	$(CRITERION_LIBS)

check_PROGRAMS += tests/driver/test_pop
tests_driver_test_pop_SOURCES = tests/driver/pop_traps.c \
	tests/driver/pop_auth.c \
	tests/driver/pop_fake.c tests/driver/pop_fake.h \
	tests/driver/pop_world.c tests/driver/pop_world.h \
	tests/driver/contract_copy.c tests/driver/contract.h
tests_driver_test_pop_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/tests
tests_driver_test_pop_CFLAGS = $(TEST_CFLAGS)
tests_driver_test_pop_LDADD = $(NET_LIBS) $(MODEL_LIBS) $(BASE_LIBS) \
	$(CRITERION_LIBS)

check_PROGRAMS += tests/driver/test_dovecot
tests_driver_test_dovecot_SOURCES = $(CONTRACT_SOURCES) tests/driver/dovecot.c \
	tests/driver/dovecot_imap.c
tests_driver_test_dovecot_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/tests
tests_driver_test_dovecot_CFLAGS = $(TEST_CFLAGS)
tests_driver_test_dovecot_LDADD = $(NET_LIBS) $(MODEL_LIBS) $(BASE_LIBS) \
	$(SUPPORT_LIBS) $(CRITERION_LIBS)

check_PROGRAMS += tests/driver/test_other
tests_driver_test_other_SOURCES = $(CONTRACT_SOURCES) tests/driver/other.c
tests_driver_test_other_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/tests
tests_driver_test_other_CFLAGS = $(TEST_CFLAGS)
tests_driver_test_other_LDADD = $(NET_LIBS) $(MODEL_LIBS) $(BASE_LIBS) \
	$(SUPPORT_LIBS) $(CRITERION_LIBS)

check_PROGRAMS += tests/driver/test_imap
tests_driver_test_imap_SOURCES = tests/driver/imap_traps.c \
	tests/driver/imap_habits.c \
	tests/driver/imap_idle.c tests/driver/imap_namespace.c \
	tests/driver/imap_strings.c tests/driver/imap_wire.c \
	tests/driver/imap_world.c tests/driver/imap_world.h \
	tests/driver/pop_fake.c tests/driver/pop_fake.h \
	tests/driver/contract_copy.c tests/driver/contract.h
tests_driver_test_imap_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/tests
tests_driver_test_imap_CFLAGS = $(TEST_CFLAGS)
tests_driver_test_imap_LDADD = $(NET_LIBS) $(MODEL_LIBS) $(BASE_LIBS) \
	$(CRITERION_LIBS)

check_PROGRAMS += tests/driver/test_tls
tests_driver_test_tls_SOURCES = tests/driver/tls.c
tests_driver_test_tls_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/tests
tests_driver_test_tls_CFLAGS = $(TEST_CFLAGS) $(OPENSSL_CFLAGS)
tests_driver_test_tls_LDADD = $(NET_LIBS) $(MODEL_LIBS) $(BASE_LIBS) \
	$(SUPPORT_LIBS) $(OPENSSL_LIBS) $(CRITERION_LIBS)

check_PROGRAMS += tests/driver/test_smtp
tests_driver_test_smtp_SOURCES = tests/driver/mailer_command.c \
	tests/driver/smtp_auth.c \
	tests/driver/smtp_fake.c tests/driver/smtp_fake.h \
	tests/driver/smtp_faults.c tests/driver/smtp_send.c \
	tests/driver/smtp_world.c tests/driver/smtp_world.h
tests_driver_test_smtp_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/tests
tests_driver_test_smtp_CFLAGS = $(TEST_CFLAGS)
tests_driver_test_smtp_LDADD = $(NET_LIBS) $(MODEL_LIBS) $(BASE_LIBS) \
	$(SUPPORT_LIBS) $(CRITERION_LIBS)

check_PROGRAMS += tests/driver/test_smtpd
tests_driver_test_smtpd_SOURCES = tests/driver/smtp_real.c \
	tests/driver/smtp_fake.c tests/driver/smtp_fake.h \
	tests/driver/smtp_world.c tests/driver/smtp_world.h
tests_driver_test_smtpd_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/tests
tests_driver_test_smtpd_CFLAGS = $(TEST_CFLAGS)
tests_driver_test_smtpd_LDADD = $(NET_LIBS) $(MODEL_LIBS) $(BASE_LIBS) \
	$(SUPPORT_LIBS) $(CRITERION_LIBS)
