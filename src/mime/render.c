/*
 * render.c - which parts of a message are shown, and how
 */
#include "mime/private.h"

#include <string.h>

#include "base/text.h"

struct render {
	struct message_view *m;
	GPtrArray *paras;
	bool prefer_html;
	bool text_only;		/* no headers, no lines about other parts */
	bool marking;		/* only find out what is shown */
};

static void
show(struct render *r, GMimeObject *object, int depth);

static bool
type_is(GMimeObject *object, const char *type, const char *subtype)
{
	GMimeContentType *t = g_mime_object_get_content_type(object);

	return t && g_mime_content_type_is_type(t, type, subtype);
}

/* ---- leaves ---- */

static void
part_line(struct render *r, const struct node *n)
{
	size_t number = 0;
	char *size, *words;

	if (r->text_only || r->marking)
		return;
	for (guint i = 0; i < r->m->nodes->len; i++)
		if (r->m->nodes->pdata[i] == n)
			number = i + 1;
	size = part_size_text(n->part.size);
	words = g_strdup_printf("[%zu] %s%s%s · %s", number, n->part.filename,
				*n->part.filename ? " · " : "", n->part.type,
				size);
	para_new(r->paras, LINE_PART, 0, words);
	g_free(words);
	g_free(size);
}

static void
notice(struct render *r, const char *words)
{
	if (!r->text_only && !r->marking)
		para_new(r->paras, LINE_NOTICE, 0, words);
}

static bool
parameter_is(GMimeObject *object, const char *name, const char *value)
{
	const char *p = g_mime_object_get_content_type_parameter(object,
								 name);

	return p && g_ascii_strcasecmp(p, value) == 0;
}

static void
show_text(struct render *r, GMimeObject *object, struct node *n)
{
	bool unknown;
	char *text = text_of_part(GMIME_PART(object), &unknown);

	if (unknown) {
		char *words = g_strdup_printf("The charset “%s” is not known; "
					      "the text may look odd.",
					      n->part.charset);

		notice(r, words);
		g_free(words);
	}
	if (type_is(object, "text", "html"))
		html_paras(r->paras, text, strlen(text), r->m->links);
	else if (type_is(object, "text", "calendar"))
		calendar_paras(r->paras, text);
	else
		flow_plain(r->paras, text,
			   parameter_is(object, "format", "flowed"),
			   parameter_is(object, "delsp", "yes"));
	g_free(text);
}

/* Text that stands in the letter, rather than being sent along with it. */
static bool
is_inline_text(GMimeObject *object, const struct node *n)
{
	if (!GMIME_IS_PART(object) ||
	    strcmp(n->part.disposition, "attachment") == 0)
		return false;
	if (type_is(object, "message", "delivery-status") ||
	    type_is(object, "message", "disposition-notification") ||
	    type_is(object, "text", "rfc822-headers"))
		return true;
	return type_is(object, "text", "*") &&
	       !type_is(object, "text", "csv") &&
	       !type_is(object, "text", "vcard") &&
	       !type_is(object, "text", "x-vcard");
}

static void
show_leaf(struct render *r, GMimeObject *object)
{
	struct node *n = node_of(r->m, object);

	if (!n)
		return;
	if (!is_inline_text(object, n)) {
		part_line(r, n);
		return;
	}
	if (r->marking) {
		n->part.shown = true;
		return;
	}
	if (*n->part.filename)
		part_line(r, n);
	show_text(r, object, n);
}

/* ---- multiparts ---- */

static GMimeObject *
child(GMimeObject *multipart, int i)
{
	return g_mime_multipart_get_part(GMIME_MULTIPART(multipart), i);
}

static int
children(GMimeObject *multipart)
{
	return g_mime_multipart_get_count(GMIME_MULTIPART(multipart));
}

