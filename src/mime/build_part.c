/*
 * build_part.c - attachments
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mime/build_private.h"
#include "mime/type.h"

#define LOOK_AT (64 * 1024)

/* ---- what is in it -------------------------------------------------- */

struct contents {
	bool any, ends;		/* the last line does end */
	bool high, nul;		/* octets above 127, NUL */
	bool bare;		/* a CR that ends no line, control characters */
	bool utf8;
	size_t longest;		/* line, without its end */
};

static void
look(struct contents *c, const guchar *buf, size_t n, size_t *line,
     guchar *last)
{
	for (size_t i = 0; i < n; i++) {
		c->high |= buf[i] > 127;
		c->nul |= buf[i] == 0;
		c->bare |= *last == '\r' && buf[i] != '\n';
		*line = buf[i] == '\n' ? 0 : *line + 1;
		c->longest = MAX(c->longest, *line);
		*last = buf[i];
	}
}

/* All of a file.  UTF-8 by its first octets. */
static struct contents
contents_of(int fd)
{
	struct contents c = { 0 };
	guchar *buf = g_malloc(LOOK_AT), last = '\n';
	size_t line = 0;
	off_t at = 0;
	ssize_t n;

	while ((n = pread(fd, buf, LOOK_AT, at)) > 0) {
		const char *end;

		look(&c, buf, (size_t)n, &line, &last);
		if (at == 0)
			c.utf8 = g_utf8_validate((const char *)buf, n, &end) ||
				(n == LOOK_AT &&
				 (const char *)buf + n - end < 4);
		at += n;
	}
	c.any = at > 0;
	c.ends = last == '\n';
	c.bare |= last == '\r';
	g_free(buf);
	return c;
}

/* Can it stand in a message as it is (RFC 2046 5.2.1)? */
static bool
can_be_message(const struct contents *c)
{
	return c->any && !c->nul && !c->bare && c->longest <= 998;
}

/* Text that can go as it is: short ASCII lines that end in LF. */
static bool
is_plain(const struct contents *c, int fd)
{
	guchar *buf = g_malloc(LOOK_AT);
	ssize_t n = pread(fd, buf, LOOK_AT, 0);
	bool plain = c->ends && !c->high && c->longest < 900 && n > 0 &&
		     n < LOOK_AT;

	for (ssize_t i = 0; i < n && plain; i++)
		plain = buf[i] >= 32 ? buf[i] < 127
				     : buf[i] == '\n' || buf[i] == '\t';
	g_free(buf);
	return plain;
}

/* ---- its type ------------------------------------------------------- */

/* As the letter says, else by name and first octets.  The caller frees. */
static char *
type_of(const struct attachment *a, int fd)
{
	char buf[4096];
	ssize_t n;

	if (a->type && type_is_valid(a->type))
		return g_ascii_strdown(a->type, -1);
	n = pread(fd, buf, sizeof(buf), 0);
	return type_guess(a->name, buf, n > 0 ? (size_t)n : 0);
}

/* The type it goes under: no multipart, and a message only where it can be
 * one. */
static char *
final_type(const struct attachment *a, int fd, bool message)
{
	char *type = a->is_message ? g_strdup("message/rfc822")
				   : type_of(a, fd);
	bool is_message = strcmp(type, "message/rfc822") == 0;

	if (is_message ? !message : g_str_has_prefix(type, "message/") ||
				    g_str_has_prefix(type, "multipart/")) {
		g_free(type);
		type = g_strdup("application/octet-stream");
	}
	return type;
}

/* ---- the part ------------------------------------------------------- */

static GMimePart *
part_of(const struct attachment *a, int fd, bool *message)
{
	struct contents c = contents_of(fd);
	char *type = final_type(a, fd, can_be_message(&c));
	bool text = g_str_has_prefix(type, "text/");
	char *slash = strchr(type, '/');
	GMimeContentEncoding encoding = GMIME_CONTENT_ENCODING_BASE64;
	GMimePart *part;

	*message = strcmp(type, "message/rfc822") == 0;
	if (*message && c.high)
		encoding = GMIME_CONTENT_ENCODING_8BIT;
	else if (*message || (text && is_plain(&c, fd)))
		encoding = GMIME_CONTENT_ENCODING_7BIT;
	*slash = '\0';
	part = g_mime_part_new_with_type(type, slash + 1);
	if (text && c.high && c.utf8)
		g_mime_object_set_content_type_parameter(GMIME_OBJECT(part),
							 "charset", "utf-8");
	g_mime_part_set_content_encoding(part, encoding);
	g_free(type);
	return part;
}

/* The file's octets; of a message its lines end in LF, like all others. */
static void
set_content(GMimePart *part, int fd, bool message)
{
	GMimeStream *file = g_mime_stream_fs_new(fd), *stream = file;
	GMimeDataWrapper *content;

	if (message) {
		GMimeFilter *lf = g_mime_filter_dos2unix_new(TRUE);

		stream = g_mime_stream_filter_new(file);
		g_mime_stream_filter_add(GMIME_STREAM_FILTER(stream), lf);
		g_object_unref(lf);
		g_object_unref(file);
	}
	content = g_mime_data_wrapper_new_with_stream(
		stream, GMIME_CONTENT_ENCODING_DEFAULT);
	g_mime_part_set_content(part, content);
	g_object_unref(content);
	g_object_unref(stream);		/* closes the file with the part */
}

static int
open_file(const struct attachment *a, struct err *e)
{
	/* A pipe is no file, and nobody waits for its other end. */
	int fd = open(a->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
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

/* No path, and nothing that ends a line. */
static char *
clean_name(const char *name)
{
	char *clean = g_utf8_make_valid(name, -1);

	for (char *p = clean; *p; p++)
		if (g_ascii_iscntrl(*p) || *p == '/')
			*p = ' ';
	return clean;
}

/* Not in the smallest charset that GMime knows for it: not everybody reads
 * ISO-8859-5. */
static void
set_name(GMimePart *part, const char *name)
{
	GMimeObject *o = GMIME_OBJECT(part);
	GMimeParamList *lists[] = {
		g_mime_content_type_get_parameters(
			g_mime_object_get_content_type(o)),
		g_mime_content_disposition_get_parameters(
			g_mime_object_get_content_disposition(o)),
	};

	g_mime_part_set_filename(part, name);
	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
		for (int j = 0; j < g_mime_param_list_length(lists[i]); j++)
			g_mime_param_set_charset(
				g_mime_param_list_get_parameter_at(lists[i], j),
				"utf-8");
}

GMimeObject *
build_attachment(const struct attachment *a, struct err *e)
{
	int fd = open_file(a, e);
	bool message;
	GMimePart *part;
	char *name;

	if (fd < 0)
		return NULL;
	part = part_of(a, fd, &message);
	name = clean_name(a->name);
	g_mime_object_set_disposition(GMIME_OBJECT(part),
				      a->is_inline ? "inline" : "attachment");
	set_name(part, name);
	if (a->description)
		build_put(GMIME_OBJECT(part), "Content-Description",
			  a->description);
	set_content(part, fd, message);
	g_free(name);
	return GMIME_OBJECT(part);
}
