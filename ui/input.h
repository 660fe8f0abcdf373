/*
 * input.h - names for what a keyboard sends
 *
 * The names are those of keys.h: "j", "C-n", "Esc-v", "Enter", "PgDn".
 */
#ifndef VERSO_UI_INPUT_H
#define VERSO_UI_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A character as the terminal sent it, with Escape before it or not.  buf of
 * at least 16 bytes. */
void
input_character(uint32_t c, bool escape, char *buf, size_t size);

/* A key that has a name of its own ("PgDn"), with Escape before it or not. */
void
input_named(const char *name, bool escape, char *buf, size_t size);

#endif
