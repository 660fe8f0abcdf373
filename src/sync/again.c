/*
 * again.c - POP: messages that are here under a name of another time
 *
 * A server that was moved names all its messages anew; one that listed only a
 * part has the rest forgotten; one may learn UIDL.  What it keeps would all
 * come once more, so that what has a new name is held by its octets against
 * the messages here whose own name the server does not list.
 */
#include <string.h>

#include "store/verify.h"
#include "sync/private.h"

struct again {
	struct sync *s;
	GHashTable *listed, *twice;	/* borrowed: names that stand */
	GHashTable *here;		/* digest -> row id */
	struct wire_digest *digest;
};

static guint
digest_hash(gconstpointer key)
{
	guint hash;

	memcpy(&hash, key, sizeof(hash));
	return hash;
}

static gboolean
digest_equal(gconstpointer a, gconstpointer b)
{
	return memcmp(a, b, DIGEST_LEN) == 0;
}

static void
take_row(void *ctx, const char *uidl, int64_t id, const uint8_t *digest)
{
	struct again *a = ctx;

	if (!g_hash_table_contains(a->listed, uidl) ||
	    g_hash_table_contains(a->twice, uidl))
		g_hash_table_insert(a->here, g_memdup2(digest, DIGEST_LEN),
				    g_memdup2(&id, sizeof(id)));
}

enum st
again_new(struct sync *s, GHashTable *listed, GHashTable *twice,
	  struct again **out, struct err *e)
{
	struct again *a = g_new0(struct again, 1);

	a->s = s;
	a->listed = listed;
	a->twice = twice;
	a->here = g_hash_table_new_full(digest_hash, digest_equal, g_free,
					g_free);
	a->digest = wire_digest_new();
	*out = a;
	return uidl_walk(s->store, take_row, a, e);
}

void
again_free(struct again *a)
{
	if (!a)
		return;
	g_hash_table_destroy(a->here);
	wire_digest_free(a->digest);
	g_free(a);
}

void
again_begin(struct again *a)
{
	wire_digest_start(a->digest);
}

void
again_data(struct again *a, const char *bytes, size_t len)
{
	wire_digest_add(a->digest, bytes, len);
}

enum st
again_find(struct again *a, const char *name, int64_t said, bool *found,
	   struct err *e)
{
	uint8_t digest[DIGEST_LEN];
	const int64_t *id;
	enum st st = ST_OK;

	wire_digest_finish(a->digest, digest);
	id = g_hash_table_lookup(a->here, digest);
	*found = id != NULL;
	if (id)
		st = uidl_rename(a->s->store, *id, name, said, e);
	/* Another message with the same octets is one more. */
	g_hash_table_remove(a->here, digest);
	return st;
}
