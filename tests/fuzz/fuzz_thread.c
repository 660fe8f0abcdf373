/*
 * fuzz_thread.c - any ids and references make a proper forest
 *
 * Each line is a message: its id, then what it refers to.
 */
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "model/thread.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every message once, a parent before its children and one less deep. */
static void
check(const struct thread_row *rows, size_t n)
{
	size_t *place = g_new(size_t, n + 1);

	for (size_t i = 0; i < n; i++)
		place[i] = SIZE_MAX;
	for (size_t i = 0; i < n; i++) {
		const struct thread_row *r = &rows[i];
		int depth = 0;

		if (r->message >= n || place[r->message] != SIZE_MAX)
			abort();
		place[r->message] = i;
		if (r->parent != SIZE_MAX) {
			if (r->parent >= n || place[r->parent] >= i)
				abort();
			depth = rows[place[r->parent]].depth + 1;
		}
		if (r->depth != MIN(depth, THREAD_MAX_DEPTH))
			abort();
	}
	g_free(place);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = g_strndup((const char *)data, size);
	char **lines = g_strsplit(text, "\n", -1);
	size_t n = g_strv_length(lines);
	struct thread_message *messages = g_new0(struct thread_message, n);
	struct thread_row *rows = g_new0(struct thread_row, n);

	for (size_t i = 0; i < n; i++) {
		char *blank = strchr(lines[i], ' ');

		messages[i].message_id = lines[i];
		messages[i].date = lines[i][0];
		if (blank) {
			*blank = '\0';
			messages[i].references = blank + 1;
		}
	}
	thread_build(messages, n, rows);
	check(rows, n);
	g_free(rows);
	g_free(messages);
	g_strfreev(lines);
	g_free(text);
	return 0;
}
