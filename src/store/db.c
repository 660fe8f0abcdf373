/*
 * db.c - SQLite, and nothing of the store's meaning
 */
#include "store/db.h"

#include <stdarg.h>
#include <fcntl.h>
#include <unistd.h>

#define BUSY_MS 5000
#define BULK_CACHE_KIB 4096
#define READ_CACHE_KIB 2048
#define WIDE_CACHE_KIB 16384
/* Frames in the log before a commit copies them into the file.  Pages are
 * small, since a thousand messages removed here and there touch a page each
 * of every index, and each is written twice. */
#define CHECKPOINT_PAGES 16000

struct db {
	sqlite3 *h;
	GHashTable *stmts;	/* text's address -> sqlite3_stmt */
	int rc;			/* of the last step */
	char *file;
	bool bulk, wide;	/* the size of its cache */
};

static enum st
status(struct db *d, int rc, struct err *e)
{
	switch (rc & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return ST_OK;
	case SQLITE_FULL:
		return err_set(e, ST_LOCAL,
			       "The disk is full: the index %s cannot be "
			       "written.", d->file);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return err_set(e, ST_RETRY,
			       "Another process is writing the index %s.",
			       d->file);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return err_set(e, ST_CORRUPT,
			       "The index %s is damaged; it can be deleted "
			       "and is then rebuilt from the mail.", d->file);
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
	case SQLITE_READONLY:
	case SQLITE_PERM:
		return err_set(e, ST_LOCAL,
			       "The index %s cannot be read or written: %s.",
			       d->file, g_strerror(d->h ?
						   sqlite3_system_errno(d->h) :
						   0));
	case SQLITE_NOMEM:
		return err_set(e, ST_LOCAL, "There is no memory left for the "
			       "index %s.", d->file);
	default:
		return err_set(e, ST_CORRUPT, "The index %s failed: %s.",
			       d->file, d->h ? sqlite3_errmsg(d->h) :
			       sqlite3_errstr(rc));
	}
}

static void
finalize(gpointer stmt)
{
	sqlite3_finalize(stmt);
}

/* SQLite would make it readable for everybody; what lies beside it (-wal,
 * -shm) takes its mode.  A file that is there is left alone: closing it here
 * would drop the locks of another connection of this process. */
static void
make_private(const char *file)
{
	int fd = open(file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd >= 0)
		close(fd);
}

static void
set_cache(struct db *d, int kib)
{
	char *pragma = g_strdup_printf("PRAGMA cache_size = -%d", kib);

	db_exec(d, pragma, NULL);	/* as it was does as well */
	g_free(pragma);
}

void
db_widen(struct db *d)
{
	d->wide = true;
	set_cache(d, WIDE_CACHE_KIB);
}

void
db_narrow(struct db *d)
{
	if (!d->wide)
		return;
	d->wide = false;
	set_cache(d, d->bulk ? BULK_CACHE_KIB : READ_CACHE_KIB);
}