/* A plain form that says nothing: some senders leave it empty. */
static bool
is_empty_text(GMimeObject *object)
{
	bool unknown, empty;
	char *text;

	if (!GMIME_IS_PART(object))
		return false;
	text = text_of_part(GMIME_PART(object), &unknown);
	empty = text[strspn(text, " \t\r\n")] == '\0';
	g_free(text);
	return empty;
}

static bool
contains(GMimeObject *object, const char *type, const char *subtype,
	 int depth)
{
	if (!GMIME_IS_MULTIPART(object))
		return type_is(object, type, subtype);
	for (int i = 0; depth < 8 && i < children(object); i++)
		if (contains(child(object, i), type, subtype, depth + 1))
			return true;
	return false;
}

/* How well a form of an alternative reads here. */
static int
rank(const struct render *r, GMimeObject *object)
{
	if (type_is(object, "text", "plain"))
		return is_empty_text(object) ? 1 : r->prefer_html ? 4 : 5;
	if (contains(object, "text", "html", 0))
		return r->prefer_html ? 5 : 4;
	if (contains(object, "text", "plain", 0))
		return 3;
	return type_is(object, "text", "*") ? 2 : 0;
}

static void
show_alternative(struct render *r, GMimeObject *object, int depth)
{
	int best = 0, n = children(object);

	for (int i = 1; i < n; i++)
		if (rank(r, child(object, i)) > rank(r, child(object, best)))
			best = i;
	show(r, child(object, best), depth);
	/* An invitation rides along as one more form of the letter. */
	for (int i = 0; i < n; i++)
		if (i != best && type_is(child(object, i), "text",
					 "calendar"))
			show(r, child(object, i), depth);
}

static void
show_multipart(struct render *r, GMimeObject *object, int depth)
{
	int n = children(object);

	if (n == 0)
		return;
	if (type_is(object, "multipart", "alternative")) {
		show_alternative(r, object, depth);
		return;
	}
	if (type_is(object, "multipart", "encrypted"))
		notice(r, "This message is encrypted (PGP); its parts can be "
		       "saved.");
	for (int i = 0; i < n; i++) {
		guint before = r->paras->len;
		const struct para *last;

		show(r, child(object, i), depth);
		last = r->paras->len > before
			? r->paras->pdata[r->paras->len - 1] : NULL;
		if (last && *last->text && i + 1 < n &&
		    last->kind != LINE_PART)
			para_new(r->paras, LINE_TEXT, 0, "");
	}
}

/* ---- messages in messages ---- */

static void
header_line(GPtrArray *paras, const char *name, const char *value)
{
	char *words;

	if (!value || !*value)
		return;
	words = g_strdup_printf("%s: %s", name, value);
	para_new(paras, LINE_HEADER, 0, words)->indent =
		g_strnfill(strlen(name) + 2, ' ');
	g_free(words);
}

static void
show_message(struct render *r, GMimeObject *object, int depth)
{
	static const char *const names[] = { "From", "To", "Cc", "Date",
					     "Subject" };
	GMimeMessage *inner = g_mime_message_part_get_message(
		GMIME_MESSAGE_PART(object));
	struct node *n = node_of(r->m, object);
	GMimeObject *body;

	if (n)
		part_line(r, n);
	if (!inner || (n && strcmp(n->part.disposition, "attachment") == 0))
		return;
	if (!r->marking && !r->text_only)
		for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
			GMimeHeader *h = g_mime_header_list_get_header(
				g_mime_object_get_header_list(
					GMIME_OBJECT(inner)), names[i]);
			const char *raw = h ? g_mime_header_get_raw_value(h)
					    : NULL;
			char *value = raw ? decode_text(raw) : NULL;

			header_line(r->paras, names[i], value);
			g_free(value);
		}
	if (!r->marking)
		para_new(r->paras, LINE_TEXT, 0, "");
	body = g_mime_message_get_mime_part(inner);
	if (body)
		show(r, body, depth);
}

