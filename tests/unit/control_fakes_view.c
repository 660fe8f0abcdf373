/*
 * control_fakes_view.c - messages of lines, and apps over the fakes
 */
#include "control_fakes.h"

#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

/* ---- messages: "attach NAME" lines are parts, http lines links ---------- */

struct message_view {
	char **lines;
	GPtrArray *parts, *links;
};

static void
part_free(gpointer p)
{
	g_free(((struct part *)p)->filename);
	g_free(p);
}

static void
add_part(struct message_view *m, const char *type, const char *name)
{
	struct part *part = g_new0(struct part, 1);

	part->type = (char *)type;
	part->filename = g_strdup(name);
	part->charset = part->content_id = (char *)"";
	part->disposition = (char *)(*name ? "attachment" : "");
	part->shown = !*name;
	part->size = 1234;
	g_ptr_array_add(m->parts, part);
}

struct message_view *
mime_open(GBytes *bytes)
{
	struct message_view *m = g_new0(struct message_view, 1);
	gsize size;
	const char *s = g_bytes_get_data(bytes, &size);
	char *copy = g_strndup(s, size);

	m->lines = g_strsplit(copy, "\n", -1);
	m->parts = g_ptr_array_new_with_free_func(part_free);
	m->links = g_ptr_array_new();
	add_part(m, "text/plain", "");
	for (int i = 0; m->lines[i]; i++) {
		if (g_str_has_prefix(m->lines[i], "attach "))
			add_part(m, "application/pdf", m->lines[i] + 7);
		if (strchr(m->lines[i], ':'))
			g_ptr_array_add(m->links, m->lines[i]);
	}
	g_ptr_array_add(m->links, NULL);
	g_free(copy);
	return m;
}

void
mime_close(struct message_view *m)
{
	if (!m)
		return;
	g_strfreev(m->lines);
	g_ptr_array_free(m->parts, TRUE);
	g_ptr_array_free(m->links, TRUE);
	g_free(m);
}

const char *const *
mime_links(struct message_view *m)
{
	return (const char *const *)m->links->pdata;
}

size_t
mime_part_count(struct message_view *m)
{
	return m->parts->len;
}

const struct part *
mime_part(struct message_view *m, size_t i)
{
	return m->parts->pdata[i];
}

char *
mime_part_safe_name(struct message_view *m, size_t i)
{
	char *base = g_path_get_basename(mime_part(m, i)->filename);

	return g_strdelimit(base, "/", '_');
}

enum st
mime_part_save(struct message_view *m, size_t i, int fd, struct err *e)
{
	const char *name = mime_part(m, i)->filename;

	return write(fd, name, strlen(name)) < 0 ? ST_LOCAL : ST_OK;
}

static void
line_free(gpointer p)
{
	g_free(((struct line *)p)->text);
	g_free(p);
}

GPtrArray *
mime_render(struct message_view *m, const struct render_options *options)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(line_free);

	for (int i = 0; m->lines[i]; i++) {
		const char *s = m->lines[i];
		size_t width = options->width > 0 ? (size_t)options->width
						  : strlen(s) + 1;

		if (!options->all_headers && g_str_has_prefix(s, "X-"))
			continue;
		do {
			struct line *line = g_new0(struct line, 1);

			line->text = g_strndup(s, width);
			line->kind = LINE_TEXT;
			line->quote = *line->text == '>';
			g_ptr_array_add(lines, line);
			s += strlen(line->text);
		} while (*s);
	}
	return lines;
}

/* ---- the app ------------------------------------------------------------ */

struct app *
fake_app(const char *more_config)
{
	char *text = g_strconcat(
		"[account work]\naddress = Ann <ann@x>\n"
		"receive = imaps://h\n"
		"[account home]\naddress = ann@y\nreceive = pop3s://h\n",
		more_config, NULL);
	struct config *config;
	struct app *app = NULL;
	struct app_geometry g = {
		.rows = 24, .columns = 80, .index_rows = 10, .pager_rows = 10,
		.pager_columns = 40, .folder_rows = 10, .overlay_rows = 10,
		.overlay_columns = 80,
	};
	struct err e;

	cr_assert_eq(config_parse(text, strlen(text), "test", &config, &e),
		     ST_OK, "%s", e.text);
	cr_assert_eq(app_new(config, NULL, NULL, &app, &e), ST_OK, "%s",
		     e.text);
	app_resize(app, &g);
	g_free(text);
	return app;
}

void
press(struct app *app, const char *keys)
{
	char **v = g_strsplit(keys, " ", -1);

	for (int i = 0; v[i]; i++)
		app_key(app, v[i]);
	g_strfreev(v);
}

/* One address for each name that is separated by a comma. */
GPtrArray *
mime_addresses(struct message_view *m, const char *header)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(
		(GDestroyNotify)address_free);
	const char *blank = m->lines[0] ? strchr(m->lines[0], ' ') : NULL;
	char **names = g_strsplit(blank ? blank : "", ",", -1);

	for (int i = 0; names[i]; i++)
		if (*g_strstrip(names[i]))
			g_ptr_array_add(list, address_new("", names[i]));
	g_strfreev(names);
	return list;
}

const char *
mime_header(struct message_view *m, const char *name)
{
	return m->lines[0];
}
