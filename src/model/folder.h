/*
 * folder.h - a folder as a server lists it, and its standing use
 */
#ifndef VERSO_MODEL_FOLDER_H
#define VERSO_MODEL_FOLDER_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

/* RFC 6154 uses, and INBOX. */
enum folder_role {
	ROLE_NONE, ROLE_INBOX, ROLE_ARCHIVE, ROLE_DRAFTS, ROLE_SENT,
	ROLE_TRASH, ROLE_JUNK, ROLE_ALL, ROLE_FLAGGED, ROLE_MAX
};

enum folder_attr {
	FOLDER_NOSELECT = 1 << 0,	/* \Noselect, \NonExistent */
	FOLDER_SUBSCRIBED = 1 << 1,
	FOLDER_NOINFERIORS = 1 << 2,
	FOLDER_VIEW = 1 << 3,	/* shows messages by what they are: \Flagged,
				 * \Important; nothing can be put there */
};

/* What LIST and STATUS said.  A number that was not said is -1. */
struct folder_info {
	char *name;		/* UTF-8; "INBOX" always in upper case */
	char delimiter;		/* 0: flat */
	uint32_t attr;
	enum folder_role role;
	int64_t uidvalidity, uidnext, messages, unseen, modseq;
};

void
folder_info_free(struct folder_info *f);	/* takes NULL */
struct folder_info *
folder_info_new(const char *name, char delimiter);

/* The word for a role ("drafts"), "" for none. */
const char *
folder_role_name(enum folder_role role);

/* Guess a role from a name in common languages (a server without
 * SPECIAL-USE). */
enum folder_role
folder_role_guess(const char *name, char delimiter);

/* Modified UTF-7 (RFC 3501 5.1.3) to UTF-8 and back.  utf7_to: NULL when the
 * text is no valid modified UTF-7 (the caller then keeps the raw bytes,
 * percent-encoded).  The caller frees. */
char *
folder_from_utf7(const char *text, size_t len);
char *
folder_to_utf7(const char *utf8);

/* True when pattern (LIST wildcards * and %) matches the name. */
bool
folder_match(const char *pattern, const char *name, char delimiter);

#endif
