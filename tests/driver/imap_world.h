/*
 * imap_world.h - a scripted IMAP server and a session with it
 */
#ifndef VERSO_TESTS_DRIVER_IMAP_WORLD_H
#define VERSO_TESTS_DRIVER_IMAP_WORLD_H

#include "driver/contract.h"
#include "driver/pop_fake.h"

struct imap_world {
	struct pop_fake fake;
	struct account *account;
	struct driver_host host;
	const char *scheme;	/* NULL: "imap+plaintext" */
	struct driver *d;
	struct err e;
	unsigned asked;		/* for the password */
	GString *notices;
};

/* What most servers here say before the folder. */
#define IMAP_FAKE_LOGIN							\
	{ "LOGIN", "$$ OK [CAPABILITY IMAP4rev1] in\r\n", 0 },		\
	{ "LOGOUT", "* BYE\r\n$$ OK\r\n", 0 },				\
	{ "CAPABILITY", "* CAPABILITY IMAP4rev1\r\n$$ OK\r\n", 0 }

struct imap_world *
imap_world_new(const struct pop_rule *rules);
void
imap_world_free(struct imap_world *w);
enum st
imap_world_open(struct imap_world *w);

/* Stop the server; true when this was among the commands. */
bool
imap_world_was_sent(struct imap_world *w, const char *command);

#endif
