/*
 * message.h - one message taken apart, and shown as text
 *
 * GMime stays behind this header.  Everything given out is decoded UTF-8;
 * the gate is applied where it is printed or drawn.  Depth and number of
 * parts are limited before GMime recurses; what is beyond the limits shows
 * as one opaque part.  No network, no process, no file is touched.
 */
#ifndef VERSO_MIME_MESSAGE_H
#define VERSO_MIME_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "base/err.h"
#include "model/address.h"
#include "model/envelope.h"

/* The envelope from a header block (LF or CRLF; a whole message will do:
 * reading stops at the empty line).  Cheap: no GMime object is made.  Never
 * fails; what is not there stays NULL. */
void
mime_envelope(const char *header, size_t len, struct envelope *env);

/* One leaf part, in order of appearance. */
struct part {
	char *path;		/* IMAP section number: "1", "2.1"; "1.u1": a
				 * file that stands uuencoded in part 1 */
	char *type;		/* "text/plain", lower case */
	char *charset;		/* as declared, "" when not */
	char *filename;		/* decoded, as given, no path; "" none */
	char *disposition;	/* "inline", "attachment", "" */
	char *content_id;	/* without brackets, "" */
	int64_t size;		/* decoded octets */
	bool shown;		/* its text is part of mime_text() */
};

struct message_view;

/* Take a message apart.  bytes are referenced, not copied.  Never NULL:
 * anything is a message, if only a body. */
struct message_view *
mime_open(GBytes *bytes);
void
mime_close(struct message_view *m);	/* takes NULL */

/* The first header of that name, decoded; NULL when absent.  Borrowed. */
const char *
mime_header(struct message_view *m, const char *name);
/* All headers in order, decoded: name(i), value(i). */
size_t
mime_header_count(struct message_view *m);
const char *
mime_header_name(struct message_view *m, size_t i);
const char *
mime_header_value(struct message_view *m, size_t i);

/* Addresses of "From", "To", "Cc", …: elements struct address *, groups
 * flattened.  The caller unrefs. */
GPtrArray *
mime_addresses(struct message_view *m, const char *header);

/* Date as seconds since 1970 with its zone; false when there is none. */
bool
mime_date(struct message_view *m, int64_t *date, int *zone_minutes);

/* Ids of Message-ID, In-Reply-To or References, without brackets; a
 * NULL-terminated vector, the caller frees with g_strfreev(). */
char **
mime_ids(struct message_view *m, const char *header);
/* The first of them, NULL: there is none.  The caller frees. */
char *
mime_first_id(struct message_view *m, const char *header);

size_t
mime_part_count(struct message_view *m);
const struct part *
mime_part(struct message_view *m, size_t i);	/* borrowed */

/* The decoded octets of a part. */
enum st
mime_part_bytes(struct message_view *m, size_t i, GBytes **out, struct err *e);
/* The same, streamed to a file descriptor, whatever its size. */
enum st
mime_part_save(struct message_view *m, size_t i, int fd, struct err *e);

/* A name that is safe as a file's name in a folder: no path, no leading dot
 * or dash, no control bytes, at most 120 bytes, with an extension that fits
 * the type when there was none.  The caller frees. */
char *
mime_part_safe_name(struct message_view *m, size_t i);

/* What a line of the rendered text is, for colours and for keys that skip. */
enum line_kind {
	LINE_HEADER, LINE_TEXT, LINE_SIGNATURE,
	LINE_PART,	/* "[2] photo.jpg …" */
	LINE_NOTICE,	/* a word of verso itself: "unknown charset …" */
	LINE_RULE
};

struct line {
	char *text;		/* one screen line, UTF-8, gated */
	enum line_kind kind;
	int quote;		/* quote level, 0: none */
};

struct render_options {
	int width;		/* columns to wrap at; 0: do not wrap */
	bool all_headers;	/* every header as it stands */
	bool prefer_html;	/* of alternatives */
	bool no_headers;	/* body alone */
};

/* The message as the pager shows it: elements struct line *.  Links of HTML
 * are numbered "[1]" in the text and listed at the end.  The caller unrefs. */
GPtrArray *
mime_render(struct message_view *m, const struct render_options *options);

/* The body alone as one text, lines ended by LF: verso show, search, reply.
 * Not wrapped.  The caller frees. */
char *
mime_text(struct message_view *m);

/* The links listed by the last mime_render() or mime_text(), in order of
 * their numbers; borrowed. */
const char *const *
mime_links(struct message_view *m);

#endif
