/*
 * path.c - places on disk, safe names, durable small files
 */
#include "base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unictype.h>
#include <unistd.h>
#include <unistr.h>

#define LEVEL_MAX_BYTES 200
#define FOLDER_MAX_BYTES 1000

/* Never where one happens to be: without a home that is absolute, that of
 * the user's entry. */
static const char *
home(void)
{
	const char *dir = g_get_home_dir();
	const struct passwd *user;

	if (dir && g_path_is_absolute(dir))
		return dir;
	user = getpwuid(getuid());
	return user && g_path_is_absolute(user->pw_dir) ? user->pw_dir : "/";
}

/* What is not absolute counts as not set (XDG Base Directory). */
static char *
base_dir(const char *variable, const char *below_home)
{
	const char *dir = g_getenv(variable);

	if (dir && g_path_is_absolute(dir))
		return g_build_filename(dir, "verso", NULL);
	return g_build_filename(home(), below_home, "verso", NULL);
}

char *
path_config(void)
{
	const char *file = g_getenv("VERSO_CONFIG");
	char *dir, *path;

	if (file && *file)
		return g_strdup(file);
	dir = base_dir("XDG_CONFIG_HOME", ".config");
	path = g_build_filename(dir, "config", NULL);
	g_free(dir);
	return path;
}

char *
path_account(const char *account)
{
	char *safe = path_encode_folder(account, 0);
	char *base = base_dir("XDG_DATA_HOME", ".local/share");
	char *dir = g_build_filename(base, safe, NULL);

	g_free(base);
	g_free(safe);
	return dir;
}

char *
path_state(void)
{
	return base_dir("XDG_STATE_HOME", ".local/state");
}

char *
path_cache(void)
{
	return base_dir("XDG_CACHE_HOME", ".cache");
}

char *
path_runtime(void)
{
	const char *base = g_getenv("XDG_RUNTIME_DIR");

	if (!base || !g_path_is_absolute(base))
		return NULL;
	return g_build_filename(base, "verso", NULL);
}

static bool
is_safe(ucs4_t c, bool first)
{
	if (c < 0x80)
		return g_ascii_isalnum((char)c) || c == '-' || c == '_' ||
		       (c == '.' && !first) || (c == ' ' && !first);
	return uc_is_general_category_withtable(
		c, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_M |
			   UC_CATEGORY_MASK_N);
}

/* One level of a folder's name, percent-encoded into out. */
static void
encode_level(GString *out, const char *s, size_t len)
{
	const uint8_t *p = (const uint8_t *)s, *end = p + len;
	GString *level = g_string_new(NULL);

	while (p < end) {
		ucs4_t c;
		int n = u8_mbtoucr(&c, p, (size_t)(end - p));
		bool safe = n > 0 && is_safe(c, p == (const uint8_t *)s);

		if (n < 1)
			n = 1;
		for (int i = 0; i < n; i++) {
			if (safe)
				g_string_append_c(level, (char)p[i]);
			else
				g_string_append_printf(level, "%%%02X", p[i]);
		}
		p += n;
	}
	if (level->len == 0)	/* an empty level still needs a name */
		g_string_append(level, "%");
	if (level->len > LEVEL_MAX_BYTES) {
		char *sum = g_compute_checksum_for_data(
			G_CHECKSUM_SHA256, (const guchar *)s, len);
		size_t cut = LEVEL_MAX_BYTES - 40;

		/* Never cut inside a character or an escape. */
		while (cut > 0 && (((uint8_t)level->str[cut] & 0xc0) == 0x80 ||
				   level->str[cut - 1] == '%' ||
				   (cut > 1 && level->str[cut - 2] == '%')))
			cut--;
		g_string_truncate(level, cut);
		g_string_append_printf(level, "%%%%%.32s", sum);
		g_free(sum);
	}
	/* The folder of "a.mbox/b" must not be the file of "a". */
	if (g_str_has_suffix(level->str, ".mbox")) {
		g_string_truncate(level, level->len - strlen(".mbox"));
		g_string_append(level, "%2Embox");
	}
	g_string_append_len(out, level->str, (gssize)level->len);
	g_string_free(level, TRUE);
}

char *
path_encode_folder(const char *name, char delimiter)
{
	GString *out = g_string_new(NULL);
	const char *level = name;

	for (;;) {
		const char *end = delimiter ? strchr(level, delimiter) : NULL;

		encode_level(out, level, end ? (size_t)(end - level)
					     : strlen(level));
		if (!end)
			break;
		g_string_append_c(out, '/');
		level = end + 1;
	}
	/* Too deep for a path: one level, which gets cut. */
	if (out->len > FOLDER_MAX_BYTES && strchr(out->str, '/')) {
		g_string_truncate(out, 0);
		encode_level(out, name, strlen(name));
	}
	return g_string_free(out, FALSE);
}

enum st
path_sync_dir(const char *dir, struct err *e)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum st st = ST_OK;

	if (fd < 0)
		return err_errno(e, "The folder %s cannot be opened", dir);
	if (fsync(fd) != 0)
		st = err_errno(e, "The folder %s cannot be made durable", dir);
	close(fd);
	return st;
}

/* One level; a new name is durable before anything is put below it. */
static enum st
make_level(const char *dir, struct err *e)
{
	char *above;
	enum st st;

	if (mkdir(dir, 0700) != 0)
		return errno == EEXIST && g_file_test(dir, G_FILE_TEST_IS_DIR)
			? ST_OK		/* somebody else was quicker */
			: err_errno(e, "The folder %s cannot be made", dir);
	above = g_path_get_dirname(dir);
	st = path_sync_dir(above, e);
	g_free(above);
	return st;
}

enum st
path_mkdir(const char *dir, struct err *e)
{
	char *above;
	enum st st = ST_OK;

	if (g_file_test(dir, G_FILE_TEST_IS_DIR))
		return ST_OK;
	above = g_path_get_dirname(dir);
	if (strcmp(above, dir) != 0)
		st = path_mkdir(above, e);
	g_free(above);
	if (st == ST_OK)
		st = make_level(dir, e);
	return st;
}

bool
path_write_all(int fd, const void *data, size_t len)
{
	const char *p = data;

	while (len > 0) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

enum st
path_scratch(const char *dir, int *fd, struct err *e)
{
	char *name = g_build_filename(dir, "scratch-XXXXXX", NULL);
	enum st st = ST_OK;

	*fd = g_mkstemp_full(name, O_RDWR | O_CLOEXEC, 0600);
	if (*fd < 0)
		st = err_errno(e, "No file can be made in %s", dir);
	else
		unlink(name);
	g_free(name);
	return st;
}

enum st
path_write_file(const char *file, const void *data, size_t len, struct err *e)
{
	char *tmp = g_strconcat(file, ".new", NULL);
	char *dir = g_path_get_dirname(file);
	enum st st = ST_OK;
	int fd;

	fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0) {
		st = err_errno(e, "The file %s cannot be written", tmp);
		goto out;
	}
	if (!path_write_all(fd, data, len) || fsync(fd) != 0)
		st = err_errno(e, "The file %s cannot be written", tmp);
	if (close(fd) != 0 && st == ST_OK)
		st = err_errno(e, "The file %s cannot be written", tmp);
	if (st == ST_OK && rename(tmp, file) != 0)
		st = err_errno(e, "The file %s cannot be replaced", file);
	if (st == ST_OK)
		st = path_sync_dir(dir, e);
	else
		unlink(tmp);
out:
	g_free(tmp);
	g_free(dir);
	return st;
}
