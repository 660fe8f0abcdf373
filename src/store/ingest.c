/*
 * ingest.c - one message after another into an mbox
 *
 * The write buffer takes whole messages and goes to the file when it is
 * full, so that a message costs no system call of its own.  Room for From_
 * line and block is left before each message and filled when its end is
 * known.  Only a message that is larger than the buffer is written before
 * that: its room is then made large enough for whatever the block will be.
 */
#include <string.h>

#include "base/clock.h"
#include "store/private.h"
#include "store/remove.h"

#define BUF_SIZE (256 * 1024)
#define SLICE (32 * 1024)
/* Behind a message: what quoting holds back and what closes it. */
#define SLACK 32
/* What a slice may become: quoting adds one octet to a line, and a line that
 * it touches has six at least. */
#define SLICE_ROOM (SLICE + SLICE / 6 + SLACK)
#define HEADER_MAX (256 * 1024)

struct ingesting {
	struct mfile *file;	/* of what is in the buffer; NULL: empty */
	char *buf;		/* BUF_SIZE + MBOX_ROOM_MAX */
	size_t used;
	int64_t base;		/* where buf[0] goes in the file */
	GString *block;

	/* The message that is open. */
	bool open, own;		/* own: in a transaction of its own */
	bool spilled;		/* its beginning is in the file already */
	size_t start;		/* of its room in buf; not when spilled */
	int64_t off, pos;	/* its room and its first octet, in the file */
	size_t room;
	struct mbox_quoter quoter;
	int64_t octets, lf;
	bool header_done;
	size_t header_len;	/* octets of header, once done */
	GString *header;	/* a copy, when spilled */
};

static struct ingesting *
ingest_new(void)
{
	struct ingesting *in = g_new0(struct ingesting, 1);

	in->buf = g_malloc(BUF_SIZE + MBOX_ROOM_MAX);
	in->block = g_string_new(NULL);
	in->header = g_string_new(NULL);
	return in;
}

void
ingest_free(struct ingesting *in)
{
	if (!in)
		return;
	g_free(in->buf);
	g_string_free(in->block, TRUE);
	g_string_free(in->header, TRUE);
	g_free(in);
}

void
ingest_drop(struct store *s)
{
	s->in->used = 0;
	s->in->file = NULL;
}

bool
ingest_uses(const struct store *s, const struct mfile *f)
{
	return s->in && s->in->file == f;
}

/* The first n octets of the buffer to the file, the rest to its front. */
static enum st
write_out(struct ingesting *in, size_t n, struct err *e)
{
	enum st st = n ? file_write(in->file, in->buf, n, in->base, e) : ST_OK;

	if (st != ST_OK)
		return st;
	memmove(in->buf, in->buf + n, in->used - n);
	in->used -= n;
	in->base += (int64_t)n;
	return ST_OK;
}

enum st
ingest_flush(struct store *s, struct err *e)
{
	struct ingesting *in = s->in;
	enum st st;

	if (!in || !in->file || in->open)
		return ST_OK;
	st = write_out(in, in->used, e);
	if (st == ST_OK)
		in->file = NULL;
	return st;
}

enum st
ingest_begin(struct store *s, int64_t folder, struct err *e)
{
	struct ingesting *in = s->in;
	struct mfile *f;
	bool own = !s->tx;
	enum st st = tx_owner(s, e);

	if (st == ST_OK && own)
		st = store_begin(s, e);
	else if (st != ST_OK)
		return st;
	if (!in)
		in = s->in = ingest_new();
	g_return_val_if_fail(!in->open, ST_LOCAL);
	if (st == ST_OK)
		st = file_get(s, folder, &f, e);
	if (st == ST_OK && in->file && (in->file != f ||
				in->used + MBOX_ROOM + SLICE > BUF_SIZE))
		st = ingest_flush(s, e);
	if (st != ST_OK)
		return tx_leave(s, own, st, e);
	if (!in->file) {
		in->file = f;
		in->used = 0;
		in->base = f->tail;
	}
	in->open = true;
	in->own = own;
	in->spilled = in->header_done = false;
	in->start = in->used;
	in->room = MBOX_ROOM;
	in->off = in->base + (int64_t)in->start;
	in->used += in->room;
	in->quoter = (struct mbox_quoter)MBOX_QUOTER_INIT;
	in->octets = in->lf = 0;
	digest_start(s->digest);
	return ST_OK;
}

/* The open message alone fills the buffer: give its block the largest room,
 * keep a copy of its header, and let what is there of it go. */
static enum st
spill(struct ingesting *in, struct err *e)
{
	if (!in->spilled) {
		size_t more = MBOX_ROOM_MAX - in->room;
		const char *text = in->buf + in->room;
		size_t n = in->used - in->room;

		if (in->header_done)
			n = in->header_len;
		g_string_truncate(in->header, 0);
		g_string_append_len(in->header, text, (gssize)n);
		memmove(in->buf + MBOX_ROOM_MAX, text, in->used - in->room);
		memset(in->buf, '\n', MBOX_ROOM_MAX);
		in->used += more;
		in->room = MBOX_ROOM_MAX;
		in->spilled = true;
	}
	return write_out(in, in->used, e);
}

