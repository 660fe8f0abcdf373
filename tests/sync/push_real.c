/*
 * push_real.c - real servers for push.c
 *
 * Dovecot with words hidden is a server that truly does not know them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "store/queue.h"
#include "sync/world.h"

#define HIDE_CONDSTORE "QRESYNC|CONDSTORE|HIGHESTMODSEQ|MODSEQ|CHANGEDSINCE"
#define HIDE_UIDPLUS "UIDPLUS|COPYUID|APPENDUID|UID EXPUNGE"

#define DOVECOT(Name, Hide) { "Dovecot" Name, WORLD_DOVECOT, 0, Hide, false }

static const struct world_kind dovecot = DOVECOT("", NULL);
static const struct world_kind no_qresync =
	DOVECOT(" without QRESYNC", "QRESYNC");
static const struct world_kind no_condstore =
	DOVECOT(" without CONDSTORE", HIDE_CONDSTORE);
static const struct world_kind no_uidplus =
	DOVECOT(" without UIDPLUS", HIDE_UIDPLUS);
static const struct world_kind no_move = DOVECOT(" without MOVE", "MOVE");
static const struct world_kind plain =
	DOVECOT(" without extensions", HIDE_CONDSTORE "|" HIDE_UIDPLUS
		"|MOVE|IDLE|LIST-STATUS|SPECIAL-USE|LIST-EXTENDED|ESEARCH|"
		"ENABLE|SASL-IR|LITERAL+|LITERAL-|NAMESPACE|ID");
static const struct world_kind courier = { "Courier", WORLD_COURIER, 0, NULL,
					  false };
static const struct world_kind cyrus = { "Cyrus", WORLD_CYRUS, 0, NULL, false };

const struct world_kind *const world_kinds[] = {
	&dovecot, &no_qresync, &no_condstore, &no_uidplus, &no_move, &plain,
	&courier, &cyrus, NULL
};

/* What Courier says of neither roles nor names is known all the same. */
Test(real, courier_has_a_trash_and_a_prefix)
{
	const char *why = NULL;
	struct world *w = world_of_kind(&courier, &why);
	struct folder *f;
	char *prefix;

	if (!w)
		cr_skip_test("%s", why);
	world_folder_add(w, "Trash", ROLE_TRASH);
	world_folder_add(w, "Trash.Old", ROLE_NONE);
	SYNCS(w);
	f = world_folder(w, "Trash");
	cr_assert_eq(f->role, ROLE_TRASH);
	folder_free(f);
	f = world_folder(w, "Trash.Old");
	cr_assert_eq(f->role, ROLE_NONE);
	folder_free(f);
	prefix = store_fact_get(w->store, "account.prefix");
	cr_assert_str_eq(prefix, "INBOX.");
	g_free(prefix);
	world_free(w);
}

#define LARGE (48 << 20)

/* What this process may still take, beyond what it has. */
static void
limit_memory(rlim_t more)
{
	struct rlimit limit;
	char *status, *at;

	cr_assert(g_file_get_contents("/proc/self/status", &status, NULL,
				      NULL));
	at = strstr(status, "VmData:");
	cr_assert(at);
	cr_assert_eq(getrlimit(RLIMIT_DATA, &limit), 0);
	limit.rlim_cur = (rlim_t)strtoll(at + 7, NULL, 10) * 1024 + more;
	cr_assert_eq(setrlimit(RLIMIT_DATA, &limit), 0);
	g_free(status);
}

/* A worker has 512 MiB: three copies of a letter with large files would be
 * too many. */
Test(real, a_large_message_is_in_memory_once)
{
	const char *why = NULL;
	struct world *w = world_of_kind(&dovecot, &why);
	struct flags none = { 0 };
	struct folder *f;
	FILE *file = tmpfile();
	int64_t row;

	if (!w)
		cr_skip_test("%s", why);
	world_folder_add(w, "Sent", ROLE_SENT);
	SYNCS(w);
	fprintf(file, "From: ann@example.org\nMessage-ID: <1@x>\n\n");
	for (int i = 0; i < LARGE / 64; i++)
		fprintf(file, "%063d\n", i);
	fflush(file);
	f = world_folder(w, "Sent");
	cr_assert_eq(queue_put(w->store, f->id, fileno(file), &none, 1, &row,
			       &w->e), ST_OK, "%s", w->e.text);
	fclose(file);
	folder_free(f);
	limit_memory(3 * LARGE);
	SYNCS(w);
	cr_assert_eq(world_count(w, "Sent"), 1);
	world_free(w);
}
