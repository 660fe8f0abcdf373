/*
 * tagged.h - the messages a person has tagged, to do one thing to all
 *
 * A set of row ids in the folder that is open; it goes when the folder does.
 */
#ifndef VERSO_CONTROL_TAGGED_H
#define VERSO_CONTROL_TAGGED_H

#include "control/app.h"

size_t
tagged_count(const struct app *app);
/* Tag it, or take the tag off. */
void
tagged_toggle(struct app *app, int64_t id);
void
tagged_clear(struct app *app);
/* Append those that are in the list, in its order as far as that is known. */
void
tagged_ids(struct app *app, GArray *ids);
/* Drop those that are not in the folder any more. */
void
tagged_prune(struct app *app);

#endif
