/*
 * prepare.h - a message that is ready, made fit to be sent
 *
 * What git, cron and scripts hand to sendmail: the header is completed, Bcc
 * taken out, what no header may have (octets above 127, lines of more than 998
 * octets) encoded or folded, line ends made LF; nothing else is changed.  The
 * body begins at the first line that is no field, empty or not.
 */
#ifndef VERSO_MIME_PREPARE_H
#define VERSO_MIME_PREPARE_H

#include "base/err.h"
#include "mime/built.h"

struct prepare_options {
	const char *address;	/* From, where the message has none:
				 * "Ann <ann@example.org>" */
	const char *sender;	/* MAIL FROM, "" or "<>": none that it comes
				 * back to; NULL: Sender, else From */
	const char *local;	/* who is called so without a domain is meant
				 * by address, as on the machine of one person;
				 * NULL: nobody */
	bool from_header;	/* recipients are those of To, Cc and Bcc;
				 * always so when rcpt is empty */
	char *const *rcpt;	/* and these, NULL-terminated; NULL: none */
	int64_t now;
	int zone_minutes;
};

/*
 * Read in to its end, write out.  The header is held in memory (at most a
 * MiB), the rest streams.  b was built_init()ed.  ST_USAGE: nobody to send
 * it to, an address that cannot be sent to (named), a NUL; ST_LOCAL.
 */
enum st
message_prepare(int in, int out, const struct prepare_options *o,
		struct built *b, struct err *e);

#endif
