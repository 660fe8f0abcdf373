/*
 * contract.c - servers and sessions for the contract's cases
 */
#include "driver/contract.h"

#include <string.h>

struct criterion_test_params
contract_params(void)
{
	static int index[32];
	size_t n = 0;

	while (contract_fixtures[n] && n < G_N_ELEMENTS(index)) {
		index[n] = (int)n;
		n++;
	}
	return cr_make_param_array(int, index, n);
}

void
contract_run(int fixture, uint32_t needs, bool faults,
	     void (*run)(struct contract *c))
{
	struct contract contract = { .fixture = contract_fixtures[fixture] };
	struct contract *c = &contract;
	const char *why = NULL;

	if ((c->fixture->caps & needs) != needs ||
	    (faults && !c->fixture->fault))
		return;
	c->server = c->fixture->start(c->fixture, &why);
	if (!c->server)
		cr_skip_test("%s", why);
	c->d = c->fixture->driver(c->server);
	OK(driver_open(c->d, &c->e));
	c->caps = driver_capabilities(c->d);
	run(c);
	driver_close(c->d, false, NULL);
	driver_free(c->d);
	c->fixture->stop(c->server);
}

struct driver *
contract_other(struct contract *c)
{
	struct driver *d = c->fixture->driver(c->server);

	OK(driver_open(d, &c->e));
	return d;
}

void
contract_bye(struct contract *c, struct driver *d)
{
	OK(driver_close(d, true, &c->e));
	driver_free(d);
}

const char *
contract_name(const struct contract *c, const char *name)
{
	const char *prefix = c->fixture->prefix;
	char *full = g_strconcat(prefix ? prefix : "", name, NULL);
	const char *kept = g_intern_string(full);

	g_free(full);
	return kept;
}

void
contract_deliver(struct contract *c, const char *folder, int number)
{
	char *text = g_strdup_printf(
		"From: Ann Lee <ann@example.org>\r\n"
		"To: bob@example.org\r\n"
		"Subject: number %d\r\n"
		"Message-ID: <%d@example.org>\r\n"
		"Date: Mon, 3 Feb 2025 10:00:00 +0100\r\n"
		"\r\n"
		"This is message %d.\r\n", number, number, number);

	c->fixture->add(c->server, folder, text, strlen(text));
	g_free(text);
}

struct copy *
copy_of(struct contract *c, struct driver *d, const char *folder)
{
	struct copy *copy = copy_new();

	OK(copy_level(copy, d, folder, &c->e));
	HOLDS((int64_t)uidset_count(&copy->uids) == copy->entered.exists);
	return copy;
}

struct caught *
contract_fetch(struct contract *c, struct driver *d,
	       const struct uidset *uids, enum fetch_what what)
{
	struct caught *caught = caught_new();
	struct fetch_sink sink = caught_sink(caught);

	OK(driver_fetch(d, uids, what, &sink, &c->e));
	HOLDS(caught->now == NULL);
	HOLDS(caught->aborted == 0);
	HOLDS(caught->messages->len == uidset_count(uids));
	return caught;
}
