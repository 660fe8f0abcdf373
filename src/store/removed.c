/*
 * removed.c - messages that are gone lie in removed/ for seven days
 *
 * One mboxrd per folder and day, named FOLDER.2023-11-14.mbox, with the
 * levels of the folder's path joined by '%' (which no path has before
 * anything but a hexadecimal digit).  A crash may leave a message in there
 * that is still in its folder; that does no harm.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/path.h"
#include "store/remove.h"
#include "store/touch.h"

#define KEEP_DAYS 7
#define DAY (24 * 3600)
#define BUF_SIZE (256 * 1024)
#define DATE_LEN 10	/* 2023-11-14 */

struct removed {
	struct mfile out;	/* of the folder below */
	int64_t folder;
	int64_t used;		/* octets of buf */
	char *buf;
	GPtrArray *begun; /* struct begun: files grown in this transaction */
};

struct begun {
	char *path;
	int64_t size;		/* before it */
};

static void
begun_free(gpointer data)
{
	struct begun *b = data;

	g_free(b->path);
	g_free(b);
}

struct removed *
removed_new(void)
{
	struct removed *r = g_new0(struct removed, 1);

	r->out.fd = -1;
	r->begun = g_ptr_array_new_with_free_func(begun_free);
	return r;
}

static void
close_file(struct removed *r)
{
	if (r->out.fd >= 0)
		close(r->out.fd);
	g_free(r->out.path);
	memset(&r->out, 0, sizeof(r->out));
	r->out.fd = -1;
	r->folder = 0;
	r->used = 0;
}

void
removed_free(struct removed *r)
{
	if (!r)
		return;
	close_file(r);
	g_free(r->buf);
	g_ptr_array_unref(r->begun);
	g_free(r);
}

static void
format_day(char day[DATE_LEN + 1], int64_t when)
{
	time_t t = (time_t)when;
	struct tm tm;

	gmtime_r(&t, &tm);
	strftime(day, DATE_LEN + 1, "%Y-%m-%d", &tm);
}

char *
removed_name(const char *path)
{
	char *name = g_strdelimit(g_strdup(path), "/", '%');

	/* Names are at most 255 octets; many levels may be more. */
	if (strlen(name) > 200) {
		char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256,
							  name, -1);

		memcpy(name + 160, sum, 40);
		name[200] = '\0';
		g_free(sum);
	}
	return name;
}

/* removed/LISTS%kernel.2023-11-14.mbox for the mbox in f. */
static char *
removed_path(const struct store *s, const struct mfile *f)
{
	char *mail = g_build_filename(s->dir, "mail", NULL);
	char *path = g_strdup(f->path + strlen(mail) + 1);
	char day[DATE_LEN + 1], *name, *file, *all;

	path[strlen(path) - strlen(".mbox")] = '\0';
	name = removed_name(path);
	format_day(day, clock_now());
	file = g_strdup_printf("%s.%s.mbox", name, day);
	all = g_build_filename(s->dir, "removed", file, NULL);
	g_free(file);
	g_free(name);
	g_free(path);
	g_free(mail);
	return all;
}

static enum st
flush(struct removed *r, struct err *e)
{
	enum st st = ST_OK;

	if (r->used)
		st = file_write(&r->out, r->buf, (size_t)r->used, r->out.tail,
				e);
	if (st == ST_OK) {
		r->out.tail += r->used;
		r->used = 0;
	}
	return st;
}

static enum st
sync_out(struct store *s, struct err *e)
{
	struct removed *r = s->removed;
	char *dir;
	enum st st = flush(r, e);

	if (st != ST_OK || !r->out.dirty)
		return st;
	if (fdatasync(r->out.fd) != 0) {
		struct err why;

		err_errno(&why, "The file %s cannot be made durable",
			  r->out.path);
		if (e)
			*e = why;
		return tx_break(s, &why);
	}
	r->out.dirty = false;
	dir = g_path_get_dirname(r->out.path);
	st = path_sync_dir(dir, e);
	g_free(dir);
	return st;
}

/* How long the file was before this transaction, unless that is noted: it may
 * be opened for several folders in turn. */
static void
note_begun(struct removed *r, int64_t size)
{
	struct begun *b;

	for (guint i = 0; i < r->begun->len; i++) {
		b = r->begun->pdata[i];
		if (strcmp(b->path, r->out.path) == 0)
			return;
	}
	b = g_new0(struct begun, 1);
	b->path = g_strdup(r->out.path);
	b->size = size;
	g_ptr_array_add(r->begun, b);
}

