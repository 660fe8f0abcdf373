/*
 * fuzz_mime.c - any octets are a message, and can be shown
 *
 * The first octet is the width.  Whatever the rest is, it is taken apart,
 * rendered and saved without a fault, and no control octet comes out.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "mime/message.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_line(const char *text)
{
	if (!g_utf8_validate(text, -1, NULL))
		abort();
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			abort();
}

static void
render(struct message_view *m, int width)
{
	for (int html = 0; html < 2; html++) {
		struct render_options how = { .width = width,
					      .all_headers = html,
					      .prefer_html = html };
		GPtrArray *lines = mime_render(m, &how);

		for (guint i = 0; i < lines->len; i++) {
			const struct line *line = lines->pdata[i];

			check_line(line->text);
		}
		g_ptr_array_unref(lines);
	}
}

static void
parts(struct message_view *m)
{
	for (size_t i = 0; i < mime_part_count(m); i++) {
		char *name = mime_part_safe_name(m, i);
		GBytes *bytes = NULL;

		if (!*name || strchr(name, '/') || *name == '.' ||
		    *name == '-' || strlen(name) > 200)
			abort();
		if (mime_part_bytes(m, i, &bytes, NULL) == ST_OK)
			g_bytes_unref(bytes);
		g_free(name);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct envelope env;
	struct message_view *m;
	GBytes *bytes;
	int width;

	if (size == 0)
		return 0;
	width = data[0] % 120;
	mime_envelope((const char *)data + 1, size - 1, &env);
	envelope_clear(&env);
	bytes = g_bytes_new(data + 1, size - 1);
	m = mime_open(bytes);
	render(m, width);
	parts(m);
	g_free(mime_text(m));
	mime_close(m);
	g_bytes_unref(bytes);
	return 0;
}
