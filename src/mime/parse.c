/*
 * parse.c - where the parts of a message lie
 *
 * One pass, no recursion: a stack of the multiparts that are open.  Depth
 * and number of parts are bounded here, so that nothing behind can be made
 * to recurse or to grow without end.  A message inside a message is a leaf;
 * it is taken apart when it is shown.
 */
#include <string.h>

#include "base/text.h"
#include "mime/field.h"
#include "mime/uu.h"
#include "mime/view.h"

struct walk {
	struct message_view *m;
	const char *p, *end;
	struct node *stack[DEPTH_MAX];
	int depth;
	struct node *leaf;	/* whose body is being passed */
};

static const char *
line_end(const char *p, const char *end)
{
	const char *nl = memchr(p, '\n', (size_t)(end - p));

	return nl ? nl + 1 : end;
}

/* Is the line at p, which begins with "--", a delimiter with this boundary?
 * 1: a part begins, 2: the multipart ends. */
static int
delimits(const char *p, const char *eol, const char *boundary)
{
	size_t n = strlen(boundary);
	int kind = 1;

	p += 2;
	if ((size_t)(eol - p) < n || memcmp(p, boundary, n) != 0)
		return 0;
	p += n;
	if (eol - p >= 2 && p[0] == '-' && p[1] == '-') {
		kind = 2;
		p += 2;
	}
	while (p < eol && g_ascii_isspace(*p))
		p++;
	return p == eol ? kind : 0;
}

/* The innermost open multipart that the line delimits, as its index. */
static int
find_delimiter(const struct walk *w, const char *p, const char *eol, int *kind)
{
	if (eol - p < 3 || p[0] != '-' || p[1] != '-')
		return -1;
	for (int i = w->depth - 1; i >= 0; i--) {
		*kind = delimits(p, eol, w->stack[i]->boundary);
		if (*kind)
			return i;
	}
	return -1;
}

static struct node *
add_node(struct walk *w, struct node *parent)
{
	struct node *n = g_new0(struct node, 1);

	n->parent = parent;
	w->m->parts++;
	if (!parent) {
		w->m->root = n;
		return n;
	}
	n->depth = parent->depth + 1;
	if (parent->last)
		parent->last->next = n;
	else
		parent->first = n;
	parent->last = n;
	parent->children++;
	return n;
}

static void
set_path(struct node *n)
{
	const struct node *parent = n->parent;

	if (!parent)
		n->path = g_strdup("1");
	else if (parent->path)
		n->path = g_strdup_printf("%s.%d", parent->path,
					  parent->children);
	else
		n->path = g_strdup_printf("%d", parent->children);
}

/* Where the header at p ends: behind the empty line, or at a delimiter. */
static const char *
header_end(const struct walk *w)
{
	const char *p = w->p;
	int kind;

	while (p < w->end) {
		const char *eol = line_end(p, w->end);

		if (*p == '\n' || (*p == '\r' && eol - p == 2))
			return eol;
		if (find_delimiter(w, p, eol, &kind) >= 0)
			return p;
		p = eol;
	}
	return p;
}

static const char *
default_type(const struct node *parent)
{
	return parent && strcmp(parent->type, "multipart/digest") == 0
		       ? "message/rfc822" : "text/plain";
}

/* A multipart that is shown as it stands is no part that can be saved: it is
 * nobody's attachment. */
static void
make_leaf(struct walk *w, struct node *n)
{
	n->multipart = false;
	w->leaf = n;
	if (n->raw)
		return;
	n->leaf = w->m->leaves->len;
	g_ptr_array_add(w->m->leaves, n);
}

/* A multipart in which no part was found: its text goes on as far as that of
 * a part would.  Only the innermost one can be empty. */
static void
close_empty(struct walk *w)
{
	struct node *n = w->depth > 0 ? w->stack[w->depth - 1] : NULL;

	if (!n || n->first)
		return;
	n->raw = RAW_NO_PARTS;
	make_leaf(w, n);
}

/* A file in the text of a part: a leaf below it. */
static void
add_uu(struct walk *w, struct node *text, const struct uu_block *b)
{
	struct node *n = add_node(w, text);
	const char *data = w->m->data;

	n->header.from = n->header.to = (size_t)(b->from - data);
	n->body.from = n->header.to;
	n->body.to = (size_t)(b->to - data);
	n->type = g_strdup("application/octet-stream");
	n->encoding = GMIME_CONTENT_ENCODING_UUENCODE;
	n->disposition = g_strdup("attachment");
	n->filename = text_to_utf8(b->name, b->name_len);
	n->charset = g_strdup("");
	n->name = g_strdup("");
	n->id = g_strdup("");
	n->path = g_strdup_printf("%s.u%d", text->path, text->children);
	n->leaf = w->m->leaves->len;
	g_ptr_array_add(w->m->leaves, n);
}

