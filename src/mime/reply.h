/*
 * reply.h - what an answer and a forwarded letter begin as
 */
#ifndef VERSO_MIME_REPLY_H
#define VERSO_MIME_REPLY_H

#include "mime/message.h"
#include "model/letter.h"

enum reply_mode { REPLY_SENDER, REPLY_ALL, REPLY_LIST };

struct reply_options {
	const char *attribution; /* "On %d, %n wrote:"; %a the address, %% a
				  * percent sign */
	bool flowed;
};

/*
 * An answer to m.  own: the person's addresses (struct address *), the first
 * where none of them was written to; the one that was becomes From, and none
 * becomes a recipient, unless there is no other.  Reply-To, Mail-Reply-To,
 * Mail-Followup-To and List-Post are followed.  The text quotes that of m
 * without its signature.  ST_USAGE: with REPLY_LIST, it is from no list that
 * can be written to.
 */
enum st
letter_reply(struct message_view *m, enum reply_mode mode,
	     const GPtrArray *own, const struct reply_options *o,
	     struct letter **out, struct err *e);

/* The one of own that m was written to, else the first; NULL: there is none.
 * Borrowed of own. */
const struct address *
reply_identity(struct message_view *m, const GPtrArray *own);

/*
 * m, whose octets are bytes, forwarded: in the text with its attachments, or
 * attached whole.  What is attached becomes files in dir.  ST_LOCAL.
 */
enum st
letter_forward(struct message_view *m, GBytes *bytes, bool attached,
	       const char *dir, struct letter **out, struct err *e);

#endif
