/*
 * demo.c - the servers of the demo, in the worker's own memory
 */
#include "worker/demo.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "worker/sample_mail.h"

#define CAPS_IMAP (CAP_FOLDERS | CAP_UIDS | CAP_FLAGS | CAP_KEYWORDS | \
	CAP_CONDSTORE | CAP_QRESYNC | CAP_UIDPLUS | CAP_MOVE | CAP_IDLE | \
	CAP_LIST_STATUS | CAP_APPEND | CAP_PEEK | CAP_SPECIAL_USE)
#define CAPS_POP (CAP_DELIVERS | CAP_PEEK)

/* What arrives when. */
static struct {
	struct memory_server *server;
	bool pop;
	int64_t next;		/* clock_ms() */
	size_t at;		/* in sample_mails[], of what comes next */
} post;

/* RFC 5322, whatever the locale says. */
static char *
date_of(int64_t when)
{
	GDateTime *t = g_date_time_new_from_unix_utc(when);
	static const char days[] = "MonTueWedThuFriSatSun";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char *rest = g_date_time_format(t, "%Y %H:%M:%S +0000");
	char *date = g_strdup_printf("%.3s, %d %.3s %s",
				     days + 3 * (g_date_time_get_day_of_week(t)
						 - 1),
				     g_date_time_get_day_of_month(t),
				     months + 3 * (g_date_time_get_month(t) -
						   1), rest);

	g_free(rest);
	g_date_time_unref(t);
	return date;
}

static uint32_t
flags_of(const char *letters)
{
	return (strchr(letters, 'S') ? FLAG_SEEN : 0) |
	       (strchr(letters, 'F') ? FLAG_FLAGGED : 0) |
	       (strchr(letters, 'D') ? FLAG_DRAFT : 0);
}

static void
add(struct memory_server *s, const struct sample_mail *m, int64_t when)
{
	GString *t = g_string_new_len(m->bytes, (gssize)m->len);
	char *date = date_of(when);
	struct flags flags = { flags_of(m->flags), NULL };

	g_string_replace(t, "@DATE@", date, 0);
	g_string_replace(t, "\n", "\r\n", 0);
	memory_message_add(s, m->folder, t->str, t->len, &flags, when);
	g_string_free(t, TRUE);
	g_free(date);
}

static bool
is_ours(const struct sample_mail *m, bool pop)
{
	return strcmp(m->account, pop ? "pop" : "imap") == 0;
}

/* The next message that is yet to arrive; NULL: all are here. */
static const struct sample_mail *
next_arrival(void)
{
	while (post.at < sample_mails_count) {
		const struct sample_mail *m = &sample_mails[post.at++];

		if (m->age_minutes < 0 && is_ours(m, post.pop))
			return m;
	}
	return NULL;
}

static int
arrive(void *ctx)
{
	bool fast = getenv("VERSO_DEMO_FAST") != NULL;
	const struct sample_mail *m;

	if (post.next == 0)
		post.next = clock_ms() + (fast ? 1000 : 20000);
	if (clock_left(post.next) == 0) {
		m = next_arrival();
		if (m)
			add(post.server, m, clock_now());
		post.next = clock_ms() + (fast ? 2000 : 45000);
	}
	return clock_left(post.next);
}

static int
oldest_first(gconstpointer a, gconstpointer b)
{
	const struct sample_mail *const *x = a, *const *y = b;

	return (*y)->age_minutes - (*x)->age_minutes;
}

static void
fill(struct memory_server *s, bool pop)
{
	GPtrArray *old = g_ptr_array_new();
	int64_t now = clock_now();

	if (!pop) {
		memory_folder_add(s, "Archive", ROLE_ARCHIVE);
		memory_folder_add(s, "Drafts", ROLE_DRAFTS);
		memory_folder_add(s, "Sent", ROLE_SENT);
		memory_folder_add(s, "Trash", ROLE_TRASH);
		memory_folder_add(s, "Lists/verso-devel", ROLE_NONE);
	}
	for (size_t i = 0; i < sample_mails_count; i++)
		if (is_ours(&sample_mails[i], pop) &&
		    sample_mails[i].age_minutes >= 0)
			g_ptr_array_add(old, (gpointer)&sample_mails[i]);
	g_ptr_array_sort(old, oldest_first);
	for (guint i = 0; i < old->len; i++) {
		const struct sample_mail *m = old->pdata[i];

		add(s, m, now - (int64_t)m->age_minutes * 60);
	}
	g_ptr_array_unref(old);
}

struct memory_server *
demo_server_new(const struct account *account)
{
	const char *name = account->receive.host;

	post.pop = strcmp(name, "pop") == 0;
	post.server = memory_server_new(post.pop ? CAPS_POP : CAPS_IMAP);
	fill(post.server, post.pop);
	memory_server_visit(post.server, arrive, NULL);
	memory_server_publish(name, post.server);
	return post.server;
}
