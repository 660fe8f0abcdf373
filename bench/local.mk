# Benchmarks: "make bench", tables with the peers beside verso.
EXTRA_DIST += bench/changes.py bench/common.py bench/delay.py bench/dovecot.py bench/drain.py \
	bench/letters.py bench/mail.py bench/peers.py bench/reader.py bench/run.py bench/screen.py bench/sync.py

BENCH_TABLES =
bench: verso$(EXEEXT) bench/make_store$(EXEEXT) bench/letter$(EXEEXT)
	python3 $(srcdir)/bench/run.py --verso ./verso$(EXEEXT) \
		--make-store bench/make_store$(EXEEXT) $(BENCH_TABLES)
.PHONY: bench

EXTRA_PROGRAMS += bench/make_store bench/letter
bench_letter_SOURCES = bench/letter.c
bench_letter_LDADD = $(MIME_LIBS) $(STORE_LIBS)
bench_make_store_SOURCES = bench/make_store.c
bench_make_store_LDADD = $(STORE_LIBS)