static enum st
make_space(struct ingesting *in, struct err *e)
{
	enum st st = ST_OK;

	if (in->used + SLICE_ROOM <= BUF_SIZE)
		return ST_OK;
	if (!in->spilled && in->start > 0) {
		st = write_out(in, in->start, e);
		in->start = 0;
	}
	if (st == ST_OK && in->used + SLICE_ROOM > BUF_SIZE)
		st = spill(in, e);
	return st;
}

/* Is the empty line among the n octets that were added last? */
static void
look_for_header_end(struct ingesting *in, size_t n)
{
	size_t first = in->start + in->room, from = in->used - n;
	const char *at;

	if (in->spilled) {	/* the header was larger than any */
		in->header_done = true;
		return;
	}
	if (from == first && n > 0 && in->buf[first] == '\n') {
		in->header_done = true;
		in->header_len = 1;
		return;
	}
	from = MAX(first, from - 1);
	at = memmem(in->buf + from, in->used - from, "\n\n", 2);
	if (at) {
		in->header_done = true;
		in->header_len = (size_t)(at + 2 - (in->buf + first));
	}
}

/* At most SLICE octets, for which there is SLICE_ROOM. */
static void
quote(struct store *s, struct ingesting *in, const char *bytes, size_t len)
{
	while (len > 0) {
		char *out = in->buf + in->used;
		bool added;
		size_t n = mbox_quote(&in->quoter, &bytes, &len, out, &added);

		digest_add(s->digest, out, n - added);
		in->lf += (int64_t)(n - added);
		in->used += n;
		if (!in->header_done)
			look_for_header_end(in, n);
	}
}

enum st
ingest_bytes(struct store *s, const char *bytes, size_t len, struct err *e)
{
	struct ingesting *in = s->in;

	g_return_val_if_fail(in && in->open, ST_LOCAL);
	in->octets += (int64_t)len;
	while (len > 0) {
		size_t n = MIN(len, SLICE);
		enum st st = make_space(in, e);

		if (st != ST_OK)
			return st;
		quote(s, in, bytes, n);
		bytes += n;
		len -= n;
	}
	return ST_OK;
}

const char *
ingest_header(struct store *s, size_t *len)
{
	struct ingesting *in = s->in;

	g_return_val_if_fail(in && in->open, NULL);
	if (in->spilled) {
		*len = MIN(in->header->len, HEADER_MAX);
		return in->header->str;
	}
	*len = in->header_done ? in->header_len
			       : in->used - in->start - in->room;
	return in->buf + in->start + in->room;
}

/* The envelope sender, where the last relay wrote it down. */
static void
find_sender(struct store *s, char *sender, size_t size)
{
	static const char name[] = "Return-Path:";
	size_t len;
	const char *p = ingest_header(s, &len), *end = p + len, *nl;

	for (; p < end; p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		if (!nl)
			return;
		if ((*p | 32) != 'r' || (size_t)(nl - p) < sizeof(name) ||
		    g_ascii_strncasecmp(p, name, sizeof(name) - 1) != 0)
			continue;
		for (p += sizeof(name) - 1; p < nl && (*p == ' ' || *p == '<');)
			p++;
		while (nl > p && (nl[-1] == '>' || nl[-1] == ' '))
			nl--;
		/* No g_strlcpy(): it measures all that follows, too. */
		if ((size_t)(nl - p) < size) {
			memcpy(sender, p, (size_t)(nl - p));
			sender[nl - p] = '\0';
		}
		return;
	}
}

/* The message's last octets, and what closes it in the file. */
static void
close_message(struct store *s, struct ingesting *in, struct place *place)
{
	char *out = in->buf + in->used;
	size_t n = mbox_quote_end(&in->quoter, out);

	digest_add(s->digest, out, n);
	in->lf += (int64_t)n;
	in->used += n;
	in->used += mbox_quote_close(&in->quoter, in->buf + in->used);
	place->lf = in->lf;
	digest_finish(s->digest, place->digest);
}

/* From_ line and block into the room that was left for them. */
static enum st
fill_room(struct ingesting *in, const struct mbox_block *block,
	  struct err *e)
{
	GString *text = in->block;
	size_t more;

	g_string_truncate(text, 0);
	if (in->spilled) {
		mbox_block_format(text, NULL, block, in->room);
		return file_write(in->file, text->str, text->len, in->off, e);
	}
	mbox_block_format(text, NULL, block, 0);
	more = text->len - in->room;
	if (more > 0) {		/* many or long keywords */
		char *from = in->buf + in->start + in->room;

		memmove(from + more, from, in->used - in->start - in->room);
		in->used += more;
		in->room = text->len;
	}
	memcpy(in->buf + in->start, text->str, text->len);
	return ST_OK;
}

