/*
 * err.h - what went wrong, as an order to the caller and a sentence to a human
 *
 * Every function that can fail in a way the person must hear of returns an
 * enum st and takes a struct err.  The number says what the caller must do
 * next; the text is one whole sentence, made where the facts are known.
 * No library's own numbers (SQLite, libetpan, OpenSSL, errno) leave the room
 * they come from.
 */
#ifndef VERSO_BASE_ERR_H
#define VERSO_BASE_ERR_H

#include <glib.h>

enum st {
	ST_OK = 0,	/* done, and durable where that was asked */
	ST_RETRY,	/* the network or the server is away: again later */
	ST_AUTH,	/* TLS not verified or log-in refused: ask the person */
	ST_GONE,	/* this message or folder does not exist (any more) */
	ST_CORRUPT,	/* local data is damaged: verify or rebuild */
	ST_REFUSED,	/* the server said no to this one thing; go on */
	ST_CANCELLED,	/* the person (or a signal) stopped it */
	ST_LOCAL,	/* disk, memory or descriptors: stop, nothing is lost */
	ST_PROTOCOL,	/* the server broke its word: drop the connection */
	ST_CONFIG,	/* configuration is wrong: file and line are named */
	ST_USAGE,	/* the command line is wrong */
	ST_MAX
};

/*
 * One sentence for a human: what happened, to what, and what to do.  UTF-8,
 * no line break, not yet filtered for the terminal (text_gate() does that
 * where it is shown).  Untouched on success.
 */
struct err {
	char text[640];
};

/*
 * Fill *e (NULL: nobody wants the sentence) and return st, so that a failure
 * is one line: return err_set(e, ST_GONE, "There is no folder “%s”.", name);
 */
enum st
err_set(struct err *e, enum st st, const char *fmt, ...) G_GNUC_PRINTF(3, 4);

/* The same for a failed system call: strerror(errno) closes the sentence.
 * Always ST_LOCAL. */
enum st
err_errno(struct err *e, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

#if defined(__clang_analyzer__) && !defined(VERSO_ERR_C)
/* Tell the analyzer what it cannot see from a header: what they return. */
#define err_set(e, st, ...) ((void)(err_set)(e, st, __VA_ARGS__), (st))
#define err_errno(e, ...) ((void)(err_errno)(e, __VA_ARGS__), ST_LOCAL)
#endif

/* Put words before the sentence that is already there: "INBOX: …". */
void
err_prefix(struct err *e, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

/* The word by which a status travels in text ("retry", "auth", …) and back;
 * st_parse() gives ST_PROTOCOL for a word it does not know. */
const char *
st_name(enum st st);
enum st
st_parse(const char *word);

/* The exit status of the command line that follows from st: the one table
 * (sysexits.h: 0, 64, 74, 75, 76, 77, 78). */
int
st_exit_code(enum st st);

/* Of two failures, the one the exit status should tell of; ST_OK loses
 * against everything. */
enum st
st_worse(enum st a, enum st b);

#endif
