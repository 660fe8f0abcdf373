/*
 * build.c - a letter made into a message
 */
#include "mime/build_private.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "mime/letter_file.h"
#include "mime/words.h"

#define ID_MOST 900		/* octets of an id, below the 998 of a line */
#define NAME_MOST 76		/* of a field's name */

/* ---- the header ----------------------------------------------------- */

struct list {
	const char *name;
	const GPtrArray *addresses;
	bool rcpt, shown;
};

static enum st
put_addresses(GMimeObject *o, const struct letter *l, bool draft,
	      struct built *b, struct err *e)
{
	const struct list lists[] = {
		{ "From", l->from, false, true },
		{ "Reply-To", l->reply_to, false, true },
		{ "To", l->to, true, true },
		{ "Cc", l->cc, true, true },
		{ "Bcc", l->bcc, true, draft },	/* else it never leaves */
	};
	enum st st = ST_OK;

	for (size_t i = 0; i < G_N_ELEMENTS(lists) && st == ST_OK; i++) {
		const GPtrArray *all = lists[i].addresses;

		st = build_check_addresses(all, !draft, lists[i].rcpt, b, e);
		if (st == ST_OK && all->len && lists[i].shown)
			build_put_list(o, lists[i].name, all);
	}
	return st;
}

/* NULL: nobody would write so long an id, and no line could hold it. */
static char *
in_angles(const char *id)
{
	char *bare, *angled;

	if (strlen(id) > ID_MOST)
		return NULL;
	bare = g_strdelimit(g_strdup(id), "\r\n\t <>", '_');
	angled = g_strdup_printf("<%s>", bare);
	g_free(bare);
	return angled;
}

static void
put_id(GMimeObject *o, const char *name, const char *id)
{
	char *value = in_angles(id);

	if (value)
		build_put(o, name, value);
	g_free(value);
}

static void
put_references(GMimeObject *o, const GPtrArray *ids)
{
	GString *all = g_string_new(NULL);

	for (guint i = 0; i < ids->len; i++) {
		char *id = in_angles(ids->pdata[i]);

		if (id)
			g_string_append_printf(all, " %s", id);
		g_free(id);
	}
	if (all->len)
		build_put(o, "References", all->str);
	g_string_free(all, TRUE);
}

/* Fields that are not the person's to write. */
static bool
is_ours(const char *name)
{
	static const char *const names[] = {
		"From", "To", "Cc", "Bcc", "Subject", "Date", "Message-ID",
		"Reply-To", "In-Reply-To", "References", "MIME-Version",
		"Status", "X-Status", "X-Keywords", NULL
	};

	for (int i = 0; names[i]; i++)
		if (g_ascii_strcasecmp(name, names[i]) == 0)
			return true;
	return g_ascii_strncasecmp(name, "Content-", 8) == 0 ||
	       g_ascii_strncasecmp(name, "X-Verso-", 8) == 0;
}

static bool
is_name(const char *name)
{
	for (const char *p = name; *p; p++)
		if (*p <= 32 || *p >= 127 || *p == ':')
			return false;
	return *name && strlen(name) <= NAME_MOST;
}

static void
put_own(GMimeObject *o, const GPtrArray *headers)
{
	for (guint i = 0; i < headers->len; i++) {
		char **pair = g_strsplit(headers->pdata[i], ":", 2);

		if (pair[0] && pair[1] && is_name(pair[0]) &&
		    !is_ours(pair[0]))
			build_put(o, pair[0], g_strstrip(pair[1]));
		g_strfreev(pair);
	}
}

static enum st
put_header(GMimeObject *o, struct letter *l, const struct build_options *op,
	   struct built *b, struct err *e)
{
	char *date = built_date(op->now, op->zone_minutes);
	enum st st = put_addresses(o, l, op->draft, b, e);

	build_put(o, "Subject", l->subject);
	build_put(o, "Date", date);
	put_id(o, "Message-ID", l->message_id);
	if (l->in_reply_to)
		put_id(o, "In-Reply-To", l->in_reply_to);
	put_references(o, l->references);
	put_own(o, l->headers);
	if (op->draft) {
		char *state = letter_state(l, false);

		build_put(o, "X-Verso-Letter", state);
		g_free(state);
	}
	g_free(date);
	return st;
}

