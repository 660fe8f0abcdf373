/*
 * control_fakes.h - a store, a message and a worker small enough to bend
 *
 * The controller is tested against these: mail comes and goes under its
 * cursor, bodies are missing, and workers say what the test wants.  The real
 * rooms are met in the tests of the command line and of the screens.
 */
#ifndef VERSO_TESTS_CONTROL_FAKES_H
#define VERSO_TESTS_CONTROL_FAKES_H

#include "control/app.h"

/* Start over; every test calls it first. */
void
fake_reset(void);

/* Folders and messages of an account's store.  A folder's id grows from 1
 * over all accounts; a message's is given.  body NULL: not here yet. */
int64_t
fake_folder(const char *account, const char *name);
void
fake_message(int64_t folder, int64_t id, const char *subject,
	     const char *body);
void
fake_remove(int64_t id);
void
fake_body(int64_t id, const char *body);
void
fake_seen(int64_t id);
void
fake_parent(int64_t id, int64_t parent);

/* Opening this account's store fails. */
void
fake_broken(const char *account);
void
fake_mended(const char *account);

/* No decision can be written; a store that met it takes none until it is
 * opened again. */
void
fake_full(bool full);

/* What the worker of an account says at the next pump. */
void
fake_say(const char *account, const char *line);
/* What was asked of workers since the last call: "account: verb words;" …
 * Valid until the next call. */
const char *
fake_asked(void);

/* An app over [account work] and [account home], INBOX of work open. */
struct app *
fake_app(const char *more_config);
/* Keys separated by blanks. */
void
press(struct app *app, const char *keys);

#endif
