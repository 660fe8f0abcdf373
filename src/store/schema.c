/*
 * schema.c - the tables of the index
 *
 * message has what a list shows and what a message is found by.  body says
 * where the bytes are: narrow, so that moving a whole mbox (compaction)
 * rewrites little.  A thread is one row that carries what threaded lists
 * are sorted by; ref has the Message-IDs that are spoken of but not here,
 * so that a later arrival finds its thread whatever the order of arrival.
 *
 * A message row is hidden from every list and count by giving it the
 * negative of its folder's number.
 */
#include "store/schema.h"

#include "store/mbox.h"

#define SCHEMA_VERSION 9

static const char tables[] =
	"CREATE TABLE fact(name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;"

	"CREATE TABLE folder("
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" name TEXT NOT NULL UNIQUE,"
	" path TEXT NOT NULL UNIQUE,"	/* below mail/, without .mbox */
	" delimiter INTEGER NOT NULL DEFAULT 0,"
	" attr INTEGER NOT NULL DEFAULT 0,"
	" role INTEGER NOT NULL DEFAULT 0,"
	" uidvalidity INTEGER NOT NULL DEFAULT 0,"
	" uidnext INTEGER NOT NULL DEFAULT 0,"
	" modseq INTEGER NOT NULL DEFAULT 0,"
	" total INTEGER NOT NULL DEFAULT 0,"
	" unread INTEGER NOT NULL DEFAULT 0,"
	" flagged INTEGER NOT NULL DEFAULT 0,"
	" waiting INTEGER NOT NULL DEFAULT 0,"
	" size INTEGER NOT NULL DEFAULT 0,"	/* committed octets of mbox */
	" pad INTEGER NOT NULL DEFAULT 0,"	/* of these, padding */
	" synced INTEGER NOT NULL DEFAULT 0,"
	" local INTEGER NOT NULL DEFAULT 0);"

	"CREATE TABLE message("
	" id INTEGER PRIMARY KEY,"
	" folder INTEGER NOT NULL,"
	" uid INTEGER NOT NULL,"
	" flags INTEGER NOT NULL,"
	" thread INTEGER NOT NULL,"
	" date INTEGER NOT NULL,"	/* of its header, else arrival */
	" size INTEGER NOT NULL,"	/* wire octets */
	" arrival INTEGER NOT NULL,"
	" fkey BLOB, skey BLOB,"	/* sort keys of From and Subject */
	" subject TEXT, sender TEXT, rcpt TEXT, keywords TEXT,"
	" mid INTEGER,"			/* hash of Message-ID */
	" modseq INTEGER NOT NULL,"
	" zone INTEGER,"		/* NULL: no Date header */
	" cc TEXT, message_id TEXT, in_reply_to TEXT, refs TEXT,"
	" list_id TEXT, uidl TEXT);"
	"CREATE UNIQUE INDEX m_uid ON message(folder, uid);"
	"CREATE INDEX m_date ON message(folder, date);"
	"CREATE INDEX m_from ON message(folder, fkey);"
	"CREATE INDEX m_subject ON message(folder, skey);"
	"CREATE INDEX m_size ON message(folder, size);"
	"CREATE INDEX m_mid ON message(mid) WHERE mid IS NOT NULL;"
	"CREATE INDEX m_unread ON message(folder) WHERE flags & 1 = 0;"
	"CREATE INDEX m_thread ON message(thread) WHERE thread <> id;"

	"CREATE TABLE body("
	" id INTEGER PRIMARY KEY,"
	" off INTEGER NOT NULL,"	/* of the From_ line */
	" pos INTEGER NOT NULL,"	/* of the message itself */
	" len INTEGER NOT NULL,"	/* stored, to the next From_ line */
	" lf INTEGER NOT NULL,"		/* octets with LF ends, unquoted */
	" digest BLOB NOT NULL);"
	"CREATE TABLE waiting(folder INTEGER, uid INTEGER,"
	" PRIMARY KEY(folder, uid)) WITHOUT ROWID;"

	"CREATE TABLE thread("
	" id INTEGER PRIMARY KEY,"
	" folder INTEGER NOT NULL,"
	" count INTEGER NOT NULL,"
	" newest INTEGER NOT NULL,"	/* date */
	" newest_uid INTEGER NOT NULL,"
	" root INTEGER NOT NULL,"	/* its oldest message */
	" root_date INTEGER NOT NULL);"
	"CREATE INDEX t_newest ON thread(folder, newest, count);"
	"CREATE INDEX t_uid ON thread(folder, newest_uid, count);"
	"CREATE TABLE ref(folder INTEGER, mid INTEGER,"
	" thread INTEGER NOT NULL, PRIMARY KEY(folder, mid)) WITHOUT ROWID;"

	"CREATE TABLE uidl(uidl TEXT PRIMARY KEY, id INTEGER NOT NULL,"
	" seen INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE quarantine(folder INTEGER, uid INTEGER, why TEXT,"
	" at INTEGER NOT NULL, PRIMARY KEY(folder, uid)) WITHOUT ROWID;"

	/* What is still to be done to files after the last commit.  touch:
	 * this message's block is to be written again (line: its From_ line,
	 * NULL when that stands already). */
	"CREATE TABLE touch(id INTEGER PRIMARY KEY,"
	" gen INTEGER NOT NULL, line TEXT);"
	"CREATE TABLE intent(seq INTEGER PRIMARY KEY, kind TEXT NOT NULL,"
	" a TEXT NOT NULL, b TEXT);";

