/*
 * build_part.c - attachments
 */
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mime/build_private.h"

#define LOOK_AT (64 * 1024)

/* "image/png" by name and first octets.  The caller frees. */
static char *
guess_type(const struct attachment *a, int fd)
{
	guchar buf[4096];
	ssize_t n = pread(fd, buf, sizeof(buf), 0);
	char *content, *type;

	if (a->type && strchr(a->type, '/'))
		return g_strdup(a->type);
	content = g_content_type_guess(a->name, buf, n > 0 ? (gsize)n : 0,
				       NULL);
	type = g_content_type_get_mime_type(content);
	g_free(content);
	/* An empty file, or what is only known by the system it came from. */
	if (!type || !strchr(type, '/') || strchr(type, '\n') ||
	    g_str_has_prefix(type, "application/x-zerosize")) {
		g_free(type);
		type = g_strdup("application/octet-stream");
	}
	return type;
}

/* Text that can go as it is: short ASCII lines that end in LF, all of it
 * looked at. */
static bool
is_plain(int fd)
{
	char *buf = g_malloc(LOOK_AT);
	ssize_t n = pread(fd, buf, LOOK_AT, 0);
	size_t line = 0;
	bool plain = n > 0 && n < LOOK_AT && buf[n - 1] == '\n';

	for (ssize_t i = 0; i < n && plain; i++) {
		unsigned char c = (unsigned char)buf[i];

		line = c == '\n' ? 0 : line + 1;
		plain = (c == '\n' || c == '\t' || (c >= 32 && c < 127)) &&
			line < 900;
	}
	g_free(buf);
	return plain;
}

static GMimeContentEncoding
encoding_for(const struct attachment *a, const char *type, int fd)
{
	if (a->is_message)	/* RFC 2046 5.2.1: no other is allowed */
		return GMIME_CONTENT_ENCODING_8BIT;
	if (g_str_has_prefix(type, "text/") && is_plain(fd))
		return GMIME_CONTENT_ENCODING_7BIT;
	return GMIME_CONTENT_ENCODING_BASE64;
}

static GMimePart *
part_of(const struct attachment *a, int fd)
{
	char *type = a->is_message ? g_strdup("message/rfc822")
				   : guess_type(a, fd);
	char *slash = strchr(type, '/');
	GMimePart *part;

	*slash = '\0';
	part = g_mime_part_new_with_type(type, slash + 1);
	*slash = '/';
	g_mime_part_set_content_encoding(part, encoding_for(a, type, fd));
	g_free(type);
	return part;
}

static int
open_file(const struct attachment *a, struct err *e)
{
	int fd = open(a->path, O_RDONLY | O_CLOEXEC);
	struct stat sb;

	if (fd < 0) {
		err_errno(e, "The attachment %s cannot be read", a->path);
	} else if (fstat(fd, &sb) != 0 || !S_ISREG(sb.st_mode)) {
		err_set(e, ST_LOCAL, "The attachment %s is no file.",
			a->path);
		close(fd);
		fd = -1;
	}
	return fd;
}

GMimeObject *
build_attachment(const struct attachment *a, struct err *e)
{
	int fd = open_file(a, e);
	GMimeStream *file;
	GMimeDataWrapper *content;
	GMimePart *part;
	char *name;

	if (fd < 0)
		return NULL;
	part = part_of(a, fd);
	name = g_strdelimit(g_strdup(a->name), "\r\n/", ' ');
	g_mime_object_set_disposition(GMIME_OBJECT(part),
				      a->is_inline ? "inline" : "attachment");
	g_mime_part_set_filename(part, name);
	if (a->description)
		g_mime_part_set_content_description(part, a->description);
	file = g_mime_stream_fs_new(fd);	/* closes it */
	content = g_mime_data_wrapper_new_with_stream(
		file, GMIME_CONTENT_ENCODING_DEFAULT);
	g_mime_part_set_content(part, content);
	g_object_unref(content);
	g_object_unref(file);
	g_free(name);
	return GMIME_OBJECT(part);
}
