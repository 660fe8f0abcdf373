/*
 * standins.c - workers that never come up: screens do not need them
 */
#include "worker/link.h"

#include <glib.h>

struct link {
	int nothing;
};

struct link *
link_start(const char *account, enum link_mode mode, struct err *e)
{
	return g_new0(struct link, 1);
}

void
link_stop(struct link *l, int wait_ms)
{
	g_free(l);
}

int
link_fd(const struct link *l)
{
	return -1;
}

bool
link_up(const struct link *l)
{
	return false;
}

uint32_t
link_request(struct link *l, const char *verb, ...)
{
	return 1;
}

void
link_answer(struct link *l, const char *ask, const char *text)
{
}

int
link_pump(struct link *l, link_handler *handler, void *ctx)
{
	return -1;
}
