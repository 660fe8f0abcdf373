/*
 * policy.c - how long to wait, how much at once
 */
#include "sync/policy.h"

#include <string.h>

#include <glib.h>

#define DAY (24 * 3600)
/* An id of so many digits may be a number of the session. */
#define NUMBER_LEN 7
#define RETRY_FIRST 1000
#define RETRY_MOST (5 * 60 * 1000)

#define COMMIT_OCTETS (16 * 1024 * 1024)
#define COMMIT_MESSAGES 2000
#define COMMIT_MS 2000

#define CHUNK_FIRST 500
#define CHUNK_LEAST 20
#define CHUNK_MOST 8000
#define CHUNK_MS 1200
#define CHUNK_OCTETS (128 * 1024 * 1024)

#define PATIENCE_MS 30000

int
policy_retry_ms(int n, double random)
{
	int ms = RETRY_FIRST;

	for (int i = 1; i < n && ms < RETRY_MOST; i++)
		ms *= 2;
	ms = MIN(ms, RETRY_MOST);
	return ms - (int)(ms / 5.0 * CLAMP(random, 0, 1));
}

bool
policy_commit_due(int64_t octets, int64_t messages, int64_t ms)
{
	return octets >= COMMIT_OCTETS || messages >= COMMIT_MESSAGES ||
	       ms >= COMMIT_MS;
}

int64_t
policy_chunk(int64_t fetched, int64_t octets, int64_t ms)
{
	int64_t n;

	if (fetched <= 0)
		return CHUNK_FIRST;
	n = fetched * CHUNK_MS / MAX(ms, 1);
	if (octets > 0)
		n = MIN(n, CHUNK_OCTETS / MAX(octets / fetched, 1));
	/* One call alone proves little: never more than eight times it. */
	n = MIN(n, fetched * 8);
	return CLAMP(n, CHUNK_LEAST, CHUNK_MOST);
}

bool
policy_envelopes_first(int64_t left, int64_t fetched, int64_t ms)
{
	return fetched > 0 && left > POLICY_NEWEST &&
	       left * ms / fetched > PATIENCE_MS;
}

bool
policy_doubts(const char *uidl, int64_t said, int64_t size, bool goes)
{
	size_t len = strlen(uidl);

	if (said >= 0 && size >= 0 && said != size)
		return true;
	return goes && len <= NUMBER_LEN && strspn(uidl, "0123456789") == len;
}

bool
policy_may_go(const struct account *account, int64_t seen, int64_t now)
{
	return account->keep == KEEP_NO || seen <= 0 ||
	       (account->keep == KEEP_DAYS &&
		now - seen >= (int64_t)account->keep_days * DAY);
}
