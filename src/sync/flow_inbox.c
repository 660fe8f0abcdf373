/*
 * flow_inbox.c - POP: the folder that all comes into, and what is still owed
 */
#include "store/store.h"
#include "sync/private.h"

/* The controller asks this, to know that nothing but this copy has flags and
 * folders. */
static enum st
note_kind(struct sync *s, struct err *e)
{
	char *known = store_fact_get(s->store, "account.delivers");
	enum st st = ST_OK;

	if (!known)
		st = store_fact_set(s->store, "account.delivers", "1", e);
	g_free(known);
	return st;
}

enum st
flow_inbox(struct sync *s, struct folder **inbox, struct err *e)
{
	enum st st = folder_by_name(s->store, "INBOX", inbox, e);
	struct folder_info *info;
	int64_t id;

	if (st == ST_OK)
		return note_kind(s, e);
	if (st != ST_GONE)
		return st;
	info = folder_info_new("INBOX", '\0');
	info->role = ROLE_INBOX;
	st = folder_upsert(s->store, info, &id, e);
	folder_info_free(info);
	if (st == ST_OK && s->events.folders)
		s->events.folders(s->events.ctx);
	if (st == ST_OK)
		st = folder_by_id(s->store, id, inbox, e);
	return st == ST_OK ? note_kind(s, e) : st;
}

enum st
flow_owed(struct sync *s, const char *uidl, struct message *m, struct err *e)
{
	struct uidl known;
	enum st st = uidl_find(s->store, uidl, &known, e);

	if (st == ST_OK && known.id > 0)
		st = message_by_id(s->store, known.id, m, e);
	else if (st == ST_OK)
		st = err_set(e, ST_GONE, "The message was removed here.");
	uidl_clear(&known);
	return st;
}
