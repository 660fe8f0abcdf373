/*
 * put.c - files of messages that wait for their place
 */
#include "store/put.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/path.h"

#define CHUNK (256 * 1024)
#define HEADER_MOST (256 * 1024)
#define KEEP_SECONDS (7 * 24 * 3600)

/* ---- files --------------------------------------------------------------- */

static char *
hex(const guint8 digest[DIGEST_LEN])
{
	GString *s = g_string_sized_new(2 * DIGEST_LEN);

	for (int i = 0; i < DIGEST_LEN; i++)
		g_string_append_printf(s, "%02x", digest[i]);
	return g_string_free(s, FALSE);
}

static bool
unhex(const char *name, guint8 digest[DIGEST_LEN])
{
	if (strlen(name) != 2 * DIGEST_LEN)
		return false;
	for (int i = 0; i < DIGEST_LEN; i++) {
		int high = g_ascii_xdigit_value(name[2 * i]);
		int low = g_ascii_xdigit_value(name[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		digest[i] = (guint8)(high << 4 | low);
	}
	return true;
}

/* Octets, their digest and their count; to -1: nowhere. */
static enum st
copy(int from, int to, const char *file, struct put_file *out, struct err *e)
{
	struct digest *d = digest_new();
	char *buf = g_malloc(CHUNK);
	enum st st = d ? ST_OK : err_set(e, ST_LOCAL, "libcrypto has no "
					 "SHA-256.");
	int64_t at = 0;
	ssize_t n = 1;

	if (st == ST_OK)
		digest_start(d);
	while (st == ST_OK && n != 0) {
		n = pread(from, buf, CHUNK, at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			st = err_errno(e, "The letter cannot be read");
		if (n <= 0)
			break;
		at += n;
		digest_add(d, buf, (size_t)n);
		for (ssize_t i = 0; i < n; i++)
			out->wire += buf[i] == '\n';
		if (to >= 0 && !path_write_all(to, buf, (size_t)n))
			st = err_errno(e, "The letter cannot be written to "
				       "%s", file);
	}
	if (st == ST_OK)
		digest_finish(d, out->digest);
	out->lf = at;
	out->wire += at;
	digest_free(d);
	g_free(buf);
	return st;
}

/* Written and fsynced; not under its name yet. */
static enum st
write_new(const char *file, int fd, struct put_file *out, struct err *e)
{
	int to = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	enum st st;

	if (to < 0)
		return err_errno(e, "The file %s cannot be made", file);
	st = copy(fd, to, file, out, e);
	if (st == ST_OK && fdatasync(to) != 0)
		st = err_errno(e, "The file %s cannot be made durable", file);
	if (close(to) != 0 && st == ST_OK)
		st = err_errno(e, "The file %s cannot be written", file);
	return st;
}

enum st
put_write(const char *dir, const char *name, int fd, struct put_file *out,
	  struct err *e)
{
	char *new = g_strdup_printf("%s/new.%d", dir, (int)getpid());
	char *own = NULL, *file = NULL;
	enum st st = path_mkdir(dir, e);

	memset(out, 0, sizeof(*out));
	if (st == ST_OK)
		st = write_new(new, fd, out, e);
	if (st == ST_OK) {
		own = name ? NULL : hex(out->digest);
		file = g_build_filename(dir, name ? name : own, NULL);
		if (rename(new, file) != 0)
			st = err_errno(e, "The file %s cannot be renamed",
				       new);
	}
	if (st == ST_OK)
		st = path_sync_dir(dir, e);
	if (st != ST_OK)
		unlink(new);
	g_free(new);
	g_free(own);
	g_free(file);
	return st;
}

/* What lies in file already gets a second name, not a second copy, so that a
 * full disk does not keep a letter from being called sent; ST_GONE: the file
 * system has no such thing. */
static enum st
put_link(const char *dir, const char *from, struct put_file *out,
	 struct err *e)
{
	char *own, *file;
	enum st st = path_mkdir(dir, e);

	if (st == ST_OK)
		st = put_measure(from, out, e);
	if (st != ST_OK)
		return st;
	own = hex(out->digest);
	file = g_build_filename(dir, own, NULL);
	if (link(from, file) != 0 && errno != EEXIST)
		st = ST_GONE;
	if (st == ST_OK)
		st = path_sync_dir(dir, e);
	g_free(file);
	g_free(own);
	return st;
}

enum st
put_measure(const char *file, struct put_file *out, struct err *e)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	enum st st;

	memset(out, 0, sizeof(*out));
	if (fd < 0)
		return err_errno(e, "The file %s cannot be read", file);
	st = copy(fd, -1, file, out, e);
	close(fd);
	return st;
}

bool
put_is_left(const char *name)
{
	return g_str_has_prefix(name, "new.");
}

void
put_unlink_left(const struct store *s, const char *dir, const char *name)
{
	char *file = g_build_filename(s->dir, dir, name, NULL);

	unlink(file);
	g_free(file);
}

/* ---- into a folder ------------------------------------------------------- */

static char *
put_dir(const struct store *s)
{
	return g_build_filename(s->dir, "put", NULL);
}

/* Enough of the beginning to read the envelope from. */
static GBytes *
read_header(int fd)
{
	char *text = g_malloc(HEADER_MOST);
	ssize_t n = pread(fd, text, HEADER_MOST, 0);

	return g_bytes_new_take(text, n > 0 ? (gsize)n : 0);
}

static enum st
decide(struct store *s, struct change *c, const struct put_file *put,
       GBytes *header, int64_t date, struct err *e)
{
	struct mbox_block b = { .arrival = date, .lf = put->lf,
				.wire = put->wire };
	struct message m = { 0 };
	enum st st = queue_put_row(s, c->dest, header, &b, &c->add,
				   &c->placeholder, e);

	if (st == ST_OK)
		st = message_by_id(s, c->placeholder, &m, e);
	c->message = c->placeholder;
	c->folder = c->dest;
	c->size = put->wire;
	c->message_id = g_strdup(m.env.message_id);
	message_clear(&m);
	return st == ST_OK ? queue_write(s, c, put->digest, date, e) : st;
}

/* from: a file of this account that has the very octets of fd, NULL none. */
static enum st
put_octets(struct store *s, int fd, const char *from, struct put_file *put,
	   struct err *e)
{
	char *dir = put_dir(s);
	enum st st = from ? put_link(dir, from, put, e) : ST_GONE;

	if (st == ST_GONE)
		st = put_write(dir, NULL, fd, put, e);
	g_free(dir);
	return st;
}

static enum st
put(struct store *s, int64_t folder, int fd, const char *from,
    const struct flags *flags, int64_t date, int64_t *row, struct err *e)
{
	struct change *c = g_new0(struct change, 1);
	GBytes *header = read_header(fd);
	struct put_file octets;
	bool own;
	enum st st = tx_enter(s, &own, e);

	c->kind = CHANGE_APPEND;
	c->dest = folder;
	flags_copy(&c->add, flags);
	if (st == ST_OK)
		st = put_octets(s, fd, from, &octets, e);
	if (st == ST_OK)
		st = decide(s, c, &octets, header, date, e);
	*row = c->placeholder;
	st = tx_leave(s, own, st, e);
	change_free(c);
	g_bytes_unref(header);
	return st;
}

enum st
queue_put(struct store *s, int64_t folder, int fd, const struct flags *flags,
	  int64_t date, int64_t *row, struct err *e)
{
	return put(s, folder, fd, NULL, flags, date, row, e);
}

enum st
queue_put_linked(struct store *s, int64_t folder, const char *file,
		 const struct flags *flags, int64_t date, int64_t *row,
		 struct err *e)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	enum st st;

	if (fd < 0)
		return err_errno(e, "The letter in %s cannot be read", file);
	st = put(s, folder, fd, file, flags, date, row, e);
	close(fd);
	return st;
}

/* ---- and out of there ---------------------------------------------------- */

static int64_t
count_lines(const char *text, gsize len)
{
	int64_t n = 0;

	for (gsize i = 0; i < len; i++)
		n += text[i] == '\n';
	return n;
}

enum st
put_find(struct store *s, const guint8 digest[DIGEST_LEN], GBytes **bytes,
	 struct mbox_block *block, struct err *e)
{
	char *name = hex(digest), *dir = put_dir(s);
	char *file = g_build_filename(dir, name, NULL), *text = NULL;
	GError *error = NULL;
	gsize len = 0;
	enum st st = ST_OK;

	memset(block, 0, sizeof(*block));
	if (g_file_get_contents(file, &text, &len, &error)) {
		block->lf = (int64_t)len;
		block->wire = block->lf + count_lines(text, len);
		memcpy(block->digest, digest, DIGEST_LEN);
		*bytes = g_bytes_new_take(text, len);
		st = db_int(s->db, &block->arrival, clock_now(), e, "SELECT "
			    "arrival FROM change WHERE kind = 4 AND digest = "
			    "? ORDER BY seq DESC LIMIT 1", "b", digest,
			    (size_t)DIGEST_LEN);
	} else if (g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
		st = ST_GONE;
	} else {
		st = err_set(e, ST_LOCAL, "%s.", error->message);
	}
	g_clear_error(&error);
	g_free(file);
	g_free(dir);
	g_free(name);
	return st;
}

/* Is there a change that needs these octets; was there one that is done? */
static enum st
look_up(struct store *s, const guint8 *digest, bool *needed, bool *done,
	struct err *e)
{
	int64_t wants = 0, had = 0;
	enum st st = db_int(s->db, &wants, 0, e, "SELECT EXISTS(SELECT 1 FROM "
		"change c LEFT JOIN message m ON m.id = c.placeholder WHERE "
		"c.kind = 4 AND c.digest = ? AND (c.state < 3 OR (c.state = 3 "
		"AND m.uid > 4294967295)))", "b", digest, (size_t)DIGEST_LEN);

	if (st == ST_OK)
		st = db_int(s->db, &had, 0, e, "SELECT EXISTS(SELECT 1 FROM "
			    "change WHERE kind = 4 AND digest = ? AND state = "
			    "3)", "b", digest, (size_t)DIGEST_LEN);
	*needed = wants;
	*done = had;
	return st;
}

static enum st
sweep_one(struct store *s, const char *dir, const char *name, struct err *e)
{
	char *file = g_build_filename(dir, name, NULL);
	guint8 digest[DIGEST_LEN];
	struct stat sb;
	bool needed = false, done = false;
	bool old = stat(file, &sb) == 0 &&
		   (int64_t)sb.st_mtime + KEEP_SECONDS < clock_now();
	enum st st = ST_OK;

	if (unhex(name, digest))
		st = look_up(s, digest, &needed, &done, e);
	if (st == ST_OK && !needed && (done || old))
		unlink(file);
	g_free(file);
	return st;
}

enum st
queue_put_sweep(struct store *s, struct err *e)
{
	char *dir = put_dir(s);
	GDir *d = g_dir_open(dir, 0, NULL);
	const char *name = d ? g_dir_read_name(d) : NULL;
	bool own;
	enum st st = ST_OK;

	if (name) {	/* nobody puts anything meanwhile */
		st = tx_enter(s, &own, e);
		for (; st == ST_OK && name; name = g_dir_read_name(d))
			if (put_is_left(name))
				put_unlink_left(s, "put", name);
			else
				st = sweep_one(s, dir, name, e);
		st = tx_leave(s, own, st, e);
	}
	if (d)
		g_dir_close(d);
	g_free(dir);
	return st;
}
