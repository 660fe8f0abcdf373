/*
 * random.c - whatever happens there, after the next sync all is level
 *
 * A random walk of changes, faults and syncs.  The seed is printed;
 * VERSO_SEED repeats a walk and VERSO_STEPS makes it longer.
 */
#include "sync/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct walk {
	struct world *w;
	GRand *rand;
	unsigned next;		/* number of the next message */
	GPtrArray *names;	/* folders there */
};

static int
dice(struct walk *k, int n)
{
	return g_rand_int_range(k->rand, 0, n);
}

static const char *
a_folder(struct walk *k)
{
	return k->names->pdata[dice(k, (int)k->names->len)];
}

/* A UID that may be there. */
static uint32_t
a_uid(struct walk *k, const char *folder)
{
	for (int i = 0; i < 20; i++) {
		uint32_t uid = (uint32_t)dice(k, 60) + 1;

		if (memory_message_bytes(k->w->server, folder, uid))
			return uid;
	}
	return 0;
}

static void
change(struct walk *k)
{
	struct world *w = k->w;
	const char *folder = a_folder(k);
	uint32_t uid = a_uid(k, folder);
	int what = dice(k, 22);

	if (what < 8) {
		world_add(w, folder, k->next++, (size_t)dice(k, 3000),
			  dice(k, 2) ? FLAG_SEEN : 0);
	} else if (what < 13 && uid) {
		world_flags(w, folder, uid, (uint32_t)dice(k, 32));
	} else if (what < 17 && uid) {
		memory_message_remove(w->server, folder, uid);
	} else if (what == 17 && memory_message_count(w->server, folder)) {
		memory_folder_renumber(w->server, folder);
	} else if (what == 18 && k->names->len < 6) {
		char *name = g_strdup_printf("F%u", k->next++);

		memory_folder_add(w->server, name, ROLE_NONE);
		g_ptr_array_add(k->names, name);
	} else if (what >= 19 && k->names->len > 1) {
		guint i = 1 + (guint)dice(k, (int)k->names->len - 1);

		if (what == 19) {
			memory_folder_remove(w->server, k->names->pdata[i]);
			g_ptr_array_remove_index(k->names, i);
		} else if (what == 20) {
			char *name = g_strdup_printf("R%u", k->next++);

			memory_folder_rename(w->server, k->names->pdata[i],
					     name);
			g_free(k->names->pdata[i]);
			k->names->pdata[i] = name;
		}
	}
}

static void
trouble(struct walk *k)
{
	static const enum memory_fault faults[] = {
		MEMORY_CUT, MEMORY_REFUSE, MEMORY_LIE_EMPTY,
		MEMORY_LIE_PARTIAL, MEMORY_TRY_LATER,
	};
	enum memory_fault fault = faults[dice(k, G_N_ELEMENTS(faults))];

	memory_fault_arm(k->w->server, fault,
			 fault == MEMORY_CUT ? dice(k, 6000) : dice(k, 8));
}

/* Faults that are still armed would spoil the comparison. */
static void
level(struct walk *k)
{
	enum st st = ST_OK;

	for (int i = 0; i < 6; i++) {
		st = world_sync(k->w);
		if (st == ST_OK)
			break;
	}
	cr_assert_eq(st, ST_OK, "%s: %s (%s)", st_name(st), k->w->e.text,
		     k->w->failure ? k->w->failure : "");
	world_check(k->w);
}

static void
walk(uint32_t caps, uint32_t seed, int steps)
{
	struct walk k = { world_new(caps), g_rand_new_with_seed(seed), 1,
			  g_ptr_array_new_with_free_func(g_free) };

	fprintf(stderr, "VERSO_SEED=%u\n", seed);
	g_ptr_array_add(k.names, g_strdup("INBOX"));
	for (int i = 0; i < steps; i++) {
		for (int n = dice(&k, 12); n > 0; n--)
			change(&k);
		if (dice(&k, 3) == 0) {
			trouble(&k);
			world_sync(k.w);
		}
		if (dice(&k, 5) == 0)
			world_reopen(k.w);
		level(&k);
	}
	g_ptr_array_unref(k.names);
	g_rand_free(k.rand);
	world_free(k.w);
}

static int
number(const char *name, int otherwise)
{
	const char *text = g_getenv(name);

	return text ? atoi(text) : otherwise;
}

Test(random, qresync, .timeout = 600)
{
	walk(CAPS_QRESYNC, (uint32_t)number("VERSO_SEED", (int)time(NULL)),
	     number("VERSO_STEPS", 100));
}

Test(random, condstore, .timeout = 600)
{
	walk(CAPS_CONDSTORE, (uint32_t)number("VERSO_SEED", (int)time(NULL)),
	     number("VERSO_STEPS", 100));
}

Test(random, plain, .timeout = 600)
{
	walk(CAPS_PLAIN, (uint32_t)number("VERSO_SEED", (int)time(NULL)),
	     number("VERSO_STEPS", 100));
}