/* Version 2: decisions on their way to the server (queue.h). */
static const char queue_tables[] =
	"CREATE TABLE action("
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" at INTEGER NOT NULL,"
	" what TEXT NOT NULL,"
	" undone INTEGER NOT NULL DEFAULT 0);"
	"CREATE TABLE change("
	" seq INTEGER PRIMARY KEY AUTOINCREMENT,"
	" action INTEGER NOT NULL,"
	" kind INTEGER NOT NULL,"
	" state INTEGER NOT NULL DEFAULT 0,"
	" message INTEGER NOT NULL DEFAULT 0,"
	" folder INTEGER NOT NULL DEFAULT 0,"
	" uidvalidity INTEGER NOT NULL DEFAULT 0,"
	" uid INTEGER NOT NULL DEFAULT 0,"
	" message_id TEXT,"
	" size INTEGER NOT NULL DEFAULT 0,"
	" seen_bits INTEGER NOT NULL DEFAULT 0,"
	" add_bits INTEGER NOT NULL DEFAULT 0,"
	" add_words TEXT,"
	" remove_bits INTEGER NOT NULL DEFAULT 0,"
	" remove_words TEXT,"
	" dest INTEGER NOT NULL DEFAULT 0,"
	" placeholder INTEGER NOT NULL DEFAULT 0,"
	" copied INTEGER NOT NULL DEFAULT 0,"
	" force INTEGER NOT NULL DEFAULT 0,"
	" orphan INTEGER NOT NULL DEFAULT 0,"
	" mark INTEGER NOT NULL DEFAULT 0,"	/* rows from here on came
						 * later */
	" digest BLOB, arrival INTEGER NOT NULL DEFAULT 0,"
	" name TEXT, why TEXT,"
	" at INTEGER NOT NULL);"
	"CREATE INDEX m_placeholder ON message(id) WHERE uid > 4294967295;"
	"CREATE INDEX c_open ON change(state, folder) WHERE state < 3;"
	"CREATE INDEX c_message ON change(message) WHERE message > 0;"
	"CREATE INDEX c_placeholder ON change(placeholder) "
	"WHERE placeholder > 0;"
	"CREATE INDEX c_action ON change(action) WHERE action > 0;";

/* Version 3: what others did to messages (history.h), and the way back from a
 * new name. */
static const char history_tables[] =
	"CREATE TABLE history("
	" mid INTEGER NOT NULL,"
	" at INTEGER NOT NULL,"
	" what TEXT,"			/* flags; NULL: it left */
	" folder TEXT);"		/* the one it left */
	"CREATE INDEX h_mid ON history(mid);"
	"ALTER TABLE change ADD COLUMN was TEXT;";	/* a folder's name */

/* Version 4: letters on their way out (outbox.h). */
static const char outbox_tables[] =
	"CREATE TABLE outbox("
	" id INTEGER PRIMARY KEY,"
	" state INTEGER NOT NULL,"
	" sender TEXT, message_id TEXT, subject TEXT, shown TEXT,"
	" size INTEGER NOT NULL,"
	" bits INTEGER NOT NULL,"
	" at INTEGER NOT NULL,"
	" not_before INTEGER NOT NULL,"
	" next_try INTEGER NOT NULL,"	/* sent: when it was */
	" tries INTEGER NOT NULL,"
	" why TEXT,"
	" sent INTEGER NOT NULL,"
	" about INTEGER NOT NULL, about_id TEXT,"
	" mark_bits INTEGER NOT NULL, mark_words TEXT,"
	" digest BLOB);"
	"CREATE TABLE outbox_rcpt("
	" letter INTEGER NOT NULL, n INTEGER NOT NULL,"
	" address TEXT NOT NULL,"
	" code INTEGER NOT NULL, said TEXT,"
	" PRIMARY KEY(letter, n)) WITHOUT ROWID;";

/* Version 5: addresses (addresses.h).  What is there already is read later, by
 * addresses_fill(), since it may be much. */
