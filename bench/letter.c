/*
 * letter.c - what sending costs under a key: "attach DIR FILE" builds a letter
 * with that file and queues it, "addresses DIR COUNT" learns addresses and
 * completes some
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/path.h"
#include "mime/build.h"
#include "store/addresses.h"
#include "store/outbox.h"

static void
fail(const struct err *e)
{
	fprintf(stderr, "%s\n", e->text);
	exit(1);
}

static struct store *
open_store(const char *dir)
{
	struct store *s = NULL;
	struct err e;

	store_set_parser(mime_envelope);
	if (path_mkdir(dir, &e) != ST_OK ||
	    store_open(dir, STORE_WORKER, &s, &e) != ST_OK)
		fail(&e);
	return s;
}

static double
cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* ---- a large attachment --------------------------------------------- */

static void
queue(struct store *s, struct letter *l, struct err *e)
{
	const struct build_options o = { .now = clock_now() };
	struct outbox_letter *what = outbox_letter_new();
	char *name = g_build_filename(store_dir(s), "bench-XXXXXX", NULL);
	int fd = g_mkstemp(name);
	struct built b;
	int64_t id;

	unlink(name);
	if (letter_build(l, &o, fd, &b, e) != ST_OK)
		fail(e);
	what->from = g_strdup(b.from);
	for (guint i = 0; i < b.rcpt->len; i++)
		outbox_letter_add_rcpt(what, b.rcpt->pdata[i]);
	what->size = b.size;
	if (outbox_add(s, fd, what, &id, e) != ST_OK)
		fail(e);
	close(fd);
	built_clear(&b);
	outbox_letter_free(what);
	g_free(name);
}

/* Peak resident KiB.  getrusage() would count what the parent had when it
 * forked. */
static long
peak_kib(void)
{
	char *text = NULL;
	const char *at;
	long kib = 0;

	if (g_file_get_contents("/proc/self/status", &text, NULL, NULL) &&
	    (at = strstr(text, "VmHWM:")))
		kib = strtol(at + strlen("VmHWM:"), NULL, 10);
	g_free(text);
	return kib;
}

static void
attach(const char *dir, const char *file)
{
	struct store *s = open_store(dir);
	struct letter *l = letter_new();
	struct err e;
	int64_t start;

	g_ptr_array_add(l->from, address_new("You", "you@example.net"));
	g_ptr_array_add(l->to, address_new("Bob", "bob@example.net"));
	g_ptr_array_add(l->attachments, attachment_new(file));
	letter_set_text(l, g_strdup("It is large.\n"));
	start = clock_us();
	queue(s, l, &e);
	printf("%.1f ", (double)(clock_us() - start) / 1e3);
	printf("%ld\n", peak_kib());
	letter_free(l);
	store_close(s);
}

/* ---- addresses ------------------------------------------------------ */

static void
learn(struct store *s, int count)
{
	static const char *const names[] = {
		"Ann", "Bob", "Carla", "Dmitri", "Élodie", "Fatima", "Göran",
		"Hiro", "Ines", "José", "Katarzyna", "Lars", "Mei", "Noor",
	};
	struct folder_info *info = folder_info_new("INBOX", '/');
	const struct flags none = { 0, NULL };
	struct err e;
	int64_t folder;

	if (folder_upsert(s, info, &folder, &e) != ST_OK ||
	    folder_set_uidvalidity(s, folder, 1, &e) != ST_OK ||
	    store_begin(s, &e) != ST_OK)
		fail(&e);
	for (int i = 1; i <= count; i++) {
		struct envelope env = { .date = 1700000000 + i };

		env.from = g_strdup_printf("%s Person%d <p%d@host%d.example>",
					   names[i % G_N_ELEMENTS(names)], i,
					   i, i % 997);
		if (store_add_envelope(s, folder, (uint32_t)i, &none,
				       env.date, 1000, 0, &env, &e) != ST_OK)
			fail(&e);
		envelope_clear(&env);
	}
	if (store_commit(s, &e) != ST_OK)
		fail(&e);
	folder_info_free(info);
}

static void
complete(const char *dir, int count)
{
	static const char *const typed[] = { "a", "elo", "person4", "host12",
					     "zzz" };
	struct store *s = open_store(dir);

	learn(s, count);
	for (size_t i = 0; i < G_N_ELEMENTS(typed); i++) {
		GPtrArray *found = NULL;
		struct err e;
		double start = cpu_ms();

		if (addresses_find(s, typed[i], 20, &found, &e) != ST_OK)
			fail(&e);
		printf("%s %u %.2f\n", typed[i], found->len,
		       cpu_ms() - start);
		g_ptr_array_unref(found);
	}
	store_close(s);
}

int
main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "attach") == 0)
		attach(argv[2], argv[3]);
	else if (argc == 4 && strcmp(argv[1], "addresses") == 0)
		complete(argv[2], atoi(argv[3]));
	else
		return 64;
	return 0;
}
