# The messages of the demo, as strings in a library of their own.
SAMPLE_MAILS = \
	src/worker/samples/archive-01-shed.eml \
	src/worker/samples/archive-02-shed-thanks.eml \
	src/worker/samples/archive-03-recipe.eml \
	src/worker/samples/archive-04-moving.eml \
	src/worker/samples/archive-05-manual.eml \
	src/worker/samples/archive-06-quiet.eml \
	src/worker/samples/drafts-01-idea.eml \
	src/worker/samples/inbox-01-start.eml \
	src/worker/samples/inbox-02-lunch.eml \
	src/worker/samples/inbox-03-lunch-table.eml \
	src/worker/samples/inbox-04-lunch-soup.eml \
	src/worker/samples/inbox-05-yes.eml \
	src/worker/samples/inbox-06-newsletter.eml \
	src/worker/samples/inbox-07-html-only.eml \
	src/worker/samples/inbox-08-figures.eml \
	src/worker/samples/inbox-09-rfc2231.eml \
	src/worker/samples/inbox-10-japanese.eml \
	src/worker/samples/inbox-11-chinese-gb18030.eml \
	src/worker/samples/inbox-12-chinese-traditional.eml \
	src/worker/samples/inbox-13-korean.eml \
	src/worker/samples/inbox-14-russian-koi8r.eml \
	src/worker/samples/inbox-15-greek.eml \
	src/worker/samples/inbox-16-right-to-left.eml \
	src/worker/samples/inbox-17-emoji.eml \
	src/worker/samples/inbox-18-invite.eml \
	src/worker/samples/inbox-19-bounce.eml \
	src/worker/samples/inbox-20-flowed.eml \
	src/worker/samples/inbox-21-flowed-reply.eml \
	src/worker/samples/inbox-22-flowed-again.eml \
	src/worker/samples/inbox-23-cron.eml \
	src/worker/samples/inbox-24-signed.eml \
	src/worker/samples/inbox-25-inventory.eml \
	src/worker/samples/inbox-26-arrives-lunch.eml \
	src/worker/samples/inbox-27-arrives-build.eml \
	src/worker/samples/inbox-28-arrives-tea.eml \
	src/worker/samples/inbox-29-arrives-glove.eml \
	src/worker/samples/inbox-30-arrives-photo.eml \
	src/worker/samples/pop-01-machine.eml \
	src/worker/samples/pop-02-machine-again.eml \
	src/worker/samples/pop-03-library.eml \
	src/worker/samples/pop-04-choir.eml \
	src/worker/samples/pop-05-bicycle.eml \
	src/worker/samples/pop-06-dentist.eml \
	src/worker/samples/pop-07-power.eml \
	src/worker/samples/pop-08-french.eml \
	src/worker/samples/pop-09-chess.eml \
	src/worker/samples/pop-10-arrives-fridge.eml \
	src/worker/samples/sent-01-re-lunch.eml \
	src/worker/samples/sent-02-re-cake.eml \
	src/worker/samples/sent-03-cellar.eml \
	src/worker/samples/sent-04-re-north.eml \
	src/worker/samples/sent-05-thanks.eml \
	src/worker/samples/trash-01-prize.eml \
	src/worker/samples/trash-02-survey.eml \
	src/worker/samples/verso-devel-01-columns-1.eml \
	src/worker/samples/verso-devel-02-columns-2.eml \
	src/worker/samples/verso-devel-03-columns-3.eml \
	src/worker/samples/verso-devel-04-columns-4.eml \
	src/worker/samples/verso-devel-05-columns-5.eml \
	src/worker/samples/verso-devel-06-columns-6.eml \
	src/worker/samples/verso-devel-07-columns-7.eml \
	src/worker/samples/verso-devel-08-columns-8.eml \
	src/worker/samples/verso-devel-09-columns-9.eml \
	src/worker/samples/verso-devel-10-columns-10.eml \
	src/worker/samples/verso-devel-11-columns-11.eml \
	src/worker/samples/verso-devel-12-columns-12.eml \
	src/worker/samples/verso-devel-13-columns-13.eml \
	src/worker/samples/verso-devel-14-columns-14.eml \
	src/worker/samples/verso-devel-15-columns-15.eml \
	src/worker/samples/verso-devel-16-columns-16.eml \
	src/worker/samples/verso-devel-17-columns-17.eml \
	src/worker/samples/verso-devel-18-names.eml \
	src/worker/samples/verso-devel-19-names-2.eml

src/worker/sample_mail.c: $(SAMPLE_MAILS) src/worker/embed.awk
	$(AM_V_GEN)$(MKDIR_P) src/worker && \
	(cd $(srcdir) && LC_ALL=C $(AWK) -f src/worker/embed.awk \
		$(SAMPLE_MAILS)) >$@.tmp && mv $@.tmp $@

noinst_LIBRARIES += libsamples.a
libsamples_a_SOURCES = src/worker/sample_mail.h
nodist_libsamples_a_SOURCES = src/worker/sample_mail.c
SAMPLES_LIBS = libsamples.a
BUILT_SOURCES += src/worker/sample_mail.c
CLEANFILES += src/worker/sample_mail.c src/worker/sample_mail.c.tmp
EXTRA_DIST += src/worker/embed.awk $(SAMPLE_MAILS)

check_PROGRAMS += tests/unit/test_samples
tests_unit_test_samples_SOURCES = tests/unit/samples.c
tests_unit_test_samples_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_samples_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_samples_LDADD = $(SAMPLES_LIBS) $(GLIB_LIBS) $(CRITERION_LIBS)
