# The manual.  The tables in it come from the program's own tables.
noinst_PROGRAMS += doc/manual
doc_manual_SOURCES = doc/manual.c
doc_manual_CPPFLAGS = -I$(top_srcdir)/src
nodist_man_MANS = doc/verso.1 doc/verso.5
EXTRA_DIST += doc/architecture.md doc/verso.1.in doc/verso.5.in
CLEANFILES += doc/verso.1 doc/verso.5

MAKE_MAN = $(MKDIR_P) doc && \
	for table in subcommands commands options; do \
		doc/manual $$table >$@.$$table || exit 1; \
	done && \
	sed -e "/^@SUBCOMMANDS@$$/{r $@.subcommands" -e 'd}' \
	    -e "/^@COMMANDS@$$/{r $@.commands" -e 'd}' \
	    -e "/^@OPTIONS@$$/{r $@.options" -e 'd}' \
	    -e 's/@VERSION@/$(VERSION)/' -e 's,@THEMESDIR@,$(themesdir),' \
		$(srcdir)/$@.in >$@.tmp && \
	rm $@.subcommands $@.commands $@.options && mv $@.tmp $@
doc/verso.1: doc/verso.1.in doc/manual$(EXEEXT) src/control/commands.def \
		src/cli/commands.def
	$(AM_V_GEN)$(MAKE_MAN)
doc/verso.5: doc/verso.5.in doc/manual$(EXEEXT) src/control/options.def
	$(AM_V_GEN)$(MAKE_MAN)
