/*
 * sizes.c - servers whose sizes are estimates (Exchange)
 *
 * One message that has other octets than were claimed is enough to know: from
 * then on a size says nothing of which message it is.  STORE_ESTIMATES is
 * where that is written down.
 */
#include "sync/private.h"

bool
sizes_estimated(struct sync *s)
{
	char *known = store_fact_get(s->store, STORE_ESTIMATES);
	bool estimated = known != NULL;

	g_free(known);
	return estimated;
}

enum st
sizes_note(struct sync *s, int64_t claimed, int64_t octets, struct err *e)
{
	if (claimed < 0 || claimed == octets || sizes_estimated(s))
		return ST_OK;
	return store_fact_set(s->store, STORE_ESTIMATES, "1", e);
}
