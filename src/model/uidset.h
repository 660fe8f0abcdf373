/*
 * uidset.h - a set of UIDs as sorted ranges (RFC 9051 sequence-set)
 *
 * Memory and cost follow the number of ranges, so that 1:1000000 is 8 bytes.
 */
#ifndef VERSO_MODEL_UIDSET_H
#define VERSO_MODEL_UIDSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct uidrange {
	uint32_t first, last;	/* first <= last, both in the set */
};

struct uidset {
	struct uidrange *range;	/* ascending, not touching, not overlapping */
	size_t n, size;
};

#define UIDSET_EMPTY { NULL, 0, 0 }

void
uidset_clear(struct uidset *s);		/* frees, leaves it empty */
void
uidset_add(struct uidset *s, uint32_t uid);
void
uidset_add_range(struct uidset *s, uint32_t first, uint32_t last);
void
uidset_add_set(struct uidset *s, const struct uidset *other);
void
uidset_remove(struct uidset *s, uint32_t uid);
void
uidset_remove_range(struct uidset *s, uint32_t first, uint32_t last);
void
uidset_remove_set(struct uidset *s, const struct uidset *other);
bool
uidset_has(const struct uidset *s, uint32_t uid);
uint64_t
uidset_count(const struct uidset *s);
bool
uidset_equal(const struct uidset *a, const struct uidset *b);

/*
 * Read "1,5:7,9" (also "7:5").  False for anything else: 0, numbers over
 * 32 bits, "*", empty text, more than max_ranges ranges.  len bytes of s.
 */
bool
uidset_parse(struct uidset *s, const char *text, size_t len, size_t max_ranges);

/* The wire form; "" when empty.  The caller frees. */
char *
uidset_format(const struct uidset *s);

/*
 * Take the highest (newest true) or lowest count UIDs out of s and put them
 * into part (which is cleared first).  Used for batches.
 */
void
uidset_take(struct uidset *s, struct uidset *part, uint64_t count, bool newest);

/*
 * Take from the front of s as many ranges as format to at most max_bytes
 * (at least one range) into part; false when s is empty.  For servers that
 * limit the command line (1,000 octets and up).
 */
bool
uidset_take_text(struct uidset *s, struct uidset *part, size_t max_bytes);

/* Walk: for (it = 0; uidset_next(s, &it, &uid); ) ... */
bool
uidset_next(const struct uidset *s, uint64_t *it, uint32_t *uid);

#endif
