/*
 * themes.h - the themes that are built in, made of themes/ by the Makefile
 */
#ifndef VERSO_UI_THEMES_H
#define VERSO_UI_THEMES_H

struct theme_text {
	const char *name;
	const char *text;
};

/* Ended by an entry without a name; the first is the default. */
extern const struct theme_text themes_built_in[];

#endif
