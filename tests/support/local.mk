# What tests of more than one room share: a real server, a bad wire,
# certificates, a terminal.
check_LIBRARIES += libsupport.a
libsupport_a_SOURCES = \
	tests/support/cert.c tests/support/cert.h \
	tests/support/delay.c tests/support/delay.h \
	tests/support/delay_wire.c tests/support/delay_wire.h \
	tests/support/dovecot.c tests/support/dovecot.h \
	tests/support/dovecot_conf.c tests/support/dovecot_conf.h \
	tests/support/dovecot_mail.c \
	tests/support/other.c tests/support/other.h \
	tests/support/other_courier.c tests/support/other_cyrus.c \
	tests/support/other_exim.c tests/support/other_own.h \
	tests/support/pty.c tests/support/pty.h \
	tests/support/smtpd.c tests/support/smtpd.h \
	tests/support/support.c tests/support/support.h \
	tests/support/vt.c tests/support/vt.h \
	tests/support/vt_parse.c tests/support/vt_screen.h
libsupport_a_CPPFLAGS = $(TEST_CPPFLAGS)
libsupport_a_CFLAGS = $(AM_CFLAGS) $(OPENSSL_CFLAGS)
SUPPORT_LIBS = libsupport.a $(OPENSSL_LIBS) $(GLIB_LIBS) $(UNISTRING_LIBS) -lutil

check_PROGRAMS += tests/support/test_support
tests_support_test_support_SOURCES = \
	tests/support/test_delay.c tests/support/test_dovecot.c \
	tests/support/test_pty.c
tests_support_test_support_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/tests
tests_support_test_support_CFLAGS = $(TEST_CFLAGS)
tests_support_test_support_LDADD = $(SUPPORT_LIBS) $(CRITERION_LIBS)

# For scripts and bench/: made on demand.
EXTRA_PROGRAMS += tests/support/delay
tests_support_delay_SOURCES = tests/support/delay_main.c
tests_support_delay_CPPFLAGS = $(TEST_CPPFLAGS)
tests_support_delay_LDADD = $(SUPPORT_LIBS)
CLEANFILES += $(EXTRA_PROGRAMS)

# The n-th system call fails or kills: linked into a test, or preloaded into
# whole programs.
CRASHPOINT = tests/support/crashpoint.c tests/support/crashpoint.h \
	tests/support/powercut.c tests/support/powercut.h
EXTRA_DIST += $(CRASHPOINT)
check_DATA += tests/support/crashpoint.so
CLEANFILES += tests/support/crashpoint.so
tests/support/crashpoint.so: $(CRASHPOINT)
	$(AM_V_at)$(MKDIR_P) tests/support
	$(AM_V_CCLD)$(CC) -std=gnu11 -O1 -fPIC -shared -o $@ \
		$(srcdir)/tests/support/crashpoint.c \
		$(srcdir)/tests/support/powercut.c -ldl

# In place of the libfam that Courier wants.
NOFAM = tests/support/nofam.c
EXTRA_DIST += $(NOFAM)
check_DATA += tests/support/libfam.so.0
CLEANFILES += tests/support/libfam.so.0
tests/support/libfam.so.0: $(NOFAM)
	$(AM_V_at)$(MKDIR_P) tests/support
	$(AM_V_CCLD)$(CC) -std=gnu11 -O1 -fPIC -shared -o $@ \
		-Wl,-soname,libfam.so.0 $(srcdir)/$(NOFAM)

# So that Exim finds the user it looks for.
ANYUSER = tests/support/anyuser.c
EXTRA_DIST += $(ANYUSER)
check_DATA += tests/support/anyuser.so
CLEANFILES += tests/support/anyuser.so
tests/support/anyuser.so: $(ANYUSER)
	$(AM_V_at)$(MKDIR_P) tests/support
	$(AM_V_CCLD)$(CC) -std=gnu11 -O1 -fPIC -shared -o $@ \
		$(srcdir)/$(ANYUSER)
