/*
 * prepare.c - a message that is ready, made fit to be sent
 */
#include "mime/prepare.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "mime/build_private.h"
#include "mime/field.h"
#include "mime/typed.h"
#include "mime/words.h"
#include "model/address.h"

#define HEADER_MOST (1 << 20)
#define CHUNK (64 * 1024)
/* Octets of a line of a field that it is left with. */
#define LINE_MOST 900

/* Where it goes, and what is seen of it on the way. */
struct out {
	int fd;
	GString *buf;
	char last;		/* octet that came in */
	char end;		/* octet that was written last */
	struct built *b;
};

struct reader {
	int fd;
	GString *header;	/* what was read ahead */
	size_t body;		/* where in it the body begins */
};

/* ---- writing ------------------------------------------------------------ */

static enum st
flush(struct out *o, struct err *e)
{
	if (!path_write_all(o->fd, o->buf->str, o->buf->len))
		return err_errno(e, "The message cannot be written");
	g_string_truncate(o->buf, 0);
	return ST_OK;
}

static void
put_octet(struct out *o, char c)
{
	g_string_append_c(o->buf, c);
	o->b->size += c == '\n' ? 2 : 1;
	o->end = c;
}

/* Line ends become LF: a CR that stands alone is one, too. */
static enum st
put(struct out *o, const char *p, size_t len, struct err *e)
{
	for (size_t i = 0; i < len; i++) {
		char c = p[i];

		if (c == '\0')
			return err_set(e, ST_USAGE, "The message has a NUL "
				       "octet in it, which mail cannot carry: "
				       "attach such data encoded.");
		if (!(c == '\n' && o->last == '\r'))
			put_octet(o, c == '\r' ? '\n' : c);
		if ((unsigned char)c > 127)
			o->b->eight_bit = true;
		o->last = c;
	}
	return o->buf->len >= CHUNK ? flush(o, e) : ST_OK;
}

static enum st
put_text(struct out *o, const char *text, struct err *e)
{
	return put(o, text, strlen(text), e);
}

static enum st
put_field(struct out *o, const char *name, const char *value, struct err *e)
{
	char *line = g_strdup_printf("%s: %s\n", name, value);
	enum st st = put_text(o, line, e);

	g_free(line);
	return st;
}

/* ---- reading ------------------------------------------------------------ */

static enum st
read_some(int fd, char *buf, size_t max, size_t *len, struct err *e)
{
	ssize_t n;

	do
		n = read(fd, buf, max);
	while (n < 0 && errno == EINTR);
	*len = n > 0 ? (size_t)n : 0;
	return n < 0 ? err_errno(e, "The message cannot be read") : ST_OK;
}

/* The end of the header in s from at on: behind its empty line; 0: not
 * there. */
static size_t
find_end(const GString *s, size_t at)
{
	for (size_t i = at; i < s->len; i++) {
		if (s->str[i] != '\n')
			continue;
		if (i + 1 < s->len && s->str[i + 1] == '\n')
			return i + 2;
		if (i + 2 < s->len && s->str[i + 1] == '\r' &&
		    s->str[i + 2] == '\n')
			return i + 3;
	}
	return 0;
}

static enum st
read_header(struct reader *r, struct err *e)
{
	char *buf = g_malloc(CHUNK);
	size_t len = 1, end = 0;
	enum st st = ST_OK;

	while (st == ST_OK && len > 0 && end == 0) {
		size_t seen = r->header->len > 3 ? r->header->len - 3 : 0;

		st = read_some(r->fd, buf, CHUNK, &len, e);
		g_string_append_len(r->header, buf, (gssize)len);
		end = find_end(r->header, seen);
		if (end == 0 && r->header->len > HEADER_MOST)
			st = err_set(e, ST_USAGE, "The header of the message "
				     "is longer than a megabyte.");
	}
	g_free(buf);
	r->body = end ? end : r->header->len;
	return st;
}

