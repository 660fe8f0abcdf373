/*
 * imap_state.h - what an IMAP session is made of
 *
 * Shared by the imap_*.c files; nobody else includes it.
 *   imap.c         the table, opening and closing
 *   imap_login.c   capabilities and the ways to log in
 *   imap_command.c commands out
 *   imap_wire.c    whole answers in, bodies streamed
 *   imap_answer.c  what an untagged answer means
 *   imap_list.c    LIST and STATUS as folders
 *   imap_namespace.c  whose folders they are
 *   imap_select.c  entering a folder and what is different in it
 *   imap_fetch.c   messages
 *   imap_folder.c  CREATE, RENAME, DELETE, SUBSCRIBE
 *   imap_change.c  STORE, MOVE, COPY, APPEND, EXPUNGE
 *   imap_idle.c    waiting
 *   imap_token.c   the words themselves
 *
 * libetpan's mailimap would hold the session and read the answers, but its
 * parser crashes on lines a server can send before the log-in, its SELECT
 * has the wrong syntax for QRESYNC, it turns a tagged NO after FETCH into
 * success and loses the order of untagged answers; so commands are written
 * and answers read here (doc/architecture.md has the list).
 */
#ifndef VERSO_NET_IMAP_STATE_H
#define VERSO_NET_IMAP_STATE_H

#include "net/driver.h"
#include "net/imap_token.h"
#include "net/stream.h"

#define IMAP_LINE_MAX (128 * 1024)		/* one line of an answer */
#define IMAP_ANSWER_MAX (16 * 1024 * 1024)	/* one answer, without bodies */
#define IMAP_BODY_MAX (INT64_C(2) << 30)	/* one message */
/* Some servers take lines of 1,000 octets, all take 8,000 (RFC 7162 4): a set
 * or a list of keywords is cut into pieces, and two names fit one line even
 * when every octet needs a backslash. */
#define IMAP_SET_MAX 900	/* octets of a UID set in one command */
#define IMAP_NAME_MAX 1900	/* octets of a folder's name on the wire */
#define IMAP_FLIGHT_MAX 8	/* commands under way at once */
#define IMAP_FOLDERS_MAX 50000
/* One command is answered with no more than this; a full listing of a very
 * large folder has a line a message. */
#define IMAP_ANSWERS_MAX 20000000
/* Before a server says whether it goes on. */
#define IMAP_GO_MAX 500000
#define IMAP_REPLIES_MAX 256	/* tagged, that nobody has asked for yet */

/* What only this room needs to know of a server. */
enum imap_ext {
	IMAP_SASL_IR = 1 << 0,
	IMAP_LITERAL_PLUS = 1 << 1,
	IMAP_LITERAL_MINUS = 1 << 2,
	IMAP_ESEARCH = 1 << 3,
	IMAP_LIST_EXTENDED = 1 << 4,
	IMAP_XLIST = 1 << 5,
	IMAP_LOGINDISABLED = 1 << 6,
	IMAP_ENABLE = 1 << 7,
	IMAP_NAMESPACE = 1 << 8,
	IMAP_ID = 1 << 9,
};

enum imap_kind { IMAP_OK, IMAP_NO, IMAP_BAD };

/* The tagged end of a command. */
struct imap_reply {
	unsigned tag;
	enum imap_kind kind;
	char *code;		/* inside the brackets, "" none */
	char *text;		/* the words for a human */
};

/* Where untagged answers go while a call runs; NULL: nobody wants them. */
struct imap_wants {
	const struct listing_sink *listing;
	struct uidset *listed;		/* UIDs FETCH and SEARCH told of */
	struct uidset *vanished;
	const struct fetch_sink *fetch;
	const struct uidset *asked;	/* of these */
	struct uidset *arrived;
	GPtrArray *folders;		/* struct folder_info */
	bool unasked;			/* also those that are not kept here */
	bool continued;			/* "+" has come: see challenge */
	bool told;			/* something about the folder changed */
	/* An untagged OK with COPYUID. */
	void (*copyuid)(void *ctx, const struct imap_reply *r);
	void *copyuid_ctx;
};

