/*
 * tags.c - folders whose server keeps no tags of one's own (Exchange)
 *
 * PERMANENTFLAGS without \* says so.  A tag is then here alone: it is not
 * sent, and what the server says of a message does not take it off.
 */
#include "sync/private.h"

#include <string.h>

/* For whoever decides: "1" where tags are here alone. */
static char *
fact_name(const struct folder *f)
{
	return g_strdup_printf("tags.here.%" G_GINT64_FORMAT, f->id);
}

enum st
tags_note(struct sync *s, const struct job *job, struct err *e)
{
	char *name = fact_name(job->folder);
	char *known = store_fact_get(s->store, name);
	const char *now = job->entered.keywords_allowed ? "0" : "1";
	enum st st = ST_OK;

	if (strcmp(known ? known : "0", now) != 0)
		st = store_fact_set(s->store, name, now, e);
	g_free(known);
	g_free(name);
	return st;
}

void
tags_join(struct flags *theirs, const struct flags *mine)
{
	char **words = g_strsplit(mine->keywords ? mine->keywords : "", " ",
				  -1);

	for (char **w = words; *w; w++)
		if (**w)
			flags_add_word(theirs, *w);
	g_strfreev(words);
}

static void
join(void *ctx, uint32_t uid, const struct flags *mine)
{
	tags_join(ctx, mine);
}

enum st
tags_keep(struct sync *s, const struct folder *f, uint32_t uid,
	  struct flags *theirs, struct err *e)
{
	return folder_walk_flags(s->store, f->id, uid, uid, join, theirs, e);
}
