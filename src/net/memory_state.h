/*
 * memory_state.h - what the server in memory is made of
 *
 * Shared by memory_server.c (who owns it) and the session's files
 * (memory_driver.c, memory_fetch.c, memory_change.c); nobody else includes
 * it.
 */
#ifndef VERSO_NET_MEMORY_STATE_H
#define VERSO_NET_MEMORY_STATE_H

#include <stdatomic.h>

#include "net/memory.h"

struct memory_message {
	uint32_t uid;
	struct flags flags;
	int64_t internaldate, modseq;
	bool poison;
	GByteArray *bytes;
};

/* A UID that was removed, and when. */
struct memory_gone {
	uint32_t uid;
	int64_t modseq;
};

struct memory_folder {
	char *name;
	enum folder_role role;
	int64_t uidvalidity, modseq;
	uint32_t uidnext;
	uint64_t changes;	/* counts every change, for wait() */
	GPtrArray *messages;	/* struct memory_message, by UID */
	GArray *gone;		/* struct memory_gone, oldest first */
};

struct memory_server {
	uint32_t caps;
	int64_t next_validity;
	bool no_uidl, numbers, estimates, rewrites;
	int timeout_ms;
	memory_visitor *visitor;
	void *visitor_ctx;
	GPtrArray *folders;	/* struct memory_folder */
	struct {
		bool armed;
		int64_t left;
	} fault[MEMORY_FAULTS];
};

/* A session. */
struct memory_session {
	struct driver driver;
	struct memory_server *server;
	bool open;
	atomic_bool interrupted;
	int wake[2];		/* a pipe; interrupt() writes one byte */
	char *folder;		/* the entered one, NULL: none */
	uint64_t seen;		/* its changes that this session knows of */
	GArray *drop;		/* POP: UID of message number i + 1 */
	struct uidset dele;	/* POP: numbers to be deleted at QUIT */
	uint64_t round_trips, received, sent;
};

/* Octets that a command and a short answer are said to take. */
#define MEMORY_COMMAND_OCTETS 40
#define MEMORY_LINE_OCTETS 40

struct memory_folder *
memory_folder_find(struct memory_server *s, const char *name);
struct memory_message *
memory_message_find(struct memory_folder *f, uint32_t uid);

/* The size that the server claims it has. */
int64_t
memory_message_size(const struct memory_server *s,
		    const struct memory_message *m);

/* A copy of bytes at the end of a folder. */
struct memory_message *
memory_message_append(struct memory_folder *f, const char *bytes, size_t len,
		      const struct flags *flags, int64_t internaldate);
/* The same, as the server does it: memory_labels.c. */
struct memory_message *
memory_message_put(struct memory_server *s, struct memory_folder *f,
		   const char *bytes, size_t len, const struct flags *flags,
		   int64_t internaldate);
void
memory_message_touch(struct memory_folder *f, struct memory_message *m);
void
memory_message_expunge(struct memory_folder *f, uint32_t uid);

/* Counts one occasion for a fault; true when it fires now. */
bool
memory_fault_due(struct memory_server *s, enum memory_fault fault);

/*
 * How every call of a session begins: open, interrupted, stalled and refused
 * are looked at, the command is sent.  name is for the sentence.
 */
enum st
memory_call(struct memory_session *m, const char *name, struct err *e);

/* The server sends octets.  Returns how many of them arrive; fewer: the
 * connection is lost, and memory_lost() has the sentence. */
size_t
memory_send(struct memory_session *m, size_t octets);
enum st
memory_lost(struct memory_session *m, struct err *e);

/* One short answer: memory_send() and memory_lost() in one. */
enum st
memory_answer(struct memory_session *m, struct err *e);

/* The entered folder; NULL (with ST_GONE in *st) when there is none. */
struct memory_folder *
memory_entered(struct memory_session *m, enum st *st, struct err *e);

/* A sink stopped the call: the session is closed, st comes back. */
enum st
memory_stopped(struct memory_session *m, enum st st);

bool
memory_is_pop(const struct memory_session *m);

enum st
memory_fetch(struct driver *d, const struct uidset *uids,
	     enum fetch_what what, const struct fetch_sink *sink,
	     struct err *e);
enum st
memory_enter(struct driver *d, const char *folder, const struct known *known,
	     const struct listing_sink *sink, struct entered *out,
	     struct err *e);
enum st
memory_changes(struct driver *d, const struct known *known,
	       const struct listing_sink *sink, bool *full, struct err *e);
enum st
memory_store(struct driver *d, const struct uidset *uids, bool add,
	     const struct flags *flags, struct err *e);
enum st
memory_move(struct driver *d, const struct uidset *uids, const char *folder,
	    GArray *from, GArray *to, int64_t *validity, struct err *e);
enum st
memory_copy(struct driver *d, const struct uidset *uids, const char *folder,
	    GArray *from, GArray *to, int64_t *validity, struct err *e);
enum st
memory_append(struct driver *d, const char *folder, const struct flags *flags,
	      int64_t internaldate, const char *bytes, size_t len,
	      uint32_t *uid, int64_t *validity, struct err *e);
enum st
memory_expunge(struct driver *d, const struct uidset *uids, struct err *e);
enum st
memory_folder_change(struct driver *d, enum folder_op op, const char *name,
		     const char *to, struct err *e);

#endif
