# Fuzzers: fuzz_NAME.c defines LLVMFuzzerTestOneInput(); seeds, if any, lie in
# tests/fuzz/NAME/.  "make check" runs each for a few seconds on fixed inputs;
# "make fuzz FUZZ_SECONDS=60" lets libFuzzer search.  Three lines each:
FUZZERS =
FUZZERS += tests/fuzz/fuzz_pop
tests_fuzz_fuzz_pop_SOURCES = tests/fuzz/fuzz_pop.c $(FUZZ_MAIN)
tests_fuzz_fuzz_pop_LDADD = $(NET_LIBS) $(MODEL_LIBS) $(FUZZ_ENGINE)
FUZZERS += tests/fuzz/fuzz_smtp
tests_fuzz_fuzz_smtp_SOURCES = tests/fuzz/fuzz_smtp.c $(FUZZ_MAIN)
tests_fuzz_fuzz_smtp_LDADD = $(NET_LIBS) $(MODEL_LIBS) $(FUZZ_ENGINE)
FUZZERS += tests/fuzz/fuzz_words
tests_fuzz_fuzz_words_SOURCES = tests/fuzz/fuzz_words.c $(FUZZ_MAIN)
tests_fuzz_fuzz_words_LDADD = $(MODEL_LIBS) $(FUZZ_ENGINE)
FUZZERS += tests/fuzz/fuzz_thread
tests_fuzz_fuzz_thread_SOURCES = tests/fuzz/fuzz_thread.c $(FUZZ_MAIN)
tests_fuzz_fuzz_thread_LDADD = $(MODEL_LIBS) $(FUZZ_ENGINE)
FUZZERS += tests/fuzz/fuzz_mbox
tests_fuzz_fuzz_mbox_SOURCES = tests/fuzz/fuzz_mbox.c $(FUZZ_MAIN)
tests_fuzz_fuzz_mbox_LDADD = $(STORE_LIBS) $(FUZZ_ENGINE)
EXTRA_DIST += tests/fuzz/mbox/block tests/fuzz/mbox/quotes
FUZZERS += tests/fuzz/fuzz_mime
tests_fuzz_fuzz_mime_SOURCES = tests/fuzz/fuzz_mime.c $(FUZZ_MAIN)
tests_fuzz_fuzz_mime_LDADD = $(MIME_LIBS) $(FUZZ_ENGINE)
EXTRA_DIST += tests/fuzz/mime/mixed tests/fuzz/mime/flowed \
	tests/fuzz/mime/armour tests/fuzz/mime/enriched \
	tests/fuzz/mime/report tests/fuzz/mime/uuencode
FUZZERS += tests/fuzz/fuzz_letter
tests_fuzz_fuzz_letter_SOURCES = tests/fuzz/fuzz_letter.c $(FUZZ_MAIN)
tests_fuzz_fuzz_letter_LDADD = $(MIME_LIBS) $(FUZZ_ENGINE)
EXTRA_DIST += tests/fuzz/letter/kept tests/fuzz/letter/link
FUZZERS += tests/fuzz/fuzz_imap
tests_fuzz_fuzz_imap_SOURCES = tests/fuzz/fuzz_imap.c $(FUZZ_MAIN)
tests_fuzz_fuzz_imap_LDADD = $(NET_LIBS) $(MODEL_LIBS) $(FUZZ_ENGINE)
EXTRA_DIST += tests/fuzz/imap/fetch

check_PROGRAMS += $(FUZZERS)

# A build of its own, by clang and with coverage, in build-fuzz/ beside.
if FUZZ
FUZZ_MAIN =
else
FUZZ_MAIN = tests/support/fuzz_main.c
endif
EXTRA_DIST += tests/support/fuzz_main.c tests/fuzz/thread/one \
	tests/fuzz/words/addresses tests/fuzz/words/line \
	tests/fuzz/words/subject tests/fuzz/words/uids \
	tests/fuzz/words/url tests/fuzz/words/utf7
FUZZ_SECONDS = 30
fuzz:
	mkdir -p build-fuzz
	test -f build-fuzz/Makefile || (cd build-fuzz && \
		$(abs_top_srcdir)/configure -q CC=clang --enable-fuzz \
		--enable-sanitize=fuzzer-no-link,address,undefined)
	cd build-fuzz && $(MAKE) fuzz-run FUZZ_SECONDS=$(FUZZ_SECONDS)
fuzz-run: $(FUZZERS)
	@set -e; for program in $(FUZZERS); do \
		name=`basename $$program | sed 's/^fuzz_//'`; \
		mkdir -p corpus/$$name; echo "== $$name"; \
		seeds=$(abs_top_srcdir)/tests/fuzz/$$name; \
		test -d $$seeds || seeds=; \
		$$program -max_total_time=$(FUZZ_SECONDS) -timeout=10 \
			-rss_limit_mb=1024 -max_len=65536 -verbosity=0 \
			-print_final_stats=1 corpus/$$name $$seeds; \
	done
clean-fuzz:
	rm -rf build-fuzz fuzz_*.input
.PHONY: fuzz fuzz-run clean-fuzz
