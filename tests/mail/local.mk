# Messages, ours and (where they are) other people's.
check_PROGRAMS += tests/mail/dump
tests_mail_dump_SOURCES = tests/mail/dump.c
tests_mail_dump_LDADD = $(MIME_LIBS)
dist_check_SCRIPTS += tests/mail/corpus_score
