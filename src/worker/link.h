/*
 * link.h - the line between the reader and an account's worker, both ends
 *
 * A socketpair that carries short text lines (words.h), nothing of mail:
 * both sides read the same store.  The reader's end never blocks.
 *
 * Reader to worker: "request ID VERB ARGUMENT…"
 *   sync [FOLDER…]        Send/Receive; without a folder, all of them
 *   fetch MESSAGE…        bodies of these row ids, before anything else
 *   preview [FOLDER…]     what Send/Receive would do: "would" events
 *   verify HOW [FOLDER…]  are the copies the same?  "problem" and "proved"
 *                         events; HOW: plain, or deep for every octet; ends
 *                         "refused" when Send/Receive mends it, "corrupt"
 *                         when it does not
 *   repair HOW [FOLDER…]  mend here what differs from there
 *   decisions             what was decided and needs no server (POP)
 *   watch FOLDER          the folder in view: IDLE there when nothing is to do
 *   interrupt [offline]   stop what runs (it ends "cancelled"), keep the line;
 *                         what was stopped is taken up at the next request or
 *                         look, but after a pause new mail is waited for
 *                         again: with "offline" not before the next request
 *   quit                  finish cleanly and exit
 *   "answer ASK TEXT" or "deny ASK" answers an ask event.
 *
 * Worker to reader: exactly one end per request, and events
 *   end ID STATUS SENTENCE      STATUS is st_name(); SENTENCE "" when ok
 *   changed FOLDER-ID           rows, flags or counts of a folder changed
 *   folders                     the set of folders changed
 *   arrived FOLDER-ID COUNT     new messages, after "changed"
 *   progress FOLDER-ID DONE TOTAL BYTES
 *   state WORD SENTENCE         offline connecting online syncing idle
 *   notice SENTENCE             for the person, no failure
 *   failed FOLDER-NAME STATUS SENTENCE   one folder failed, others go on
 *   level FOLDER-NAME NEW GONE TOTAL     a folder equals the server's
 *   would FOLDER-NAME FETCH BYTES GONE SEND REMOVE   what would be done; the
 *                               name "" stands for folders as a whole
 *   problem FOLDER-NAME SENTENCE         a difference
 *   proved FOLDER-NAME MESSAGES BYTES BEHIND WRONG WAITS
 *   ask ASK KIND SENTENCE       KIND: password; wants answer or deny
 */
#ifndef VERSO_WORKER_LINK_H
#define VERSO_WORKER_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include <sys/types.h>

#include "base/err.h"

/* ---- the reader's end --------------------------------------------------- */

struct link;

/* What came: words[0] is "end", "changed", …; borrowed for the call. */
typedef void link_handler(void *ctx, char **words, int n);

enum link_mode {
	LINK_WORK,
	LINK_WAIT,	/* when the account's lock is taken, wait for it as
			 * long as it takes, instead of ending requests with
			 * "retry" */
	LINK_LOOK,	/* without the lock, beside another worker: preview
			 * and verify alone, no folder is waited in */
};

/*
 * Start the worker of an account (this binary, "worker ACCOUNT", the
 * socketpair on descriptor 3) and return at once.  The worker inherits
 * VERSO_CONFIG and the XDG variables.  NULL with *e filled when even fork
 * fails.
 */
struct link *
link_start(const char *account, enum link_mode mode, struct err *e);
/* The program that is started; NULL: this one.  Borrowed. */
void
link_set_program(const char *path);
/* Ask the worker to quit, wait at most wait_ms, then kill it. */
void
link_stop(struct link *l, int wait_ms);		/* takes NULL */

/* Poll this for reading; -1 while the worker is down. */
int
link_fd(const struct link *l);

/* Queue a request (words, NULL-terminated, from the verb on) and return its
 * id; it is written when the line takes it, and again after a restart when
 * it had not ended. */
uint32_t
link_request(struct link *l, const char *verb, ...) G_GNUC_NULL_TERMINATED;
/* The same with a verb and a NULL-terminated vector of words. */
uint32_t
link_request_words(struct link *l, const char *verb, char *const *words);
/* Answer an ask event; text NULL denies.  The line's buffers are wiped. */
void
link_answer(struct link *l, const char *ask, const char *text);

/*
 * Read what has come and hand it line by line to handler; write what waits.
 * Notices a dead worker: posts "state crashed SENTENCE", and starts it again
 * after a back-off (1, 2, 4 … 60 s); requests that had not ended are sent
 * again once, and then end "retry".  Returns the milliseconds until it wants
 * to be called again without the descriptor being readable, -1: never.
 */
int
link_pump(struct link *l, link_handler *handler, void *ctx);

bool
link_up(const struct link *l);
pid_t
link_pid(const struct link *l);

/* ---- the worker's end --------------------------------------------------- */

struct post;

/*
 * post_line() writes one line and never waits for the reader: what is not
 * read lies until it is, up to 4 MiB; of a reader that was left so far behind
 * progress is kept back, and beyond it is gone.  A reader that is gone is
 * noticed as ST_CANCELLED by post_line() and by post_read().  A word is cut
 * off after 2 KiB.
 *
 * A thread serves the line, so that what cannot wait does not: interrupted()
 * is called in it as soon as the reader says "interrupt" or "quit", or is
 * gone (quit true for both of these).  It must not block.
 */
struct post *
post_new(int fd, void (*interrupted)(void *ctx, bool quit), void *ctx);
void
post_free(struct post *p);	/* takes NULL; does not close fd; gives the
				 * last lines a second */
enum st
post_line(struct post *p, const char *word, ...) G_GNUC_NULL_TERMINATED;
/* Let this descriptor wake post_read() (with no line) and post_fd() too. */
void
post_also(struct post *p, int fd);
/* One request line if there is one within timeout_ms: *words for
 * g_strfreev(), NULL when none came.  ST_CANCELLED: the reader is gone. */
enum st
post_read(struct post *p, int timeout_ms, char ***words, struct err *e);
/* Readable while a line waits, and for ever once the reader is gone; what
 * came from post_also() is the caller's to take. */
int
post_fd(const struct post *p);
/* Put words of post_read() back: they come again, after what waits. */
void
post_later(struct post *p, char **words);
/* Overwrite and free the words of a line. */
void
post_wipe(char **words);

#endif
