/*
 * ui_input.c - what keys are called
 */
#include "ui/input.h"

#include <criterion/criterion.h>
#include <glib.h>

Test(input, characters)
{
	static const struct {
		uint32_t c;
		bool escape;
		const char *name;
	} rows[] = {
		{ 'j', false, "j" },	   { 'G', false, "G" },
		{ ' ', false, "Space" },   { '\r', false, "Enter" },
		{ '\n', false, "C-j" },  { '\t', false, "Tab" },
		{ 27, false, "Esc" },	   { 127, false, "Backspace" },
		{ 14, false, "C-n" },	   { 28, false, "C-\\" },
		{ 'v', true, "Esc-v" },	   { '/', true, "Esc-/" },
		{ '\t', true, "Esc-Tab" }, { 14, true, "Esc-C-n" },
		{ 0xe4, false, "ä" },	   { 0x1f600, true, "Esc-😀" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		char buf[16];

		input_character(rows[i].c, rows[i].escape, buf, sizeof(buf));
		cr_assert_str_eq(buf, rows[i].name, "row %zu: %s", i, buf);
	}
}

Test(input, named)
{
	char buf[16];

	input_named("PgDn", false, buf, sizeof(buf));
	cr_assert_str_eq(buf, "PgDn");
	input_named("Backspace", true, buf, sizeof(buf));
	cr_assert_str_eq(buf, "Esc-Backspace");
}
