/*
 * imap_select.c - entering a folder, and what is different in it
 *
 * With QRESYNC one SELECT says it all.  With CONDSTORE the flags that changed
 * are asked for, and the UIDs only when the count tells that some are gone.
 * With neither, every UID and its flags.  A list that does not agree with
 * EXISTS is never handed on as true.
 */
#include "net/imap_state.h"

#include <inttypes.h>

/* ---- entering ---------------------------------------------------------- */

static bool
can_qresync(const struct imap *im, const struct known *known)
{
	return im->caps & CAP_QRESYNC && known && known->uidvalidity > 0 &&
	       known->modseq > 0;
}

static unsigned
put_select(struct imap *im, const char *word, const struct known *known)
{
	if (can_qresync(im, known))
		return imap_put(im, "SELECT %s (QRESYNC (%" PRId64 " %" PRId64
				"))", word, known->uidvalidity,
				known->modseq);
	if (im->caps & CAP_CONDSTORE)
		return imap_put(im, "SELECT %s (CONDSTORE)", word);
	return imap_put(im, "SELECT %s", word);
}

static enum st
run_select(struct imap *im, const char *word, const struct known *known,
	   const struct listing_sink *sink, struct imap_reply *reply,
	   struct err *e)
{
	unsigned tag;
	enum st st;

	g_clear_pointer(&im->folder, g_free);
	/* Who says nothing of PERMANENTFLAGS keeps all (RFC 3501 7.1). */
	im->state = (struct entered){ .keywords_allowed = true };
	im->wants = (struct imap_wants){
		.listing = can_qresync(im, known) ? sink : NULL };
	tag = put_select(im, word, known);
	st = imap_flush(im, e);
	if (st == ST_OK)
		st = imap_await(im, tag, reply, e);
	im->wants = (struct imap_wants){ 0 };
	return st;
}

/* NO to SELECT: most often there is no such folder. */
static enum st
select_refused(struct imap *im, const struct imap_reply *reply,
	       const char *folder, struct err *e)
{
	enum st st = imap_refusal(im, reply, "open the folder", e);

	if (st == ST_REFUSED && reply->kind == IMAP_NO)
		return err_set(e, ST_GONE, "The server cannot open the folder "
			       "“%s”: %s", folder, reply->text);
	return st;
}

enum st
imap_enter(struct driver *d, const char *folder, const struct known *known,
	   const struct listing_sink *sink, struct entered *out,
	   struct err *e)
{
	struct imap *im = (struct imap *)d;
	struct imap_reply reply = { 0 };
	bool qresync = can_qresync(im, known) && sink;
	char *word = NULL;
	enum st st = imap_ready(im, false, e);

	if (st == ST_OK && !(word = imap_folder_word(im, folder, e)))
		st = ST_REFUSED;
	if (st == ST_OK)
		st = run_select(im, word, qresync ? known : NULL, sink,
				&reply, e);
	if (st == ST_OK && reply.kind == IMAP_BAD &&
	    im->caps & (CAP_QRESYNC | CAP_CONDSTORE)) {
		/* It advertises what it does not understand. */
		im->caps &= ~(uint32_t)(CAP_QRESYNC | CAP_CONDSTORE);
		im->qresync_broken = true;
		qresync = false;
		imap_reply_clear(&reply);
		st = run_select(im, word, NULL, sink, &reply, e);
	}
	if (st == ST_OK && reply.kind != IMAP_OK)
		st = select_refused(im, &reply, folder, e);
	if (st == ST_OK) {
		struct entered *s = &im->state;

		im->folder = g_strdup(folder);
		s->same_uids = known && s->uidvalidity > 0 &&
			       s->uidvalidity == known->uidvalidity;
		/* Who did not enable it may have passed over QRESYNC: its
		 * silence does not mean that nothing changed. */
		s->complete = qresync && im->qresync_on && s->same_uids &&
			      s->modseq > 0;
		*out = *s;
	}
	g_free(word);
	imap_reply_clear(&reply);
	return st;
}

/* ---- differences ------------------------------------------------------- */

/* One command whose answers go to wants. */
static enum st
run(struct imap *im, unsigned tag, const char *what, struct err *e)
{
	struct imap_reply reply = { 0 };
	enum st st = imap_flush(im, e);

	if (st == ST_OK)
		st = imap_await(im, tag, &reply, e);
	if (st == ST_OK && reply.kind != IMAP_OK)
		st = imap_refusal(im, &reply, what, e);
	imap_reply_clear(&reply);
	return st;
}

