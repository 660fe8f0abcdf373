/*
 * control_fakes_queue.h - decisions in the small world of the controller's
 * tests
 */
#ifndef VERSO_TESTS_CONTROL_FAKES_QUEUE_H
#define VERSO_TESTS_CONTROL_FAKES_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "model/flags.h"

/* As the parent of a message: its mark (\Deleted) is not ours. */
#define FAKE_MARKED_BY_OTHERS 999

/* A message of control_fakes.c. */
struct fake_mail {
	int64_t id, folder, parent;
	char *subject, *body;
	struct flags flags;
};

/* NULL: there is none. */
struct fake_mail *
fake_mail(int64_t id);

struct store;

/* Decisions are made in the account "work" alone. */
bool
fake_is_work(const struct store *s);
bool
fake_fails(struct store *s);
void
fake_queue_reset(void);
/* The server keeps no tags in this folder; 0: none such. */
void
fake_tags_here(int64_t folder);
/* What the server wants before the names of folders; NULL nothing. */
void
fake_prefix(const char *text);
/* All that was decided: "move 3 2;set 1 4;"; borrowed. */
const char *
fake_queue(void);

#endif
