/*
 * world.h - a server in memory, a store on disk, and what joins them
 */
#ifndef VERSO_TESTS_SYNC_WORLD_H
#define VERSO_TESTS_SYNC_WORLD_H

#include <criterion/criterion.h>

#include "net/memory.h"
#include "sync/sync.h"

#define CAPS_QRESYNC (CAP_FOLDERS | CAP_UIDS | CAP_FLAGS | CAP_KEYWORDS | \
	CAP_CONDSTORE | CAP_QRESYNC | CAP_UIDPLUS | CAP_MOVE | CAP_IDLE | \
	CAP_LIST_STATUS | CAP_APPEND | CAP_PEEK | CAP_SPECIAL_USE)
#define CAPS_CONDSTORE (CAPS_QRESYNC & ~(uint32_t)CAP_QRESYNC)
#define CAPS_PLAIN (CAP_FOLDERS | CAP_UIDS | CAP_FLAGS | CAP_KEYWORDS | \
	CAP_APPEND | CAP_PEEK)
#define CAPS_POP (CAP_DELIVERS | CAP_PEEK)

struct real;

struct world {
	char *dir;
	struct memory_server *server;	/* NULL: real */
	struct real *real;		/* NULL: server */
	struct account *account;
	struct driver *driver;
	struct store *store;
	struct err e;
	/* What events told in the last world_sync(). */
	int changed, folders, failed;
	int64_t arrived, fresh, gone;
	char *failure;		/* the last sentence of failed() */
	enum st (*between)(struct world *w, struct err *e);
	uint64_t round_trips;	/* of the last session */
};

struct world *
world_new(uint32_t caps);
void
world_free(struct world *w);

/* ---- any kind of server ---- */

enum world_make { WORLD_MEMORY, WORLD_DOVECOT, WORLD_COURIER, WORLD_CYRUS };

struct world_kind {
	const char *name;
	enum world_make make;
	uint32_t caps;		/* in memory */
	const char *hide;	/* words a real one does not know; delay.h */
	bool estimates;		/* in memory: sizes are not the true ones */
};

/* Ends with a NULL; the test program has it. */
extern const struct world_kind *const world_kinds[];

/* NULL with *why: there is no such server here. */
struct world *
world_of_kind(const struct world_kind *kind, const char **why);

/*
 * What another client would do, over any of them.  Names are without what a
 * server wants before each ("INBOX."); world_name() is with it, borrowed.
 */
const char *
world_name(const struct world *w, const char *name);
char
world_delimiter(const struct world *w);
void
world_folder_add(struct world *w, const char *name, enum folder_role role);
void
world_folder_rename(struct world *w, const char *from, const char *to);
/* False: it cannot be done there. */
bool
world_renumber(struct world *w, const char *name);
size_t
world_count(struct world *w, const char *name);
/* The caller clears. */
struct flags
world_flags_of(struct world *w, const char *name, uint32_t uid);
void
world_remove(struct world *w, const char *name, uint32_t uid);
void
world_move(struct world *w, const char *name, uint32_t uid, const char *to);

/* One session: open, sync, close. */
enum st
world_sync(struct world *w);
enum st
world_sync_some(struct world *w, const char *const *folders, bool hurry);

/* A message on the server (any); its number is in subject and Message-ID. */
uint32_t
world_add(struct world *w, const char *folder, unsigned n, size_t size,
	  uint32_t flags);
void
world_flags(struct world *w, const char *folder, uint32_t uid, uint32_t flags);

/* The folder's row; the caller frees. */
struct folder *
world_folder(struct world *w, const char *name);

/* Fails the test unless index, mbox and server (any) have the same messages
 * with the same flags, byte for byte, in every folder. */
void
world_check(struct world *w);
/* The same for POP with what is on the server still: index and mbox agree,
 * and so many messages are here. */
void
world_check_pop(struct world *w, int64_t here);
/* The store was closed by force: open it again. */
void
world_reopen(struct world *w);

#define SYNCS(w) \
	do { \
		enum st st_ = world_sync(w); \
		cr_assert_eq(st_, ST_OK, "%s: %s", st_name(st_), \
			     (w)->e.text); \
	} while (0)

#endif