static enum st
does_not_agree(struct imap *im, uint64_t listed, struct err *e)
{
	return imap_broken(im, err_set(
		e, ST_PROTOCOL, "The server listed %" PRIu64 " messages of "
		"the folder “%s”, which has %" PRId64 "; nothing was "
		"concluded from that.", listed, im->folder,
		im->state.exists));
}

/* Messages may have arrived while the list was made. */
static bool
agrees(const struct imap *im, uint64_t listed, int64_t before)
{
	return (int64_t)listed == im->state.exists ||
	       (int64_t)listed == before;
}

/* Every UID with what items say. */
static enum st
list_all(struct imap *im, const char *items, const struct listing_sink *sink,
	 struct err *e)
{
	struct uidset listed = UIDSET_EMPTY;
	int64_t before = im->state.exists;
	enum st st;

	im->wants = (struct imap_wants){ .listing = sink, .listed = &listed };
	st = run(im, imap_put(im, "UID FETCH 1:* (%s)", items),
		 "list the messages", e);
	if (st == ST_OK && !agrees(im, uidset_count(&listed), before))
		st = does_not_agree(im, uidset_count(&listed), e);
	im->wants = (struct imap_wants){ 0 };
	uidset_clear(&listed);
	return st;
}

/* Every UID, whose flags are known. */
static enum st
list_uids(struct imap *im, const struct uidset *told,
	  const struct listing_sink *sink, struct err *e)
{
	struct uidset listed = UIDSET_EMPTY;
	int64_t before = im->state.exists;
	uint64_t it = 0;
	uint32_t uid;
	enum st st;

	im->wants = (struct imap_wants){ .listed = &listed };
	st = run(im, imap_put(im, im->ext & IMAP_ESEARCH
			      ? "UID SEARCH RETURN (ALL) ALL"
			      : "UID SEARCH ALL"), "list the messages", e);
	im->wants = (struct imap_wants){ 0 };
	if (st == ST_OK && !agrees(im, uidset_count(&listed), before))
		st = does_not_agree(im, uidset_count(&listed), e);
	while (st == ST_OK && uidset_next(&listed, &it, &uid)) {
		struct listing l = { .uid = uid, .size = -1 };

		if (!uidset_has(told, uid))
			st = imap_broken(im, sink->message(sink->ctx, &l, e));
	}
	uidset_clear(&listed);
	return st;
}

/* How many messages there would be if nothing known had gone. */
static uint64_t
expected(const struct known *known, const struct uidset *told)
{
	struct uidset all = UIDSET_EMPTY;
	uint64_t n;

	uidset_add_set(&all, known->uids);
	uidset_add_set(&all, told);
	n = uidset_count(&all);
	uidset_clear(&all);
	return n;
}

static enum st
list_changed(struct imap *im, const struct known *known,
	     const struct listing_sink *sink, bool *full, struct err *e)
{
	struct uidset told = UIDSET_EMPTY;
	enum st st = ST_OK;

	im->wants = (struct imap_wants){ .listing = sink, .listed = &told };
	if (known->modseq < im->state.modseq)
		st = run(im, imap_put(im, "UID FETCH 1:* (UID FLAGS) "
				      "(CHANGEDSINCE %" PRId64 ")",
				      known->modseq),
			 "list what changed", e);
	im->wants = (struct imap_wants){ 0 };
	*full = st == ST_OK && known->uids &&
		(int64_t)expected(known, &told) != im->state.exists;
	if (*full)
		st = list_uids(im, &told, sink, e);
	uidset_clear(&told);
	return st;
}

enum st
imap_changes(struct driver *d, const struct known *known,
	     const struct listing_sink *sink, bool *full, struct err *e)
{
	struct imap *im = (struct imap *)d;
	enum st st = imap_ready(im, true, e);

	if (st != ST_OK)
		return st;
	*full = true;
	if (im->state.exists == 0)
		return ST_OK;
	if (known && known->modseq > 0 && im->state.modseq > 0 &&
	    known->uidvalidity == im->state.uidvalidity)
		return list_changed(im, known, sink, full, e);
	return list_all(im, known ? "UID FLAGS" : "UID FLAGS RFC822.SIZE",
			sink, e);
}
