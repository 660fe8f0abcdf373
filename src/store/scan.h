/*
 * scan.h - an mbox read from front to end, message by message
 *
 * Memory does not depend on the size of a message.  Used where the file is
 * the authority or is held against the index: rebuild and verify.
 */
#ifndef VERSO_STORE_SCAN_H
#define VERSO_STORE_SCAN_H

#include "store/mbox.h"
#include "base/err.h"

/* One message; what is behind pointers is valid until the next call. */
struct scanned {
	int64_t off, pos, end;	/* From_ line, message, next From_ line */
	bool ours;		/* verso's block stands there */
	const struct mbox_block *block;		/* when ours */
	bool intact;		/* ours, and length and digest are as it says */
	const char *header;	/* LF ends, up to and with the empty line */
	size_t header_len;	/* at most 256 KiB */
};

struct scan;

/* Reads size octets of fd, which stays the caller's.  path names it in
 * sentences; borrowed. */
struct scan *
scan_new(int fd, const char *path, int64_t size);
void
scan_free(struct scan *sc);		/* takes NULL */

/* The next message; *more false at the end. */
enum st
scan_next(struct scan *sc, struct scanned *out, bool *more, struct err *e);

#endif
