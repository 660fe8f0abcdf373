/*
 * pop_state.h - what a POP session is made of
 *
 * Shared by the pop_*.c files; nobody else includes it.
 *   pop.c         the table, opening and closing
 *   pop_session.c libetpan's session: greeting, CAPA, QUIT
 *   pop_login.c   the ways to log in
 *   pop_list.c    STAT, LIST and UIDL as a folder's listing
 *   pop_fetch.c   RETR, TOP and DELE, many in flight
 *   pop_parse.c   the words themselves
 */
#ifndef VERSO_NET_POP_STATE_H
#define VERSO_NET_POP_STATE_H

#include "net/driver.h"
#include "net/pop_parse.h"
#include "net/pop_session.h"
#include "net/stream.h"

/* A line of an answer may be this long (RFC 2449 4 says 512). */
#define POP_LINE_MAX 4096
/* A maildrop may hold this many messages, and this much of unique-ids. */
#define POP_MESSAGES_MAX 1000000
#define POP_UIDLS_MAX 67108864
/* No message is longer than this. */
#define POP_OCTETS_MAX (INT64_C(2) * 1024 * 1024 * 1024)

struct pop_message {
	uint32_t number;
	uint32_t uidl;		/* where in uidls; 0: none */
	int64_t size;		/* what LIST said, -1: nothing */
	bool deleted;
	bool twin;		/* another has the same unique-id */
};

struct pop {
	struct driver driver;
	const struct account *account;
	const struct driver_host *host;
	struct stream *stream;
	struct pop_session *session;	/* of the open connection */
	uint64_t before[3];	/* the stream's traffic before this session */
	bool open;
	bool refused;		/* the last secret was */
	const char *login;	/* how it logs in, NULL: not that far */
	bool entered;
	struct pop_capa capa;
	bool listed;		/* messages is what the session began with */
	GArray *messages;	/* struct pop_message, by number */
	GString *uidls;		/* NUL-terminated, one behind the other */
	unsigned deletions;	/* accepted, to be done at QUIT */
};

/* ---- pop.c: for all files ---- */

/* Unless st is ST_OK the connection is of no more use; st comes back. */
enum st
pop_broken(struct pop *p, enum st st);

/* The next line, whatever it is; borrowed until the next one. */
enum st
pop_reply(struct pop *p, struct pop_reply *reply, struct err *e);

/* The status line of an answer, borrowed until the next one.  -ERR is ST_OK
 * here: the caller looks at reply->kind.  Anything but +OK and -ERR is
 * ST_PROTOCOL. */
enum st
pop_answer(struct pop *p, struct pop_reply *reply, struct err *e);

/* ST_CANCELLED after an interrupt, for calls that wait for nothing. */
enum st
pop_check(struct pop *p, struct err *e);

/* Send what was put into the buffer and wait for the one answer to it. */
enum st
pop_ask(struct pop *p, struct pop_reply *reply, struct err *e);

/* A refusal in a whole sentence: "The server refused to WHAT: TEXT". */
enum st
pop_refusal(const struct pop_reply *reply, enum st otherwise,
	    const char *what, struct err *e);

/* The lines of a longer answer, up to the dot; line() returns other than
 * ST_OK to stop, which breaks the session. */
enum st
pop_lines(struct pop *p, unsigned max,
	  enum st (*line)(struct pop *p, const char *line, size_t len,
			  struct err *e), struct err *e);

struct pop_message *
pop_message(struct pop *p, uint32_t number);

/* ---- the others ---- */

enum st
pop_login(struct pop *p, struct err *e);
void
pop_list_forget(struct pop *p);
enum st
pop_enter(struct driver *d, const char *folder, const struct known *known,
	  const struct listing_sink *sink, struct entered *out,
	  struct err *e);
enum st
pop_changes(struct driver *d, const struct known *known,
	    const struct listing_sink *sink, bool *full, struct err *e);
enum st
pop_fetch(struct driver *d, const struct uidset *uids, enum fetch_what what,
	  const struct fetch_sink *sink, struct err *e);
enum st
pop_expunge(struct driver *d, const struct uidset *uids, struct err *e);

#endif
