/*
 * imap_command.c - commands out, and the strings in them
 *
 * Commands are put one behind the other and flushed together, so that many of
 * them cost one round trip.
 */
#include "net/imap_state.h"

#include <stdarg.h>
#include <string.h>

static bool
has_reply(const struct imap *im, unsigned tag)
{
	for (guint i = 0; i < im->replies->len; i++) {
		const struct imap_reply *r = im->replies->pdata[i];

		if (r->tag == tag)
			return true;
	}
	return false;
}

enum st
imap_await_go(struct imap *im, unsigned tag, struct err *e)
{
	enum st st = ST_OK;

	im->wants.continued = false;
	for (unsigned n = 0; st == ST_OK && !im->wants.continued &&
	     !has_reply(im, tag); n++) {
		st = imap_read(im, e);
		if (st == ST_OK && (n >= IMAP_GO_MAX ||
				    im->replies->len > IMAP_REPLIES_MAX))
			st = imap_without_end(im, e);
	}
	return st;
}

/* The server is asked whether it takes the literal whose length stands at
 * the end of what was put.  False: it does not, or is gone. */
static bool
ask_to_go_on(struct imap *im, unsigned tag)
{
	enum st st = imap_flush(im, &im->halted_err);

	if (st == ST_OK)
		st = imap_await_go(im, tag, &im->halted_err);
	im->halted = st;
	return st == ST_OK && im->wants.continued;
}

/* CR LF stands nowhere in words but behind the length of a literal. */
static void
put_words(struct imap *im, unsigned tag, const char *words)
{
	const char *end;

	while ((end = strstr(words, "}\r\n"))) {
		bool ask = end[-1] != '+';

		stream_put(im->stream, words, (size_t)(end - words) + 3);
		words = end + 3;
		if (ask && !ask_to_go_on(im, tag))
			return;
	}
	stream_put(im->stream, words, strlen(words));
	stream_put(im->stream, "\r\n", 2);
}

unsigned
imap_put(struct imap *im, const char *format, ...)
{
	unsigned tag = ++im->next_tag;
	va_list ap;
	char *words;

	va_start(ap, format);
	words = g_strdup_vprintf(format, ap);
	va_end(ap);
	stream_printf(im->stream, "V%u ", tag);
	put_words(im, tag, words);
	driver_wipe(words);
	return tag;
}

void
imap_pass_over(struct imap *im, unsigned tag)
{
	g_array_append_val(im->unwaited, tag);
}

enum st
imap_flush(struct imap *im, struct err *e)
{
	return imap_flush_with(im, NULL, 0, e);
}

enum st
imap_flush_with(struct imap *im, const char *bytes, size_t len,
		struct err *e)
{
	if (im->halted != ST_OK)
		return err_set(e, im->halted, "%s", im->halted_err.text);
	stream_round_trip(im->stream);
	return imap_broken(im, stream_flush_with(im->stream, bytes, len, e));
}

bool
imap_may_push(const struct imap *im, size_t len)
{
	return im->ext & IMAP_LITERAL_PLUS ||
	       (im->ext & IMAP_LITERAL_MINUS && len <= 4096);
}

static char *
quote(const char *s)
{
	GString *out = g_string_new("\"");

	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			g_string_append_c(out, '\\');
		g_string_append_c(out, *s);
	}
	g_string_append_c(out, '"');
	return g_string_free(out, FALSE);
}

char *
imap_string(const struct imap *im, const char *s)
{
	size_t len = strlen(s);

	if (strpbrk(s, "\r\n"))
		return NULL;
	if (g_str_is_ascii(s))
		return quote(s);
	return g_strdup_printf("{%zu%s}\r\n%s", len,
			       imap_may_push(im, len) ? "+" : "", s);
}

char *
imap_folder_word(struct imap *im, const char *folder, struct err *e)
{
	const char *known = g_hash_table_lookup(im->wire_names, folder);
	char *wire = known ? g_strdup(known) : folder_to_utf7(folder);
	char *word = wire && strlen(wire) <= IMAP_NAME_MAX
		? imap_string(im, wire) : NULL;

	g_free(wire);
	if (!word)
		err_set(e, ST_REFUSED, "The folder “%s” has a name that no "
			"command can carry.", folder);
	return word;
}

enum st
imap_ask(struct imap *im, struct err *e, const char *what,
	 const char *format, ...)
{
	struct imap_reply reply = { 0 };
	va_list ap;
	char *words;
	unsigned tag;
	enum st st;

	va_start(ap, format);
	words = g_strdup_vprintf(format, ap);
	va_end(ap);
	tag = imap_put(im, "%s", words);
	g_free(words);
	st = imap_flush(im, e);
	if (st == ST_OK)
		st = imap_await(im, tag, &reply, e);
	if (st == ST_OK && reply.kind != IMAP_OK)
		st = imap_refusal(im, &reply, what, e);
	imap_reply_clear(&reply);
	return st;
}
