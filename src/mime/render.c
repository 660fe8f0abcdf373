/*
 * render.c - a message as the pager shows it
 */
#include <string.h>

#include "mime/armour.h"
#include "mime/attach.h"
#include "mime/calendar.h"
#include "mime/charset.h"
#include "mime/enriched.h"
#include "mime/html.h"
#include "mime/plain.h"
#include "mime/plan.h"
#include "mime/report.h"
#include "mime/sheet.h"

#define TEXT_MAX (4 << 20)	/* of one part */
#define FIELD_MAX 3000		/* of one header line, unless all are asked */

struct page {
	struct sheet sheet;
	const struct render_options *options;
	bool text_only;		/* no names of parts, no notices */
};

static void
notice(struct page *p, const char *text)
{
	if (!p->text_only)
		sheet_wrap(&p->sheet, LINE_NOTICE, 0, "", "  ", text);
}

/* ---- headers ------------------------------------------------------------ */

static void
header_line(struct page *p, const char *name, const char *value, bool whole)
{
	char *first = g_strdup_printf("%s: ", name), *text = g_strdup(value);

	if (!whole && strlen(text) > FIELD_MAX) {
		char *cut;

		*g_utf8_find_prev_char(text, text + FIELD_MAX) = '\0';
		cut = g_strconcat(text, " …", NULL);
		g_free(text);
		text = cut;
	}
	sheet_wrap(&p->sheet, LINE_HEADER, 0, first, "    ", text);
	g_free(text);
	g_free(first);
}

static void
chosen_headers(struct page *p, struct message_view *m)
{
	static const char *const names[] = { "From", "To", "Cc", "Bcc",
					     "Date", "Subject" };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		const char *value = mime_header(m, names[i]);

		if (value && *value)
			header_line(p, names[i], value, false);
	}
}

static void
all_headers(struct page *p, struct message_view *m)
{
	for (size_t i = 0; i < mime_header_count(m); i++)
		header_line(p, mime_header_name(m, i), mime_header_value(m, i),
			    true);
}

static void
headers(struct page *p, struct message_view *m)
{
	guint before = p->sheet.lines->len;

	if (p->options->all_headers)
		all_headers(p, m);
	else
		chosen_headers(p, m);
	if (p->sheet.lines->len > before)
		sheet_gap(&p->sheet, 0);
}

/* ---- the body ----------------------------------------------------------- */

static void
body(struct page *p, struct message_view *m);

static void
say_trouble(struct page *p, const struct node *n, bool cut, int trouble)
{
	char *text;

	if (n->odd_encoding && !n->raw) {
		text = g_strdup_printf("The transfer encoding “%s” is unknown; "
				       "this is the text as it stands.",
				       n->odd_encoding);
		notice(p, text);
		g_free(text);
	}
	if (trouble == CHARSET_UNKNOWN) {
		text = g_strdup_printf("The character set “%s” is unknown; "
				       "this is how the text looks.",
				       n->charset);
		notice(p, text);
		g_free(text);
	}
	if (trouble == CHARSET_DAMAGED)
		notice(p, "Some characters of this text are damaged.");
	if (cut)
		notice(p, "The text goes on; save the part to read all "
			  "of it.");
}

static void
strip_armour(struct page *p, char *text)
{
	unsigned int found = armour_strip(text);

	if (found & ARMOUR_SIGNED)
		notice(p, "This text is signed with PGP; the signature was "
			  "not checked.");
	if (found & ARMOUR_ENCRYPTED)
		notice(p, "This text is encrypted with PGP; it cannot be "
			  "opened here.");
	if (found & ARMOUR_YENC)
		notice(p, "A file in yEnc stood in this text; it cannot be "
			  "opened here.");
	if (found)
		sheet_gap(&p->sheet, 0);
}

static void
show_enriched(struct sheet *s, const char *text, bool rich)
{
	char *words = enriched_text(text, rich);

	plain_render(s, words);
	g_free(words);
}

