/*
 * calendar.c - what an invitation says, from text/calendar (RFC 5545)
 */
#include "mime/calendar.h"

#include <stdio.h>
#include <string.h>

#define GUESTS_MAX 12	/* who are named of an event */

/* Lines that begin with a blank go on the line before (RFC 5545 3.1). */
static char *
unfold(const char *text)
{
	GString *s = g_string_new(NULL);

	for (; *text; text++) {
		size_t n = text[0] == '\r' && text[1] == '\n' ? 2
			   : text[0] == '\n' ? 1 : 0;

		if (n && (text[n] == ' ' || text[n] == '\t'))
			text += n;
		else if (*text != '\r')
			g_string_append_c(s, *text);
	}
	return g_string_free(s, FALSE);
}

static char *
unescape(const char *value)
{
	GString *s = g_string_new(NULL);

	for (; *value; value++) {
		if (value[0] == '\\' && value[1]) {
			value++;
			g_string_append_c(s, *value == 'n' || *value == 'N'
					  ? ' ' : *value);
		} else {
			g_string_append_c(s, *value);
		}
	}
	return g_string_free(s, FALSE);
}

/* "20261123T093000Z" as "2026-11-23 09:30 UTC"; what is none stays. */
static char *
date_text(const char *value)
{
	int y, m, d, h = 0, min = 0;
	int n = sscanf(value, "%4d%2d%2dT%2d%2d", &y, &m, &d, &h, &min);

	if (n == 3)
		return g_strdup_printf("%04d-%02d-%02d", y, m, d);
	if (n != 5)
		return g_strdup(value);
	return g_strdup_printf("%04d-%02d-%02d %02d:%02d%s", y, m, d, h, min,
			       g_str_has_suffix(value, "Z") ? " UTC" : "");
}

static const struct {
	const char *property, *label;
	bool date, address;
} fields[] = {
	{ "SUMMARY", "What", false, false },
	{ "DTSTART", "Begins", true, false },
	{ "DTEND", "Ends", true, false },
	{ "LOCATION", "Where", false, false },
	{ "ORGANIZER", "From", false, true },
	{ "ATTENDEE", "With", false, true },
	{ "RRULE", "Repeats", false, false },
	{ "STATUS", "Status", false, false },
	{ "DESCRIPTION", "About", false, false },
};

/* "mailto:ann@example.org", with the name that CN gives her: the value of a
 * parameter ends at ";" or ":", or at its own quote. */
static char *
person(const char *line, const char *colon, const char *value)
{
	const char *cn = strstr(line, ";CN=");
	char *name, *words;
	size_t n;

	if (g_ascii_strncasecmp(value, "mailto:", 7) == 0)
		value += 7;
	if (!cn || cn > colon)
		return g_strdup(value);
	cn += 4;
	n = *cn == '"' ? strcspn(++cn, "\"") : strcspn(cn, ";:");
	name = g_strndup(cn, n);
	words = strcmp(name, value) == 0 || !*name
		? g_strdup(value) : g_strdup_printf("%s <%s>", name, value);
	g_free(name);
	return words;
}

/* The colon before the value: one in quotes is not it. */
static const char *
value_colon(const char *line)
{
	bool quoted = false;

	for (; *line; line++) {
		quoted ^= *line == '"';
		if (*line == ':' && !quoted)
			return line;
	}
	return NULL;
}

static void
show_property(struct sheet *out, size_t i, const char *line, const char *colon)
{
	char *plain = fields[i].date ? date_text(colon + 1)
				     : unescape(colon + 1);
	char *value = fields[i].address ? person(line, colon, plain)
					: g_strdup(plain);
	char *words = g_strdup_printf("%-8s %s", fields[i].label, value);

	sheet_wrap(out, LINE_TEXT, 0, "", "         ", words);
	g_free(words);
	g_free(value);
	g_free(plain);
}

/* Counts those who are invited: the first ones are named. */
static void
property(struct sheet *out, const char *line, int *guests)
{
	size_t name = strcspn(line, ";:");
	const char *colon = value_colon(line);

	for (size_t i = 0; colon && i < G_N_ELEMENTS(fields); i++) {
		if (strlen(fields[i].property) != name ||
		    g_ascii_strncasecmp(line, fields[i].property, name) != 0)
			continue;
		if (strcmp(fields[i].property, "ATTENDEE") == 0 &&
		    ++*guests > GUESTS_MAX)
			continue;
		show_property(out, i, line, colon);
	}
}

static void
say_guests(struct sheet *out, int guests)
{
	char *line;

	if (guests <= GUESTS_MAX)
		return;
	line = g_strdup_printf("         and %d more", guests - GUESTS_MAX);
	sheet_add(out, LINE_TEXT, 0, line);
	g_free(line);
}

void
calendar_render(struct sheet *out, const char *text)
{
	char *flat = unfold(text);
	char **lines = g_strsplit(flat, "\n", 10000);
	bool inside = false;
	int guests = 0;

	sheet_add(out, LINE_NOTICE, 0, strstr(flat, "METHOD:CANCEL")
		 ? "An event was called off"
		 : strstr(flat, "METHOD:REPLY") ? "An answer to an invitation"
						: "An invitation");
	for (int i = 0; lines[i]; i++) {
		if (g_str_has_prefix(lines[i], "BEGIN:VEVENT")) {
			inside = true;
			guests = 0;
		} else if (g_str_has_prefix(lines[i], "END:VEVENT")) {
			inside = false;
			say_guests(out, guests);
		} else if (inside) {
			property(out, lines[i], &guests);
		}
	}
	g_strfreev(lines);
	g_free(flat);
}
