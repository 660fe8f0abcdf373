/*
 * reply.c - what an answer begins as
 */
#include "mime/reply.h"

#include <string.h>
#include <time.h>

#include "mime/build_private.h"
#include "mime/mailto.h"
#include "mime/words.h"
#include "model/envelope.h"

#define REFERENCES_MOST 30

/* ---- who ------------------------------------------------------------ */

static bool
is_same(const struct address *a, const struct address *b)
{
	return g_ascii_strcasecmp(a->mailbox, b->mailbox) == 0;
}

static bool
is_in(const GPtrArray *all, const struct address *a)
{
	for (guint i = 0; i < all->len; i++)
		if (is_same(all->pdata[i], a))
			return true;
	return false;
}

/* Those of a header, that are neither in the list nor in but yet. */
static void
add_from(GPtrArray *to, struct message_view *m, const char *header,
	 const GPtrArray *but, const GPtrArray *own)
{
	GPtrArray *all = mime_addresses(m, header);

	for (guint i = 0; i < all->len; i++) {
		const struct address *a = all->pdata[i];

		if (*a->mailbox && !is_in(to, a) && !is_in(but, a) &&
		    !is_in(own, a))
			g_ptr_array_add(to, address_new(a->name, a->mailbox));
	}
	g_ptr_array_unref(all);
}

const struct address *
reply_identity(struct message_view *m, const GPtrArray *own)
{
	static const char *const headers[] = { "To", "Cc", "Delivered-To",
					       "X-Original-To", "From" };
	const struct address *found = NULL;

	for (size_t h = 0; h < G_N_ELEMENTS(headers) && !found; h++) {
		GPtrArray *all = mime_addresses(m, headers[h]);

		for (guint i = 0; i < own->len && !found; i++)
			if (is_in(all, own->pdata[i]))
				found = own->pdata[i];
		g_ptr_array_unref(all);
	}
	return found || own->len == 0 ? found : own->pdata[0];
}

/* The sender, or where the sender wants answers. */
static void
to_sender(struct letter *l, struct message_view *m, const GPtrArray *own)
{
	static const char *const headers[] = { "Mail-Reply-To", "Reply-To",
					       "From", "To" };

	for (size_t i = 0; i < G_N_ELEMENTS(headers) && l->to->len == 0; i++)
		add_from(l->to, m, headers[i], l->cc, own);
	/* To oneself alone. */
	if (l->to->len == 0) {
		g_ptr_array_unref(l->to);
		l->to = mime_addresses(m, "From");
	}
}

static void
to_all(struct letter *l, struct message_view *m, const GPtrArray *own)
{
	add_from(l->to, m, "Mail-Followup-To", l->cc, own);
	if (l->to->len)
		return;
	to_sender(l, m, own);
	add_from(l->cc, m, "To", l->to, own);
	add_from(l->cc, m, "Cc", l->to, own);
}

/* List-Post: <mailto:list@example.org> (RFC 2369); "NO" is none, and empty. */
static GPtrArray *
list_of(struct message_view *m)
{
	const char *post = mime_header(m, "List-Post");
	const char *url = post ? strstr(post, "<mailto:") : NULL;
	const char *end = url ? strchr(url, '>') : NULL;
	struct letter *link = letter_new();
	GPtrArray *list;

	if (end) {
		char *text = g_strndup(url + 1, (gsize)(end - url - 1));

		mailto_parse(text, link, NULL);
		g_free(text);
	}
	list = addresses_copy(link->to);
	letter_free(link);
	return list;
}

static enum st
to_list(struct letter *l, struct message_view *m, struct err *e)
{
	g_ptr_array_unref(l->to);
	l->to = list_of(m);
	return l->to->len ? ST_OK :
		err_set(e, ST_USAGE, "The message names no list to write to; "
			"g answers all.");
}

/* Does it go to a list that nobody asked for, by Reply-To or among others? */
static void
note_list(struct letter *l, struct message_view *m)
{
	GPtrArray *list = list_of(m);

	for (guint i = 0; i < list->len && !l->list; i++) {
		const struct address *a = list->pdata[i];

		if (is_in(l->to, a) || is_in(l->cc, a))
			l->list = g_strdup(a->mailbox);
	}
	g_ptr_array_unref(list);
}

/* ---- what ----------------------------------------------------------- */

