/*
 * build.c - a letter made into a message
 */
#include "mime/build_private.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/words.h"
#include "mime/words.h"

#define WORD_OCTETS 42	/* of text in an encoded word of 75 */

/* ---- the header ----------------------------------------------------- */

/* One line, whatever stands in it. */
static void
put(GMimeObject *o, const char *name, const char *value)
{
	char *line = g_strdelimit(g_strdup(value), "\r\n", ' ');

	g_mime_object_append_header(o, name, line, NULL);
	g_free(line);
}

/* Text that looks like an encoded word would be read as one: it becomes one
 * (RFC 2047 4.1).  The caller frees. */
static char *
encode_all(const char *text)
{
	GString *out = g_string_new(NULL);

	while (*text) {
		size_t len = strlen(text);
		char *word;

		if (len > WORD_OCTETS) {
			len = WORD_OCTETS;
			while (len > 1 && (text[len] & 0xc0) == 0x80)
				len--;
		}
		word = g_base64_encode((const guchar *)text, len);
		g_string_append_printf(out, "%s=?utf-8?B?%s?=",
				       out->len ? " " : "", word);
		g_free(word);
		text += len;
	}
	return g_string_free(out, FALSE);
}

static void
put_encoded(GMimeObject *o, const char *name, const char *value)
{
	char *line = g_strdelimit(g_strdup(value), "\r\n", ' ');

	if (strstr(line, "=?")) {
		char *words = encode_all(line);

		put(o, name, words);
		g_free(words);
	} else {
		g_mime_object_append_header(o, name, line, "utf-8");
	}
	g_free(line);
}

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
		char *value;

		st = build_addresses(lists[i].addresses, !draft,
				     lists[i].rcpt, b, &value, e);
		if (st == ST_OK && value && lists[i].shown)
			put(o, lists[i].name, value);
		g_free(value);
	}
	return st;
}

static char *
in_angles(const char *id)
{
	char *bare = g_strdelimit(g_strdup(id), "\r\n\t <>", '_');
	char *angled = g_strdup_printf("<%s>", bare);

	g_free(bare);
	return angled;
}

static void
put_id(GMimeObject *o, const char *name, const char *id)
{
	char *value = in_angles(id);

	put(o, name, value);
	g_free(value);
}

static void
put_references(GMimeObject *o, const GPtrArray *ids)
{
	GString *all = g_string_new(NULL);

	for (guint i = 0; i < ids->len; i++) {
		char *id = in_angles(ids->pdata[i]);

		g_string_append_printf(all, "%s%s", i ? " " : "", id);
		g_free(id);
	}
	if (all->len)
		put(o, "References", all->str);
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
	return *name;
}

static void
put_own(GMimeObject *o, const GPtrArray *headers)
{
	for (guint i = 0; i < headers->len; i++) {
		char **pair = g_strsplit(headers->pdata[i], ":", 2);

		if (pair[0] && pair[1] && is_name(pair[0]) &&
		    !is_ours(pair[0]))
			put_encoded(o, pair[0], g_strstrip(pair[1]));
		g_strfreev(pair);
	}
}

/* What a draft is to another message, and how it is to be sent: "reply 1@x
 * flowed". */
static void
put_kind(GMimeObject *o, const struct letter *l)
{
	static const char *const kinds[] = { "new", "reply", "forward" };
	char *words[] = { (char *)kinds[l->kind],
			  (char *)(l->about ? l->about : ""),
			  (char *)(l->flowed ? "flowed" : "fixed"),
			  (char *)(l->markdown ? "markdown" : "plain"),
			  NULL };
	char *line = words_join(words);

	put(o, "X-Verso-Letter", line);
	g_free(line);
}

static enum st
put_header(GMimeObject *o, struct letter *l, const struct build_options *op,
	   struct built *b, struct err *e)
{
	char *date = built_date(op->now, op->zone_minutes);
	enum st st = put_addresses(o, l, op->draft, b, e);

	put_encoded(o, "Subject", l->subject);
	put(o, "Date", date);
	put_id(o, "Message-ID", l->message_id);
	if (l->in_reply_to)
		put_id(o, "In-Reply-To", l->in_reply_to);
	put_references(o, l->references);
	put_own(o, l->headers);
	if (op->draft)
		put_kind(o, l);
	g_free(date);
	return st;
}

/* ---- the whole ------------------------------------------------------ */

static enum st
make_body(const struct letter *l, bool seven_bit, GMimeObject **out,
	  struct err *e)
{
	GMimeMultipart *mixed;

	*out = build_text(l, seven_bit);
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

static enum st
write_out(GMimeMessage *m, int fd, struct err *e)
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
		st = make_body(l, o->seven_bit, &body, e);
	if (st == ST_OK)
		g_mime_message_set_mime_part(m, body);
	if (body)
		g_object_unref(body);
	if (st == ST_OK)
		st = write_out(m, fd, e);
	return st == ST_OK ? build_measure(fd, b, e) : st;
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
	return st;
}
