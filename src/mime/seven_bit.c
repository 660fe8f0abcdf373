/*
 * seven_bit.c - a message for a server that takes no octet above 127
 */
#include "mime/seven_bit.h"

#include <errno.h>
#include <unistd.h>

#include <gmime/gmime.h>

#include "mime/build_private.h"
#include "mime/words.h"

/* Nobody nests deeper. */
#define DEPTH_MOST 100

/* The message as GMime has it; NULL and *e. */
static GMimeMessage *
parsed(int in, struct err *e)
{
	int copy = dup(in);
	GMimeStream *file;
	GMimeParser *parser;
	GMimeMessage *m;

	if (copy < 0 || lseek(copy, 0, SEEK_SET) < 0) {
		err_errno(e, "The letter cannot be read");
		if (copy >= 0)
			close(copy);
		return NULL;
	}
	file = g_mime_stream_fs_new(copy);
	parser = g_mime_parser_new_with_stream(file);
	m = g_mime_parser_construct_message(parser, NULL);
	g_object_unref(parser);
	g_object_unref(file);
	if (!m)
		err_set(e, ST_LOCAL, "The letter cannot be encoded anew.");
	return m;
}

/* Is every octet of it ours to write anew? */
static bool
is_plain(GMimeObject *o, int depth)
{
	bool plain = GMIME_IS_PART(o);

	if (GMIME_IS_MULTIPART(o) && depth < DEPTH_MOST &&
	    !GMIME_IS_MULTIPART_SIGNED(o) && !GMIME_IS_MULTIPART_ENCRYPTED(o)) {
		GMimeMultipart *all = GMIME_MULTIPART(o);

		plain = true;
		for (int i = 0; i < g_mime_multipart_get_count(all); i++)
			plain &= is_plain(g_mime_multipart_get_part(all, i),
					  depth + 1);
	}
	return plain;
}

static enum st
measure(int fd, int64_t *size, bool *whole, struct err *e)
{
	unsigned char buf[16384];
	ssize_t n;
	off_t at = 0;

	*whole = true;
	*size = 0;
	while ((n = pread(fd, buf, sizeof(buf), at)) > 0) {
		for (ssize_t i = 0; i < n; i++) {
			*whole &= buf[i] < 128;
			*size += buf[i] == '\n' ? 2 : 1;
		}
		at += n;
	}
	return n < 0 ? err_errno(e, "The letter cannot be read") : ST_OK;
}

enum st
message_seven_bit(int in, int out, int64_t *size, bool *whole, struct err *e)
{
	GMimeMessage *m;
	enum st st = ST_OK;

	mime_start();
	m = parsed(in, e);
	if (!m)
		return ST_LOCAL;
	*whole = is_plain(g_mime_message_get_mime_part(m), 0);
	if (*whole) {
		g_mime_object_encode(GMIME_OBJECT(m),
				     GMIME_ENCODING_CONSTRAINT_7BIT);
		st = build_write(m, out, e);
	}
	if (*whole && st == ST_OK)
		st = measure(out, size, whole, e);
	g_object_unref(m);
	return st;
}
