/*
 * imap_wire.c - answers in
 *
 * An answer is assembled whole in memory, its literals included, before
 * anything looks at it; only the body of a message goes to the fetch sink
 * piece by piece as it comes off the wire.
 */
#include "net/imap_state.h"

#include <string.h>

#include "base/text.h"

void
imap_reply_clear(struct imap_reply *reply)
{
	g_clear_pointer(&reply->code, g_free);
	g_clear_pointer(&reply->text, g_free);
}

enum st
imap_broken(struct imap *im, enum st st)
{
	if (st == ST_OK || st == ST_REFUSED || st == ST_GONE)
		return st;
	im->spaces_shunned |= im->spaces_asked && st == ST_RETRY;
	im->open = false;
	g_clear_pointer(&im->folder, g_free);
	stream_close(im->stream);
	return st;
}

/* ---- one answer ---------------------------------------------------- */

static bool
is_fetch(const GString *a)
{
	struct imap_text t = { a->str, a->str + a->len };
	struct imap_slice word;
	int64_t n;

	return imap_take_this(&t, "*") && imap_take_blank(&t) &&
	       imap_take_number(&t, &n) && imap_take_blank(&t) &&
	       imap_take_word(&t, &word) && imap_slice_is(&word, "FETCH");
}

/* Free text may end in "{5}" without meaning anything by it. */
static bool
is_free_text(const char *text, size_t len)
{
	static const char *const words[] = { "* OK", "* NO", "* BAD", "* BYE",
					     "* PREAUTH", "+" };

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		if (len >= strlen(words[i]) &&
		    g_ascii_strncasecmp(text, words[i],
					strlen(words[i])) == 0)
			return true;
	return len > 0 && *text == 'V';		/* our tags */
}

static enum st
too_long(struct imap *im, struct err *e)
{
	return err_set(e, ST_PROTOCOL, "The server %s sent an answer that is "
		       "too long to be one.", im->account->receive.host);
}

/* A literal of n octets into the answer. */
static enum st
keep_literal(struct imap *im, int64_t n, struct err *e)
{
	if (n > IMAP_ANSWER_MAX - (int64_t)im->answer->len)
		return too_long(im, e);
	while (n > 0) {
		const char *bytes;
		size_t len;
		enum st st = stream_bytes(im->stream, &bytes, &len, e);

		if (st != ST_OK)
			return st;
		len = (size_t)MIN((int64_t)len, n);
		g_string_append_len(im->answer, bytes, (gssize)len);
		stream_used(im->stream, len);
		n -= (int64_t)len;
	}
	return ST_OK;
}

/* A body of n octets to the sink.  Its literal's mark in the answer gives
 * way to IMAP_STREAMED. */
static enum st
stream_literal(struct imap *im, int64_t n, struct err *e)
{
	const struct fetch_sink *sink = im->wants.fetch;
	struct fetched f = { .size = -1 };
	char *mark = strrchr(im->answer->str, '{');
	enum st st;

	g_string_truncate(im->answer, (gsize)(mark - im->answer->str));
	g_string_append_c(im->answer, IMAP_STREAMED);
	st = sink->begin(sink->ctx, &f, n, e);
	if (st != ST_OK)
		return st;
	while (n > 0) {
		const char *bytes;
		size_t len;

		st = stream_bytes(im->stream, &bytes, &len, e);
		if (st != ST_OK)
			break;
		len = (size_t)MIN((int64_t)len, n);
		st = sink->data(sink->ctx, bytes, len, e);
		if (st != ST_OK)
			break;
		stream_used(im->stream, len);
		n -= (int64_t)len;
	}
	if (st != ST_OK)
		sink->abort(sink->ctx);
	return st;
}

/* The words before a literal name a message's body. */
static bool
before_body(const GString *a)
{
	const char *mark = strrchr(a->str, '{');
	const char *p = mark;

	if (!mark)
		return false;
	while (p > a->str && (p[-1] == ' ' || p[-1] == '~'))
		p--;
	return p > a->str && p[-1] == ']';
}

/* One whole answer into im->answer; *octets of the body that was streamed
 * out of it, -1 when none was. */
