# Messages, ours and (where they are) other people's.
check_PROGRAMS += tests/mail/dump
tests_mail_dump_SOURCES = tests/mail/dump.c
tests_mail_dump_LDADD = $(MIME_LIBS)
dist_check_SCRIPTS += tests/mail/corpus_score

# What is built, by another parser.
check_PROGRAMS += tests/mail/build
tests_mail_build_SOURCES = tests/mail/build.c
tests_mail_build_LDADD = $(MIME_LIBS)
dist_check_SCRIPTS += tests/mail/build_check tests/mail/build_random

check_PROGRAMS += tests/mail/test_mail
tests_mail_test_mail_SOURCES = tests/mail/mail.c
tests_mail_test_mail_CPPFLAGS = $(TEST_CPPFLAGS)
tests_mail_test_mail_CFLAGS = $(TEST_CFLAGS)
tests_mail_test_mail_LDADD = $(MIME_LIBS) $(CRITERION_LIBS)
MAILS = \
	alternative \
	alternative-empty \
	base64-broken \
	bounce \
	charset-jis \
	charset-koi8 \
	charset-korean \
	charset-typo \
	charset-unknown \
	date-named-zone \
	date-none \
	date-two-digits \
	digest \
	disposition \
	encoding-lies \
	encrypted \
	enriched \
	escape-sequences \
	external-body \
	flowed \
	flowed-delsp \
	from-line \
	group \
	header-only \
	header-only-cut \
	html-blocks \
	html-images \
	html-letter \
	html-links \
	html-meta \
	invite \
	invite-guests \
	line-ends-cr \
	line-ends-crlf \
	long-line \
	multipart-empty-inside \
	multipart-never-found \
	multipart-no-boundary \
	multipart-no-parts \
	name-mixed \
	never-closed \
	no-colon \
	no-empty-line \
	no-empty-line-inside \
	nul-and-cr \
	nul-everywhere \
	parents-boundary \
	pgp-encrypted \
	pgp-signed \
	plain \
	quoted-printable \
	quotes \
	related \
	reply-to-prose \
	rfc2231 \
	rfc822 \
	rfc822-empty \
	signed \
	subject-twice \
	tnef \
	uuencode \
	words-quoted \
	words-raw \
	words-split \
	words-unknown \
	yenc
EXTRA_DIST += $(MAILS:%=tests/mail/%.eml) $(MAILS:%=tests/mail/%.expect)
