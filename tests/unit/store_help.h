/*
 * store_help.h - a store in a temporary folder, and messages to put into it
 */
#ifndef VERSO_TESTS_STORE_HELP_H
#define VERSO_TESTS_STORE_HELP_H

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "store/store.h"
#include "store/verify.h"

/* Remove a folder and all that is in it. */
static inline void
wipe(const char *dir)
{
	GDir *d = g_dir_open(dir, 0, NULL);
	const char *name;

	while (d && (name = g_dir_read_name(d))) {
		char *path = g_build_filename(dir, name, NULL);

		if (g_file_test(path, G_FILE_TEST_IS_DIR) &&
		    !g_file_test(path, G_FILE_TEST_IS_SYMLINK))
			wipe(path);
		else
			remove(path);
		g_free(path);
	}
	if (d)
		g_dir_close(d);
	remove(dir);
}

static inline char *
fresh_dir(void)
{
	char *dir = g_dir_make_tmp("verso-store-XXXXXX", NULL);

	cr_assert_not_null(dir);
	return dir;
}

#define OK(call) do { \
		struct err e_ = { "" }; \
		struct err *e = &e_; \
		enum st st_ = (call); \
		cr_assert_eq(st_, ST_OK, "%s: %s: %s", #call, st_name(st_), \
			     e->text); \
	} while (0)

static inline struct store *
open_worker(const char *dir)
{
	struct store *s = NULL;

	OK(store_open(dir, STORE_WORKER, &s, e));
	return s;
}

static inline int64_t
make_folder(struct store *s, const char *name)
{
	struct folder_info *info = folder_info_new(name, '/');
	int64_t id = 0;

	OK(folder_upsert(s, info, &id, e));
	folder_info_free(info);
	cr_assert(id > 0);
	return id;
}

/* Wire text of a message, CRLF.  The caller frees. */
static inline char *
make_text(unsigned uid, size_t body)
{
	GString *t = g_string_new(NULL);

	g_string_printf(t, "Return-Path: <ann%u@example.org>\r\n"
			"From: Ann %u <ann%u@example.org>\r\n"
			"Subject: message %u\r\nMessage-ID: <%u@test>\r\n\r\n",
			uid, uid, uid, uid, uid);
	while (t->len < body)
		g_string_append_printf(t, "line %zu of message %u\r\n",
				       t->len, uid);
	return g_string_free(t, FALSE);
}

/* The same with LF ends.  The caller frees. */
static inline char *
to_lf(const char *wire)
{
	GString *text = g_string_new(NULL);

	for (; *wire; wire++)
		if (wire[0] != '\r' || wire[1] != '\n')
			g_string_append_c(text, *wire);
	return g_string_free(text, FALSE);
}

static inline void
make_envelope(struct envelope *env, unsigned uid)
{
	memset(env, 0, sizeof(*env));
	env->date = 1700000000 + uid;
	env->subject = g_strdup_printf("message %u", uid);
	env->from = g_strdup_printf("Ann %u <ann%u@example.org>", uid, uid);
	env->to = g_strdup("Bob <bob@example.org>");
	env->message_id = g_strdup_printf("%u@test", uid);
}

/* Put bytes under a UID, in the transaction that is open or one of its own. */
static inline int64_t
put_bytes(struct store *s, int64_t folder, uint32_t uid, const char *bytes,
	  size_t len, const struct envelope *env, uint32_t flags)
{
	struct ingest what = { .folder = folder, .uid = uid,
			       .internaldate = 1600000000 + uid,
			       .flags = { flags, NULL } };
	struct ingested got;

	OK(ingest_begin(s, folder, e));
	OK(ingest_bytes(s, bytes, len, e));
	OK(ingest_end(s, &what, env, &got, e));
	cr_assert_eq(got.octets, (int64_t)len);
	return got.id;
}

static inline int64_t
put_message(struct store *s, int64_t folder, uint32_t uid, size_t size,
	    uint32_t flags)
{
	char *text = make_text(uid, size);
	struct envelope env;
	int64_t id;

	make_envelope(&env, uid);
	id = put_bytes(s, folder, uid, text, strlen(text), &env, flags);
	envelope_clear(&env);
	g_free(text);
	return id;
}

/* The message of make_text() is given back octet by octet. */
static inline void
check_message(struct store *s, int64_t folder, uint32_t uid, size_t size)
{
	char *wire = make_text(uid, size), *want = to_lf(wire);
	struct message m;
	GBytes *got = NULL;

	OK(message_by_uid(s, folder, uid, &m, e));
	cr_assert(m.has_body);
	cr_assert_eq(m.size, (int64_t)strlen(wire));
	OK(message_bytes(s, m.id, &got, e));
	cr_assert_eq(g_bytes_get_size(got), strlen(want));
	cr_assert_eq(memcmp(g_bytes_get_data(got, NULL), want, strlen(want)),
		     0);
	g_bytes_unref(got);
	message_clear(&m);
	g_free(want);
	g_free(wire);
}

static inline void
say(void *ctx, const char *sentence)
{
	fprintf(stderr, "%s\n", sentence);
}

static inline void
check_verify(struct store *s, int64_t folder)
{
	struct verify_result r;

	OK(verify_folder(s, folder, say, NULL, &r, e));
}

static inline char *
mbox_file(const char *dir, const char *name)
{
	char *file = g_strconcat(name, ".mbox", NULL);
	char *path = g_build_filename(dir, "mail", file, NULL);

	g_free(file);
	return path;
}

/* The live UIDs as text.  The caller frees. */
static inline char *
uids_text(struct store *s, int64_t folder)
{
	struct uidset set = UIDSET_EMPTY;
	char *text;

	OK(folder_uids(s, folder, &set, e));
	text = uidset_format(&set);
	uidset_clear(&set);
	return text;
}

static inline void
check_uids(struct store *s, int64_t folder, const char *want)
{
	char *got = uids_text(s, folder);

	cr_assert_str_eq(got, want);
	g_free(got);
}

#endif