/* ---- fields ------------------------------------------------------------- */

/* What stands in the header already. */
struct seen {
	bool from, date, id;
	char *sender;		/* of Sender */
};

static bool
is_one_of(const struct field *f, const char *const *names)
{
	for (; *names; names++)
		if (field_is(f, *names))
			return true;
	return false;
}

/* The first address of a field as it goes over the wire; NULL: there is
 * none.  The caller frees. */
static char *
first_address(const char *value, size_t len)
{
	GPtrArray *all = words_addresses(value, len, NULL);
	char *first = NULL;

	for (guint i = 0; i < all->len && !first; i++) {
		const struct address *a = all->pdata[i];

		if (*a->mailbox)
			first = build_bare(a->mailbox);
	}
	g_ptr_array_unref(all);
	return first;
}

/* "" when the account has none. */
static char *
own_address(const struct prepare_options *o)
{
	char *own = first_address(o->address, strlen(o->address));

	return own ? own : g_strdup("");
}

static bool
has_eight_bit(const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)p[i] > 127)
			return true;
	return false;
}

static bool
has_long_line(const char *p, size_t len)
{
	size_t line = 0;

	for (size_t i = 0; i < len; i++) {
		line = p[i] == '\n' ? 0 : line + 1;
		if (line > LINE_MOST)
			return true;
	}
	return false;
}

static bool
is_list(const struct field *f)
{
	static const char *const lists[] = { "From", "Sender", "Reply-To",
					     "To", "Cc", NULL };

	return is_one_of(f, lists);
}

/* Not to be taken for text: its parameters would be lost. */
static bool
is_of_mime(const struct field *f)
{
	static const char content[] = "Content-";

	return f->name_len > strlen(content) &&
	       g_ascii_strncasecmp(f->name, content, strlen(content)) == 0;
}

/* The value made anew. */
static char *
rewritten(const struct field *f)
{
	char *name = g_strndup(f->name, f->name_len), *text, *value = NULL;

	if (is_list(f)) {
		GPtrArray *all = words_addresses(f->value, f->value_len, NULL);

		if (all->len)
			value = build_list(name, all);
		g_ptr_array_unref(all);
	} else if (is_of_mime(f)) {
		text = field_unfold(f->value, f->value_len);
		value = g_mime_utils_header_encode_text(NULL, text, NULL);
		g_free(text);
	} else {
		text = words_decode(f->value, f->value_len, NULL);
		value = build_value(name, text);
		g_free(text);
	}
	g_free(name);
	return value;
}

/* Header fields with octets above 127 are encoded (RFC 2047) where no address
 * has them, and lines that are too long are folded.  NULL: as it stands.  The
 * caller frees. */
static char *
encoded(const struct field *f, struct built *b)
{
	bool raw = has_eight_bit(f->value, f->value_len);
	char *value = raw || has_long_line(f->value, f->value_len)
			      ? rewritten(f) : NULL;

	b->utf8 |= value ? has_eight_bit(value, strlen(value)) : raw;
	return value;
}

static enum st
add_rcpt(struct built *b, const struct prepare_options *o,
	 const char *address, struct err *e)
{
	bool local = o->local && strcmp(address, o->local) == 0;
	char *bare = local ? own_address(o) : build_bare(address);
	enum st st = ST_OK;

	if (built_is_address(bare)) {
		b->utf8 |= has_eight_bit(bare, strlen(bare));
		built_add_rcpt(b, bare);
	} else {
		st = err_set(e, ST_USAGE, "“%s” is no address that mail can "
			     "be sent to.", address);
	}
	g_free(bare);
	return st;
}

static enum st
add_rcpts(struct built *b, const struct prepare_options *o, const char *text,
	  guint *count, struct err *e)
{
	GPtrArray *all = typed_addresses(text);
	enum st st = ST_OK;

	*count = all->len;
	for (guint i = 0; i < all->len && st == ST_OK; i++) {
		const struct address *a = all->pdata[i];

		st = add_rcpt(b, o, *a->mailbox ? a->mailbox : a->name, e);
	}
	g_ptr_array_unref(all);
	return st;
}

