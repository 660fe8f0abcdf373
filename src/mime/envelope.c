/*
 * envelope.c - what the index shows of a message, from its header alone
 *
 * Called for every message of a first synchronisation: one pass over the
 * header, GMime only for what is encoded.  Fields of a hostile size are cut.
 */
#include <string.h>

#include "mime/date.h"
#include "mime/field.h"
#include "mime/message.h"
#include "mime/words.h"

/* Octets kept of a field: more than any index shows. */
#define SUBJECT_MAX 2000
#define ADDRESSES_MAX 4000
#define IDS_MAX 16000

/* What is looked for; the first of its name counts. */
struct found {
	struct field subject, from, to, cc, date, message_id, in_reply_to,
		references, list_id, type;
};

static const struct {
	const char *name;
	size_t offset;
} wanted[] = {
	{ "Subject", offsetof(struct found, subject) },
	{ "From", offsetof(struct found, from) },
	{ "To", offsetof(struct found, to) },
	{ "Cc", offsetof(struct found, cc) },
	{ "Date", offsetof(struct found, date) },
	{ "Message-ID", offsetof(struct found, message_id) },
	{ "In-Reply-To", offsetof(struct found, in_reply_to) },
	{ "References", offsetof(struct found, references) },
	{ "List-Id", offsetof(struct found, list_id) },
	{ "Content-Type", offsetof(struct found, type) },
};

static void
keep(struct found *found, const struct field *f)
{
	char first = g_ascii_toupper(*f->name);

	for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++) {
		struct field *slot = G_STRUCT_MEMBER_P(found,
						       wanted[i].offset);

		if (first == *wanted[i].name && field_is(f, wanted[i].name)) {
			if (!slot->name)
				*slot = *f;
			return;
		}
	}
}

/* Cut at a character, at a comma where there is one. */
static void
cut(char *text, size_t most, bool list)
{
	char *end, *comma;

	if (strlen(text) <= most)
		return;
	end = g_utf8_find_prev_char(text, text + most);
	comma = list ? g_strrstr_len(text, end ? end - text : 0, ",") : NULL;
	*(comma ? comma : end ? end : text) = '\0';
}

/* The charset that the header says its text is in, for raw 8-bit. */
static char *
charset_of(const struct field *type)
{
	const char *p = type->value, *end = p + type->value_len, *q;

	if (!type->name)
		return NULL;
	while (end - p > 8 && g_ascii_strncasecmp(p, "charset=", 8) != 0)
		p++;
	if (end - p <= 8)
		return NULL;
	p += 8;
	while (p < end && *p == '"')
		p++;
	for (q = p; q < end && !strchr("\" ;\r\n\t", *q); q++)
		;
	return g_strndup(p, (size_t)(q - p));
}

/* True when a value cannot be shown as it stands. */
static bool
needs_decoding(const struct field *f, bool address)
{
	const char *p = f->value, *end = p + f->value_len;

	for (; p < end; p++)
		if ((*p & 0x80) || *p == '\033' ||
		    (*p == '=' && p + 1 < end && p[1] == '?') ||
		    (address && *p == '('))
			return true;
	return false;
}

static char *
text_of(const struct found *found, const struct field *f)
{
	size_t len = MIN(f->value_len, 4 * SUBJECT_MAX);
	char *text, *charset;

	if (!f->name)
		return NULL;
	if (needs_decoding(f, false)) {
		charset = charset_of(&found->type);
		text = words_decode(f->value, len, charset);
		g_free(charset);
	} else {
		text = field_unfold(f->value, len);
	}
	cut(text, SUBJECT_MAX, false);
	return text;
}

/* Names may hold commas once they are decoded, so each is decoded alone. */
static char *
decoded_addresses(const struct found *found, const struct field *f, size_t len)
{
	char *charset = charset_of(&found->type);
	GPtrArray *all = words_addresses(f->value, len, charset);
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < all->len; i++) {
		const struct address *a = all->pdata[i];

		if (out->len)
			g_string_append(out, ", ");
		words_append_address(out, a->name, a->mailbox);
	}
	/* Nothing that is an address: still better shown than not. */
	if (!all->len) {
		char *text = words_decode(f->value, len, charset);

		g_string_append(out, text);
		g_free(text);
	}
	g_ptr_array_unref(all);
	g_free(charset);
	return g_string_free(out, FALSE);
}

static char *
addresses_of(const struct found *found, const struct field *f)
{
	size_t len = MIN(f->value_len, 2 * ADDRESSES_MAX);
	char *text;

	if (!f->name)
		return NULL;
	text = needs_decoding(f, true) ? decoded_addresses(found, f, len)
				       : field_unfold(f->value, len);
	cut(text, ADDRESSES_MAX, true);
	return text;
}

/* ---- ids ---------------------------------------------------------------- */

struct ids {
	GString *text;
	size_t most;		/* how many, 0: all */
	size_t n;
};

static void
add_id(void *ctx, const char *id, size_t len)
{
	struct ids *ids = ctx;

	if (ids->most && ids->n >= ids->most)
		return;
	if (ids->n++)
		g_string_append_c(ids->text, ' ');
	g_string_append_len(ids->text, id, (gssize)len);
}

/* Of a long chain the root and the newest count. */
static void
shorten_ids(GString *text)
{
	const char *first = strchr(text->str, ' ');
	gsize from, at;

	if (text->len <= IDS_MAX || !first)
		return;
	at = (gsize)(first - text->str);
	from = text->len - IDS_MAX / 2;
	while (text->str[from] && text->str[from] != ' ')
		from++;
	if (at < from)
		g_string_erase(text, (gssize)at, (gssize)(from - at));
}

static char *
ids_of(const struct field *f, size_t most, bool bare)
{
	struct ids ids = { NULL, most, 0 };
	char *valid;

	if (!f->name)
		return NULL;
	ids.text = g_string_new(NULL);
	field_ids(f->value, f->value_len, bare, add_id, &ids);
	shorten_ids(ids.text);
	if (g_utf8_validate(ids.text->str, -1, NULL))
		return g_string_free(ids.text, FALSE);
	valid = g_utf8_make_valid(ids.text->str, -1);
	g_string_free(ids.text, TRUE);
	return valid;
}

/* "Kernel <kernel.lists.example.org>": the id alone. */
static char *
list_id_of(const struct field *f)
{
	char *id = ids_of(f, 1, false);

	if (id && !*id) {
		g_free(id);
		id = field_unfold(f->value, MIN(f->value_len, SUBJECT_MAX));
	}
	return id;
}

static void
read_envelope(const char *header, size_t len, struct envelope *env)
{
	struct found found = { 0 };
	struct field_scan scan;
	struct field f;

	field_scan_init(&scan, header, len);
	while (field_next(&scan, &f))
		keep(&found, &f);
	if (found.date.name)
		date_parse(found.date.value, found.date.value_len, &env->date,
			   &env->date_zone);
	env->subject = text_of(&found, &found.subject);
	env->from = addresses_of(&found, &found.from);
	env->to = addresses_of(&found, &found.to);
	env->cc = addresses_of(&found, &found.cc);
	env->message_id = ids_of(&found.message_id, 1, true);
	env->in_reply_to = ids_of(&found.in_reply_to, 0, false);
	env->references = ids_of(&found.references, 0, false);
	env->list_id = list_id_of(&found.list_id);
}

void
mime_envelope(const char *header, size_t len, struct envelope *env)
{
	char *unified = field_unify(header, len);

	memset(env, 0, sizeof(*env));
	read_envelope(unified ? unified : header, len, env);
	g_free(unified);
}
