/*
 * save.c - new files for parts
 */
#include "control/save.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"

#define TRIES 1000

/* -1 and errno: it cannot be made, or is there. */
static int
make(const char *file)
{
	return open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
		    0600);
}

static enum st
fill(struct message_view *view, size_t part, int fd, const char *file,
     struct err *e)
{
	enum st st = mime_part_save(view, part, fd, e);

	if (st == ST_OK && fsync(fd) != 0 && errno != EINVAL)
		st = err_errno(e, "The file %s cannot be written", file);
	if (close(fd) != 0 && st == ST_OK)
		st = err_errno(e, "The file %s cannot be written", file);
	if (st != ST_OK)
		unlink(file);
	return st;
}

enum st
save_as(struct message_view *view, size_t part, const char *file,
	struct err *e)
{
	int fd = make(file);

	if (fd < 0)
		return err_errno(e, "The file %s cannot be made", file);
	return fill(view, part, fd, file, e);
}

/* "report.pdf", "report-2.pdf", …  The caller frees. */
static char *
numbered(const char *folder, const char *name, int n)
{
	const char *dot = strrchr(name, '.');
	char *other, *file;

	if (n == 1)
		return g_build_filename(folder, name, NULL);
	if (!dot || dot == name)
		dot = name + strlen(name);
	other = g_strdup_printf("%.*s-%d%s", (int)(dot - name), name, n, dot);
	file = g_build_filename(folder, other, NULL);
	g_free(other);
	return file;
}

enum st
save_into(struct message_view *view, size_t part, const char *folder,
	  char **file, struct err *e)
{
	char *name = mime_part_safe_name(view, part), *path = NULL;
	enum st st;
	int fd = -1;

	for (int n = 1; n <= TRIES && fd < 0; n++) {
		g_free(path);
		path = numbered(folder, name, n);
		fd = make(path);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	st = fd < 0 ? err_errno(e, "The file %s cannot be made", path)
		    : fill(view, part, fd, path, e);
	if (st == ST_OK)
		*file = path;
	else
		g_free(path);
	g_free(name);
	return st;
}

bool
save_is_attachment(const struct part *part)
{
	if (*part->filename || strcmp(part->disposition, "attachment") == 0)
		return true;
	/* The form of a text that was not chosen is none. */
	return !part->shown && !g_str_has_prefix(part->type, "text/");
}

enum st
save_all(struct message_view *view, const char *folder, size_t *count,
	 struct err *e)
{
	enum st st = path_mkdir(folder, e);

	*count = 0;
	for (size_t i = 0; i < mime_part_count(view) && st == ST_OK; i++) {
		const struct part *part = mime_part(view, i);
		char *file = NULL;

		if (!save_is_attachment(part))
			continue;
		st = save_into(view, i, folder, &file, e);
		*count += st == ST_OK;
		g_free(file);
	}
	return st;
}
