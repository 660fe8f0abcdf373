/*
 * pop_world.h - a scripted POP server and a session with it
 */
#ifndef VERSO_TESTS_DRIVER_POP_WORLD_H
#define VERSO_TESTS_DRIVER_POP_WORLD_H

#include "driver/contract.h"
#include "driver/pop_fake.h"

struct world {
	struct pop_fake fake;
	struct account *account;
	struct driver_host host;
	struct driver *d;
	struct err e;
	unsigned asked;		/* for the password */
	bool again;
};

/* A server with these rules, to be changed before it is opened. */
struct world *
world_new(const struct pop_rule *rules);
void
world_free(struct world *w);

/* Start the server and log in. */
enum st
world_open(struct world *w);
/* The same, and bring a copy of the listing level. */
enum st
world_list(struct world *w, struct copy *copy);

/* Stop the server; true when this was among the commands. */
bool
world_was_sent(struct world *w, const char *command);

#endif
