/*
 * imap.c - the IMAP driver: its table, opening and closing
 */
#include "net/imap_state.h"

static struct imap *
session(struct driver *d)
{
	return (struct imap *)d;
}

static void
reply_free(gpointer data)
{
	imap_reply_clear(data);
	g_free(data);
}

static enum st
imap_open(struct driver *d, struct err *e)
{
	struct imap *im = session(d);
	enum st st;

	im->open = false;
	im->login = NULL;
	im->next_tag = 0;
	im->halted = ST_OK;
	im->wants = (struct imap_wants){ 0 };
	g_ptr_array_set_size(im->replies, 0);
	g_array_set_size(im->unwaited, 0);
	g_ptr_array_set_size(im->spaces, 0);
	im->spaces_known = im->spaces_asked = false;
	g_clear_pointer(&im->folder, g_free);
	st = stream_open(im->stream, &im->account->receive, e);
	if (st == ST_OK)
		st = imap_login(im, e);
	im->open = st == ST_OK;
	if (im->open)
		stream_welcome(im->stream);
	if (st != ST_OK)
		imap_broken(im, st);
	return st;
}

static enum st
imap_close(struct driver *d, bool polite, struct err *e)
{
	struct imap *im = session(d);

	(void)e;
	if (im->open && polite) {
		/* Nothing depends on the answer, so nobody waits for it. */
		imap_put(im, "LOGOUT");
		stream_flush(im->stream, NULL);
	}
	im->open = false;
	g_clear_pointer(&im->folder, g_free);
	stream_close(im->stream);
	return ST_OK;
}

static uint32_t
imap_capabilities(struct driver *d)
{
	return session(d)->caps;
}

static const struct driver_offer *
imap_offers(struct driver *d)
{
	static const struct driver_offer offers[] = {
		{ CAP_IDLE, "IDLE", "new mail is not told of at once, verso "
		  "asks for it every few minutes" },
		{ CAP_QRESYNC, "QRESYNC", "what was removed is found by "
		  "asking for the numbers of all messages, so that large "
		  "folders take longer" },
		{ CAP_CONDSTORE, "CONDSTORE", "changed flags are found by "
		  "asking for those of all messages, so that large folders "
		  "take longer" },
		{ CAP_LIST_STATUS, "LIST-STATUS", "each folder is asked for "
		  "separately whether it has changed" },
		{ CAP_SPECIAL_USE, "SPECIAL-USE", "the folders for sent mail, "
		  "drafts and so on are guessed by their names; archive, "
		  "drafts, sent, trash and junk in the configuration set "
		  "them right" },
		{ CAP_MOVE, "MOVE", "a message is moved by copying it and "
		  "deleting the first one" },
		{ CAP_UIDPLUS, "UIDPLUS", "single messages cannot be taken "
		  "away for good, and a message that was moved has to be "
		  "fetched again" },
		{ 0, NULL, NULL }
	};

	(void)d;
	return offers;
}

static void
imap_facts(struct driver *d, struct driver_facts *out)
{
	struct imap *im = session(d);

	stream_facts(im->stream, out);
	imap_prefix(im, out->prefix, sizeof(out->prefix));
	out->login = im->login;
}

static void
imap_interrupt(struct driver *d)
{
	stream_interrupt(session(d)->stream);
}

static void
imap_free(struct driver *d)
{
	struct imap *im = session(d);

	stream_free(im->stream);
	g_ptr_array_unref(im->replies);
	g_array_unref(im->unwaited);
	g_string_free(im->answer, TRUE);
	g_hash_table_destroy(im->wire_names);
	g_ptr_array_unref(im->spaces);
	g_hash_table_destroy(im->alerts);
	g_free(im->folder);
	g_free(im->challenge);
	g_free(im);
}

static void
imap_traffic(struct driver *d, uint64_t *round_trips, uint64_t *received,
	     uint64_t *sent)
{
	stream_traffic(session(d)->stream, round_trips, received, sent);
}

static const struct driver_ops imap_ops = {
	.name = "imap",
	.open = imap_open,
	.close = imap_close,
	.capabilities = imap_capabilities,
	.offers = imap_offers,
	.facts = imap_facts,
	.folders = imap_folders,
	.enter = imap_enter,
	.changes = imap_changes,
	.fetch = imap_fetch,
	.store = imap_store,
	.move = imap_move,
	.copy = imap_copy,
	.append = imap_append,
	.expunge = imap_expunge,
	.folder = imap_folder,
	.wait = imap_wait,
	.interrupt = imap_interrupt,
	.free = imap_free,
	.traffic = imap_traffic,
};

struct driver *
imap_driver_new(const struct account *account, const struct driver_host *host)
{
	struct imap *im = g_new0(struct imap, 1);

	im->driver.ops = &imap_ops;
	im->account = account;
	im->host = host;
	im->stream = stream_new(account);
	im->replies = g_ptr_array_new_with_free_func(reply_free);
	im->unwaited = g_array_new(FALSE, FALSE, sizeof(unsigned));
	im->answer = g_string_new(NULL);
	im->wire_names = g_hash_table_new_full(g_str_hash, g_str_equal,
					       g_free, g_free);
	im->spaces = imap_spaces_new();
	im->alerts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					   NULL);
	return &im->driver;
}
