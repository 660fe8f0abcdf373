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

static char *
file_of(const struct store *s, int64_t id)
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
	char *dir = outbox_dir(s), *file = file_of(s, id);
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
	char *file = file_of(s, id);

	if (unlink(file) != 0 && errno != ENOENT)
		log_line("outbox", "%s cannot be unlinked: %s", file,
			 g_strerror(errno));
	g_free(file);
}

enum st
outbox_open(struct store *s, int64_t id, int *fd, struct err *e)
{
	char *file = file_of(s, id);
	enum st st = ST_OK;

	*fd = open(file, O_RDONLY | O_CLOEXEC);
	if (*fd < 0)
		st = err_errno(e, "The letter in %s cannot be read", file);
	g_free(file);
	return st;
}

enum st
outbox_new_id(struct store *s, int64_t *id, struct err *e)
{
	enum st st = db_int(s->db, id, 1, e, "SELECT value FROM fact WHERE "
			    "name = 'outbox.next'", "");
	char *file;

	if (st != ST_OK)
		return st;
	/* Files that an index which is lost spoke of have numbers, too. */
	while (file = file_of(s, *id), access(file, F_OK) == 0) {
		g_free(file);
		++*id;
	}
	g_free(file);
	return db_run(s->db, e, "INSERT OR REPLACE INTO fact "
		      "VALUES('outbox.next', ?)", "i", *id + 1);
}

/* ---- after the start ---------------------------------------------------- */

/* A letter of which nothing is known but what it says itself. */
static enum st
adopt(struct store *s, int64_t id, struct err *e)
{
	struct outbox_letter *l = outbox_letter_new();
	const guint8 none[DIGEST_LEN] = { 0 };
	struct envelope env = { 0 };
	char *header = g_malloc(HEADER_MOST);
	int fd = -1;
	ssize_t n = 0;
	enum st st = outbox_open(s, id, &fd, e);

	if (st == ST_OK) {
		n = read(fd, header, HEADER_MOST);
		store_parse(header, n > 0 ? (size_t)n : 0, &env);
		l->message_id = g_strdup(env.message_id);
		l->subject = g_strdup(env.subject);
		l->to = g_strdup(env.to);
		l->size = n;
		close(fd);
		st = outbox_found(s, id, none, l, e);
	}
	envelope_clear(&env);
	g_free(header);
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
 * index has never had a letter it is an index made anew, and the file is all
 * there is of it.
 */
static enum st
look_at_file(struct store *s, const char *name, bool anew, struct err *e)
{
	int64_t id = id_of(name), state = -1;
	enum st st = id ? state_of(s, id, &state, e) : ST_OK;

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
	enum st st = outbox_all(s, &all, e);

	for (guint i = 0; st == ST_OK && i < all->len; i++) {
		const struct outbox_letter *l = all->pdata[i];
		char *file = file_of(s, l->id);

		if (l->state != OUTBOX_SENT && access(file, F_OK) != 0 &&
		    errno == ENOENT)
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
recover(struct store *s, DIR *d, struct err *e)
{
	int64_t had = 0;
	struct dirent *entry;
	enum st st = db_int(s->db, &had, 0, e, "SELECT EXISTS(SELECT 1 FROM "
			    "fact WHERE name = 'outbox.next')", "");

	while (st == ST_OK && (entry = readdir(d)))
		st = look_at_file(s, entry->d_name, !had, e);
	return st == ST_OK ? look_at_rows(s, e) : st;
}

enum st
outbox_recover(struct store *s, struct err *e)
{
	char *dir = outbox_dir(s);
	DIR *d = opendir(dir);
	bool own;
	enum st st = ST_OK;

	g_free(dir);
	if (!d)		/* there has never been a letter */
		return ST_OK;
	/* Nobody adds one meanwhile. */
	st = tx_enter(s, &own, e);
	if (st == ST_OK)
		st = recover(s, d, e);
	closedir(d);
	return tx_leave(s, own, st, e);
}
