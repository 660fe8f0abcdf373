/*
 * memory.h - a mail server in memory, for tests and the demo
 *
 * A struct memory_server holds folders and messages and outlives sessions;
 * memory_driver_new() is a session with it.  It can behave like IMAP (with
 * capabilities switched off one by one) or like POP, deliver new mail, and
 * fail on purpose.  No network, no thread, no clock of its own.
 */
#ifndef VERSO_NET_MEMORY_H
#define VERSO_NET_MEMORY_H

#include "net/driver.h"

struct memory_server;

/* caps: enum cap bits it offers; with CAP_DELIVERS it is POP-like, with
 * CAP_LABELS like Gmail. */
struct memory_server *
memory_server_new(uint32_t caps);
void
memory_server_free(struct memory_server *s);	/* takes NULL */

/* Folders and messages, changed behind the sessions' backs, as another
 * client would.  bytes: wire form (CRLF); the UID is returned. */
void
memory_folder_add(struct memory_server *s, const char *name,
		  enum folder_role role);
void
memory_folder_remove(struct memory_server *s, const char *name);
void
memory_folder_rename(struct memory_server *s, const char *from,
		     const char *to);
uint32_t
memory_message_add(struct memory_server *s, const char *folder,
		   const char *bytes, size_t len, const struct flags *flags,
		   int64_t internaldate);
void
memory_message_flags(struct memory_server *s, const char *folder,
		     uint32_t uid, const struct flags *flags);
void
memory_message_remove(struct memory_server *s, const char *folder,
		      uint32_t uid);
/* The connection is lost each time this one's body is under way. */
void
memory_message_poison(struct memory_server *s, const char *folder,
		      uint32_t uid);
/* What no server may do: other octets under the same number. */
void
memory_message_replace(struct memory_server *s, const char *folder,
		       uint32_t uid, const char *bytes, size_t len);
/* A new UIDVALIDITY; the messages are renumbered from 1. */
void
memory_folder_renumber(struct memory_server *s, const char *folder);

/* What the server holds, for comparing. */
size_t
memory_message_count(struct memory_server *s, const char *folder);
const GByteArray *
memory_message_bytes(struct memory_server *s, const char *folder,
		     uint32_t uid);
const struct flags *
memory_flags_of(struct memory_server *s, const char *folder, uint32_t uid);

/* POP-like: whether it has UIDL (it has, unless told otherwise). */
void
memory_server_uidl(struct memory_server *s, bool offered);
/* POP: its ids are the numbers of the session. */
void
memory_server_uidl_numbers(struct memory_server *s);

/* Exchange-like: the sizes that it claims are estimates, another one for each
 * copy of a message, and never the true one. */
void
memory_server_estimate(struct memory_server *s, bool estimates);

/* Exchange-like: what is appended is not what is kept, but a header field
 * more. */
void
memory_server_rewrite(struct memory_server *s, bool rewrites);

/* How long a stalled call waits before it gives up; a minute at first. */
void
memory_server_timeout(struct memory_server *s, int timeout_ms);

/*
 * visitor is called before each call of a session and while one waits, so
 * that new mail can arrive meanwhile.  It returns the milliseconds after
 * which a waiting session calls it again, -1 for never.
 */
typedef int memory_visitor(void *ctx);
void
memory_server_visit(struct memory_server *s, memory_visitor *visitor,
		    void *ctx);

/*
 * Faults.  Each is armed once and fires on the n-th next occasion (0 and 1:
 * the next).
 * MEMORY_CUT: after n more octets from the server the connection is lost
 * (RETRY); a command counts 40, and so does each line of an answer.  So the
 * same change is cut off before it was done at one n, after it at a higher.
 * MEMORY_REFUSE: the n-th next call is refused (open, wait and, unless it
 * is POP's QUIT, close do not count).
 * MEMORY_LIE_EMPTY / _PARTIAL: the next full listing claims too little
 * although EXISTS is right; differences are withheld until then.
 * MEMORY_NIL: the n-th next fetched body is NIL.
 * MEMORY_STALL: the n-th next call, wait included, blocks until interrupted
 * or the time-out.
 * MEMORY_TRY_LATER: the next open fails with RETRY.
 * MEMORY_FULL: the next copy or move is done for n messages, and refused for
 * the rest.
 */
enum memory_fault {
	MEMORY_CUT, MEMORY_REFUSE, MEMORY_LIE_EMPTY, MEMORY_LIE_PARTIAL,
	MEMORY_NIL, MEMORY_STALL, MEMORY_TRY_LATER, MEMORY_FULL,
	MEMORY_FAULTS
};
void
memory_fault_arm(struct memory_server *s, enum memory_fault fault, int64_t n);

/* A session; server and host must outlive it. */
struct driver *
memory_driver_new(struct memory_server *s, const struct driver_host *host);

/* Name a server so that "receive = memory:NAME" finds it in driver_new();
 * filled by the demo, empty in a normal run. */
void
memory_server_publish(const char *name, struct memory_server *s);

/* The published server of that name, NULL: none. */
struct memory_server *
memory_server_find(const char *name);

#endif