enum st
db_open(const char *file, bool bulk, struct db **out, struct err *e)
{
	struct db *d = g_new0(struct db, 1);
	char *pragmas = g_strdup_printf(
		"PRAGMA page_size = 1024; PRAGMA journal_mode = WAL;"
		"PRAGMA synchronous = FULL; PRAGMA temp_store = FILE;"
		"PRAGMA cache_size = -%d; PRAGMA wal_autocheckpoint = %d;",
		bulk ? BULK_CACHE_KIB : READ_CACHE_KIB, CHECKPOINT_PAGES);
	enum st st;
	int rc;

	d->file = g_strdup(file);
	d->bulk = bulk;
	make_private(file);
	d->stmts = g_hash_table_new_full(NULL, NULL, NULL, finalize);
	rc = sqlite3_open_v2(file, &d->h, SQLITE_OPEN_READWRITE |
			     SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
	st = status(d, rc, e);
	if (st == ST_OK) {
		sqlite3_extended_result_codes(d->h, 1);
		sqlite3_busy_timeout(d->h, BUSY_MS);
		st = db_exec(d, pragmas, e);
	}
	g_free(pragmas);
	if (st != ST_OK) {
		db_close(d);
		return st;
	}
	*out = d;
	return ST_OK;
}

void
db_close(struct db *d)
{
	if (!d)
		return;
	g_hash_table_destroy(d->stmts);
	sqlite3_close_v2(d->h);
	g_free(d->file);
	g_free(d);
}

static sqlite3_stmt *
prepare(struct db *d, const char *sql)
{
	sqlite3_stmt *q = g_hash_table_lookup(d->stmts, sql);

	if (q) {
		sqlite3_reset(q);
		return q;
	}
	d->rc = sqlite3_prepare_v3(d->h, sql, -1, SQLITE_PREPARE_PERSISTENT,
				   &q, NULL);
	if (d->rc == SQLITE_OK)
		g_hash_table_insert(d->stmts, (gpointer)sql, q);
	return q;
}

static void
bind(sqlite3_stmt *q, const char *fmt, va_list ap)
{
	for (int i = 1; fmt[i - 1]; i++) {
		const char *s;

		switch (fmt[i - 1]) {
		case 'i':
			sqlite3_bind_int64(q, i, va_arg(ap, int64_t));
			break;
		case 'u':
			sqlite3_bind_int64(q, i, va_arg(ap, uint32_t));
			break;
		case 'd':
			sqlite3_bind_int(q, i, va_arg(ap, int));
			break;
		case 's':
			s = va_arg(ap, const char *);
			sqlite3_bind_text(q, i, s, -1, SQLITE_STATIC);
			break;
		case 'b':
			s = va_arg(ap, const char *);
			sqlite3_bind_blob64(q, i, s, va_arg(ap, size_t),
					    SQLITE_STATIC);
			break;
		default:
			sqlite3_bind_null(q, i);
			break;
		}
	}
}

static sqlite3_stmt *
query_va(struct db *d, const char *sql, const char *fmt, va_list ap)
{
	sqlite3_stmt *q = prepare(d, sql);

	if (q) {
		d->rc = SQLITE_OK;
		bind(q, fmt, ap);
	}
	return q;
}

sqlite3_stmt *
db_query(struct db *d, const char *sql, const char *fmt, ...)
{
	sqlite3_stmt *q;
	va_list ap;

	va_start(ap, fmt);
	q = query_va(d, sql, fmt, ap);
	va_end(ap);
	return q;
}

bool
db_row(struct db *d, sqlite3_stmt *q)
{
	if (!q)		/* could not be prepared: rc tells why */
		return false;
	d->rc = sqlite3_step(q);
	return d->rc == SQLITE_ROW;
}

enum st
db_done(struct db *d, sqlite3_stmt *q, struct err *e)
{
	enum st st = status(d, d->rc, e);

	if (q)
		sqlite3_reset(q);
	return st;
}

enum st
db_run(struct db *d, struct err *e, const char *sql, const char *fmt, ...)
{
	sqlite3_stmt *q;
	va_list ap;

	va_start(ap, fmt);
	q = query_va(d, sql, fmt, ap);
	va_end(ap);
	db_row(d, q);
	return db_done(d, q, e);
}

enum st
db_int(struct db *d, int64_t *value, int64_t none, struct err *e,
       const char *sql, const char *fmt, ...)
{
	sqlite3_stmt *q;
	va_list ap;

	va_start(ap, fmt);
	q = query_va(d, sql, fmt, ap);
	va_end(ap);
	*value = db_row(d, q) ? sqlite3_column_int64(q, 0) : none;
	return db_done(d, q, e);
}

enum st
db_exec(struct db *d, const char *sql, struct err *e)
{
	return status(d, sqlite3_exec(d->h, sql, NULL, NULL, NULL), e);
}

int
db_changes(struct db *d)
{
	return sqlite3_changes(d->h);
}

bool
db_see_begin(struct db *d)
{
	return sqlite3_get_autocommit(d->h) &&
	       db_run(d, NULL, "BEGIN", "") == ST_OK;
}

void
db_see_end(struct db *d, bool begun)
{
	if (begun)
		db_run(d, NULL, "COMMIT", "");
}

int64_t
db_version(struct db *d)
{
	int64_t version;

	db_int(d, &version, 0, NULL, "PRAGMA data_version", "");
	return version;
}

char *
db_text(sqlite3_stmt *q, int column)
{
	return g_strdup((const char *)sqlite3_column_text(q, column));
}