static const char address_tables[] =
	"CREATE TABLE address("
	" mailbox TEXT PRIMARY KEY COLLATE NOCASE,"
	" name TEXT NOT NULL,"
	" named INTEGER NOT NULL,"	/* how good the name is */
	" words TEXT NOT NULL,"		/* what it is found by */
	" sent INTEGER NOT NULL, received INTEGER NOT NULL,"
	" own INTEGER NOT NULL,"	/* letters sent from it */
	" last INTEGER NOT NULL) WITHOUT ROWID;"
	"INSERT INTO fact SELECT 'addresses.below', top + 1 FROM (SELECT "
	"max(id) AS top FROM message WHERE id < 1099511627776) WHERE top > 0;";

/* Version 6: what of a block's padding is in the file already (touch.c). */
static const char touch_tables[] =
	"ALTER TABLE touch ADD COLUMN stands INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE touch ADD COLUMN padded INTEGER NOT NULL DEFAULT 0;"
	"INSERT OR IGNORE INTO touch SELECT id, 1, NULL, pos, 0 FROM body "
	"WHERE pos - off > " G_STRINGIFY(MBOX_ROOM_MAX) ";";

/* Version 7: the flags that the server has under a difference that waits;
 * NULL: not known. */
static const char base_tables[] =
	"ALTER TABLE change ADD COLUMN base_bits INTEGER;"
	"ALTER TABLE change ADD COLUMN base_words TEXT;";

/* Version 8: by what a POP server's message is known beside its id (uidl.c).
 * digest: of one that was removed here. */
static const char uidl_columns[] =
	"ALTER TABLE uidl ADD COLUMN said INTEGER NOT NULL DEFAULT -1;"
	"ALTER TABLE uidl ADD COLUMN digest BLOB;";

/* Version 9: of what is bound to a parameter SQLite cannot know that it is
 * above 0, and went through all changes; nor had a uidl an index by message,
 * by which all are looked for when a server names its mail anew. */
static const char change_indexes[] =
	"CREATE INDEX u_id ON uidl(id);"
	"DROP INDEX IF EXISTS c_open;"
	"DROP INDEX IF EXISTS c_message;"
	"DROP INDEX IF EXISTS c_placeholder;"
	"DROP INDEX IF EXISTS c_action;"
	"CREATE INDEX c_open ON change(state, folder);"
	"CREATE INDEX c_message ON change(message);"
	"CREATE INDEX c_placeholder ON change(placeholder);"
	"CREATE INDEX c_action ON change(action);";

/* From any older version, or none, to this one. */
static enum st
upgrade(struct db *d, bool *made, struct err *e)
{
	int64_t version;
	enum st st;

	/* Another process may have been quicker: look again under the
	 * write lock. */
	st = db_exec(d, "BEGIN IMMEDIATE", e);
	if (st != ST_OK)
		return st;
	st = db_int(d, &version, 0, e, "PRAGMA user_version", "");
	if (st == ST_OK && version == 0) {
		st = db_exec(d, tables, e);
		if (made)
			*made = true;
	}
	if (st == ST_OK && version < 2)
		st = db_exec(d, queue_tables, e);
	if (st == ST_OK && version < 3)
		st = db_exec(d, history_tables, e);
	if (st == ST_OK && version < 4)
		st = db_exec(d, outbox_tables, e);
	if (st == ST_OK && version < 5)
		st = db_exec(d, address_tables, e);
	if (st == ST_OK && version < 6)
		st = db_exec(d, touch_tables, e);
	if (st == ST_OK && version < 7)
		st = db_exec(d, base_tables, e);
	if (st == ST_OK && version < 8)
		st = db_exec(d, uidl_columns, e);
	if (st == ST_OK && version < 9)
		st = db_exec(d, change_indexes, e);
	if (st == ST_OK && version < SCHEMA_VERSION)
		st = db_exec(d, "PRAGMA user_version = "
			     G_STRINGIFY(SCHEMA_VERSION), e);
	if (st == ST_OK)
		st = db_exec(d, "COMMIT", e);
	if (st != ST_OK)
		db_exec(d, "ROLLBACK", NULL);
	return st;
}

enum st
schema_apply(struct db *d, bool *made, struct err *e)
{
	int64_t version;
	enum st st = db_int(d, &version, 0, e, "PRAGMA user_version", "");

	if (made)
		*made = false;
	if (st != ST_OK)
		return st;
	if (version > SCHEMA_VERSION)
		return err_set(e, ST_LOCAL,
			       "The index was made by a newer verso (version "
			       "%d of it; this one knows %d): use that one.",
			       (int)version, SCHEMA_VERSION);
	return version == SCHEMA_VERSION ? ST_OK : upgrade(d, made, e);
}