/* ---- the whole ------------------------------------------------------ */

static enum st
make_body(const struct letter *l, GMimeObject **out, struct err *e)
{
	GMimeMultipart *mixed;

	*out = build_text(l);
	if (l->attachments->len == 0)
		return ST_OK;
	mixed = g_mime_multipart_new_with_subtype("mixed");
	g_mime_multipart_add(mixed, *out);
	g_object_unref(*out);
	*out = GMIME_OBJECT(mixed);
	for (guint i = 0; i < l->attachments->len; i++) {
		GMimeObject *part = build_attachment(l->attachments->pdata[i],
						     e);

		if (!part)
			return ST_LOCAL;
		g_mime_multipart_add(mixed, part);
		g_object_unref(part);
	}
	return ST_OK;
}

enum st
build_write(GMimeMessage *m, int fd, struct err *e)
{
	GMimeFormatOptions *format = g_mime_format_options_new();
	int copy = dup(fd);
	GMimeStream *file, *buffer;
	ssize_t n;
	int flushed;

	if (copy < 0)
		return err_errno(e, "The letter cannot be written");
	file = g_mime_stream_fs_new(copy);
	buffer = g_mime_stream_buffer_new(file,
					  GMIME_STREAM_BUFFER_BLOCK_WRITE);
	g_mime_format_options_set_newline_format(format,
						 GMIME_NEWLINE_FORMAT_UNIX);
	errno = 0;
	n = g_mime_object_write_to_stream(GMIME_OBJECT(m), format, buffer);
	flushed = g_mime_stream_flush(buffer);
	g_object_unref(buffer);
	g_object_unref(file);
	g_mime_format_options_free(format);
	return n < 0 || flushed < 0 ?
		err_errno(e, "The letter cannot be written") : ST_OK;
}

static enum st
check(const struct letter *l, const struct build_options *o, struct built *b,
      struct err *e)
{
	const struct address *from = l->from->len ? l->from->pdata[0] : NULL;

	if (from)
		b->from = build_bare(from->mailbox);
	if (o->draft)
		return ST_OK;
	if (!from)
		return err_set(e, ST_USAGE, "The letter comes from nobody.");
	return l->to->len + l->cc->len + l->bcc->len ? ST_OK :
		err_set(e, ST_USAGE, "The letter goes to nobody.");
}

static enum st
build(struct letter *l, const struct build_options *o, GMimeMessage *m,
      int fd, struct built *b, struct err *e)
{
	GMimeObject *body = NULL;
	enum st st = put_header(GMIME_OBJECT(m), l, o, b, e);

	if (st == ST_OK)
		st = make_body(l, &body, e);
	if (st == ST_OK)
		g_mime_message_set_mime_part(m, body);
	if (body)
		g_object_unref(body);
	if (st == ST_OK)
		st = build_write(m, fd, e);
	return st == ST_OK ? build_measure(fd, false, b, e) : st;
}

/* "Ann Lee, bob@example.org": for lists. */
static char *
names_of(const GPtrArray *addresses)
{
	GString *all = g_string_new(NULL);

	for (guint i = 0; i < addresses->len; i++)
		g_string_append_printf(all, "%s%s", i ? ", " : "",
				       address_short(addresses->pdata[i]));
	return g_string_free(all, all->len == 0);
}

enum st
letter_build(struct letter *l, const struct build_options *o, int fd,
	     struct built *b, struct err *e)
{
	GMimeMessage *m;
	enum st st;

	built_init(b);
	mime_start();
	st = check(l, o, b, e);
	if (st != ST_OK)
		return st;
	if (!l->message_id && o->host) {
		char *like = g_strdup_printf("x@%s", o->host);

		l->message_id = built_message_id(like);
		g_free(like);
	} else if (!l->message_id) {
		l->message_id = built_message_id(b->from);
	}
	m = g_mime_message_new(FALSE);
	st = build(l, o, m, fd, b, e);
	g_object_unref(m);
	b->message_id = g_strdup(l->message_id);
	b->subject = g_strdup(l->subject);
	b->to = names_of(l->to);
	return st;
}
