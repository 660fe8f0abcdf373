/*
 * demo.c - the servers of the demo, in the worker's own memory
 */
#include "worker/demo.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "worker/samples.h"

#define CAPS_IMAP (CAP_FOLDERS | CAP_UIDS | CAP_FLAGS | CAP_KEYWORDS | \
	CAP_CONDSTORE | CAP_QRESYNC | CAP_UIDPLUS | CAP_MOVE | CAP_IDLE | \
	CAP_LIST_STATUS | CAP_APPEND | CAP_PEEK | CAP_SPECIAL_USE)
#define CAPS_POP (CAP_DELIVERS | CAP_PEEK)

/* What arrives when. */
static struct {
	struct memory_server *server;
	bool pop;
	int64_t next;		/* clock_ms() */
	size_t count;
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

static void
add(struct memory_server *s, const struct sample *m, const char *folder,
    size_t nth, int64_t when)
{
	GString *t = g_string_new(NULL);
	char *date = date_of(when);
	struct flags flags = { m->flags, NULL };

	g_string_printf(t, "Return-Path: <post@demo.example>\n"
			"Date: %s\nFrom: %s\nTo: You <you@demo.example>\n"
			"Subject: %s\nMessage-ID: <%s%zu@demo.example>\n",
			date, m->from, m->subject, m->id, nth);
	if (m->parent)
		g_string_append_printf(t, "In-Reply-To: <%s0@demo.example>\n"
				       "References: <%s0@demo.example>\n",
				       m->parent, m->parent);
	g_string_append_printf(t, "MIME-Version: 1.0\nContent-Type: %s\n"
			       "Content-Transfer-Encoding: 8bit\n\n%s",
			       m->type ? m->type : "text/plain; charset=utf-8",
			       m->body);
	g_string_replace(t, "\n", "\r\n", 0);
	memory_message_add(s, folder, t->str, t->len, &flags, when);
	g_string_free(t, TRUE);
	g_free(date);
}

static int
arrive(void *ctx)
{
	bool fast = getenv("VERSO_DEMO_FAST") != NULL;

	if (post.next == 0)
		post.next = clock_ms() + (fast ? 1000 : 20000);
	if (clock_left(post.next) == 0) {
		const struct sample *m =
			&arrivals[post.count % arrivals_count];

		add(post.server, m, "INBOX", ++post.count, clock_now());
		post.next = clock_ms() + (fast ? 2000 : 45000);
	}
	return clock_left(post.next);
}

/* One thread of a mailing list, as long as they are. */
static void
add_list(struct memory_server *s, int64_t now)
{
	static const char *const who[] = {
		"Petra Lind <petra@lists.example>",
		"Sam Okafor <sam@lists.example>",
		"=?utf-8?q?J=C3=B6rg?= Wei <joerg@lists.example>",
		"Marta Ruiz <marta@lists.example>",
	};

	for (int i = 0; i < 30; i++) {
		char *id = g_strdup_printf("list%d-", i);
		char *parent = g_strdup_printf("list%d-", i < 4 ? 0 : i / 2);
		char *body = g_strdup_printf(
			"On the point before:\n> widths must be counted in "
			"cells, not in octets\n\nMessage %d of this thread: "
			"agreed, with a test for each.\n\n-- \n%s\n", i + 1,
			who[i % 4]);
		struct sample m = {
			.flags = i < 24 ? FLAG_SEEN : 0, .id = id,
			.parent = i ? parent : NULL, .from = who[i % 4],
			.subject = i ? "Re: [term] Counting columns"
				     : "[term] Counting columns",
			.body = body,
		};

		add(s, &m, "Lists/term", 0, now - (40 - i) * 3600);
		g_free(id);
		g_free(parent);
		g_free(body);
	}
}

static void
fill(struct memory_server *s, bool pop)
{
	int64_t now = clock_now();

	if (!pop) {
		memory_folder_add(s, "Archive", ROLE_ARCHIVE);
		memory_folder_add(s, "Drafts", ROLE_DRAFTS);
		memory_folder_add(s, "Sent", ROLE_SENT);
		memory_folder_add(s, "Trash", ROLE_TRASH);
		memory_folder_add(s, "Junk", ROLE_JUNK);
		memory_folder_add(s, "Lists/term", ROLE_NONE);
		add_list(s, now);
	}
	for (size_t i = samples_count; i-- > 0;) {
		const struct sample *m = &samples[i];

		if (pop == !m->folder)
			add(s, m, pop ? "INBOX" : m->folder, 0,
			    now - (int64_t)m->hours * 3600);
	}
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
