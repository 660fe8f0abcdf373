/*
 * field.h - the lines of a header block, one field at a time
 *
 * Pure and without allocation, so that the envelope of a message costs
 * little more than looking at its header once.  Lines end in LF or CRLF.
 */
#ifndef VERSO_MIME_FIELD_H
#define VERSO_MIME_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include <glib.h>

/* Points into the header block; the value is still folded, blanks and line
 * ends around it taken off. */
struct field {
	const char *name, *value;
	size_t name_len, value_len;
};

struct field_scan {
	const char *p, *end;
	bool any;		/* a field has been seen */
};

void
field_scan_init(struct field_scan *s, const char *header, size_t len);

/*
 * The next field.  False at the empty line or at the end: s->p is then where
 * the body begins.  A separator of an mbox, and lines that are no field, are
 * stepped over; but when no line is a field, all of it is body.
 */
bool
field_next(struct field_scan *s, struct field *f);

/* Where the body begins of a message that has no empty line: at the first
 * line that is no field.  header ends where the fields were found to end. */
const char *
field_body(const char *header, const char *end);

/* A copy with LF for CR when no line ends but by CR, as on an old Macintosh;
 * NULL when that is not so.  The caller frees. */
char *
field_unify(const char *s, size_t len);

/* Case does not count. */
bool
field_is(const struct field *f, const char *name);

/* The value on one line: a line break and the blanks behind it become one
 * blank, NUL becomes U+0001.  Not decoded.  The caller frees. */
char *
field_unfold(const char *value, size_t len);

/*
 * The ids in a Message-ID, In-Reply-To or References value, without their
 * brackets, called in order.  Prose between them is stepped over.  bare: a
 * single word without brackets counts too.
 */
typedef void field_id_fn(void *ctx, const char *id, size_t len);
void
field_ids(const char *value, size_t len, bool bare, field_id_fn *fn,
	  void *ctx);

#endif
