/*
 * envelope.h - what the index of a folder shows of a message
 *
 * All text is decoded UTF-8 (RFC 2047 done), one line, not yet through the
 * gate.  Every string may be NULL, meaning the header was not there.
 */
#ifndef VERSO_MODEL_ENVELOPE_H
#define VERSO_MODEL_ENVELOPE_H

#include <stdint.h>

struct envelope {
	int64_t date;		/* Date header, seconds since 1970; 0: none */
	int date_zone;		/* its zone, minutes east of UTC */
	char *subject;
	char *from;		/* "Ann Lee <ann@example.org>, …" decoded */
	char *to;
	char *cc;
	char *message_id;	/* without the angle brackets */
	char *in_reply_to;	/* ids without brackets, blank-separated */
	char *references;	/* the same, oldest first */
	char *list_id;		/* the id alone */
};

void
envelope_clear(struct envelope *env);	/* frees, leaves it empty */
void
envelope_copy(struct envelope *to, const struct envelope *from);

/* The words by which a folder sorts its subjects: reply and forward marks,
 * list tags and blanks taken off the front, case folded (RFC 5256 2.1 in
 * spirit).  The caller frees. */
char *
envelope_base_subject(const char *subject);

/* A subject without the "Re:", "Re[2]:", "AW:" and so on before it; borrowed
 * from it. */
const char *
envelope_behind_answers(const char *subject);

#endif
