/*
 * flags.h - system flags and keywords of a message (RFC 9051 2.3.2)
 *
 * System flags are bits; keywords are a sorted set of words, held as one
 * blank-separated string so that they travel through SQLite, mbox and the
 * wire unchanged.  Keywords compare without ASCII case.
 */
#ifndef VERSO_MODEL_FLAGS_H
#define VERSO_MODEL_FLAGS_H

#include <stdbool.h>
#include <stdint.h>

enum flag {
	FLAG_SEEN = 1 << 0,
	FLAG_ANSWERED = 1 << 1,
	FLAG_FLAGGED = 1 << 2,
	FLAG_DELETED = 1 << 3,
	FLAG_DRAFT = 1 << 4,
	FLAG_ALL = (1 << 5) - 1
};

/* keywords is NULL when there are none, else owned by the struct. */
struct flags {
	uint32_t bits;
	char *keywords;
};

void
flags_clear(struct flags *f);		/* frees, leaves it empty */
void
flags_copy(struct flags *to, const struct flags *from);
bool
flags_equal(const struct flags *a, const struct flags *b);

/* Add or take one flag or keyword as the wire writes it ("\\Seen" without
 * regard to case, "$Forwarded", "work").  \Recent, "\\*" and unknown
 * backslash flags are ignored; a keyword that is no atom is ignored too.
 * At most 64 keywords of at most 128 bytes are kept. */
void
flags_add_word(struct flags *f, const char *word);
void
flags_remove_word(struct flags *f, const char *word);
bool
flags_has_keyword(const struct flags *f, const char *keyword);

/* The mbox headers' letters: Status takes R and O, X-Status takes A F T D.
 * to_*: buf of at least 8 bytes; from_*: sets the bits it finds. */
void
flags_to_status(uint32_t bits, char *status, char *x_status);
uint32_t
flags_from_status(const char *status, const char *x_status);

#endif
