# Themes: installed as models for your own, and built into the program.
themesdir = $(pkgdatadir)/themes
THEMES = themes/dusk.theme themes/day.theme themes/mono.theme \
	themes/contrast.theme
dist_themes_DATA = $(THEMES)

# Each file as one string of C; the first is the default.
ui/themes_built_in.c: $(THEMES) themes/local.mk
	$(AM_V_GEN)$(MKDIR_P) ui; \
	{ echo '/* Made of themes/ by the Makefile. */'; \
	  echo '#include "ui/themes.h"'; \
	  echo 'const struct theme_text themes_built_in[] = {'; \
	  for t in $(THEMES); do \
		echo "{ \"$$t\"," | sed 's,themes/,,; s,\.theme,,'; \
		sed -e '/^#/d' -e 's/.*/"&\\n"/' $(srcdir)/$$t; echo '},'; \
	  done; echo '{ 0, 0 } };'; } >$@.tmp && mv $@.tmp $@
CLEANFILES += ui/themes_built_in.c
