/*
 * memory.c - the contract over the server in memory
 */
#include "driver/contract.h"

#define IMAP_ALL (CAP_FOLDERS | CAP_UIDS | CAP_FLAGS | CAP_KEYWORDS | \
		  CAP_CONDSTORE | CAP_QRESYNC | CAP_UIDPLUS | CAP_MOVE | \
		  CAP_IDLE | CAP_LIST_STATUS | CAP_APPEND | CAP_PEEK | \
		  CAP_SPECIAL_USE)
#define IMAP_WITHOUT(what) \
	.caps = IMAP_ALL & ~(uint32_t)(what), .lacks = (what) | CAP_DELIVERS

static void *
start(const struct contract_fixture *fixture, const char **why)
{
	return memory_server_new(fixture->caps);
}

static void *
start_without_uidl(const struct contract_fixture *fixture, const char **why)
{
	struct memory_server *s = memory_server_new(fixture->caps);

	memory_server_uidl(s, false);
	return s;
}

static void
stop(void *server)
{
	memory_server_free(server);
}

static struct driver *
session(void *server)
{
	return memory_driver_new(server, NULL);
}

static struct driver *
traced_session(void *server)
{
	return trace_driver_new(memory_driver_new(server, NULL));
}

static void
add(void *server, const char *folder, const char *bytes, size_t len)
{
	memory_message_add(server, folder, bytes, len, NULL, 1600000000);
}

static void
folder(void *server, const char *name)
{
	memory_folder_add(server, name, ROLE_NONE);
}

static void
renumber(void *server, const char *name)
{
	memory_folder_renumber(server, name);
}

static void
fault(void *server, enum memory_fault what, int64_t n)
{
	memory_fault_arm(server, what, n);
}

#define MEMORY_WITH(begin, make)				\
	.start = begin, .stop = stop, .driver = make,		\
	.add = add, .folder = folder, .renumber = renumber,	\
	.fault = fault, .pipelines = true
#define MEMORY MEMORY_WITH(start, session)

static const struct contract_fixture all = {
	.name = "memory", MEMORY, IMAP_WITHOUT(0)
};
static const struct contract_fixture no_qresync = {
	.name = "memory without QRESYNC", MEMORY, IMAP_WITHOUT(CAP_QRESYNC)
};
static const struct contract_fixture no_condstore = {
	.name = "memory without CONDSTORE", MEMORY,
	IMAP_WITHOUT(CAP_QRESYNC | CAP_CONDSTORE)
};
static const struct contract_fixture no_uidplus = {
	.name = "memory without UIDPLUS and MOVE", MEMORY,
	IMAP_WITHOUT(CAP_UIDPLUS | CAP_MOVE)
};
static const struct contract_fixture bare = {
	.name = "memory with nothing", MEMORY,
	IMAP_WITHOUT(CAP_QRESYNC | CAP_CONDSTORE | CAP_UIDPLUS | CAP_MOVE |
		     CAP_IDLE | CAP_LIST_STATUS | CAP_KEYWORDS |
		     CAP_SPECIAL_USE)
};
static const struct contract_fixture pop = {
	.name = "memory as POP", MEMORY, .caps = CAP_DELIVERS | CAP_PEEK,
	.lacks = IMAP_ALL & ~(uint32_t)CAP_PEEK
};
static const struct contract_fixture pop_no_uidl = {
	.name = "memory as POP without UIDL",
	MEMORY_WITH(start_without_uidl, session), .caps = CAP_DELIVERS,
	.lacks = IMAP_ALL
};
static const struct contract_fixture traced = {
	.name = "memory, traced", MEMORY_WITH(start, traced_session),
	IMAP_WITHOUT(0)
};

const struct contract_fixture *const contract_fixtures[] = {
	&all, &no_qresync, &no_condstore, &no_uidplus, &bare, &pop,
	&pop_no_uidl, &traced, NULL
};
