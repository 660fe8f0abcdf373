/*
 * view.c - open and close a message, and name its parts
 */
#include "mime/view.h"

#include <string.h>

#include "mime/field.h"
#include "mime/plan.h"
#include "mime/words.h"

struct message_view *
view_open(GBytes *bytes, int depth)
{
	struct message_view *m = g_new0(struct message_view, 1);
	char *unified;
	gsize len;

	mime_start();
	m->data = g_bytes_get_data(bytes, &len);
	unified = field_unify(m->data, len);
	m->bytes = unified ? g_bytes_new_take(unified, len)
			   : g_bytes_ref(bytes);
	m->data = g_bytes_get_data(m->bytes, &len);
	m->len = len;
	if (!m->data)
		m->data = "";
	m->depth = depth;
	m->leaves = g_ptr_array_new();
	m->links = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(m->links, NULL);
	view_parse(m);
	return m;
}

struct message_view *
mime_open(GBytes *bytes)
{
	return view_open(bytes, 0);
}

void
mime_close(struct message_view *m)
{
	if (!m)
		return;
	node_free(m->root);
	g_ptr_array_unref(m->leaves);
	g_ptr_array_unref(m->links);
	if (m->headers)
		g_array_unref(m->headers);
	g_bytes_unref(m->bytes);
	g_free(m);
}

size_t
mime_part_count(struct message_view *m)
{
	return m->leaves->len;
}

const struct part *
mime_part(struct message_view *m, size_t i)
{
	struct node *n;
	struct part *p;

	if (i >= m->leaves->len)
		return NULL;
	n = m->leaves->pdata[i];
	p = &n->part;
	plan_mark_shown(m);
	if (!n->sized) {
		p->path = n->path;
		p->type = n->type;
		p->charset = n->charset;
		p->filename = *n->filename ? n->filename : n->name;
		p->disposition = n->disposition;
		p->content_id = n->id;
		p->size = node_size(m, n);
		n->sized = true;
	}
	return p;
}

const char *const *
mime_links(struct message_view *m)
{
	return (const char *const *)m->links->pdata;
}
