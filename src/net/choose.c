/*
 * choose.c - the driver that fits an account
 */
#include "net/driver.h"

#include "base/log.h"
#include "net/memory.h"

static struct driver *
choose_memory(const struct account *account, const struct driver_host *host,
	      struct err *e)
{
	struct memory_server *s = memory_server_find(account->receive.host);
	struct driver *d;

	if (!s) {
		err_set(e, ST_CONFIG, "Account %s: there is no server in "
			"memory called “%s”.", account->name,
			account->receive.host);
		return NULL;
	}
	d = memory_driver_new(s, host);
	if (!d)
		err_errno(e, "No pipe can be made");
	return d;
}

/* Nowhere to receive from: an empty maildrop, so that local folders and the
 * outbox work as they do elsewhere. */
static struct driver *
choose_nothing(const struct driver_host *host, struct err *e)
{
	static struct memory_server *empty;
	struct driver *d;

	if (!empty)
		empty = memory_server_new(CAP_DELIVERS | CAP_UIDL);
	d = memory_driver_new(empty, host);
	if (!d)
		err_errno(e, "No pipe can be made");
	return d;
}

struct driver *
driver_new(const struct account *account, const struct driver_host *host,
	   struct err *e)
{
	struct driver *d = NULL;

	switch (account->receive.proto) {
	case PROTO_IMAP:
		d = imap_driver_new(account, host);
		break;
	case PROTO_POP:
		d = pop_driver_new(account, host);
		break;
	case PROTO_MEMORY:
		d = choose_memory(account, host, e);
		break;
	case PROTO_NONE:
		d = choose_nothing(host, e);
		break;
	default:
		err_set(e, ST_CONFIG, "Account %s has no server to receive "
			"from.", account->name);
	}
	return d && log_on() ? trace_driver_new(d) : d;
}
