/*
 * rooms.c - two accounts with the mail that screens must get right
 *
 * The mail goes through the real store.  Each message is there for a reason:
 * widths (CJK, emoji, combining marks), hostile subjects, threads, flags, the
 * ages that dates narrow by.
 */
#include "rooms.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <criterion/criterion.h>
#include <glib.h>
#include <glib/gstdio.h>

#include "base/path.h"
#include "store/store.h"

#define NOW 1700150000		/* Thu 16 Nov 2023, 15:53:20 UTC */
#define HOUR 3600
#define DAY 86400

static char *home;

static const struct mail {
	int64_t date;
	uint32_t flags;
	const char *id, *parent, *from, *subject, *body;
} inbox[] = {
	{ NOW - 800 * (int64_t)DAY, FLAG_SEEN, "old", NULL,
	  "Grandma <g@example.org>", "The oldest letter here",
	  "Dear child,\n" },
	{ NOW - 90 * (int64_t)DAY, FLAG_SEEN | FLAG_FLAGGED, "tax", NULL,
	  "Tax Office <tax@example.org>",
	  "Your assessment 2022: please keep this message, for it is as long "
	  "as such subjects always are", "Keep this.\n" },
	{ NOW - 30 * DAY, FLAG_SEEN, "news", NULL,
	  "Newsletter <news@example.org>", "What is new",
	  "--x\nContent-Type: text/html; charset=utf-8\n\n"
	  "<h1>News</h1><p>Read <a href=\"https://example.org/a?b\">this</a>, "
	  "and <b>that</b>.</p><blockquote>Said before</blockquote>\n"
	  "--x\nContent-Type: application/pdf; name=\"../a \"\n"
	  "Content-Disposition: attachment; filename=\"plan.pdf\"\n\nPDF\n"
	  "--x--\n" },
	{ NOW - 9 * DAY, FLAG_SEEN | FLAG_ANSWERED, "lunch", NULL,
	  "Ann Lee <ann@example.org>", "Lunch on Friday?", "At noon?\n" },
	{ NOW - 8 * DAY, FLAG_SEEN, "lunch2", "lunch",
	  "Bo Chen <bo@example.org>", "Re: Lunch on Friday?",
	  "Ann Lee wrote:\n> At noon?\n\nFine with me.\n-- \nBo\n" },
	{ NOW - 8 * DAY + HOUR, FLAG_SEEN, "lunch3", "lunch2",
	  "Carla Ruiz <carla@example.org>", "Re: Lunch on Friday?",
	  "> > At noon?\n> Fine with me.\nMe, too.\n" },
	{ NOW - 7 * DAY, 0, "lunch4", "lunch", "Dmitri Orlov <d@example.org>",
	  "Dinner instead (was: Lunch on Friday?)", "Dinner!\n" },
	{ NOW - 5 * DAY, 0, "cjk", NULL, "山田太郎 <yamada@example.jp>",
	  "会議の議事録と次回の予定について", "よろしくお願いします。\n" },
	{ NOW - 4 * DAY, 0, "emoji", NULL, "Zoë 👩‍👩‍👧 Ünal <z@example.org>",
	  "🎉 Party 👍🏽 at ours 🇩🇪 (e\u0301 a\u0308 combine)", "Come!\n" },
	{ NOW - 3 * DAY, 0, "rtl", NULL, "אברהם <a@example.il>",
	  "שלום \u202e\u2066reversed", "שלום\n" },
	{ NOW - 2 * DAY, 0, "evil", NULL,
	  "Mallory\033]0;owned\007 <m@example.org>",
	  "\033[2J\033[31mred\x9b" "5m \x85 and a\nsecond line\ttab",
	  "\033[2Jcleared?\n" },
	{ NOW - 20 * HOUR, FLAG_SEEN, "none", NULL, NULL, NULL, "Nothing.\n" },
	{ NOW - HOUR, FLAG_DRAFT | FLAG_SEEN, "draft", NULL,
	  "You <you@example.org>", "Unfinished", "To be\n" },
	{ NOW - 60, 0, "new", NULL, "Eve Adler <eve@example.org>",
	  "Just now", "Fresh.\n" },
};

