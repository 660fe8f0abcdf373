/*
 * letters_world.c - the reader's world for letters
 */
#include "letters_world.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <glib/gstdio.h>

#include "base/path.h"
#include "base/words.h"
#include "control/compose.h"
#include "control/index.h"

struct app *app;
struct store *store;
static char *home, *ui;
static uint32_t last_uid;
static char *text_now;
static struct outbox_letter *letter_now;

static void
ok(enum st st, const struct err *e)
{
	cr_assert_eq(st, ST_OK, "%s", e->text);
}

static int64_t
folder(struct store *s, const char *name, enum folder_role role)
{
	struct folder_info *info = folder_info_new(name, '/');
	struct err e = { "" };
	int64_t id;

	info->role = role;
	ok(folder_upsert(s, info, &id, &e), &e);
	ok(folder_set_uidvalidity(s, id, 1, &e), &e);
	folder_info_free(info);
	return id;
}

static struct store *
worker_store(void)
{
	char *dir = path_account("work");
	struct store *s;
	struct err e = { "" };

	ok(store_open(dir, STORE_WORKER, &s, &e), &e);
	g_free(dir);
	return s;
}

static void
start(void)
{
	char *text = g_strdup_printf(
		"[account work]\naddress = Ann Lee <ann@example.org>\n"
		"aliases = *@ann.example\n"
		"receive = imap+plaintext://127.0.0.1:9\n"
		"send = smtp+plaintext://127.0.0.1:9\n"
		"[ui]\n%s\n", ui);
	struct config *config;
	struct err e = { "" };

	ok(config_parse(text, strlen(text), "config", &config, &e), &e);
	ok(app_new(config, NULL, NULL, &app, &e), &e);
	store = ((struct app_account *)app->accounts->pdata[0])->store;
	app_start(app);
	app_resize(app, &(struct app_geometry) {
		.rows = 24, .columns = 80, .index_rows = 21,
		.pager_rows = 21, .pager_columns = 80, .folder_rows = 21,
		.overlay_rows = 20, .overlay_columns = 80 });
	g_free(text);
}

void
world_new(const char *more_config)
{
	struct store *s;

	if (home)
		g_mkdir(home, 0700);
	else
		home = g_dir_make_tmp("verso-letters-XXXXXX", NULL);
	g_setenv("XDG_DATA_HOME", home, TRUE);
	g_setenv("TZ", "UTC", TRUE);
	last_uid = 0;
	ui = g_strdup(more_config);
	s = worker_store();
	folder(s, "INBOX", ROLE_INBOX);
	folder(s, "Drafts", ROLE_DRAFTS);
	folder(s, "Sent", ROLE_SENT);
	store_close(s);
	start();
}

void
world_again(void)
{
	app_free(app);
	start();
}

static void
remove_all(const char *path)
{
	GDir *dir = g_file_test(path, G_FILE_TEST_IS_SYMLINK)
		? NULL : g_dir_open(path, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		char *below = g_build_filename(path, name, NULL);

		remove_all(below);
		g_free(below);
	}
	if (dir)
		g_dir_close(dir);
	g_remove(path);
}

void
world_free(void)
{
	app_free(app);
	remove_all(home);
	g_clear_pointer(&ui, g_free);
	g_clear_pointer(&text_now, g_free);
	outbox_letter_free(letter_now);
	letter_now = NULL;
}

int64_t
world_mail(const char *text)
{
	struct store *s = worker_store();
	struct folder *f = NULL;
	struct envelope env = { 0 };
	struct ingest what = { .uid = ++last_uid, .internaldate = 1 };
	struct ingested got;
	struct err e = { "" };

	ok(folder_by_name(s, "INBOX", &f, &e), &e);
	what.folder = f->id;
	mime_envelope(text, strlen(text), &env);
	ok(store_begin(s, &e), &e);
	ok(ingest_begin(s, f->id, &e), &e);
	ok(ingest_bytes(s, text, strlen(text), &e), &e);
	ok(ingest_end(s, &what, &env, &got, &e), &e);
	ok(store_commit(s, &e), &e);
	envelope_clear(&env);
	folder_free(f);
	store_close(s);
	index_refresh(app);
	cr_assert(index_move_to_id(app, got.id));
	return got.id;
}