/* The words of a part, by its type. */
static void
show_words(struct page *p, struct message_view *m, const struct node *n,
	   char *text)
{
	struct sheet *s = &p->sheet;

	if (node_is(n, "text/plain"))
		strip_armour(p, text);
	if (node_is(n, "text/html") || node_is(n, "text/watch-html") ||
	    node_is(n, "application/xhtml+xml"))
		html_render(s, text);
	else if (node_is(n, "text/calendar"))
		calendar_render(s, text);
	else if (node_is(n, "text/enriched") || node_is(n, "text/richtext"))
		show_enriched(s, text, node_is(n, "text/richtext"));
	else if (node_is(n, "message/delivery-status") ||
		 node_is(n, "message/disposition-notification"))
		report_render(s, text);
	else if (node_is(n, "message/external-body"))
		report_external(s, m, n);
	else if (n->flowed)
		flowed_render(s, text, n->delsp);
	else
		plain_render(s, text);
}

static void
show_text(struct page *p, struct message_view *m, const struct node *n)
{
	bool cut;
	int trouble;
	char *text = node_text(m, n, TEXT_MAX, &cut, &trouble);

	sheet_gap(&p->sheet, 0);
	show_words(p, m, n, text);
	sheet_trim(&p->sheet);
	say_trouble(p, n, cut, trouble);
	g_free(text);
}

static void
show_part(struct page *p, struct message_view *m, const struct node *n)
{
	char *words, *line;

	if (p->text_only)
		return;
	words = attach_describe(m, n);
	line = m->depth ? g_strdup_printf("• %s", words)
			: g_strdup_printf("[%zu] %s", n->leaf + 1, words);
	sheet_wrap(&p->sheet, LINE_PART, 0, "", "    ", line);
	g_free(line);
	g_free(words);
}

static void
show_message(struct page *p, struct message_view *m, const struct node *n)
{
	GBytes *bytes;
	struct message_view *inner;
	bool cut;

	if (m->depth >= INLINE_MAX) {
		notice(p, "More messages lie inside; save this part to read "
			  "them.");
		return;
	}
	bytes = node_bytes(m, n, G_MAXINT32, &cut);
	inner = view_open(bytes, m->depth + 1);
	headers(p, inner);
	body(p, inner);
	mime_close(inner);
	g_bytes_unref(bytes);
}

static void
body(struct page *p, struct message_view *m)
{
	GArray *steps = plan_make(m, p->options->prefer_html);
	enum step_kind before = STEP_PART;

	for (guint i = 0; i < steps->len; i++) {
		const struct step *step = &g_array_index(steps, struct step, i);

		if (step->kind != before || step->kind != STEP_PART)
			sheet_gap(&p->sheet, 0);
		before = step->kind;
		if (step->kind == STEP_TEXT)
			show_text(p, m, step->node);
		else if (step->kind == STEP_PART)
			show_part(p, m, step->node);
		else if (step->kind == STEP_MESSAGE)
			show_message(p, m, step->node);
		else
			notice(p, step->notice);
		if (p->sheet.lines->len >= LINES_MAX)
			break;
	}
	g_array_unref(steps);
}

/* The links of the page become those of the message. */
static void
keep_links(struct message_view *m, struct sheet *s)
{
	g_ptr_array_unref(m->links);
	m->links = g_ptr_array_ref(s->links);
	sheet_fini(s);
	g_ptr_array_add(m->links, NULL);
}

GPtrArray *
mime_render(struct message_view *m, const struct render_options *options)
{
	struct page p = { .options = options };

	sheet_init(&p.sheet, options->width);
	if (!options->no_headers)
		headers(&p, m);
	body(&p, m);
	sheet_trim(&p.sheet);
	keep_links(m, &p.sheet);
	return p.sheet.lines;
}

char *
mime_text(struct message_view *m)
{
	static const struct render_options plain = { .no_headers = true };
	struct page p = { .options = &plain, .text_only = true };
	GString *out = g_string_new(NULL);

	sheet_init(&p.sheet, 0);
	body(&p, m);
	sheet_trim(&p.sheet);
	for (guint i = 0; i < p.sheet.lines->len; i++) {
		const struct line *line = p.sheet.lines->pdata[i];

		g_string_append(out, line->text);
		g_string_append_c(out, '\n');
	}
	g_ptr_array_unref(p.sheet.lines);
	keep_links(m, &p.sheet);
	return g_string_free(out, FALSE);
}
