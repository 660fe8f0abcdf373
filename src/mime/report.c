/*
 * report.c - parts that are made of fields, for programs to read
 */
#include "mime/report.h"

#include <string.h>

#include "base/text.h"
#include "mime/field.h"
#include "mime/words.h"

#define VALUE_MAX 4000		/* octets shown of a field */
#define PARAMETERS_MAX 20

/* The name goes through the gate as well: it is a stranger's. */
static void
show_field(struct sheet *s, const char *name, const char *value)
{
	char *line = g_strdup_printf("%s: %s", name, value);

	sheet_wrap(s, LINE_TEXT, 0, "", "    ", line);
	g_free(line);
}

/* "rfc822; bob@example.net": what kind of address or code it is says a
 * person nothing. */
static const char *
without_kind(const char *value)
{
	static const char *const kinds[] = { "rfc822;", "utf-8;", "smtp;",
					     "dns;", "unknown;" };

	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		size_t n = strlen(kinds[i]);

		if (g_ascii_strncasecmp(value, kinds[i], n) == 0)
			return value + n + strspn(value + n, " ");
	}
	return value;
}

/* One line, unfolded; what is no field is shown as it is. */
static void
show_line(struct sheet *s, const char *text, size_t len)
{
	char *line = words_decode(text, MIN(len, VALUE_MAX), NULL);
	size_t name = strcspn(line, ": ");

	if (name && line[name] == ':') {
		line[name++] = '\0';
		name += strspn(line + name, " \t");
		show_field(s, line, without_kind(line + name));
	} else {
		sheet_wrap(s, LINE_TEXT, 0, "", "    ", line);
	}
	g_free(line);
}

void
report_render(struct sheet *s, const char *text)
{
	while (*text && s->lines->len < LINES_MAX) {
		size_t n = strcspn(text, "\n");

		while (text[n] && (text[n + 1] == ' ' || text[n + 1] == '\t'))
			n += 1 + strcspn(text + n + 1, "\n");
		if (text[strspn(text, " \t")] == '\n')
			sheet_gap(s, 0);
		else
			show_line(s, text, n);
		text += n + (text[n] != '\0');
	}
}

/* A URL in a parameter may be folded anywhere (RFC 2017). */
static void
drop_blanks(char *s)
{
	char *o = s;

	for (; *s; s++)
		if (!g_ascii_isspace(*s))
			*o++ = *s;
	*o = '\0';
}

static void
show_parameters(struct sheet *s, const char *value)
{
	GMimeContentType *ct = g_mime_content_type_parse(NULL, value);
	GMimeParamList *list = g_mime_content_type_get_parameters(ct);
	int n = MIN(g_mime_param_list_length(list), PARAMETERS_MAX);

	for (int i = 0; i < n; i++) {
		GMimeParam *p = g_mime_param_list_get_parameter_at(list, i);
		const char *name = g_mime_param_get_name(p);
		const char *v = g_mime_param_get_value(p);
		char *label = text_to_utf8(name, strlen(name));
		char *text = text_to_utf8(v ? v : "", v ? strlen(v) : 0);

		if (g_ascii_strcasecmp(label, "url") == 0)
			drop_blanks(text);
		show_field(s, label, text);
		g_free(text);
		g_free(label);
	}
	g_object_unref(ct);
}

void
report_external(struct sheet *s, struct message_view *m, const struct node *n)
{
	struct field_scan scan;
	struct field f;

	field_scan_init(&scan, m->data + n->header.from,
			n->header.to - n->header.from);
	while (field_next(&scan, &f)) {
		char *value;

		if (!field_is(&f, "Content-Type"))
			continue;
		value = field_unfold(f.value, MIN(f.value_len, VALUE_MAX));
		show_parameters(s, value);
		g_free(value);
		return;
	}
}