static void
ok(enum st st, const struct err *e)
{
	cr_assert_eq(st, ST_OK, "%s", e->text);
}

static void
add(struct store *s, int64_t folder, uint32_t uid, const struct mail *m)
{
	struct envelope env = {
		.date = m->date, .subject = (char *)m->subject,
		.from = (char *)m->from, .to = (char *)"You <you@example.org>",
		.message_id = (char *)m->id, .references = (char *)m->parent,
	};
	struct ingest what = { .folder = folder, .uid = uid,
			       .internaldate = m->date,
			       .flags = { .bits = m->flags } };
	struct ingested got;
	struct err e = { "" };
	const char *type = g_str_has_prefix(m->body, "--x")
		? "multipart/mixed; boundary=x" : "text/plain; charset=utf-8";
	char *text = g_strdup_printf("From: %s\nTo: You <you@example.org>\n"
				     "Subject: %s\nX-Long: yes\n"
				     "MIME-Version: 1.0\nContent-Type: %s\n"
				     "\n%s",
				     m->from ? m->from : "",
				     m->subject ? m->subject : "",
				     type, m->body);

	ok(ingest_begin(s, folder, &e), &e);
	ok(ingest_bytes(s, text, strlen(text), &e), &e);
	ok(ingest_end(s, &what, &env, &got, &e), &e);
	g_free(text);
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
open_store(const char *account)
{
	char *dir = path_account(account);
	struct store *s;
	struct err e = { "" };

	ok(store_open(dir, STORE_WORKER, &s, &e), &e);
	g_free(dir);
	return s;
}

static void
fill_work(void)
{
	struct store *s = open_store("work");
	int64_t id = folder(s, "INBOX", ROLE_INBOX);
	struct err e = { "" };

	folder(s, "Drafts", ROLE_DRAFTS);
	folder(s, "Sent", ROLE_SENT);
	folder(s, "Lists", ROLE_NONE);
	folder(s, "Lists/kernel", ROLE_NONE);
	folder(s, "Übersee/日本", ROLE_NONE);
	ok(store_begin(s, &e), &e);
	for (size_t i = 0; i < G_N_ELEMENTS(inbox); i++)
		add(s, id, (uint32_t)i + 1, &inbox[i]);
	ok(store_commit(s, &e), &e);
	ok(folder_synced(s, id, G_N_ELEMENTS(inbox) + 1, 0, NOW, &e), &e);
	store_close(s);
}

static void
fill_home(void)
{
	struct store *s = open_store("home");

	folder(s, "INBOX", ROLE_INBOX);
	store_close(s);
}

void
rooms_make(void)
{
	static const char config[] =
		"[account work]\naddress = You <you@example.org>\n"
		"receive = imap+plaintext://127.0.0.1:9\n"
		"send = smtp+plaintext://127.0.0.1:9\n"
		"[account home]\naddress = you@home.example\n"
		"receive = pop3+plaintext://127.0.0.1:9\n";
	char *file, *now = g_strdup_printf("%d", NOW);

	/* GLib looks at XDG_DATA_HOME once: the place stays the same. */
	if (home)
		g_mkdir(home, 0700);
	else
		home = g_dir_make_tmp("verso-screen-XXXXXX", NULL);
	file = g_build_filename(home, "config", NULL);
	g_file_set_contents(file, config, -1, NULL);
	g_setenv("VERSO_CONFIG", file, TRUE);
	g_setenv("XDG_DATA_HOME", home, TRUE);
	g_setenv("VERSO_NOW", now, TRUE);
	g_setenv("TZ", "UTC", TRUE);
	/* An editor that has nothing to say, unless a test has another. */
	g_unsetenv("VISUAL");
	g_setenv("EDITOR", "true", TRUE);
	tzset();
	fill_work();
	fill_home();
	g_free(now);
	g_free(file);
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
rooms_remove(void)
{
	remove_all(home);
}