static bool
has_control(const char *word)
{
	for (const char *p = word; *p; p++)
		if (g_ascii_iscntrl(*p))
			return true;
	return false;
}

/* A recipient of the command line, or several with commas between: no header
 * field, so nothing in it may end a line. */
static enum st
add_word(struct built *b, const struct prepare_options *o, const char *word,
	 struct err *e)
{
	enum st st = ST_OK;
	guint n = 0;

	if (has_control(word))
		return err_set(e, ST_USAGE, "A recipient has control "
			       "characters in it.");
	st = add_rcpts(b, o, word, &n, e);
	if (st == ST_OK && n == 0)
		st = err_set(e, ST_USAGE, "“%s” is no address that mail can "
			     "be sent to.", word);
	return st;
}

static void
take_id(void *ctx, const char *id, size_t len)
{
	struct built *b = ctx;

	if (!b->message_id)
		b->message_id = g_strndup(id, len);
}

/* What the sending wants to know of a field. */
static enum st
look_at(const struct field *f, const struct prepare_options *o,
	struct built *b, struct seen *seen, struct err *e)
{
	static const char *const rcpts[] = { "To", "Cc", "Bcc", NULL };
	enum st st = ST_OK;
	guint n;

	seen->date |= field_is(f, "Date");
	if (field_is(f, "From")) {
		if (!b->from)
			b->from = first_address(f->value, f->value_len);
		/* A name of this machine is nobody's elsewhere. */
		if (b->from && !strchr(b->from, '@'))
			g_clear_pointer(&b->from, g_free);
		seen->from = b->from != NULL;
	} else if (field_is(f, "Sender")) {
		g_free(seen->sender);
		seen->sender = first_address(f->value, f->value_len);
	} else if (field_is(f, "Subject") && !b->subject) {
		b->subject = words_decode(f->value, f->value_len, NULL);
	} else if (field_is(f, "To") && !b->to) {
		b->to = words_decode(f->value, f->value_len, NULL);
	} else if (field_is(f, "Message-ID") && !b->message_id) {
		field_ids(f->value, f->value_len, false, take_id, b);
		seen->id = b->message_id != NULL;
	}
	if (o->from_header && is_one_of(f, rcpts)) {
		char *text = field_unfold(f->value, f->value_len);

		st = add_rcpts(b, o, text, &n, e);
		g_free(text);
	}
	return st;
}

static enum st
copy_field(struct out *out, const struct field *f, struct err *e)
{
	static const char *const secret[] = { "Bcc", "Resent-Bcc",
					      "Return-Path", NULL };
	char *value;
	enum st st;

	if (is_one_of(f, secret))
		return ST_OK;
	value = encoded(f, out->b);
	st = put(out, f->name, f->name_len, e);
	if (st == ST_OK)
		st = put_text(out, ": ", e);
	if (st == ST_OK && value)
		st = put_text(out, g_strstrip(value), e);
	else if (st == ST_OK)
		st = put(out, f->value, f->value_len, e);
	g_free(value);
	return st == ST_OK ? put_text(out, "\n", e) : st;
}

/* ---- the whole ----------------------------------------------------------- */

static enum st
copy_header(struct reader *r, struct out *out,
	    const struct prepare_options *o, struct seen *seen,
	    struct err *e)
{
	const char *header = r->header->str;
	struct field_scan scan;
	struct field f;
	enum st st = ST_OK;

	r->body = (size_t)(field_body(header, header + r->body) - header);
	field_scan_init(&scan, header, r->body);
	while (st == ST_OK && field_next(&scan, &f)) {
		st = look_at(&f, o, out->b, seen, e);
		/* A From without an address is none. */
		if (field_is(&f, "From") && !seen->from)
			continue;
		if (st == ST_OK)
			st = copy_field(out, &f, e);
	}
	return st;
}

