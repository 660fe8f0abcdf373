/*
 * confine.c - what a worker's process gives up, seen from inside
 */
#include <criterion/criterion.h>

#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "worker/secret.h"
#include "worker/worker.h"

TestSuite(confine, .timeout = 60);

/* Every test is a process of its own. */
static void
confine(const char *command)
{
	struct account *a = account_new("test");

	a->password_command = g_strdup(command);
	worker_confine(a);
	account_free(a);
}

Test(confine, there_is_no_core_file)
{
	struct rlimit core;

	confine(NULL);
	cr_assert_eq(getrlimit(RLIMIT_CORE, &core), 0);
	cr_assert_eq(core.rlim_max, 0);
#ifndef VERSO_SANITIZED
	cr_assert_eq(prctl(PR_GET_DUMPABLE), 0);
#endif
}

Test(confine, privileges_are_for_commands_only)
{
	confine("pass show mail");
	cr_assert_eq(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 0);
	confine(NULL);
	cr_assert_eq(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 1);
}

#ifndef VERSO_SANITIZED
Test(confine, memory_has_a_limit)
{
	gpointer much;

	confine(NULL);
	much = g_try_malloc(100 << 20);
	cr_assert_not_null(much);
	g_free(much);
	much = g_try_malloc(600 << 20);
	cr_assert_null(much);
}
#endif

Test(confine, commands_have_what_memory_there_was)
{
	struct rlimit data;
	char *soft = NULL, *hard = NULL;

	cr_assert_eq(getrlimit(RLIMIT_DATA, &data), 0);
	data.rlim_cur = MIN(data.rlim_max, (rlim_t)1 << 46);
	cr_assert_eq(setrlimit(RLIMIT_DATA, &data), 0);
	cr_assert_eq(secret_command("sh -c 'ulimit -S -d'", 30000, NULL, NULL,
				    &soft, NULL), ST_OK);
	cr_assert_eq(secret_command("sh -c 'ulimit -H -d'", 30000, NULL, NULL,
				    &hard, NULL), ST_OK);
	cr_assert_str_eq(soft, hard);
	g_free(soft);
	g_free(hard);
}
