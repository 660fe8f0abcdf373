/*
 * imap_change.c - STORE, MOVE, COPY, APPEND, EXPUNGE, all by UID
 */
#include "net/imap_state.h"

#include <string.h>

/* A command for each piece of uids, in one round trip a flight; each(), when
 * not NULL, sees every OK with the UIDs that it is about. */
static enum st
by_pieces(struct imap *im, const struct uidset *uids, const char *what,
	  const char *verb, const char *rest,
	  void (*each)(void *ctx, const struct uidset *uids,
		       const struct imap_reply *r), void *ctx, struct err *e)
{
	struct uidset left = UIDSET_EMPTY, part[IMAP_FLIGHT_MAX] = { 0 };
	enum st st = ST_OK;

	uidset_add_set(&left, uids);
	while (st == ST_OK && left.n > 0) {
		unsigned first = im->next_tag + 1;
		enum st refused = ST_OK;

		for (int i = 0; i < IMAP_FLIGHT_MAX &&
		     uidset_take_text(&left, &part[i], IMAP_SET_MAX); i++) {
			char *set = uidset_format(&part[i]);

			imap_put(im, "UID %s %s%s", verb, set, rest);
			g_free(set);
		}
		st = imap_flush(im, e);
		for (unsigned tag = first, last = im->next_tag;
		     st == ST_OK && tag <= last; tag++) {
			struct imap_reply reply = { 0 };

			st = imap_await(im, tag, &reply, e);
			if (st == ST_OK && reply.kind != IMAP_OK)
				refused = imap_refusal(im, &reply, what, e);
			else if (st == ST_OK && each)
				each(ctx, &part[tag - first], &reply);
			imap_reply_clear(&reply);
		}
		if (st == ST_OK)
			st = refused;
	}
	uidset_clear(&left);
	for (int i = 0; i < IMAP_FLIGHT_MAX; i++)
		uidset_clear(&part[i]);
	return st;
}

static const struct {
	uint32_t bit;
	const char *name;
} flag_names[] = {
	{ FLAG_SEEN, "\\Seen" }, { FLAG_ANSWERED, "\\Answered" },
	{ FLAG_FLAGGED, "\\Flagged" }, { FLAG_DELETED, "\\Deleted" },
	{ FLAG_DRAFT, "\\Draft" },
};

/* "(\Seen work)", with keywords from *keywords on until there are max octets;
 * *keywords is then at those that are left. */
static char *
format_flags(uint32_t bits, const char **keywords, size_t max)
{
	GString *s = g_string_new("(");

	for (size_t i = 0; i < G_N_ELEMENTS(flag_names); i++)
		if (bits & flag_names[i].bit)
			g_string_append_printf(s, "%s%s", s->len > 1 ? " " : "",
					       flag_names[i].name);
	while (*keywords && **keywords && s->len < max) {
		size_t n = strcspn(*keywords, " ");

		g_string_append_printf(s, "%s%.*s", s->len > 1 ? " " : "",
				       (int)n, *keywords);
		*keywords += n + ((*keywords)[n] == ' ');
	}
	g_string_append_c(s, ')');
	return g_string_free(s, FALSE);
}

enum st
imap_store(struct driver *d, const struct uidset *uids, bool add,
	   const struct flags *flags, struct err *e)
{
	struct imap *im = (struct imap *)d;
	const char *keywords = flags->keywords;
	uint32_t bits = flags->bits & FLAG_ALL;
	enum st st = imap_ready(im, true, e);

	while (st == ST_OK && (bits || (keywords && *keywords))) {
		char *words = format_flags(bits, &keywords, IMAP_SET_MAX);
		char *rest = g_strdup_printf(" %cFLAGS.SILENT %s",
					     add ? '+' : '-', words);

		st = by_pieces(im, uids, "change flags", "STORE", rest, NULL,
			       NULL, e);
		bits = 0;
		g_free(words);
		g_free(rest);
	}
	return st;
}

/* ---- MOVE and COPY ----------------------------------------------------- */

struct pairs {
	bool believed;		/* the server has UIDPLUS */
	uint64_t most;		/* UIDs that were asked to go */
	int64_t validity;	/* of the folder they went to */
	GArray *from, *to;
	struct uidset done;	/* the server said OK to these */
};

/* One "5" or "1:2"; false when it is none, or more than most in all. */
static bool
add_range(GArray *uids, uint64_t most, const char *text)
{
	struct uidset set = UIDSET_EMPTY;
	uint64_t it = 0;
	uint32_t uid;
	bool good = uidset_parse(&set, text, strlen(text), 1) &&
		    uids->len + uidset_count(&set) <= most;

	while (good && uidset_next(&set, &it, &uid))
		g_array_append_val(uids, uid);
	uidset_clear(&set);
	return good;
}