static struct staged *
staged_new(const struct ingesting *in, const struct ingest *what,
	   const struct envelope *env)
{
	struct staged *item = g_new0(struct staged, 1);

	item->kind = STAGED_BODY;
	item->folder = in->file->folder;
	item->uid = what->uid;
	flags_copy(&item->flags, &what->flags);
	item->modseq = what->modseq;
	item->size = in->octets;
	item->uidl = g_strdup(what->uidl);
	item->said = what->said;
	item->seen = clock_now();
	envelope_copy(&item->env, env);
	item->arrival = what->internaldate;
	if (item->arrival == 0)
		item->arrival = env->date ? env->date : item->seen;
	return item;
}

/* The row that the message belongs to, its UID when it has none yet, and the
 * body that stands under that UID already (id 0: none). */
static enum st
find_row(struct store *s, struct staged *item, struct doomed *old,
	 struct err *e)
{
	const struct staged *before;
	bool has_body = false;
	enum st st = ST_OK;

	memset(old, 0, sizeof(*old));
	if (item->uid == 0)
		st = index_next_uid(s, item->folder, &item->uid, e);
	before = stage_find(s, item->folder, item->uid);
	if (st == ST_OK && before && before->kind == STAGED_ENVELOPE) {
		item->id = before->id;
		return ST_OK;
	}
	if (st == ST_OK && before) {	/* twice in one transaction */
		st = tx_write(s, e);
		file_forget_rows(s, item->folder);
	}
	if (st == ST_OK)
		st = file_find_row(s, s->in->file, item->uid, &item->id,
				   &has_body, e);
	if (st == ST_OK && has_body)
		st = index_find_body(s, item->folder, item->uid, &item->id,
				     old, e);
	item->fresh = item->id == 0;
	if (st == ST_OK && item->fresh)
		st = tx_next_id(s, &item->id, e);
	return st;
}

static void
drop_message(struct ingesting *in)
{
	if (in->spilled) {
		in->base = in->off;
		in->used = 0;
	} else {
		in->used = in->start;
	}
	in->open = false;
	if (in->used == 0)
		in->file = NULL;
}

/* From_ line and block into the room; the message is now part of the file
 * to come. */
static enum st
place_message(struct store *s, struct ingesting *in, struct staged *item,
	      struct err *e)
{
	struct place *p = &item->place;
	struct mbox_block block = {
		.arrival = item->arrival, .uid = item->uid, .lf = p->lf,
		.wire = item->size, .uidl = item->uidl,
		.flags = item->flags.bits, .keywords = item->flags.keywords,
	};
	enum st st = file_uidvalidity(s, in->file, &block.uidvalidity, e);

	memcpy(block.digest, p->digest, sizeof(block.digest));
	find_sender(s, block.sender, sizeof(block.sender));
	if (st == ST_OK)
		st = fill_room(in, &block, e);
	p->off = in->off;
	p->pos = in->off + (int64_t)in->room;
	p->len = in->base + (int64_t)in->used - p->pos;
	return st;
}

/* The same message is here already: its bytes stay, its flags follow. */
static enum st
keep_old(struct store *s, struct staged *item, struct err *e)
{
	drop_message(s->in);
	item->kind = STAGED_FLAGS;
	return stage_add(s, item, e);
}

static enum st
finish(struct store *s, struct staged *item, struct ingested *out,
       struct err *e)
{
	struct ingesting *in = s->in;
	struct doomed old;
	enum st st = find_row(s, item, &old, e);

	if (st == ST_OK)
		close_message(s, in, &item->place);
	if (st == ST_OK && out)
		*out = (struct ingested) { .id = item->id, .uid = item->uid,
					   .octets = in->octets };
	if (st == ST_OK && out)
		memcpy(out->digest, item->place.digest, DIGEST_LEN);
	if (st == ST_OK && old.has_body &&
	    memcmp(old.place.digest, item->place.digest, DIGEST_LEN) == 0)
		return keep_old(s, item, e);
	if (st == ST_OK && old.has_body)
		st = remove_body(s, &old, e);
	if (st == ST_OK)
		st = place_message(s, in, item, e);
	if (st != ST_OK) {
		staged_free(item);
		drop_message(in);
		return st;
	}
	in->open = false;
	in->file->tail = in->base + (int64_t)in->used;
	return stage_add(s, item, e);
}

enum st
ingest_end(struct store *s, const struct ingest *what,
	   const struct envelope *env, struct ingested *out, struct err *e)
{
	struct ingesting *in = s->in;

	g_return_val_if_fail(in && in->open, ST_LOCAL);
	return tx_leave(s, in->own, finish(s, staged_new(in, what, env), out,
					   e), e);
}

void
ingest_abort(struct store *s)
{
	struct ingesting *in = s->in;

	if (!in || !in->open)
		return;
	drop_message(in);
	if (in->own)
		store_rollback(s);
}