struct imap {
	struct driver driver;
	const struct account *account;
	const struct driver_host *host;
	struct stream *stream;		/* outlives connections */
	bool open, refused, preauth;
	const char *login;		/* how it logged in, NULL: not yet */
	uint32_t caps;			/* enum cap */
	uint32_t ext;			/* enum imap_ext */
	uint32_t mechs;			/* enum sasl_mech offered */
	bool caps_known;
	bool qresync_broken;		/* it says so and then says BAD */
	bool qresync_on;		/* "* ENABLED QRESYNC" was said */
	unsigned next_tag;
	GArray *unwaited;	/* tags, unsigned, whose end is for nobody */
	GPtrArray *replies;	/* struct imap_reply * nobody took yet */
	GString *answer;		/* the answer being read */
	char *challenge;		/* the words of the last "+" */
	char *folder;			/* entered, NULL: none */
	struct entered state;		/* of it */
	struct imap_wants wants;
	enum st halted;			/* sending broke off; see imap_put() */
	struct err halted_err;
	GHashTable *wire_names;	/* folder's name to what LIST called it */
	GPtrArray *spaces;	/* of NAMESPACE; empty: not known */
	bool spaces_asked;	/* NAMESPACE is under way */
	bool spaces_known;	/* it was answered in this session */
	bool spaces_shunned;	/* it hung up: Exchange 2003 does */
	GHashTable *alerts;		/* shown once each */
};

/* ---- imap_command.c and imap_wire.c ---- */

/* Put a command into the buffer; returns its tag.  Arguments hold no CR, LF
 * or NUL (imap_string() sees to that).  Where one is a literal that the server
 * must first agree to, what was put so far is sent and its word awaited: so
 * wants are set before.  What goes wrong then is told by imap_flush(); when
 * the server refuses, the command ends there, and has its answer. */