static void
find_uu(struct walk *w, struct node *n)
{
	const char *p = w->m->data + n->body.from;
	const char *end = w->m->data + n->body.to;
	struct uu_block b;

	if (n->raw || !node_is(n, "text/plain") ||
	    strcmp(n->disposition, "attachment") == 0 ||
	    n->encoding >= GMIME_CONTENT_ENCODING_BASE64)
		return;
	for (; w->m->parts < PARTS_MAX && uu_next(p, end, &b); p = b.to)
		add_uu(w, n, &b);
}

static void
end_leaf(struct walk *w, const char *at)
{
	const char *data = w->m->data;
	size_t to = (size_t)(at - data);

	if (!w->leaf)
		return;
	/* The line break before a delimiter belongs to the delimiter. */
	if (at < w->end && to > w->leaf->body.from && data[to - 1] == '\n') {
		to--;
		if (to > w->leaf->body.from && data[to - 1] == '\r')
			to--;
	}
	w->leaf->body.to = to;
	find_uu(w, w->leaf);
	w->leaf = NULL;
}

/* Fields up to the end, and nothing that says where they end. */
static bool
ends_without_empty_line(const struct walk *w, const struct node *n,
			const char *end)
{
	const char *data = w->m->data, *from = data + n->header.from;

	return end - from < 2 || end[-1] != '\n' ||
	       (end[-2] != '\n' && (end - from < 3 || end[-2] != '\r' ||
				    end[-3] != '\n'));
}

/* The part whose header begins at w->p. */
static void
begin_part(struct walk *w, struct node *parent)
{
	struct message_view *m = w->m;
	struct node *n = add_node(w, parent);
	const char *end = header_end(w);
	struct field_scan scan;
	struct field f;

	n->header.from = (size_t)(w->p - m->data);
	field_scan_init(&scan, w->p, (size_t)(end - w->p));
	while (field_next(&scan, &f))
		;
	n->header.to = n->body.from = n->body.to = (size_t)(scan.p - m->data);
	if (scan.p == end && ends_without_empty_line(w, n, end))
		n->body.from = n->body.to = (size_t)(field_body(w->p, end) -
						     m->data);
	w->p = scan.p;
	node_read_header(m, n, default_type(parent));
	if (parent || !n->multipart)
		set_path(n);
	if (n->multipart && w->depth < DEPTH_MAX) {
		w->stack[w->depth++] = n;
		return;
	}
	make_leaf(w, n);
}

/* The next line that begins with "--", or the end. */
static const char *
next_dashes(const struct walk *w)
{
	const char *p = w->p;

	if (p > w->m->data && p[-1] != '\n')
		p = line_end(p, w->end);
	if (w->end - p >= 2 && p[0] == '-' && p[1] == '-')
		return p;
	p = memmem(p, (size_t)(w->end - p), "\n--", 3);
	return p ? p + 1 : w->end;
}

/* Everything from here on is one part, however many it were. */
static void
give_up(struct walk *w)
{
	w->m->cut = true;
	close_empty(w);
	w->depth = 0;
	w->p = w->end;
}

static void
delimiter(struct walk *w, const char *at, const char *eol, int level, int kind)
{
	int keep = kind == 2 ? level : level + 1;

	end_leaf(w, at);
	for (int i = keep; i < w->depth; i++)
		w->stack[i]->body.to = (size_t)(at - w->m->data);
	if (keep < w->depth)
		close_empty(w);
	if (level < w->depth - 1)	/* it ends here; else it goes on */
		end_leaf(w, at);
	w->depth = keep;
	w->p = eol;
	/* Twice the same delimiter: nothing is between them. */
	if (kind == 1 && find_delimiter(w, eol, line_end(eol, w->end),
					&kind) != level)
		begin_part(w, w->stack[level]);
}

void
view_parse(struct message_view *m)
{
	struct walk w = { .m = m, .p = m->data, .end = m->data + m->len };

	begin_part(&w, NULL);
	while (w.depth > 0 && w.p < w.end) {
		const char *at = next_dashes(&w), *eol;
		int kind, level;

		if (at == w.end)
			break;
		eol = line_end(at, w.end);
		level = find_delimiter(&w, at, eol, &kind);
		w.p = eol;
		if (level < 0)
			continue;
		if (m->parts >= PARTS_MAX && kind == 1)
			give_up(&w);
		else
			delimiter(&w, at, eol, level, kind);
	}
	close_empty(&w);
	end_leaf(&w, w.end);
	for (int i = 0; i < w.depth; i++)
		w.stack[i]->body.to = m->len;
}