static enum st
read_answer(struct imap *im, int64_t *octets, struct err *e)
{
	*octets = -1;
	g_string_truncate(im->answer, 0);
	for (;;) {
		const char *line;
		size_t len, at = im->answer->len;
		int64_t n;
		enum st st = stream_line(im->stream, IMAP_LINE_MAX, &line,
					 &len, e);

		if (st != ST_OK)
			goto broken;
		if (at + len > IMAP_ANSWER_MAX) {
			st = too_long(im, e);
			goto broken;
		}
		g_string_append_len(im->answer, line, (gssize)len);
		n = imap_line_literal(im->answer->str + at, len);
		if (n == -1 || is_free_text(im->answer->str,
					    im->answer->len))
			return ST_OK;
		if (n < 0 || n > IMAP_BODY_MAX) {
			st = too_long(im, e);
		} else if (im->wants.fetch && *octets < 0 &&
			   is_fetch(im->answer) && before_body(im->answer)) {
			st = stream_literal(im, n, e);
			if (st != ST_OK)
				return st;
			*octets = n;
		} else {
			g_string_append(im->answer, "\r\n");
			st = keep_literal(im, n, e);
		}
		if (st == ST_OK)
			continue;
broken:
		if (*octets >= 0)
			im->wants.fetch->abort(im->wants.fetch->ctx);
		return st;
	}
}

bool
imap_has_answer(struct imap *im)
{
	size_t len, at = 0;
	const char *text = stream_peek(im->stream, &len);

	/* What is as long as this is to be read as any answer is. */
	while (len <= IMAP_LINE_MAX) {
		const char *lf = memchr(text + at, '\n', len - at);
		int64_t n;

		if (!lf)
			return false;
		n = imap_line_literal(text + at, (size_t)(lf - text) - at);
		if (n < 0 || is_free_text(text, len))
			return true;
		at = (size_t)(lf - text) + 1;
		if (n > (int64_t)(len - at))
			return false;
		at += (size_t)n;
	}
	return true;
}

/* ---- what it is ---------------------------------------------------- */

/* "[CODE] text" or "text". */
static void
take_code(struct imap_text *t, struct imap_reply *r)
{
	const char *close = t->p < t->end && *t->p == '['
		? memchr(t->p, ']', (size_t)(t->end - t->p)) : NULL;

	if (close) {
		r->code = g_strndup(t->p + 1, (size_t)(close - t->p - 1));
		t->p = close + 1;
		imap_take_blank(t);
	} else {
		r->code = g_strdup("");
	}
	r->text = text_to_utf8(t->p, (size_t)(t->end - t->p));
}

/* "OK [CODE] text" at t; false when it does not begin so. */
static bool
parse_status(struct imap_text *t, struct imap_reply *r)
{
	if (imap_take_this(t, "OK"))
		r->kind = IMAP_OK;
	else if (imap_take_this(t, "NO"))
		r->kind = IMAP_NO;
	else if (imap_take_this(t, "BAD"))
		r->kind = IMAP_BAD;
	else
		return false;
	imap_take_blank(t);
	take_code(t, r);
	return true;
}

static enum st
nonsense(struct imap *im, struct err *e)
{
	return err_set(e, ST_PROTOCOL, "The server %s does not speak IMAP: an "
		       "answer makes no sense.", im->account->receive.host);
}

/* True once. */
static bool
is_unwaited(struct imap *im, unsigned tag)
{
	for (guint i = 0; i < im->unwaited->len; i++) {
		if (g_array_index(im->unwaited, unsigned, i) != tag)
			continue;
		g_array_remove_index_fast(im->unwaited, i);
		return true;
	}
	return false;
}

static enum st
tagged(struct imap *im, struct imap_text *t, struct err *e)
{
	struct imap_reply *r = g_new0(struct imap_reply, 1);
	int64_t tag = 0;

	t->p++;
	if (!imap_take_number(t, &tag) || tag < 1 || tag > im->next_tag ||
	    !imap_take_blank(t) || !parse_status(t, r)) {
		g_free(r);
		return nonsense(im, e);
	}
	r->tag = (unsigned)tag;
	imap_code(im, r->code, r->text);
	if (is_unwaited(im, r->tag)) {
		imap_reply_clear(r);
		g_free(r);
	} else {
		g_ptr_array_add(im->replies, r);
	}
	return ST_OK;
}

static enum st
continued(struct imap *im, struct imap_text *t)
{
	t->p++;
	imap_take_blank(t);
	im->wants.continued = true;
	g_free(im->challenge);
	im->challenge = g_strndup(t->p, (size_t)(t->end - t->p));
	return ST_OK;
}

static enum st
bye(struct imap *im, struct imap_text *t, struct err *e)
{
	char *text = text_to_utf8(t->p, (size_t)(t->end - t->p));
	enum st st = err_set(e, ST_RETRY, "The server %s said goodbye: %s",
			     im->account->receive.host, text);

	g_free(text);
	return st;
}

