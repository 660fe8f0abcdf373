/*
 * json.c - building and printing JSON
 */
#include "cli/json.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/cli.h"

void
json_text(JsonBuilder *b, const char *name, const char *text)
{
	char *valid;

	json_builder_set_member_name(b, name);
	if (!text) {
		json_builder_add_null_value(b);
		return;
	}
	valid = g_utf8_make_valid(text, -1);
	json_builder_add_string_value(b, valid);
	g_free(valid);
}

void
json_number(JsonBuilder *b, const char *name, int64_t number)
{
	json_builder_set_member_name(b, name);
	json_builder_add_int_value(b, number);
}

void
json_date(JsonBuilder *b, const char *name, int64_t when, int zone_minutes)
{
	char *date = when ? cli_date(when, zone_minutes) : NULL;

	json_text(b, name, date);
	g_free(date);
}

/* A code point as JSON's escape, two of them beyond the first plane. */
static void
escape(GString *out, gunichar c)
{
	if (c < 0x10000) {
		g_string_append_printf(out, "\\u%04x", c);
		return;
	}
	c -= 0x10000;
	g_string_append_printf(out, "\\u%04x\\u%04x", 0xd800 + (c >> 10),
			       0xdc00 + (c & 0x3ff));
}

void
json_print(JsonBuilder *b)
{
	JsonNode *root = json_builder_get_root(b);
	JsonGenerator *g = json_generator_new();
	GString *safe = g_string_new(NULL);
	char *text;

	json_generator_set_root(g, root);
	json_generator_set_pretty(g, TRUE);
	text = json_generator_to_data(g, NULL);
	for (const char *p = text; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		if (c == '\n' || text_printable(c))
			g_string_append_unichar(safe, c);
		else
			escape(safe, c);
	}
	g_string_append_c(safe, '\n');
	fwrite(safe->str, 1, safe->len, stdout);
	g_string_free(safe, TRUE);
	g_free(text);
	json_node_unref(root);
	g_object_unref(g);
	g_object_unref(b);
}
