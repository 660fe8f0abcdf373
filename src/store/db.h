/*
 * db.h - one connection to the index, and the statements it keeps ready
 *
 * The only file of the program that opens SQLite.  Statements are prepared
 * once per connection and found again by the address of their text, so the
 * text must be a literal or an interned string.  SQLite's numbers end here:
 * a failure is an enum st and a sentence.
 */
#ifndef VERSO_STORE_DB_H
#define VERSO_STORE_DB_H

#include <stdbool.h>
#include <stdint.h>

#include <sqlite3.h>

#include "base/err.h"

struct db;

/* Open or make the file.  bulk: the page cache of a process that writes a
 * first sync, else that of one that reads a screenful.  Write-ahead log,
 * synchronous FULL, waits up to five seconds for another writer.
 * ST_CORRUPT: it is no database, or a damaged one. */
enum st
db_open(const char *file, bool bulk, struct db **out, struct err *e);
void
db_close(struct db *d);			/* takes NULL */

/* More pages stay in memory, so that a transaction that comes back to them
 * does not write them twice; until db_narrow(), which is for any time. */
void
db_widen(struct db *d);
void
db_narrow(struct db *d);

/*
 * Start a statement.  fmt has one letter per parameter: i int64_t, u uint32_t,
 * d int, s text (or NULL), b blob (pointer and size_t), n nothing (SQL NULL);
 * text and blobs are borrowed until the statement is done.  Failures show at
 * db_row() and db_done(), which take the NULL that comes when it could not be
 * prepared; so do the sqlite3_column_… functions.
 *
 *	q = db_query(d, "SELECT …", "is", id, name);
 *	while (db_row(d, q))
 *		…sqlite3_column_…(q, 0)…
 *	return db_done(d, q, e);
 */
sqlite3_stmt *
db_query(struct db *d, const char *sql, const char *fmt, ...);
/* The next row; false at the end and after a failure. */
bool
db_row(struct db *d, sqlite3_stmt *q);
/* End the statement; its failure if it had one. */
enum st
db_done(struct db *d, sqlite3_stmt *q, struct err *e);

/* A statement without rows, start to end. */
enum st
db_run(struct db *d, struct err *e, const char *sql, const char *fmt, ...);
/* The first column of the first row as a number; none when there is no row. */
enum st
db_int(struct db *d, int64_t *value, int64_t none, struct err *e,
       const char *sql, const char *fmt, ...);
/* Several statements in one text, unprepared: schema and pragmas. */
enum st
db_exec(struct db *d, const char *sql, struct err *e);

/* Let the statements up to db_see_end() see one state and take one lock: many
 * small ones cost half then.  Does nothing inside a transaction; false: there
 * is nothing to end. */
bool
db_see_begin(struct db *d);
void
db_see_end(struct db *d, bool begun);

/* Rows changed by the last db_run(). */
int
db_changes(struct db *d);
/* Does what PRAGMA data_version does: another number when another
 * connection has committed. */
int64_t
db_version(struct db *d);

/* Column text as a new string, NULL for NULL. */
char *
db_text(sqlite3_stmt *q, int column);

#endif
