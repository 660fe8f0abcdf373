/*
 * parse.c - a message taken apart
 *
 * GMime builds the tree (its parser stops nesting at a thousand); the walk
 * here gives each part its IMAP section number and stops at 64 levels and
 * 10,000 parts: what lies deeper stays one opaque part.
 */
#include "mime/private.h"

#include <string.h>

#include "base/text.h"

static void
node_free(gpointer data)
{
	struct node *n = data;

	g_free(n->part.path);
	g_free(n->part.type);
	g_free(n->part.charset);
	g_free(n->part.filename);
	g_free(n->part.disposition);
	g_free(n->part.content_id);
	g_free(n);
}

static char *
or_empty(const char *s)
{
	return s ? text_to_utf8(s, strlen(s)) : g_strdup("");
}

static char *
lower(const char *s)
{
	return g_ascii_strdown(s ? s : "", -1);
}

static char *
type_of(GMimeObject *object)
{
	GMimeContentType *type = g_mime_object_get_content_type(object);
	char *text, *low;

	if (!type)
		return g_strdup("text/plain");
	text = g_mime_content_type_get_mime_type(type);
	low = lower(text);
	g_free(text);
	return low;
}

static int64_t
size_of(GMimeObject *object)
{
	GMimeStream *null = g_mime_stream_null_new();
	int64_t size = 0;

	if (GMIME_IS_PART(object)) {
		GMimeDataWrapper *w = g_mime_part_get_content(
			GMIME_PART(object));

		if (w)
			size = g_mime_data_wrapper_write_to_stream(w, null);
	} else if (GMIME_IS_MESSAGE_PART(object)) {
		GMimeMessage *inner = g_mime_message_part_get_message(
			GMIME_MESSAGE_PART(object));

		if (inner)
			size = g_mime_object_write_to_stream(
				GMIME_OBJECT(inner), NULL, null);
	}
	g_object_unref(null);
	return MAX(size, 0);
}

static const char *
filename_of(GMimeObject *object)
{
	const char *name = NULL;

	if (GMIME_IS_PART(object))
		name = g_mime_part_get_filename(GMIME_PART(object));
	if (!name)
		name = g_mime_object_get_content_disposition_parameter(
			object, "filename");
	if (!name)
		name = g_mime_object_get_content_type_parameter(object,
								"name");
	return name;
}

static void
add_node(struct message_view *m, GMimeObject *object, const char *path)
{
	struct node *n = g_new0(struct node, 1);

	n->object = object;
	n->part.path = g_strdup(path);
	n->part.type = type_of(object);
	n->part.charset = lower(g_mime_object_get_content_type_parameter(
		object, "charset"));
	n->part.filename = or_empty(filename_of(object));
	n->part.disposition = lower(g_mime_object_get_disposition(object));
	n->part.content_id = or_empty(g_mime_object_get_content_id(object));
	n->part.size = size_of(object);
	g_ptr_array_add(m->nodes, n);
	g_hash_table_insert(m->by_object, object, n);
}

/* path is that of object itself, "" for the message's own body. */
static void
walk(struct message_view *m, GMimeObject *object, const char *path, int depth)
{
	int n;

	if (m->nodes->len >= MIME_PARTS_MAX)
		return;
	if (!GMIME_IS_MULTIPART(object) || depth >= MIME_DEPTH_MAX) {
		add_node(m, object, *path ? path : "1");
		return;
	}
	n = g_mime_multipart_get_count(GMIME_MULTIPART(object));
	for (int i = 0; i < MIN(n, MIME_PARTS_MAX); i++) {
		char *child = g_strdup_printf("%s%s%d", path,
					      *path ? "." : "", i + 1);

		walk(m, g_mime_multipart_get_part(GMIME_MULTIPART(object), i),
		     child, depth + 1);
		g_free(child);
	}
}

struct message_view *
mime_open(GBytes *bytes)
{
	struct message_view *m = g_new0(struct message_view, 1);
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);
	GMimeStream *stream;
	GMimeParser *parser;
	GMimeObject *body;

	mime_init();
	m->bytes = g_bytes_ref(bytes);
	m->nodes = g_ptr_array_new_with_free_func(node_free);
	m->by_object = g_hash_table_new(g_direct_hash, g_direct_equal);
	m->links = g_ptr_array_new_with_free_func(g_free);
	m->headers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					   g_free);
	g_ptr_array_add(m->links, NULL);
	stream = g_mime_stream_mem_new_with_buffer(data ? data : "", len);
	parser = g_mime_parser_new_with_stream(stream);
	m->message = g_mime_parser_construct_message(parser, mime_options());
	g_object_unref(parser);
	g_object_unref(stream);
	body = m->message ? g_mime_message_get_mime_part(m->message) : NULL;
	if (body)
		walk(m, body, "", 0);
	render_mark_shown(m);
	return m;
}

