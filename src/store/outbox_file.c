/*
 * outbox_file.c - the octets of letters on their way out
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "store/outbox_private.h"
#include "store/put.h"
#include "store/store_parser.h"

#define HEADER_MOST (64 * 1024)

static char *
outbox_dir(const struct store *s)
{
	return g_build_filename(s->dir, "outbox", NULL);
}

char *
outbox_file(const struct store *s, int64_t id)
{
	return g_strdup_printf("%s/outbox/%" G_GINT64_FORMAT ".eml", s->dir,
			       id);
}

/* 0: it is no letter's. */
static int64_t
id_of(const char *name)
{
	char *end;
	gint64 id = g_ascii_isdigit(*name) ?
		g_ascii_strtoll(name, &end, 10) : 0;

	return id > 0 && strcmp(end, ".eml") == 0 ? id : 0;
}

enum st
outbox_file_write(struct store *s, int64_t id, int fd,
		  guint8 digest[DIGEST_LEN], struct err *e)
{
	char *dir = outbox_dir(s), *file = outbox_file(s, id);
	struct put_file put;
	enum st st = put_write(dir, strrchr(file, '/') + 1, fd, &put, e);

	memcpy(digest, put.digest, DIGEST_LEN);
	g_free(file);
	g_free(dir);
	return st;
}

void
outbox_file_unlink(struct store *s, int64_t id)
{
	char *file = outbox_file(s, id);

	if (unlink(file) != 0 && errno != ENOENT)
		log_line("outbox", "%s cannot be unlinked: %s", file,
			 g_strerror(errno));
	g_free(file);
}

enum st
outbox_open(struct store *s, int64_t id, int *fd, struct err *e)
{
	char *file = outbox_file(s, id);
	enum st st = ST_OK;

	*fd = open(file, O_RDONLY | O_CLOEXEC);
	if (*fd < 0)
		st = err_errno(e, "The letter in %s cannot be read", file);
	g_free(file);
	return st;
}

enum st
outbox_bytes(struct store *s, int64_t id, GBytes **bytes, struct err *e)
{
	GMappedFile *map;
	int fd = -1;
	enum st st = outbox_open(s, id, &fd, e);

	if (st != ST_OK)
		return st;
	map = g_mapped_file_new_from_fd(fd, FALSE, NULL);
	close(fd);
	if (!map)
		return err_set(e, ST_LOCAL, "The letter cannot be read.");
	*bytes = g_mapped_file_get_bytes(map);
	g_mapped_file_unref(map);
	return ST_OK;
}

/* 0: this index has never looked after an outbox. */
static enum st
next_id(struct store *s, int64_t *id, struct err *e)
{
	return db_int(s->db, id, 0, e, "SELECT value FROM fact WHERE name = "
		      "'outbox.next'", "");
}

static enum st
set_next_id(struct store *s, int64_t id, struct err *e)
{
	return db_run(s->db, e, "INSERT OR REPLACE INTO fact "
		      "VALUES('outbox.next', ?)", "i", id);
}

enum st
outbox_new_id(struct store *s, int64_t *id, struct err *e)
{
	enum st st = next_id(s, id, e);
	char *file;

	/* Files that an index which is lost spoke of come first: from here on
	 * one without a row is nobody's. */
	if (st == ST_OK && *id == 0) {
		st = outbox_recover(s, e);
		*id = 1;
	}
	if (st != ST_OK)
		return st;
	while (file = outbox_file(s, *id), access(file, F_OK) == 0) {
		g_free(file);
		++*id;
	}
	g_free(file);
	return set_next_id(s, *id + 1, e);
}

/* ---- after the start ---------------------------------------------------- */

/* A letter of which nothing is known but what it says itself. */
static enum st
adopt(struct store *s, int64_t id, struct err *e)
{
	struct outbox_letter *l = outbox_letter_new();
	char *file = outbox_file(s, id);
	struct put_file put = { .wire = 0 };
	struct envelope env = { 0 };
	char *header = g_malloc(HEADER_MOST);
	int fd = -1;
	ssize_t n = 0;
	enum st st;

	/* What cannot be read now still has to be seen. */
	if (outbox_open(s, id, &fd, NULL) == ST_OK) {
		n = read(fd, header, HEADER_MOST);
		store_parse(header, n > 0 ? (size_t)n : 0, &env);
		l->message_id = g_strdup(env.message_id);
		l->subject = g_strdup(env.subject);
		l->to = g_strdup(env.to);
		close(fd);
		if (put_measure(file, &put, NULL) == ST_OK)
			l->size = put.wire;
	}
	st = outbox_found(s, id, put.digest, l, e);
	envelope_clear(&env);
	g_free(header);
	g_free(file);
	outbox_letter_free(l);
	return st;
}

/* -1: there is no row. */
static enum st
state_of(struct store *s, int64_t id, int64_t *state, struct err *e)
{
	return db_int(s->db, state, -1, e, "SELECT state FROM outbox WHERE "
		      "id = ?", "i", id);
}

/*
 * A file whose row went, or never was committed, is nobody's; but where the
 * index has never looked here it is one made anew, and the file is all there
 * is of the letter.
 */
static enum st
look_at_file(struct store *s, const char *name, bool anew, struct err *e)
{
	int64_t id = id_of(name), state = -1;
	enum st st = id ? state_of(s, id, &state, e) : ST_OK;

	if (put_is_left(name))
		put_unlink_left(s, "outbox", name);
	if (st != ST_OK || !id)
		return st;
	if (state < 0 && anew)
		return adopt(s, id, e);
	if (state < 0 || state == OUTBOX_SENT)
		outbox_file_unlink(s, id);
	return ST_OK;
}

static enum st
look_at_rows(struct store *s, struct err *e)
{
	GPtrArray *all = NULL;
	enum st st = outbox_unsent(s, &all, e);

	for (guint i = 0; st == ST_OK && i < all->len; i++) {
		const struct outbox_letter *l = all->pdata[i];
		char *file = outbox_file(s, l->id);

		if (access(file, F_OK) != 0 && errno == ENOENT)
			st = db_run(s->db, e, "UPDATE outbox SET state = 5, "
				    "why = 'Its file in the folder outbox is "
				    "missing.' WHERE id = ?", "i", l->id);
		g_free(file);
	}
	if (all)
		g_ptr_array_unref(all);
	return st;
}

static enum st
recover(struct store *s, DIR *d, bool anew, struct err *e)
{
	struct dirent *entry;
	enum st st = ST_OK;

	while (st == ST_OK && d && (entry = readdir(d)))
		st = look_at_file(s, entry->d_name, anew, e);
	if (st == ST_OK && anew)
		st = set_next_id(s, 1, e);
	return st == ST_OK && d ? look_at_rows(s, e) : st;
}

enum st
outbox_recover(struct store *s, struct err *e)
{
	char *dir = outbox_dir(s);
	DIR *d = opendir(dir);
	int64_t next = 0;
	bool own;
	enum st st = next_id(s, &next, e);

	g_free(dir);
	if (st != ST_OK || (!d && next)) {	/* there is no letter */
		if (d)
			closedir(d);
		return st;
	}
	/* Nobody adds one meanwhile. */
	st = tx_enter(s, &own, e);
	if (st == ST_OK)
		st = next_id(s, &next, e);
	if (st == ST_OK)
		st = recover(s, d, next == 0, e);
	if (d)
		closedir(d);
	return tx_leave(s, own, st, e);
}
