/*
 * build.h - a letter made into a message, and a message into a letter
 *
 * Built by GMime, streamed: attachments are read from disk as they are
 * encoded, whatever their size.  Whatever the letter's fields hold, no line
 * of theirs becomes a header of its own.
 */
#ifndef VERSO_MIME_BUILD_H
#define VERSO_MIME_BUILD_H

#include "mime/built.h"
#include "mime/message.h"
#include "model/letter.h"

struct build_options {
	bool draft;		/* for Drafts: Bcc stays, addresses may be
				 * half written, and what MIME has no word for
				 * stands in X-Verso-Letter */
	const char *host;	/* what a new Message-ID ends in: the
				 * sender's domain, never this machine's name;
				 * NULL: that of From */
	int64_t now;		/* Date */
	int zone_minutes;
};

/*
 * Write the message with LF ends to fd, which is empty and can be read, too.
 * l->message_id is made when there is none.  *b need not be initialised;
 * built_clear() it also after a failure.
 *
 * Text is us-ascii or utf-8; flowed (RFC 3676) where the letter is; 8bit, or
 * quoted-printable where a line is longer than 998 octets.  Headers by RFC
 * 2047, parameters by RFC 2231; the domain of an address by IDNA, what is left
 * above 127 in one by RFC 6532 (b->utf8).  A message that is attached goes as
 * message/rfc822 where mail can carry it as it stands, and as a file in base64
 * where not.
 *
 * ST_LOCAL: fd, or an attachment, which is named.  ST_USAGE: no sender, no
 * recipient, an address that cannot be sent to, which is named.
 */
enum st
letter_build(struct letter *l, const struct build_options *o, int fd,
	     struct built *b, struct err *e);

/* Why the letter should be looked at again before it is sent: sentences
 * (char *).  The caller unrefs; never NULL. */
GPtrArray *
letter_doubts(const struct letter *l);

/*
 * A letter out of a message: a draft that is taken up again, or one to be sent
 * anew.  A draft that letter_build() made is the same letter again, but for
 * about_row and draft_row; of any other the text is what is shown of it.
 * Its attachments become files in dir, which is there.  ST_LOCAL.
 */
enum st
letter_from_message(struct message_view *m, const char *dir,
		    struct letter **out, struct err *e);

/* Save each part of a message that is no text of it into dir, as attachments
 * of l: "1-photo.jpg", "2-notes.txt", so that no name meets another file. */
enum st
letter_take_parts(struct letter *l, struct message_view *m, const char *dir,
		  struct err *e);

/*
 * A message as it stands to others (RFC 5322 3.6.6): Resent fields, then its
 * own octets, however long its lines are.  to: struct address *.  Failures as
 * letter_build().
 */
enum st
letter_resend(GBytes *bytes, const struct address *from, const GPtrArray *to,
	      const struct build_options *o, int fd, struct built *b,
	      struct err *e);

#endif
