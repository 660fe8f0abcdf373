/*
 * cli_world.c - making the home, running the program
 */
#include "cli_world.h"

#include <string.h>
#include <sys/wait.h>

#include <criterion/criterion.h>
#include <glib/gstdio.h>

#include "tests/support/support.h"
#include "base/path.h"

static const char config[] =
	"[account work]\naddress = Ann <ann@x>\nreceive = imaps://h.invalid\n"
	"[account home]\naddress = ann@y\nreceive = pop3s://h.invalid\n";

char *out, *errors;
static char *home, *path;

const char *
world_path(const char *name)
{
	g_free(path);
	path = g_build_filename(home, name, NULL);
	return path;
}

static void
set(const char *name, const char *dir)
{
	g_setenv(name, world_path(dir), TRUE);
}

struct store *
world_open(void)
{
	struct store *s = NULL;
	struct err e = { "" };

	cr_assert_eq(store_open(world_path("data/verso/work"), STORE_WORKER,
				&s, &e), ST_OK, "%s", e.text);
	return s;
}

void
world_add(struct store *s, int64_t folder, uint32_t uid, const char *text,
	  uint32_t flags)
{
	struct ingest what = { .folder = folder, .uid = uid,
			       .internaldate = 1700000000 + uid,
			       .flags = { flags, NULL } };
	const char *subject = strstr(text, "Subject: ");
	struct envelope env = {
		.date = 1700000000 + uid,
		.date_zone = 60,
		.from = g_strdup("Bob B <bob@y>"),
		.message_id = g_strdup_printf("m%u@x", uid),
		.subject = g_strndup(subject + 9, strcspn(subject + 9, "\n")),
	};
	struct ingested done;
	struct err e = { "" };

	cr_assert_eq(ingest_begin(s, folder, &e), ST_OK, "%s", e.text);
	cr_assert_eq(ingest_bytes(s, text, strlen(text), &e), ST_OK);
	cr_assert_eq(ingest_end(s, &what, &env, &done, &e), ST_OK, "%s",
		     e.text);
	envelope_clear(&env);
}

static int64_t
add_folder(struct store *s, const char *name)
{
	struct folder_info *info = folder_info_new(name, '/');
	int64_t id = 0;

	cr_assert_eq(folder_upsert(s, info, &id, NULL), ST_OK);
	cr_assert_eq(folder_set_uidvalidity(s, id, 7, NULL), ST_OK);
	folder_info_free(info);
	return id;
}

static void
fill(void)
{
	static const char attached[] =
		"From: Bob B <bob@y>\nTo: Ann <ann@x>\nSubject: two parts\n"
		"Date: Tue, 14 Nov 2023 23:13:25 +0100\n"
		"Message-ID: <m9@x>\nReferences: <a@x> <m1@x>\n"
		"MIME-Version: 1.0\n"
		"Content-Type: multipart/mixed; boundary=b\n\n"
		"--b\nContent-Type: text/plain; charset=utf-8\n\nWörter\n"
		"--b\nContent-Type: application/pdf; name=\"../r.pdf\"\n"
		"Content-Disposition: attachment\n\npdf\n--b--\n";
	static const char plain[] =
		"From: Bob B <bob@y>\nSubject: first\n"
		"Message-ID: <m1@x>\n\nHello \033[2Jworld\n";
	struct store *s = world_open();
	int64_t inbox = add_folder(s, "INBOX");
	struct envelope env = { .subject = (char *)"not here\tyet",
				.date = 1700000003 };

	add_folder(s, "Lists/kernel");
	cr_assert_eq(store_begin(s, NULL), ST_OK);
	world_add(s, inbox, 1, plain, 0);
	world_add(s, inbox, 2, "Subject: sec\033ond\n\nx\n",
		  FLAG_SEEN | FLAG_FLAGGED);
	cr_assert_eq(store_add_envelope(s, inbox, 5, &(struct flags){ 0, NULL },
					1700000005, 99, 0, &env, NULL), ST_OK);
	world_add(s, inbox, 9, attached, FLAG_SEEN);
	world_add(s, inbox, 12, "Subject: Grüße\n\nlast\n", FLAG_SEEN);
	cr_assert_eq(store_commit(s, NULL), ST_OK);
	store_close(s);
}

void
world_new(void)
{
	home = support_tmp_new();
	set("HOME", ".");
	set("XDG_CONFIG_HOME", "config");
	set("XDG_DATA_HOME", "data");
	set("XDG_STATE_HOME", "state");
	set("XDG_CACHE_HOME", "cache");
	set("XDG_RUNTIME_DIR", "run");
	set("VERSO_CONFIG", "verso.conf");
	g_setenv("LC_ALL", "C.UTF-8", TRUE);
	g_setenv("TERM", "xterm", TRUE);
	g_unsetenv("COLUMNS");
	support_write(world_path("verso.conf"), config, strlen(config));
	cr_assert_eq(path_mkdir(world_path("data/verso/work"), NULL), ST_OK);
	fill();
}

void
world_free(void)
{
	g_clear_pointer(&out, g_free);
	g_clear_pointer(&errors, g_free);
	g_clear_pointer(&path, g_free);
	support_tmp_free(home);
}

int
run(const char *line)
{
	char *whole = g_strconcat(BUILD_DIR "/verso ", line, NULL);
	char **argv = NULL;
	GError *error = NULL;
	int status = 0;

	g_free(out);
	g_free(errors);
	cr_assert(g_shell_parse_argv(whole, NULL, &argv, NULL));
	cr_assert(g_spawn_sync(home, argv, NULL, 0, NULL, NULL, &out, &errors,
			       &status, &error), "%s",
		  error ? error->message : "");
	cr_assert(WIFEXITED(status), "%s died: %s", line, errors);
	g_strfreev(argv);
	g_free(whole);
	return WEXITSTATUS(status);
}
