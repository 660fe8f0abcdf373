/*
 * standins.c - the rooms that screens do not test: messages and workers
 *
 * A message is its header and its lines, cut at the width that is asked for;
 * workers never come up.
 */
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "mime/message.h"
#include "worker/link.h"

struct message_view {
	char **lines;
};

struct link {
	int nothing;
};

struct message_view *
mime_open(GBytes *bytes)
{
	struct message_view *m = g_new0(struct message_view, 1);
	gsize size;
	const char *s = g_bytes_get_data(bytes, &size);
	char *copy = g_strndup(s, size);

	m->lines = g_strsplit(copy, "\n", -1);
	g_free(copy);
	return m;
}

void
mime_close(struct message_view *m)
{
	if (!m)
		return;
	g_strfreev(m->lines);
	g_free(m);
}

static void
line_free(gpointer p)
{
	g_free(((struct line *)p)->text);
	g_free(p);
}

static void
add(GPtrArray *lines, enum line_kind kind, const char *s, int width)
{
	char *safe = text_gate_line(s);
	const char *p = safe;

	do {
		struct line *line = g_new0(struct line, 1);
		size_t n = width > 0 ? text_fit(p, width, NULL) : strlen(p);

		line->kind = kind;
		line->text = g_strndup(p, n);
		for (const char *q = p; *q == '>'; q += q[1] == ' ' ? 2 : 1)
			line->quote++;
		g_ptr_array_add(lines, line);
		p += n;
	} while (*p);
	g_free(safe);
}

GPtrArray *
mime_render(struct message_view *m, const struct render_options *options)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(line_free);
	enum line_kind kind = LINE_HEADER;

	for (int i = 0; m->lines[i]; i++) {
		const char *s = m->lines[i];

		if (kind == LINE_HEADER && !*s)
			kind = LINE_TEXT;
		else if (strcmp(s, "-- ") == 0)
			kind = LINE_SIGNATURE;
		if (kind == LINE_HEADER && !options->all_headers &&
		    g_str_has_prefix(s, "X-"))
			continue;
		add(lines, kind, s, options->width);
	}
	return lines;
}

const char *const *
mime_links(struct message_view *m)
{
	static const char *const none[] = { NULL };

	return none;
}

size_t
mime_part_count(struct message_view *m)
{
	return 1;
}

const struct part *
mime_part(struct message_view *m, size_t i)
{
	static const struct part part = {
		.path = (char *)"1", .type = (char *)"text/plain",
		.charset = (char *)"utf-8", .filename = (char *)"",
		.disposition = (char *)"", .content_id = (char *)"",
		.size = 42, .shown = true,
	};

	return &part;
}

char *
mime_part_safe_name(struct message_view *m, size_t i)
{
	return g_strdup("part.txt");
}

enum st
mime_part_save(struct message_view *m, size_t i, int fd, struct err *e)
{
	return ST_OK;
}

struct link *
link_start(const char *account, struct err *e)
{
	return g_new0(struct link, 1);
}

void
link_stop(struct link *l, int wait_ms)
{
	g_free(l);
}

int
link_fd(const struct link *l)
{
	return -1;
}

bool
link_up(const struct link *l)
{
	return false;
}

uint32_t
link_request(struct link *l, const char *verb, ...)
{
	return 1;
}

void
link_answer(struct link *l, const char *ask, const char *text)
{
}

int
link_pump(struct link *l, link_handler *handler, void *ctx)
{
	return -1;
}