/* Open today's file of a folder and remember how long it is. */
static enum st
open_for(struct store *s, const struct mfile *f, struct err *e)
{
	struct removed *r = s->removed;
	struct stat sb;
	enum st st;

	if (r->folder == f->folder && r->out.fd >= 0)
		return ST_OK;
	st = r->out.fd >= 0 ? sync_out(s, e) : ST_OK;
	close_file(r);
	if (st != ST_OK)
		return st;
	if (!r->buf)
		r->buf = g_malloc(BUF_SIZE);
	r->folder = f->folder;
	r->out.path = removed_path(s, f);
	r->out.fd = open(r->out.path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (r->out.fd < 0 || fstat(r->out.fd, &sb) != 0)
		return err_errno(e, "The file %s cannot be opened",
				 r->out.path);
	r->out.tail = sb.st_size;
	note_begun(r, sb.st_size);
	return ST_OK;
}

static enum st
put(struct removed *r, const char *bytes, size_t len, struct err *e)
{
	enum st st = ST_OK;

	if (r->used + (int64_t)len > BUF_SIZE)
		st = flush(r, e);
	if (st == ST_OK) {	/* a block is far smaller than the buffer */
		memcpy(r->buf + r->used, bytes, len);
		r->used += (int64_t)len;
	}
	return st;
}

/* From file to file, straight through the buffer. */
static enum st
put_stored(struct removed *r, struct mfile *f, int64_t at, int64_t len,
	   struct err *e)
{
	enum st st = ST_OK;

	while (len > 0 && st == ST_OK) {
		size_t n = (size_t)MIN(len, BUF_SIZE - r->used);

		if (n == 0) {
			st = flush(r, e);
			continue;
		}
		st = file_read(f->fd, f->path, r->buf + r->used, n, at, e);
		r->used += (int64_t)n;
		at += (int64_t)n;
		len -= (int64_t)n;
	}
	return st;
}

static enum st
read_block(struct store *s, const struct doomed *row, struct mbox_block *b,
	   struct err *e)
{
	sqlite3_stmt *q = db_query(s->db, "SELECT f.uidvalidity, m.size, "
				   "m.arrival, m.uidl, m.keywords FROM "
				   "message m JOIN folder f ON f.id = "
				   "abs(m.folder) WHERE m.id = ?", "i",
				   row->id);

	memset(b, 0, sizeof(*b));
	if (db_row(s->db, q)) {
		b->uidvalidity = sqlite3_column_int64(q, 0);
		b->wire = sqlite3_column_int64(q, 1);
		b->arrival = sqlite3_column_int64(q, 2);
		b->uidl = db_text(q, 3);
		b->keywords = db_text(q, 4);
	}
	b->uid = row->uid;
	b->flags = row->flags;
	b->lf = row->place.lf;
	memcpy(b->digest, row->place.digest, DIGEST_LEN);
	b->removed = clock_now();
	return db_done(s->db, q, e);
}

enum st
removed_add(struct store *s, struct mfile *f, const struct doomed *row,
	    struct err *e)
{
	GString *text = g_string_new(NULL);
	struct mbox_block block = { 0 };
	char *line = NULL;
	enum st st = open_for(s, f, e);

	if (st == ST_OK)
		st = read_block(s, row, &block, e);
	if (st == ST_OK) {
		line = touch_line(f, row->place.off, block.arrival);
		mbox_block_format(text, line, &block, 0);
		st = put(s->removed, text->str, text->len, e);
	}
	if (st == ST_OK)
		st = put_stored(s->removed, f, row->place.pos, row->place.len,
				e);
	mbox_block_clear(&block);
	g_string_free(text, TRUE);
	g_free(line);
	return st;
}

enum st
removed_add_raw(struct store *s, struct mfile *f, int64_t off, int64_t end,
		struct err *e)
{
	enum st st = open_for(s, f, e);

	return st == ST_OK ? put_stored(s->removed, f, off, end - off, e)
			   : st;
}

enum st
removed_sync(struct store *s, struct err *e)
{
	return s->removed->out.fd >= 0 ? sync_out(s, e) : ST_OK;
}

void
removed_committed(struct store *s)
{
	close_file(s->removed);
	g_ptr_array_set_size(s->removed->begun, 0);
}

void
removed_rollback(struct store *s)
{
	struct removed *r = s->removed;

	close_file(r);
	for (guint i = 0; i < r->begun->len; i++) {
		struct begun *b = r->begun->pdata[i];

		if (b->size == 0)
			unlink(b->path);
		else if (truncate(b->path, b->size) != 0)
			log_line("store", "%s keeps a copy too many", b->path);
	}
	g_ptr_array_set_size(r->begun, 0);
}

/* The day in the name of a file of removed/; NULL for another's file. */
static const char *
day_of(const char *name)
{
	size_t n = strlen(name), tail = strlen(".mbox") + DATE_LEN;

	if (n <= tail + 1 || strcmp(name + n - strlen(".mbox"), ".mbox") != 0)
		return NULL;
	return name[n - tail - 1] == '.' ? name + n - tail : NULL;
}

enum st
store_expire_removed(struct store *s, struct err *e)
{
	char *dir_name = g_build_filename(s->dir, "removed", NULL);
	GDir *dir = g_dir_open(dir_name, 0, NULL);
	char oldest[DATE_LEN + 1];
	enum st st = ST_OK;
	const char *name;

	/* A file has a whole day's messages: the last second counts. */
	format_day(oldest, clock_now() - KEEP_DAYS * DAY);
	while (dir && (name = g_dir_read_name(dir))) {
		const char *day = day_of(name);
		char *file;

		if (!day || strncmp(day, oldest, DATE_LEN) >= 0)
			continue;
		file = g_build_filename(dir_name, name, NULL);
		if (unlink(file) != 0 && errno != ENOENT)
			st = err_errno(e, "The file %s cannot be removed",
				       file);
		g_free(file);
	}
	if (dir)
		g_dir_close(dir);
	g_free(dir_name);
	return st;
}