/* A leaf of a message within the message has no node of its own. */
static void
show_inner_leaf(struct render *r, GMimeObject *object)
{
	struct node n = { .object = object };
	char *words;

	n.part.disposition = (char *)g_mime_object_get_disposition(object);
	if (!n.part.disposition)
		n.part.disposition = (char *)"";
	n.part.charset = (char *)"";
	if (r->marking)
		return;
	if (is_inline_text(object, &n)) {
		show_text(r, object, &n);
		return;
	}
	words = g_mime_content_type_get_mime_type(
		g_mime_object_get_content_type(object));
	notice(r, words);
	g_free(words);
}

static void
show(struct render *r, GMimeObject *object, int depth)
{
	if (depth > MIME_DEPTH_MAX || !object)
		return;
	if (GMIME_IS_MULTIPART(object) && !node_of(r->m, object))
		show_multipart(r, object, depth + 1);
	else if (GMIME_IS_MESSAGE_PART(object))
		show_message(r, object, depth + 1);
	else if (node_of(r->m, object))
		show_leaf(r, object);
	else
		show_inner_leaf(r, object);
}

static void
show_body(struct render *r)
{
	GMimeObject *body = r->m->message
		? g_mime_message_get_mime_part(r->m->message) : NULL;

	if (body)
		show(r, body, 0);
}

void
render_mark_shown(struct message_view *m)
{
	struct render r = { .m = m, .marking = true,
			    .paras = g_ptr_array_new_with_free_func(
				    para_free) };

	show_body(&r);
	g_ptr_array_unref(r.paras);
}

/* ---- the whole ---- */

static void
show_headers(struct render *r, bool all)
{
	static const char *const names[] = { "From", "To", "Cc", "Date",
					     "Subject" };

	if (all)
		for (size_t i = 0; i < mime_header_count(r->m); i++)
			header_line(r->paras, mime_header_name(r->m, i),
				    mime_header_value(r->m, i));
	else
		for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
			header_line(r->paras, names[i],
				    mime_header(r->m, names[i]));
	para_new(r->paras, LINE_HEADER, 0, "");
}

static void
show_links(struct render *r)
{
	guint n = r->m->links->len - 1;

	if (n > 0)
		para_new(r->paras, LINE_TEXT, 0, "");
	for (guint i = 0; i < n; i++) {
		char *words = g_strdup_printf("[%u] %s", i + 1,
			(const char *)r->m->links->pdata[i]);
		struct para *p = para_new(r->paras, LINE_NOTICE, 0, words);

		p->indent = g_strdup("    ");
		p->pre = true;
		g_free(words);
	}
}

static GPtrArray *
run(struct render *r)
{
	r->paras = g_ptr_array_new_with_free_func(para_free);
	g_ptr_array_set_size(r->m->links, 0);
	g_ptr_array_add(r->m->links, NULL);
	return r->paras;
}

GPtrArray *
mime_render(struct message_view *m, const struct render_options *options)
{
	struct render r = { .m = m, .prefer_html = options->prefer_html };
	GPtrArray *lines = g_ptr_array_new();

	run(&r);
	if (!options->no_headers)
		show_headers(&r, options->all_headers);
	show_body(&r);
	show_links(&r);
	wrap_paras(lines, r.paras, options->width);
	g_ptr_array_unref(r.paras);
	return lines;
}

char *
mime_text(struct message_view *m)
{
	struct render r = { .m = m, .text_only = true };
	GPtrArray *lines = g_ptr_array_new();
	GString *text = g_string_new(NULL);

	run(&r);
	show_body(&r);
	wrap_paras(lines, r.paras, 0);
	for (guint i = 0; i < lines->len; i++) {
		const struct line *l = lines->pdata[i];

		g_string_append(text, l->text);
		g_string_append_c(text, '\n');
	}
	g_ptr_array_unref(lines);
	g_ptr_array_unref(r.paras);
	return g_string_free(text, FALSE);
}

const char *const *
mime_links(struct message_view *m)
{
	return (const char *const *)m->links->pdata;
}
