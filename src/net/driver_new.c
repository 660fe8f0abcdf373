/*
 * driver_new.c - the driver an account's configuration asks for
 */
#include "net/driver.h"

#include "base/log.h"
#include "net/memory.h"

struct driver *
driver_new(const struct account *account, const struct driver_host *host,
	   struct err *e)
{
	const struct endpoint *ep = &account->receive;
	struct memory_server *memory;
	struct driver *d = NULL;

	switch (ep->proto) {
	case PROTO_IMAP:
		d = imap_driver_new(account, host);
		break;
	case PROTO_POP:
		d = pop_driver_new(account, host);
		break;
	case PROTO_MEMORY:
		memory = memory_server_find(ep->host);
		if (memory)
			d = memory_driver_new(memory, host);
		else
			err_set(e, ST_CONFIG, "There is no server “%s” in "
				"this process's memory.", ep->host);
		break;
	default:
		err_set(e, ST_CONFIG, "Account %s has no receive line, so "
			"there is nothing to fetch.", account->name);
	}
	return d && log_on() ? trace_driver_new(d) : d;
}
