/*
 * letters_world.h - a reader over a real store in a home of its own
 */
#ifndef TESTS_UNIT_LETTERS_WORLD_H
#define TESTS_UNIT_LETTERS_WORLD_H

#include "control/app.h"
#include "model/letter.h"
#include "store/outbox.h"

/* A home with the account work (INBOX, Drafts, Sent) and a reader over it;
 * more_config is in [ui].  Between them the reader may be started anew. */
void
world_new(const char *more_config);
void
world_again(void);
void
world_free(void);
extern struct app *app;
extern struct store *store;		/* the reader's */

/* A message into INBOX; its row. */
int64_t
world_mail(const char *text);
/* Keys separated by blanks; a line into the question that is open. */
void
press(const char *keys);
void
answer(const char *text);

/* The editor ("my-editor") wrote a file, put something behind what was there,
 * and has ended. */
void
edited_as(const char *text);
void
edited(const char *text);

/* The letter in the compose screen; how many are open. */
struct letter *
now(void);
guint
count_open(void);
/* m, to whom, about what, and a text. */
void
write_one(const char *to, const char *subject, const char *text);

/* The one message of a folder: its octets; borrowed until the next call.  ""
 * when there is none, and the test fails when there are several. */
const char *
only_in(const char *folder);
/* The only letter of the outbox that was not sent; NULL: there is none. */
const struct outbox_letter *
only_letter(void);
const char *
letter_text(int64_t id);

#endif
