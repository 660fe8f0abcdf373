/*
 * base_path.c - names from the network never leave their folder
 */
#include "base/path.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <criterion/criterion.h>

static const struct {
	const char *name;
	char delimiter;
	const char *path;
} table[] = {
	{ "INBOX", '/', "INBOX" },
	{ "Lists/kernel", '/', "Lists/kernel" },
	{ "Lists.kernel", '.', "Lists/kernel" },
	{ "Lists.kernel", '/', "Lists.kernel" },
	{ "Sent Items", '/', "Sent Items" },
	{ "Entwürfe/日本語", '/', "Entwürfe/日本語" },
	{ "..", '/', "%2E." },
	{ ".", '/', "%2E" },
	{ "../../etc/passwd", '/', "%2E./%2E./etc/passwd" },
	{ "..\\..", '\\', "%2E./%2E." },
	{ "a/b", '.', "a%2Fb" },
	{ "/etc", '/', "%/etc" },
	{ "a//b", '/', "a/%/b" },
	{ "a/", '/', "a/%" },
	{ "", '/', "%" },
	{ ".hidden", '/', "%2Ehidden" },
	{ " blank", '/', "%20blank" },
	{ "100%", '/', "100%25" },
	{ "a\tb\033[m", '/', "a%09b%1B%5Bm" },
	{ "$(rm -rf);`x`|&", '/', "%24%28rm -rf%29%3B%60x%60%7C%26" },
	{ "-rf", '/', "-rf" },
	{ "bad\xff\xc3", '/', "bad%FF%C3" },
	{ "\u202ecod", '/', "%E2%80%AEcod" },
	{ "x.mbox", '/', "x%2Embox" },
	{ "x.mbox/y", '/', "x%2Embox/y" },
	{ "[Gmail]/All Mail", '/', "%5BGmail%5D/All Mail" },
};

Test(path, encode_folder)
{
	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		char *path = path_encode_folder(table[i].name,
						table[i].delimiter);

		cr_assert_str_eq(path, table[i].path, "%s", table[i].name);
		g_free(path);
	}
}

/* Every level is short, is neither "." nor "..", and none is empty. */
static void
check_inside(const char *path)
{
	char **levels = g_strsplit(path, "/", -1);

	cr_assert_lt(strlen(path), 1200);
	for (int i = 0; levels[i]; i++) {
		cr_assert_gt(strlen(levels[i]), 0);
		cr_assert_leq(strlen(levels[i]), 200);
		cr_assert_neq(levels[i][0], '.');
	}
	cr_assert(g_utf8_validate(path, -1, NULL));
	g_strfreev(levels);
}

Test(path, long_names_are_cut_and_stay_different)
{
	static const char *const pieces[] = { "x", "ü", "日", "%", "a/", "./",
					      "\xff" };

	for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++) {
		GString *name = g_string_new(NULL);
		char *one, *two, *again;

		while (name->len < 10000)
			g_string_append(name, pieces[i]);
		one = path_encode_folder(name->str, '/');
		again = path_encode_folder(name->str, '/');
		g_string_append_c(name, 'y');
		two = path_encode_folder(name->str, '/');
		check_inside(one);
		check_inside(two);
		cr_assert_str_eq(one, again);
		cr_assert_str_neq(one, two);
		g_free(one);
		g_free(two);
		g_free(again);
		g_string_free(name, TRUE);
	}
}

Test(path, different_names_give_different_paths)
{
	static const char *const parts[] = { "", ".", "/", "%", "a", "A", "%2E",
					     "%2F", " ", ".mbox", "\xc3",
					     "\xbc", "e", "\xcc\x81" };
	GHashTable *seen = g_hash_table_new_full(g_str_hash, g_str_equal,
						 g_free, g_free);
	size_t n = G_N_ELEMENTS(parts);

	for (size_t i = 0; i < n * n * n; i++) {
		char *name = g_strconcat(parts[i % n], parts[i / n % n],
					 parts[i / n / n], NULL);
		char *path = path_encode_folder(name, '/');
		const char *other = g_hash_table_lookup(seen, path);

		cr_assert(!other || strcmp(other, name) == 0,
			  "“%s” and “%s” are both %s", other, name, path);
		check_inside(path);
		g_hash_table_insert(seen, path, name);
	}
	g_hash_table_destroy(seen);
}

Test(path, account_stays_below_the_data_folder)
{
	char *dir, *want;

	g_setenv("XDG_DATA_HOME", "/tmp/data", TRUE);
	dir = path_account("../x");
	want = g_build_filename("/tmp/data", "verso", "%2E.%2Fx", NULL);
	cr_assert_str_eq(dir, want);
	g_free(dir);
	g_free(want);
}

Test(path, places_follow_the_environment)
{
	char *s;

	g_setenv("VERSO_CONFIG", "/tmp/c", TRUE);
	cr_assert_str_eq((s = path_config()), "/tmp/c");
	g_free(s);
	g_setenv("VERSO_CONFIG", "", TRUE);
	g_setenv("XDG_CONFIG_HOME", "/tmp/conf", TRUE);
	cr_assert_str_eq((s = path_config()), "/tmp/conf/verso/config");
	g_free(s);
	g_setenv("XDG_STATE_HOME", "/tmp/state", TRUE);
	cr_assert_str_eq((s = path_state()), "/tmp/state/verso");
	g_free(s);
	g_setenv("XDG_CACHE_HOME", "/tmp/cache", TRUE);
	cr_assert_str_eq((s = path_cache()), "/tmp/cache/verso");
	g_free(s);
	g_setenv("XDG_RUNTIME_DIR", "/tmp/run", TRUE);
	cr_assert_str_eq((s = path_runtime()), "/tmp/run/verso");
	g_free(s);
	g_unsetenv("XDG_RUNTIME_DIR");
	cr_assert_null(path_runtime());
}

