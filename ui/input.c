/*
 * input.c - control characters and the rest, by name
 */
#include "ui/input.h"

#include <glib.h>

/* Those that have a key of their own; 0 ends. */
static const struct {
	uint32_t c;
	const char *name;
} own[] = {
	{ '\t', "Tab" },  { '\r', "Enter" }, { '\n', "C-j" },
	{ 27, "Esc" },	  { ' ', "Space" },  { 127, "Backspace" },
	{ 8, "Backspace" }, { 0, NULL }
};

void
input_named(const char *name, bool escape, char *buf, size_t size)
{
	g_snprintf(buf, (gulong)size, "%s%s", escape ? "Esc-" : "", name);
}

void
input_character(uint32_t c, bool escape, char *buf, size_t size)
{
	char name[8] = "";

	for (int i = 0; own[i].name; i++)
		if (own[i].c == c) {
			input_named(own[i].name, escape, buf, size);
			return;
		}
	if (c < 32) {
		g_snprintf(name, sizeof(name), "C-%c",
			   g_ascii_tolower((char)(c + '@')));
	} else if (g_unichar_validate(c)) {
		name[g_unichar_to_utf8(c, name)] = '\0';
	}
	input_named(name, escape, buf, size);
}