/* "5,1:2" in the server's own order, by which the two lists belong together;
 * a set would sort them apart. */
static bool
take_uids(struct imap_text *t, uint64_t most, GArray *uids)
{
	struct imap_slice word;
	char *text, **ranges;
	bool good = true;

	imap_take_blank(t);
	if (!imap_take_word(t, &word))
		return false;
	text = g_strndup(word.p, word.len);
	ranges = g_strsplit(text, ",", -1);
	for (char **r = ranges; good && *r; r++)
		good = add_range(uids, most, *r);
	g_strfreev(ranges);
	g_free(text);
	return good;
}

/* "COPYUID uidvalidity from to" (RFC 4315 3). */
static void
take_pairs(void *ctx, const struct imap_reply *r)
{
	struct pairs *pairs = ctx;
	struct imap_text t = { r->code, r->code + strlen(r->code) };
	GArray *from, *to;
	int64_t n;

	if (!pairs->believed || !pairs->from || !pairs->to ||
	    !imap_take_this(&t, "COPYUID") || !imap_take_blank(&t) ||
	    !imap_take_number(&t, &n))
		return;
	from = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	to = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	if (take_uids(&t, pairs->most, from) &&
	    take_uids(&t, pairs->most, to) && from->len == to->len &&
	    from->len > 0) {
		pairs->validity = n;
		g_array_append_vals(pairs->from, from->data, from->len);
		g_array_append_vals(pairs->to, to->data, to->len);
	}
	g_array_unref(from);
	g_array_unref(to);
}

static void
take_done(void *ctx, const struct uidset *uids, const struct imap_reply *r)
{
	uidset_add_set(&((struct pairs *)ctx)->done, uids);
	take_pairs(ctx, r);
}

/* What was done before the rest was refused, and has no pair. */
static void
add_done(struct pairs *pairs)
{
	const uint32_t unknown = 0;
	uint64_t it = 0;
	uint32_t uid;

	for (guint i = 0; i < pairs->from->len; i++)
		uidset_remove(&pairs->done,
			      g_array_index(pairs->from, uint32_t, i));
	while (uidset_next(&pairs->done, &it, &uid)) {
		g_array_append_val(pairs->from, uid);
		g_array_append_val(pairs->to, unknown);
	}
}

static enum st
transfer(struct imap *im, const char *verb, const char *what,
	 const struct uidset *uids, const char *folder, struct pairs *pairs,
	 struct err *e)
{
	char *word, *rest;
	enum st st = imap_ready(im, true, e);

	if (st != ST_OK)
		return st;
	word = imap_folder_word(im, folder, e);
	if (!word)
		return ST_REFUSED;
	rest = g_strconcat(" ", word, NULL);
	st = by_pieces(im, uids, what, verb, rest, take_done, pairs, e);
	if ((st == ST_REFUSED || st == ST_GONE) && pairs->from && pairs->to)
		add_done(pairs);
	uidset_clear(&pairs->done);
	g_free(rest);
	g_free(word);
	return st;
}

enum st
imap_copy(struct driver *d, const struct uidset *uids, const char *folder,
	  GArray *from, GArray *to, int64_t *validity, struct err *e)
{
	struct imap *im = (struct imap *)d;
	struct pairs pairs = { im->caps & CAP_UIDPLUS, uidset_count(uids), 0,
			       from, to, UIDSET_EMPTY };
	enum st st = transfer(im, "COPY", "copy messages", uids, folder,
			      &pairs, e);

	if (validity)
		*validity = pairs.validity;
	return st;
}

/* With MOVE, COPYUID comes in an untagged OK (RFC 6851 4.3). */
enum st
imap_move(struct driver *d, const struct uidset *uids, const char *folder,
	  GArray *from, GArray *to, int64_t *validity, struct err *e)
{
	struct imap *im = (struct imap *)d;
	struct pairs pairs = { im->caps & CAP_UIDPLUS, uidset_count(uids), 0,
			       from, to, UIDSET_EMPTY };
	enum st st;

	if (!(im->caps & CAP_MOVE))
		return err_set(e, ST_REFUSED, "The server cannot move "
			       "messages in one step.");
	im->wants = (struct imap_wants){ .copyuid = take_pairs,
					 .copyuid_ctx = &pairs };
	st = transfer(im, "MOVE", "move messages", uids, folder, &pairs, e);
	im->wants = (struct imap_wants){ 0 };
	if (validity)
		*validity = pairs.validity;
	return st;
}

