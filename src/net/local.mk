# The room src/net: sessions with servers.  Sees base and model; libetpan and
# OpenSSL stay in here.
noinst_LIBRARIES += libnet.a
libnet_a_SOURCES = \
	src/net/choose.c src/net/connect.c src/net/connect.h \
	src/net/driver.c src/net/driver.h \
	src/net/imap.c \
	src/net/imap_answer.c \
	src/net/imap_change.c \
	src/net/imap_command.c \
	src/net/imap_fetch.c \
	src/net/imap_folder.c \
	src/net/imap_idle.c \
	src/net/imap_list.c \
	src/net/imap_login.c \
	src/net/imap_namespace.c \
	src/net/imap_select.c \
	src/net/imap_state.h \
	src/net/imap_token.c \
	src/net/imap_token.h \
	src/net/imap_wire.c \
	src/net/mailer.c src/net/mailer.h \
	src/net/mailer_command.c src/net/mailer_memory.c \
	src/net/memory.h src/net/memory_state.h \
	src/net/memory_change.c src/net/memory_driver.c \
	src/net/memory_fetch.c \
	src/net/memory_labels.c src/net/memory_server.c \
	src/net/pop.c src/net/pop_fetch.c src/net/pop_list.c \
	src/net/pop_login.c src/net/pop_parse.c src/net/pop_parse.h \
	src/net/pop_session.c src/net/pop_session.h src/net/pop_state.h \
	src/net/sasl.c src/net/sasl.h \
	src/net/smtp.c src/net/smtp.h src/net/smtp_login.c \
	src/net/smtp_parse.c src/net/smtp_parse.h src/net/smtp_send.c \
	src/net/smtp_state.h \
	src/net/starttls.c src/net/starttls.h \
	src/net/stream.c src/net/stream.h \
	src/net/tls.c src/net/tls.h \
	src/net/trace.c
libnet_a_CPPFLAGS = $(AM_CPPFLAGS) $(ETPAN_CFLAGS) $(OPENSSL_CFLAGS)
NET_LIBS = libnet.a $(ETPAN_LIBS) $(OPENSSL_LIBS)

check_PROGRAMS += tests/unit/test_pop
tests_unit_test_pop_SOURCES = tests/unit/net_pop_parse.c \
	tests/unit/net_choose.c
tests_unit_test_pop_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_pop_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_pop_LDADD = $(NET_LIBS) $(MODEL_LIBS) $(CRITERION_LIBS)

check_PROGRAMS += tests/unit/test_net
tests_unit_test_net_SOURCES = tests/unit/net_imap_token.c tests/unit/net_sasl.c
tests_unit_test_net_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_net_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_net_LDADD = $(NET_LIBS) $(MODEL_LIBS) $(CRITERION_LIBS)

check_PROGRAMS += tests/unit/test_smtp
tests_unit_test_smtp_SOURCES = tests/unit/net_smtp_parse.c
tests_unit_test_smtp_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_smtp_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_smtp_LDADD = $(NET_LIBS) $(MODEL_LIBS) $(CRITERION_LIBS)
