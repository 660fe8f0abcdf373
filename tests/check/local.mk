# Checks of the sources beside the tests of the program.
dist_check_SCRIPTS += tests/check/layers.sh tests/check/style.sh \
	tests/check/headers.sh tests/check/cppcheck.sh tests/check/tidy.sh \
	tests/check/dist.sh tests/check/words.sh
EXTRA_DIST += tests/check/hardened.sh .clang-tidy tests/check/cppcheck.supp

CHECK_FLAGS = -include $(abs_top_builddir)/config.h -I$(abs_top_srcdir)/src \
	-I$(abs_top_srcdir) -std=gnu11 -DTHEMES_DIR=__FILE__ \
	$(GLIB_CFLAGS) \
	$(ETPAN_CFLAGS) $(OPENSSL_CFLAGS) $(SQLITE_CFLAGS) $(GMIME_CFLAGS) \
	$(GUMBO_CFLAGS) $(CMARK_CFLAGS) $(CURSES_CFLAGS) $(INIH_CFLAGS) $(JSON_CFLAGS) \
	$(CRITERION_CFLAGS)
AM_TESTS_ENVIRONMENT = CHECK_CC='$(CC)'; export CHECK_CC; \
	CHECK_FLAGS='$(CHECK_FLAGS)'; export CHECK_FLAGS;
CHECK_CACHES = tests/check/cppcheck.cache tests/check/tidy.cache
clean-check-caches:
	rm -rf $(CHECK_CACHES)
.PHONY: clean-check-caches