/*
 * Without UIDPLUS there is only EXPUNGE, which takes all that is marked as
 * deleted.  So it is sent when nothing else is marked; else the marks set here
 * are taken off again.
 */
static enum st
expunge_all(struct imap *im, const struct uidset *uids, struct err *e)
{
	struct flags deleted = { .bits = FLAG_DELETED };
	struct uidset marked = UIDSET_EMPTY;
	enum st st;

	im->wants = (struct imap_wants){ .listed = &marked };
	st = imap_ask(im, e, "look for deleted messages",
		      "UID SEARCH DELETED");
	im->wants = (struct imap_wants){ 0 };
	if (st == ST_OK) {
		uidset_remove_set(&marked, uids);
		if (marked.n == 0)
			st = imap_ask(im, e, "delete messages", "EXPUNGE");
		else
			st = imap_store(&im->driver, uids, false, &deleted, e);
	}
	if (st == ST_OK && marked.n)
		st = err_set(e, ST_REFUSED, "The server cannot delete just "
			     "these messages (it has no UIDPLUS), and others "
			     "are marked as deleted there.");
	uidset_clear(&marked);
	return st;
}

enum st
imap_expunge(struct driver *d, const struct uidset *uids, struct err *e)
{
	struct imap *im = (struct imap *)d;
	struct flags deleted = { .bits = FLAG_DELETED };
	enum st st = imap_ready(im, true, e);

	if (st == ST_OK)
		st = imap_store(d, uids, true, &deleted, e);
	if (st != ST_OK)
		return st;
	if (!(im->caps & CAP_UIDPLUS))
		return expunge_all(im, uids, e);
	return by_pieces(im, uids, "delete messages", "EXPUNGE", "", NULL,
			 NULL, e);
}

/* ---- APPEND ------------------------------------------------------------ */

/* The message itself, when the server is ready for it (or needs not be
 * asked). */
static enum st
send_literal(struct imap *im, unsigned tag, bool ask, const char *bytes,
	     size_t len, struct imap_reply *reply, struct err *e)
{
	enum st st = ST_OK;

	if (ask) {
		st = imap_flush(im, e);
		if (st == ST_OK)
			st = imap_await_go(im, tag, e);
		if (st == ST_OK && !im->wants.continued)
			return imap_await(im, tag, reply, e);
	}
	if (st != ST_OK)
		return st;
	st = imap_flush_with(im, bytes, len, e);
	return st == ST_OK ? imap_await(im, tag, reply, e) : st;
}

static uint32_t
append_uid(const struct imap_reply *r, int64_t *validity)
{
	struct imap_text t = { r->code, r->code + strlen(r->code) };
	int64_t uid;

	if (!imap_take_this(&t, "APPENDUID") || !imap_take_blank(&t) ||
	    !imap_take_number(&t, validity) || !imap_take_blank(&t) ||
	    !imap_take_number(&t, &uid) || uid < 1 || uid > UINT32_MAX)
		return 0;
	return (uint32_t)uid;
}

enum st
imap_append(struct driver *d, const char *folder, const struct flags *flags,
	    int64_t internaldate, const char *bytes, size_t len,
	    uint32_t *uid, int64_t *validity, struct err *e)
{
	struct imap *im = (struct imap *)d;
	struct imap_reply reply = { 0 };
	bool ask = !imap_may_push(im, len);
	const char *keywords = flags->keywords;
	char date[40] = "", *word, *words;
	int64_t said = 0;
	unsigned tag;
	enum st st = imap_ready(im, false, e);

	*uid = 0;
	if (st != ST_OK)
		return st;
	word = imap_folder_word(im, folder, e);
	if (!word)
		return ST_REFUSED;
	if (internaldate) {
		char plain[32];

		imap_date_format(internaldate, plain);
		g_snprintf(date, sizeof(date), " \"%s\"", plain);
	}
	words = format_flags(flags->bits, &keywords, SIZE_MAX);
	tag = imap_put(im, "APPEND %s %s%s {%zu%s}", word, words, date, len,
		       ask ? "" : "+");
	g_free(words);
	g_free(word);
	st = send_literal(im, tag, ask, bytes, len, &reply, e);
	if (st == ST_OK && reply.kind == IMAP_OK && im->caps & CAP_UIDPLUS)
		*uid = append_uid(&reply, &said);
	else if (st == ST_OK && reply.kind != IMAP_OK)
		st = imap_refusal(im, &reply, "take the message", e);
	if (validity)
		*validity = *uid ? said : 0;
	imap_reply_clear(&reply);
	im->wants = (struct imap_wants){ 0 };
	return st;
}
