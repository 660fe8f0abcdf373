/*
 * header.c - the headers of an open message
 */
#include <string.h>

#include "mime/date.h"
#include "mime/field.h"
#include "mime/view.h"
#include "mime/words.h"

/* Of one header shown as text. */
#define TEXT_MAX (1 << 20)

static void
header_clear(gpointer p)
{
	struct header *h = p;

	g_free(h->name_text);
	g_free(h->text);
}

static struct slice
slice(const struct message_view *m, const char *p, size_t len)
{
	size_t from = (size_t)(p - m->data);

	return (struct slice){ from, from + len };
}

/* Find the fields, once; their text is made when it is asked for. */
static GArray *
headers(struct message_view *m)
{
	struct field_scan scan;
	struct field f;

	if (m->headers)
		return m->headers;
	m->headers = g_array_new(FALSE, TRUE, sizeof(struct header));
	g_array_set_clear_func(m->headers, header_clear);
	field_scan_init(&scan, m->data, m->root->header.to);
	while (m->headers->len < FIELDS_MAX && field_next(&scan, &f)) {
		struct header h = { .name = slice(m, f.name, f.name_len),
				    .value = slice(m, f.value, f.value_len) };

		g_array_append_val(m->headers, h);
	}
	return m->headers;
}

static struct header *
at(struct message_view *m, size_t i)
{
	return i < headers(m)->len ? &g_array_index(m->headers, struct header,
						    i)
				   : NULL;
}

static struct header *
find(struct message_view *m, const char *name)
{
	size_t n = strlen(name), count = headers(m)->len;

	for (size_t i = 0; i < count; i++) {
		struct header *h = at(m, i);

		if (h->name.to - h->name.from == n &&
		    g_ascii_strncasecmp(m->data + h->name.from, name, n) == 0)
			return h;
	}
	return NULL;
}

static const char *
text_of(struct message_view *m, struct header *h)
{
	if (!h->text)
		h->text = words_decode(m->data + h->value.from,
				       MIN(h->value.to - h->value.from,
					   TEXT_MAX),
				       m->root->charset);
	return h->text;
}

const char *
mime_header(struct message_view *m, const char *name)
{
	struct header *h = find(m, name);

	return h ? text_of(m, h) : NULL;
}

size_t
mime_header_count(struct message_view *m)
{
	return headers(m)->len;
}

const char *
mime_header_name(struct message_view *m, size_t i)
{
	struct header *h = at(m, i);

	if (!h)
		return NULL;
	if (!h->name_text)
		h->name_text = g_strndup(m->data + h->name.from,
					 h->name.to - h->name.from);
	return h->name_text;
}

const char *
mime_header_value(struct message_view *m, size_t i)
{
	struct header *h = at(m, i);

	return h ? text_of(m, h) : NULL;
}

GPtrArray *
mime_addresses(struct message_view *m, const char *header)
{
	GPtrArray *all = words_addresses("", 0, NULL);
	size_t n = strlen(header), count = headers(m)->len;

	/* A field that is there twice is wrong; both are shown. */
	for (size_t i = 0; i < count; i++) {
		struct header *h = at(m, i);

		if (h->name.to - h->name.from == n &&
		    g_ascii_strncasecmp(m->data + h->name.from, header, n) == 0)
			g_ptr_array_extend_and_steal(all,
				words_addresses(m->data + h->value.from,
						h->value.to - h->value.from,
						m->root->charset));
	}
	return all;
}

bool
mime_date(struct message_view *m, int64_t *date, int *zone_minutes)
{
	struct header *h = find(m, "Date");

	return h && date_parse(m->data + h->value.from,
			       h->value.to - h->value.from, date, zone_minutes);
}

static void
add_id(void *ctx, const char *id, size_t len)
{
	g_ptr_array_add(ctx, g_strndup(id, len));
}

char **
mime_ids(struct message_view *m, const char *header)
{
	GPtrArray *ids = g_ptr_array_new();
	struct header *h = find(m, header);

	if (h)
		field_ids(m->data + h->value.from, h->value.to - h->value.from,
			  g_ascii_strcasecmp(header, "Message-ID") == 0,
			  add_id, ids);
	g_ptr_array_add(ids, NULL);
	return (char **)g_ptr_array_free(ids, FALSE);
}

char *
mime_first_id(struct message_view *m, const char *header)
{
	char **ids = mime_ids(m, header);
	char *first = g_strdup(ids[0]);

	g_strfreev(ids);
	return first;
}