static enum st
add_missing(struct out *out, const struct prepare_options *o,
	    const struct seen *seen, struct err *e)
{
	struct built *b = out->b;
	char *value;
	enum st st = ST_OK;

	if (!b->from)
		b->from = own_address(o);
	if (!seen->from)
		st = put_field(out, "From", o->address, e);
	if (st == ST_OK && !seen->date) {
		value = built_date(o->now, o->zone_minutes);
		st = put_field(out, "Date", value, e);
		g_free(value);
	}
	if (st == ST_OK && !seen->id) {
		b->message_id = built_message_id(b->from);
		value = g_strdup_printf("<%s>", b->message_id);
		st = put_field(out, "Message-ID", value, e);
		g_free(value);
	}
	return st == ST_OK ? put_text(out, "\n", e) : st;
}

static enum st
copy_body(struct reader *r, struct out *out, struct err *e)
{
	const char *rest = r->header->str + r->body;
	size_t len = r->header->len - r->body;
	char *buf;
	enum st st;

	out->last = '\n';
	st = put(out, rest, len, e);
	buf = g_malloc(CHUNK);
	do {
		if (st == ST_OK)
			st = read_some(r->fd, buf, CHUNK, &len, e);
		if (st == ST_OK)
			st = put(out, buf, len, e);
	} while (st == ST_OK && len > 0);
	g_free(buf);
	if (st == ST_OK && out->end != '\n')
		st = put_text(out, "\n", e);
	return st == ST_OK ? flush(out, e) : st;
}

/* MAIL FROM as somebody said it; "" is nobody.  The caller frees. */
static char *
sender_of(const struct prepare_options *o, const char *said)
{
	char *address = NULL;

	if (o->local && strcmp(said, o->local) == 0)
		return own_address(o);
	if (!*said || strcmp(said, "<>") == 0)
		return g_strdup("");
	if (!has_control(said))
		address = first_address(said, strlen(said));
	return address ? address : g_strdup(said);
}

/* Whom it goes to besides those of the header, and from whom. */
static enum st
settle(const struct prepare_options *o, struct built *b,
       const struct seen *seen, struct err *e)
{
	const char *sender = o->sender ? o->sender : seen->sender;
	enum st st = ST_OK;

	for (char *const *r = o->rcpt; r && *r && st == ST_OK; r++)
		st = add_word(b, o, *r, e);
	if (sender) {
		g_free(b->from);
		b->from = sender_of(o, sender);
	}
	if (st == ST_OK && !(o->sender && !*b->from) &&
	    !built_is_address(b->from))
		st = err_set(e, ST_USAGE, "“%s” is no address that mail can "
			     "come from.", b->from);
	if (st == ST_OK && b->rcpt->len == 0)
		st = err_set(e, ST_USAGE, "The message is addressed to "
			     "nobody.");
	return st;
}

enum st
message_prepare(int in, int out, const struct prepare_options *options,
		struct built *b, struct err *e)
{
	struct prepare_options o = *options;
	struct reader r = { .fd = in, .header = g_string_new(NULL) };
	struct out to = { .fd = out, .buf = g_string_new(NULL), .b = b };
	struct seen seen = { false };
	enum st st;

	mime_start();
	o.from_header |= !o.rcpt || !*o.rcpt;
	st = read_header(&r, e);
	if (st == ST_OK)
		st = copy_header(&r, &to, &o, &seen, e);
	if (st == ST_OK)
		st = add_missing(&to, &o, &seen, e);
	b->eight_bit = false;	/* so far it was the header's */
	if (st == ST_OK)
		st = copy_body(&r, &to, e);
	if (st == ST_OK)
		st = settle(&o, b, &seen, e);
	g_free(seen.sender);
	g_string_free(r.header, TRUE);
	g_string_free(to.buf, TRUE);
	return st;
}