static void
append_date(GString *out, struct message_view *m)
{
	int64_t when;
	int zone;
	time_t t;
	struct tm tm;
	char text[64];

	if (!mime_date(m, &when, &zone)) {
		g_string_append(out, "some day");
		return;
	}
	t = (time_t)(when + zone * 60);
	gmtime_r(&t, &tm);
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M", &tm);
	g_string_append_printf(out, "%s %c%02d%02d", text,
			       zone < 0 ? '-' : '+', ABS(zone) / 60,
			       ABS(zone) % 60);
}

static void
append_attribution(GString *out, struct message_view *m, const char *format)
{
	GPtrArray *from = mime_addresses(m, "From");
	const struct address *a = from->len ? from->pdata[0] : NULL;

	for (const char *p = format; *p; p++) {
		if (*p != '%' || !p[1]) {
			g_string_append_c(out, *p);
			continue;
		}
		p++;
		if (*p == 'd')
			append_date(out, m);
		else if (*p == 'n')
			g_string_append(out, a ? address_short(a)
					       : "somebody");
		else if (*p == 'a')
			g_string_append(out, a ? a->mailbox : "");
		else
			g_string_append_c(out, *p);
	}
	g_ptr_array_unref(from);
}

/* Without the signature and empty lines at the end. */
static char *
without_signature(const char *text)
{
	const char *sign = g_str_has_prefix(text, "-- \n") ? text
			   : strstr(text, "\n-- \n");
	char *kept = sign ? g_strndup(text, (gsize)(sign - text))
			  : g_strdup(text);

	return g_strchomp(kept);
}

/* Paragraphs stay whole only where they are whole when they are sent. */
static void
append_quoted(GString *out, struct message_view *m, bool flowed)
{
	char *all = mime_text(m), *text = without_signature(all), *broken;
	char **lines = g_strsplit(text, "\n", -1);
	GString *quoted = g_string_new(NULL);

	for (char **l = lines; *l; l++)
		g_string_append_printf(quoted, "%s%s\n",
				       **l == '>' ? ">" : **l ? "> " : ">",
				       *l);
	broken = flowed ? NULL : build_flow_quotes(quoted->str, false);
	g_string_append(out, broken ? broken : quoted->str);
	g_free(broken);
	g_string_free(quoted, TRUE);
	g_strfreev(lines);
	g_free(text);
	g_free(all);
}

/* The thread so far: its beginning and what is nearest, never endless. */
static void
set_references(struct letter *l, struct message_view *m)
{
	char **ids = mime_ids(m, "References");
	guint n = g_strv_length(ids);

	if (n == 0) {
		g_strfreev(ids);
		ids = mime_ids(m, "In-Reply-To");
		n = MIN(g_strv_length(ids), 1);
	}
	for (guint i = 0; i < n; i++)
		if (i == 0 || i + REFERENCES_MOST > n)
			g_ptr_array_add(l->references, g_strdup(ids[i]));
	if (l->in_reply_to)
		g_ptr_array_add(l->references, g_strdup(l->in_reply_to));
	g_strfreev(ids);
}

static void
set_text(struct letter *l, struct message_view *m,
	 const struct reply_options *o)
{
	GString *text = g_string_new(NULL);
	const char *subject = mime_header(m, "Subject");

	letter_set_subject(l, g_strconcat("Re: ", envelope_behind_answers(
					  subject ? subject : ""), NULL));
	append_attribution(text, m, o->attribution);
	g_string_append_c(text, '\n');
	append_quoted(text, m, o->flowed);
	g_string_append_c(text, '\n');
	letter_set_text(l, g_string_free(text, FALSE));
	l->flowed = o->flowed;
}

enum st
letter_reply(struct message_view *m, enum reply_mode mode,
	     const GPtrArray *own, const struct reply_options *o,
	     struct letter **out, struct err *e)
{
	struct letter *l = letter_new();
	const struct address *me = reply_identity(m, own);
	enum st st = ST_OK;

	if (me)
		g_ptr_array_add(l->from, address_new(me->name, me->mailbox));
	if (mode == REPLY_LIST)
		st = to_list(l, m, e);
	else if (mode == REPLY_ALL)
		to_all(l, m, own);
	else
		to_sender(l, m, own);
	if (st != ST_OK) {
		letter_free(l);
		return st;
	}
	if (mode != REPLY_LIST)
		note_list(l, m);
	l->kind = LETTER_REPLY;
	l->in_reply_to = mime_first_id(m, "Message-ID");
	l->about = g_strdup(l->in_reply_to);
	set_references(l, m);
	set_text(l, m, o);
	*out = l;
	return ST_OK;
}
