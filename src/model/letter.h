/*
 * letter.h - a letter being written, as plain data
 *
 * What the compose screen shows and changes, what a draft file holds, what a
 * message is built from, and what an answer begins as.  No MIME in here: text
 * is UTF-8 with LF ends, attachments are files.
 */
#ifndef VERSO_MODEL_LETTER_H
#define VERSO_MODEL_LETTER_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "model/address.h"

struct attachment {
	char *path;		/* absolute; read when the message is built */
	char *name;		/* what the recipient sees: UTF-8, no path */
	char *type;		/* "image/png"; NULL: by name and content */
	char *description;	/* NULL: none */
	bool is_inline;		/* Content-Disposition (RFC 2183) */
	bool is_message;	/* message/rfc822: sent as it stands */
	bool is_ours;		/* path is a file in the letter's own folder,
				 * and goes with it */
};

/* What the letter is to the message it is about. */
enum letter_kind {
	LETTER_NEW, LETTER_REPLY, LETTER_FORWARD, LETTER_KINDS
};

/* Strings and arrays are owned.  NULL only where it is said. */
struct letter {
	GPtrArray *from;	/* struct address *; mostly one */
	GPtrArray *to, *cc, *bcc, *reply_to;	/* the same; may be empty */
	char *subject;		/* decoded, one line */
	char *message_id;	/* without brackets; NULL until it is built for
				 * the first time, and the same from then on */
	char *in_reply_to;	/* the same; NULL: none */
	GPtrArray *references;	/* char *, oldest first */
	GPtrArray *headers;	/* char *, "Name: value": the person's own */
	char *text;		/* the body */
	bool flowed;		/* a line is a paragraph (RFC 3676) */
	bool markdown;		/* also as HTML, in multipart/alternative */
	bool receipt;		/* tell when it was delivered (RFC 3461) */
	GPtrArray *attachments;	/* struct attachment * */

	/* What it answers or forwards.  It is bound to that message, wherever
	 * that goes, and never to a row of the screen. */
	enum letter_kind kind;
	char *about;		/* its Message-ID, NULL: none */
	char *list;		/* the mailing list it goes to, though the
				 * person did not ask for that; NULL: none */
	int64_t about_row;	/* its row in the account's store, 0: none */
	int64_t draft_row;	/* the draft this was recalled from: it goes
				 * when this is sent or saved; 0: none */
};

struct letter *
letter_new(void);
struct letter *
letter_copy(const struct letter *l);
void
letter_free(struct letter *l);			/* takes NULL */

/* Replace a string; what comes is taken over. */
void
letter_set_text(struct letter *l, char *text);
void
letter_set_subject(struct letter *l, char *subject);

/* name is the last part of path; neither is looked at on disk. */
struct attachment *
attachment_new(const char *path);
struct attachment *
attachment_copy(const struct attachment *a);
void
attachment_free(struct attachment *a);		/* takes NULL */

/* An array of struct address * that owns them, and a copy of one. */
GPtrArray *
addresses_new(void);
GPtrArray *
addresses_copy(const GPtrArray *addresses);

#endif