unsigned
imap_put(struct imap *im, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Nobody waits for the end of this command: what it says is passed over. */
void
imap_pass_over(struct imap *im, unsigned tag);

/* Send what was put; counts a round trip. */
enum st
imap_flush(struct imap *im, struct err *e);
/* The same, and a literal behind it (stream_flush_with()). */
enum st
imap_flush_with(struct imap *im, const char *bytes, size_t len,
		struct err *e);

/* Read answers until the one with this tag has come.  *reply is to be
 * cleared.  Any failure closes the session. */
enum st
imap_await(struct imap *im, unsigned tag, struct imap_reply *reply,
	   struct err *e);

/* ST_PROTOCOL: far more answers than were asked for. */
enum st
imap_without_end(struct imap *im, struct err *e);

/* put, flush, await; ST_REFUSED with a sentence for NO and BAD. */
enum st
imap_ask(struct imap *im, struct err *e, const char *what,
	 const char *format, ...) G_GNUC_PRINTF(4, 5);

/* One whole answer has come already: imap_read() would not wait for it. */
bool
imap_has_answer(struct imap *im);

/* Read one answer, whatever it is, and act on it. */
enum st
imap_read(struct imap *im, struct err *e);

void
imap_reply_clear(struct imap_reply *reply);

/* What the response code of a NO or BAD (RFC 5530) tells the caller to do. */
enum st
imap_refusal_status(const struct imap_reply *reply);

/* A NO or BAD as a status and a sentence: "The server refused to WHAT: …". */
enum st
imap_refusal(struct imap *im, const struct imap_reply *reply,
	     const char *what, struct err *e);

/* Unless st is ST_OK or ST_REFUSED the connection is of no more use; st
 * comes back. */
enum st
imap_broken(struct imap *im, enum st st);

/* A string for a command: quoted, or, since only ASCII can be quoted, a
 * literal; NULL when s has line breaks.  The caller frees. */
char *
imap_string(const struct imap *im, const char *s);

/* A literal of len octets needs no leave of the server. */
bool
imap_may_push(const struct imap *im, size_t len);

/* Read until the server says "+" (wants.continued), or no to the command. */
enum st
imap_await_go(struct imap *im, unsigned tag, struct err *e);

/* The words a command has for a folder: what LIST called it, to the octet, or
 * modified UTF-7.  NULL with *e when there are none.  The caller frees. */
char *
imap_folder_word(struct imap *im, const char *folder, struct err *e);

/* ---- imap_answer.c ---- */

/* Act on im->answer, which holds one whole untagged answer. */
enum st
imap_untagged(struct imap *im, struct imap_text *t, struct err *e);

/* "[CODE …]" of a status answer. */
void
imap_code(struct imap *im, const char *code, const char *text);
/* "IMAP4rev1 IDLE …" into caps, ext and mechs. */
void
imap_capabilities_parse(struct imap *im, const char *list);

/* ---- imap_fetch.c ---- */

/* "* n FETCH (…)" behind the word FETCH.  octets: of the streamed body, -1
 * when none was; from imap_wire.c. */
enum st
imap_fetch_answer(struct imap *im, struct imap_text *t, int64_t octets,
		  struct err *e);
/* ---- imap_list.c ---- */
enum st
imap_list_answer(struct imap *im, struct imap_text *t, struct err *e);
enum st
imap_status_answer(struct imap *im, struct imap_text *t, struct err *e);
enum st
imap_folders(struct driver *d, bool status, GPtrArray **folders,
	     struct err *e);

/* ---- imap_namespace.c ---- */

GPtrArray *
imap_spaces_new(void);
/* "* NAMESPACE …" behind the word; nothing is kept of what makes no sense. */
enum st
imap_namespace_answer(struct imap *im, struct imap_text *t);
/* The folder belongs to another user, or to many. */
bool
imap_is_foreign(const struct imap *im, const char *name);
/* What the names of this user's folders must begin with, "" nothing. */
void
imap_prefix(const struct imap *im, char *out, size_t size);
/* What LIST has to be asked for as well, since folders has nothing of it:
 * patterns as the wire writes them, char *; the caller frees. */
GPtrArray *
imap_spaces_hidden(const struct imap *im, GPtrArray *folders);

/* ---- the others ---- */
enum st
imap_login(struct imap *im, struct err *e);
enum st
imap_enter(struct driver *d, const char *folder, const struct known *known,
	   const struct listing_sink *sink, struct entered *out,
	   struct err *e);
enum st
imap_changes(struct driver *d, const struct known *known,
	     const struct listing_sink *sink, bool *full, struct err *e);
enum st
imap_fetch(struct driver *d, const struct uidset *uids, enum fetch_what what,
	   const struct fetch_sink *sink, struct err *e);
enum st
imap_store(struct driver *d, const struct uidset *uids, bool add,
	   const struct flags *flags, struct err *e);
enum st
imap_move(struct driver *d, const struct uidset *uids, const char *folder,
	  GArray *from, GArray *to, int64_t *validity, struct err *e);
enum st
imap_copy(struct driver *d, const struct uidset *uids, const char *folder,
	  GArray *from, GArray *to, int64_t *validity, struct err *e);
enum st
imap_append(struct driver *d, const char *folder, const struct flags *flags,
	    int64_t internaldate, const char *bytes, size_t len,
	    uint32_t *uid, int64_t *validity, struct err *e);
enum st
imap_expunge(struct driver *d, const struct uidset *uids, struct err *e);
enum st
imap_folder(struct driver *d, enum folder_op op, const char *name,
	    const char *to, struct err *e);
enum st
imap_wait(struct driver *d, int fd, int timeout_ms, uint32_t *woke,
	  struct err *e);

/* ST_RETRY when there is no session, ST_GONE when no folder was entered. */
enum st
imap_ready(struct imap *im, bool folder, struct err *e);

#endif