void
mime_close(struct message_view *m)
{
	if (!m)
		return;
	g_hash_table_destroy(m->headers);
	g_hash_table_destroy(m->by_object);
	g_ptr_array_unref(m->nodes);
	g_ptr_array_unref(m->links);
	if (m->message)
		g_object_unref(m->message);
	g_bytes_unref(m->bytes);
	g_free(m);
}

struct node *
node_of(struct message_view *m, GMimeObject *object)
{
	return g_hash_table_lookup(m->by_object, object);
}

size_t
mime_part_count(struct message_view *m)
{
	return m->nodes->len;
}

const struct part *
mime_part(struct message_view *m, size_t i)
{
	struct node *n = m->nodes->pdata[i];

	return &n->part;
}

/* ---- headers ---- */

static GMimeHeaderList *
headers(struct message_view *m)
{
	return m->message
		? g_mime_object_get_header_list(GMIME_OBJECT(m->message))
		: NULL;
}

size_t
mime_header_count(struct message_view *m)
{
	GMimeHeaderList *list = headers(m);

	return list ? (size_t)g_mime_header_list_get_count(list) : 0;
}

const char *
mime_header_name(struct message_view *m, size_t i)
{
	return g_mime_header_get_name(
		g_mime_header_list_get_header_at(headers(m), (int)i));
}

/* The raw text of a header, as it stands. */
static const char *
raw_value(GMimeHeader *header)
{
	const char *raw = g_mime_header_get_raw_value(header);

	return raw ? raw : "";
}

const char *
mime_header_value(struct message_view *m, size_t i)
{
	GMimeHeader *h = g_mime_header_list_get_header_at(headers(m), (int)i);
	char *key = g_strdup_printf("%zu", i);
	char *value = decode_text(raw_value(h));

	g_hash_table_replace(m->headers, key, value);
	return value;
}

static GMimeHeader *
find(struct message_view *m, const char *name)
{
	GMimeHeaderList *list = headers(m);

	return list ? g_mime_header_list_get_header(list, name) : NULL;
}

const char *
mime_header(struct message_view *m, const char *name)
{
	GMimeHeader *h = find(m, name);
	char *value;

	if (!h)
		return NULL;
	value = decode_text(raw_value(h));
	g_hash_table_replace(m->headers, g_ascii_strdown(name, -1), value);
	return value;
}

static void
add_addresses(GPtrArray *out, InternetAddressList *list, int depth)
{
	int n = internet_address_list_length(list);

	for (int i = 0; i < n; i++) {
		InternetAddress *a = internet_address_list_get_address(list,
								       i);
		const char *name = internet_address_get_name(a);
		char *clean = or_empty(name);

		if (INTERNET_ADDRESS_IS_GROUP(a)) {
			InternetAddressGroup *g = INTERNET_ADDRESS_GROUP(a);

			if (depth < 4)
				add_addresses(out,
					internet_address_group_get_members(g),
					depth + 1);
		} else {
			char *addr = or_empty(internet_address_mailbox_get_addr(
				INTERNET_ADDRESS_MAILBOX(a)));

			g_ptr_array_add(out, address_new(clean, addr));
			g_free(addr);
		}
		g_free(clean);
	}
}

GPtrArray *
mime_addresses(struct message_view *m, const char *header)
{
	GPtrArray *out = g_ptr_array_new_with_free_func(
		(GDestroyNotify)address_free);
	GMimeHeader *h = find(m, header);
	InternetAddressList *list;

	if (!h)
		return out;
	list = decode_addresses(raw_value(h));
	add_addresses(out, list, 0);
	g_object_unref(list);
	return out;
}

bool
mime_date(struct message_view *m, int64_t *date, int *zone_minutes)
{
	const char *raw = mime_header(m, "Date");
	GDateTime *t = raw ? g_mime_utils_header_decode_date(raw) : NULL;

	if (!t)
		return false;
	*date = g_date_time_to_unix(t);
	*zone_minutes = (int)(g_date_time_get_utc_offset(t) /
			      G_TIME_SPAN_MINUTE);
	g_date_time_unref(t);
	return true;
}

char **
mime_ids(struct message_view *m, const char *header)
{
	GMimeHeader *h = find(m, header);
	char *ids = h ? decode_ids(raw_value(h)) : NULL;
	char **out = g_strsplit(ids ? ids : "", " ", -1);

	g_free(ids);
	return out;
}
