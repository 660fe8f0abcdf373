/*
 * net_choose.c - which driver an account gets
 */
#include <criterion/criterion.h>

#include "net/memory.h"

/* The name of the driver for a URL, NULL when there is none. */
static const char *
chosen(const char *url, struct err *e)
{
	struct account *a = account_new("work");
	const char *name = NULL;
	struct driver *d;

	if (url)
		cr_assert_eq(endpoint_parse(&a->receive, url, e), ST_OK, "%s",
			     e->text);
	d = driver_new(a, NULL, e);
	if (d)
		name = d->ops->name;
	driver_free(d);
	account_free(a);
	return name;
}

Test(choose, by_scheme)
{
	struct memory_server *s = memory_server_new(CAP_FOLDERS | CAP_UIDS);
	struct err e = { "" };

	memory_server_publish("demo", s);
	cr_assert_str_eq(chosen("imaps://example.org", &e), "imap");
	cr_assert_str_eq(chosen("pop3+starttls://example.org", &e), "pop");
	cr_assert_str_eq(chosen("memory:demo", &e), "memory");
	cr_assert_null(chosen("memory:other", &e));
	cr_assert_str_eq(e.text, "Account work: there is no server in memory "
				 "called “other”.");
	/* One that only sends has an empty maildrop. */
	cr_assert_str_eq(chosen(NULL, &e), "memory");
	memory_server_free(s);
}

Test(choose, traced)
{
	struct err e;

	g_setenv("VERSO_TRACE", "/dev/null", TRUE);
	cr_assert_str_eq(chosen("pop3s://example.org", &e), "trace");
}