/* An untagged status; Exchange forgets its OK, and at times the star too. */
static enum st
told(struct imap *im, struct imap_reply *r)
{
	imap_code(im, r->code, r->text);
	if (im->wants.copyuid)
		im->wants.copyuid(im->wants.copyuid_ctx, r);
	imap_reply_clear(r);
	return ST_OK;
}

static enum st
told_bare(struct imap *im, struct imap_text *t)
{
	struct imap_reply r = { 0 };

	take_code(t, &r);
	return told(im, &r);
}

static enum st
star(struct imap *im, struct imap_text *t, int64_t octets, struct err *e)
{
	struct imap_text at = *t;
	struct imap_reply r = { 0 };
	int64_t n;

	imap_take_blank(t);
	if (imap_take_this(t, "BYE"))
		return bye(im, t, e);
	if (parse_status(t, &r))
		return told(im, &r);
	if (t->p < t->end && *t->p == '[')
		return told_bare(im, t);
	at = *t;
	if (imap_take_number(&at, &n) && imap_take_blank(&at) &&
	    imap_take_this(&at, "FETCH") && imap_take_blank(&at))
		return imap_fetch_answer(im, &at, octets, e);
	return imap_untagged(im, t, e);
}

enum st
imap_read(struct imap *im, struct err *e)
{
	struct imap_text t;
	int64_t octets;
	enum st st = read_answer(im, &octets, e);

	if (st != ST_OK)
		return imap_broken(im, st);
	t = (struct imap_text){ im->answer->str,
				im->answer->str + im->answer->len };
	if (imap_take_char(&t, '*'))
		st = star(im, &t, octets, e);
	else if (t.p < t.end && *t.p == '+')
		st = continued(im, &t);
	else if (t.p < t.end && *t.p == 'V')
		st = tagged(im, &t, e);
	else if (t.p < t.end && *t.p == '[')
		st = told_bare(im, &t);
	else
		st = nonsense(im, e);
	return imap_broken(im, st);
}

static bool
take_reply(struct imap *im, unsigned tag, struct imap_reply *out)
{
	for (guint i = 0; i < im->replies->len; i++) {
		struct imap_reply *r = im->replies->pdata[i];

		if (r->tag != tag)
			continue;
		*out = *r;
		g_free(g_ptr_array_steal_index(im->replies, i));
		return true;
	}
	return false;
}

enum st
imap_without_end(struct imap *im, struct err *e)
{
	return imap_broken(im, err_set(
		e, ST_PROTOCOL, "The server %s answers one command without "
		"end.", im->account->receive.host));
}

enum st
imap_await(struct imap *im, unsigned tag, struct imap_reply *reply,
	   struct err *e)
{
	for (unsigned n = 0; !take_reply(im, tag, reply); n++) {
		enum st st = imap_read(im, e);

		if (st == ST_OK && (n >= IMAP_ANSWERS_MAX ||
				    im->replies->len > IMAP_REPLIES_MAX))
			st = imap_without_end(im, e);
		if (st != ST_OK)
			return st;
	}
	return ST_OK;
}

/* ---- refusals ---------------------------------------------------------- */

static bool
code_is(const struct imap_reply *r, const char *code)
{
	size_t n = strlen(code);

	return g_ascii_strncasecmp(r->code, code, n) == 0 &&
	       (r->code[n] == '\0' || r->code[n] == ' ');
}

enum st
imap_refusal_status(const struct imap_reply *r)
{
	if (code_is(r, "NONEXISTENT") || code_is(r, "TRYCREATE"))
		return ST_GONE;
	if (code_is(r, "UNAVAILABLE") || code_is(r, "SERVERBUG") ||
	    strstr(r->text, "authenticated but not connected"))
		return ST_RETRY;
	return ST_REFUSED;
}

enum st
imap_refusal(struct imap *im, const struct imap_reply *reply,
	     const char *what, struct err *e)
{
	enum st st = imap_refusal_status(reply);

	if (*reply->text)
		err_set(e, st, "The server refused to %s: %s", what,
			reply->text);
	else
		err_set(e, st, "The server refused to %s and does not say "
			"why.", what);
	return imap_broken(im, st);
}

enum st
imap_ready(struct imap *im, bool folder, struct err *e)
{
	if (!im->open)
		return err_set(e, ST_RETRY, "There is no connection.");
	if (folder && !im->folder)
		return err_set(e, ST_GONE, "No folder was entered.");
	return ST_OK;
}