void
press(const char *keys)
{
	char **v = g_strsplit(keys, " ", -1);

	for (int i = 0; v[i]; i++)
		app_key(app, v[i]);
	g_strfreev(v);
}

void
answer(const char *text)
{
	cr_assert(app->ask, "no question for “%s”: %s", text ? text : "Esc",
		  app->notice);
	app_answer(app, text);
}

static void
keep(GBytes *bytes)
{
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);

	g_free(text_now);
	text_now = g_strndup(data, len);
	g_bytes_unref(bytes);
}

const char *
only_in(const char *name)
{
	GArray *ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	struct folder *f = NULL;
	GBytes *bytes = NULL;
	struct err e = { "" };
	int64_t from = 0;

	ok(folder_by_name(store, name, &f, &e), &e);
	ok(message_ids(store, f->id, &from, 10, ids, &e), &e);
	cr_assert_leq(ids->len, 1, "%u messages in %s", ids->len, name);
	if (ids->len) {
		ok(message_bytes(store, g_array_index(ids, int64_t, 0), &bytes,
				 &e), &e);
		keep(bytes);
	} else {
		g_free(text_now);
		text_now = g_strdup("");
	}
	folder_free(f);
	g_array_unref(ids);
	return text_now;
}

const struct outbox_letter *
only_letter(void)
{
	GPtrArray *all = NULL;
	struct err e = { "" };
	int64_t id = 0;
	guint count = 0;

	ok(outbox_all(store, &all, &e), &e);
	for (guint i = 0; i < all->len; i++) {
		const struct outbox_letter *l = all->pdata[i];

		if (l->state == OUTBOX_SENT)
			continue;
		count++;
		id = l->id;
	}
	g_ptr_array_unref(all);
	cr_assert_leq(count, 1, "%u letters", count);
	outbox_letter_free(letter_now);
	letter_now = NULL;
	if (count)
		ok(outbox_get(store, id, &letter_now, &e), &e);
	return letter_now;
}

const char *
letter_text(int64_t id)
{
	struct err e = { "" };
	int fd;
	GMappedFile *map;

	ok(outbox_open(store, id, &fd, &e), &e);
	map = g_mapped_file_new_from_fd(fd, FALSE, NULL);
	close(fd);
	cr_assert(map);
	keep(g_mapped_file_get_bytes(map));
	g_mapped_file_unref(map);
	return text_now;
}

/* ---- letters ------------------------------------------------------------ */

/* text NULL: more stands behind what is there. */
static void
editor_wrote(const char *text, const char *more)
{
	char **argv, *old, *new;

	cr_assert(app->edit_command, "no editor began: %s", app->notice);
	argv = words_split(app->edit_command, NULL);
	cr_assert_str_eq(argv[0], "my-editor");
	cr_assert(g_file_get_contents(argv[1], &old, NULL, NULL));
	new = g_strconcat(text ? text : old, more, NULL);
	cr_assert(g_file_set_contents(argv[1], new, -1, NULL));
	g_clear_pointer(&app->edit_command, g_free);
	app_edited(app);
	g_free(new);
	g_free(old);
	g_strfreev(argv);
}

void
edited_as(const char *text)
{
	editor_wrote(text, "");
}

void
edited(const char *text)
{
	editor_wrote(NULL, text);
}

struct letter *
now(void)
{
	cr_assert_eq(app->focus, WHERE_COMPOSE, "%s", app->notice);
	return app->compose.now->letter;
}

guint
count_open(void)
{
	return app->compose.open ? app->compose.open->len : 0;
}

void
write_one(const char *to, const char *subject, const char *text)
{
	press("m");
	answer(to);
	answer(subject);
	edited(text);
	now();
}
