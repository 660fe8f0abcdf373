/*
 * part.c - what the header of a part says of it
 */
#include <string.h>

#include "base/text.h"
#include "mime/field.h"
#include "mime/view.h"
#include "mime/words.h"

#define VALUE_MAX 65536		/* of a field that describes a part */
#define BOUNDARY_MAX 1000

bool
node_is(const struct node *n, const char *type)
{
	size_t len = strlen(type);

	return type[len - 1] == '/' ? strncmp(n->type, type, len) == 0
				    : strcmp(n->type, type) == 0;
}

void
node_free(struct node *n)
{
	while (n) {
		struct node *next = n->first ? n->first : n->next;
		struct node *up = n->parent;

		if (n->first) {		/* down first; it is freed later */
			n->first = NULL;
			n = next;
			continue;
		}
		g_free(n->type);
		g_free(n->charset);
		g_free(n->boundary);
		g_free(n->name);
		g_free(n->disposition);
		g_free(n->filename);
		g_free(n->id);
		g_free(n->path);
		g_free(n->odd_encoding);
		g_free(n);
		n = next ? next : up;
	}
}

static char *
valid(const char *s)
{
	return s ? text_to_utf8(s, strlen(s)) : g_strdup("");
}

/* The value of a parameter, decoded; "" when it is not there. */
static char *
parameter(GMimeParamList *list, const char *name)
{
	GMimeParam *p = g_mime_param_list_get_parameter(list, name);
	char *text, *decoded;

	text = valid(p ? g_mime_param_get_value(p) : NULL);
	if (!strstr(text, "=?"))
		return text;
	decoded = words_decode(text, strlen(text), NULL);
	g_free(text);
	return decoded;
}

static bool
is(GMimeParamList *list, const char *name, const char *value)
{
	GMimeParam *p = g_mime_param_list_get_parameter(list, name);
	const char *v = p ? g_mime_param_get_value(p) : NULL;

	return v && g_ascii_strcasecmp(v, value) == 0;
}

static void
read_type(struct node *n, const char *value, const char *fallback)
{
	GMimeContentType *ct = g_mime_content_type_parse(NULL, value);
	GMimeParamList *params = g_mime_content_type_get_parameters(ct);
	char *type = g_mime_content_type_get_mime_type(ct);
	char *utf8 = valid(type);

	n->type = g_utf8_strdown(utf8, -1);
	if (!strchr(value, '/')) {
		g_free(n->type);
		n->type = g_strdup(fallback);
	}
	n->charset = parameter(params, "charset");
	n->boundary = g_strdup(g_mime_content_type_get_parameter(ct,
								 "boundary"));
	n->name = parameter(params, "name");
	n->flowed = is(params, "format", "flowed");
	n->delsp = is(params, "delsp", "yes");
	g_free(utf8);
	g_free(type);
	g_object_unref(ct);
}

static void
read_disposition(struct node *n, const char *value)
{
	GMimeContentDisposition *cd =
		g_mime_content_disposition_parse(NULL, value);
	GMimeParamList *params = g_mime_content_disposition_get_parameters(cd);
	char *word = valid(g_mime_content_disposition_get_disposition(cd));

	n->disposition = g_ascii_strdown(word, -1);
	n->filename = parameter(params, "filename");
	g_free(word);
	g_object_unref(cd);
}

static void
read_id(void *ctx, const char *id, size_t len)
{
	struct node *n = ctx;

	if (!n->id)
		n->id = text_to_utf8(id, len);
}

/* Ways to say that nothing is encoded: "8bits", "binary", "plain". */
static bool
says_nothing(const char *encoding)
{
	return strchr("78", *encoding) ||
	       g_ascii_strcasecmp(encoding, "binary") == 0 ||
	       g_ascii_strcasecmp(encoding, "none") == 0 ||
	       g_ascii_strcasecmp(encoding, "plain") == 0;
}

static void
read_encoding(struct node *n, const char *value)
{
	char *word = g_strndup(value, strcspn(value, "; \t(")), *p = word;

	while (*p == '"' || *p == '\'')
		p++;
	p[strcspn(p, "\"'")] = '\0';
	n->encoding = g_mime_content_encoding_from_string(p);
	g_free(n->odd_encoding);
	n->odd_encoding = n->encoding || says_nothing(p) ? NULL : valid(p);
	g_free(word);
}

static void
read_field(struct node *n, const struct field *f, const char *fallback)
{
	char *value;

	if (f->name_len < 10 || g_ascii_tolower(*f->name) != 'c')
		return;
	value = field_unfold(f->value, MIN(f->value_len, VALUE_MAX));
	if (field_is(f, "Content-Type") && !n->type)
		read_type(n, value, fallback);
	else if (field_is(f, "Content-Disposition") && !n->disposition)
		read_disposition(n, value);
	else if (field_is(f, "Content-Transfer-Encoding") && !n->encoding)
		read_encoding(n, value);
	else if (field_is(f, "Content-ID") && !n->id)
		field_ids(value, strlen(value), true, read_id, n);
	g_free(value);
}

/* Fill in what was not said, and what is handed out. */
static void
complete(struct node *n, const char *fallback)
{
	char **all[] = { &n->charset, &n->name, &n->disposition, &n->filename,
			 &n->id };

	if (!n->type)
		n->type = g_strdup(fallback);
	for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
		if (!*all[i])
			*all[i] = g_strdup("");
	if (n->boundary && (!*n->boundary ||
			    strlen(n->boundary) > BOUNDARY_MAX)) {
		g_free(n->boundary);
		n->boundary = NULL;
	}
	n->multipart = node_is(n, "multipart/") && n->boundary;
	if (node_is(n, "multipart/") && !n->boundary)
		n->raw = RAW_NO_BOUNDARY;
	if (node_is(n, "multipart/") || node_is(n, "message/"))
		if (n->encoding != GMIME_CONTENT_ENCODING_BASE64 &&
		    n->encoding != GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE)
			n->encoding = GMIME_CONTENT_ENCODING_DEFAULT;
}

void
node_read_header(struct message_view *m, struct node *n, const char *fallback)
{
	struct field_scan scan;
	struct field f;

	mime_start();
	field_scan_init(&scan, m->data + n->header.from,
			n->header.to - n->header.from);
	while (field_next(&scan, &f))
		read_field(n, &f, fallback);
	complete(n, fallback);
}