Test(path, write_file_is_whole_and_private)
{
	char *dir = g_dir_make_tmp("verso-XXXXXX", NULL);
	char *sub = g_build_filename(dir, "a", "b", NULL);
	char *parent = g_path_get_dirname(sub);
	char *file = g_build_filename(sub, "f", NULL), *got;
	struct stat s;
	struct err e;

	cr_assert_eq(path_write_file(file, "x", 1, &e), ST_LOCAL);
	cr_assert(strstr(e.text, "No such file"));
	cr_assert_eq(path_mkdir(sub, &e), ST_OK);
	cr_assert_eq(path_write_file(file, "old, longer", 11, &e), ST_OK);
	cr_assert_eq(path_write_file(file, "new", 3, &e), ST_OK);
	cr_assert(g_file_get_contents(file, &got, NULL, NULL));
	cr_assert_str_eq(got, "new");
	cr_assert_eq(stat(file, &s), 0);
	cr_assert_eq(s.st_mode & 0777, 0600);
	cr_assert_eq(stat(sub, &s), 0);
	cr_assert_eq(s.st_mode & 0777, 0700);
	cr_assert_eq(path_mkdir(file, &e), ST_LOCAL);
	unlink(file);
	cr_assert_eq(rmdir(sub), 0, "a temporary file was left");
	cr_assert_eq(path_sync_dir(sub, &e), ST_LOCAL);
	rmdir(parent);
	rmdir(dir);
	g_free(dir);
	g_free(sub);
	g_free(parent);
	g_free(file);
	g_free(got);
}

/* ---- what is made durable ---- */

static GString *synced;		/* names of folders, NULL: nobody asks */

/* In place of the C library's. */
int
fsync(int fd)
{
	char link[40], name[4096];
	ssize_t n;

	g_snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, name, sizeof(name) - 1);
	if (synced && n > 0) {
		name[n] = '\0';
		g_string_append_printf(synced, "%s\n", name);
	}
	return (int)syscall(SYS_fsync, fd);
}

Test(path, each_new_folder_has_a_durable_name)
{
	char *tmp = g_dir_make_tmp("verso-XXXXXX", NULL);
	char *dir = realpath(tmp, NULL);
	char *above = g_build_filename(dir, "a", NULL);
	char *sub = g_strconcat(above, "/b/", NULL), *want;
	struct err e;

	synced = g_string_new(NULL);
	cr_assert_eq(path_mkdir(sub, &e), ST_OK);
	want = g_strdup_printf("%s\n%s/a\n", dir, dir);
	cr_assert_str_eq(synced->str, want);
	cr_assert_eq(path_mkdir(sub, &e), ST_OK);
	cr_assert_str_eq(synced->str, want);
	g_string_free(synced, TRUE);
	synced = NULL;
	rmdir(sub);
	rmdir(above);
	rmdir(dir);
	free(dir);
	g_free(tmp);
	g_free(above);
	g_free(sub);
	g_free(want);
}

static void
check_place(char *got, const char *want)
{
	cr_assert_str_eq(got, want);
	g_free(got);
}

Test(path, places_are_absolute_whatever_the_environment_says)
{
	char *got;

	g_unsetenv("VERSO_CONFIG");
	g_setenv("HOME", "/home/x", TRUE);
	g_setenv("XDG_DATA_HOME", "here", TRUE);
	g_setenv("XDG_CONFIG_HOME", "", TRUE);
	g_setenv("XDG_CACHE_HOME", "/c", TRUE);
	g_unsetenv("XDG_STATE_HOME");
	check_place(path_account("a"), "/home/x/.local/share/verso/a");
	check_place(path_config(), "/home/x/.config/verso/config");
	check_place(path_cache(), "/c/verso");
	check_place(path_state(), "/home/x/.local/state/verso");
	got = path_runtime();
	cr_assert(!got || g_path_is_absolute(got));
	g_free(got);
}

Test(path, an_empty_home_is_none)
{
	char *got;

	g_unsetenv("VERSO_CONFIG");
	g_unsetenv("XDG_CONFIG_HOME");
	g_setenv("HOME", "", TRUE);
	got = path_config();
	cr_assert(g_path_is_absolute(got), "%s", got);
	g_free(got);
}

Test(path, scratch_has_no_name)
{
	char dir[] = "/tmp/scratch-XXXXXX";
	char back[4] = "";
	struct stat info;
	struct err e;
	int fd;

	cr_assert_not_null(mkdtemp(dir));
	cr_assert_eq(path_scratch(dir, &fd, &e), ST_OK, "%s", e.text);
	cr_assert(path_write_all(fd, "abc", 3));
	cr_assert_eq(pread(fd, back, 3, 0), 3);
	cr_assert_str_eq(back, "abc");
	cr_assert_eq(fstat(fd, &info), 0);
	cr_assert_eq(info.st_nlink, 0);
	cr_assert_eq(info.st_mode & 0777, 0600);
	close(fd);
	cr_assert_eq(rmdir(dir), 0);	/* it left nothing behind */
	cr_assert_eq(path_scratch(dir, &fd, &e), ST_LOCAL);
	cr_assert_eq(fd, -1);
}
