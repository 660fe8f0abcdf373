/*
 * show.c - verso show
 */
#include "cli/show.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/commands.h"

#define DEFAULT_COLUMNS 80

struct show {
	char *account, *folder, *message_id;
	int n;
	bool json, raw, headers;
};

/* The terminal's width, $COLUMNS, or 80; at most what [ui] wrap says. */
static int
columns(const struct ui_options *ui)
{
	const char *env = g_getenv("COLUMNS");
	int width = env ? (int)g_ascii_strtoll(env, NULL, 10) : 0;
	struct winsize w;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 0)
		width = w.ws_col;
	if (width < 10)
		width = DEFAULT_COLUMNS;
	return ui && ui->wrap > 0 ? MIN(width, ui->wrap) : width;
}

static void
show_text(struct message_view *view, const struct ui_options *ui)
{
	struct render_options how = { .width = columns(ui),
				      .prefer_html = ui && ui->html };
	GPtrArray *lines = mime_render(view, &how);

	for (guint i = 0; i < lines->len; i++) {
		const struct line *line = lines->pdata[i];

		cli_print(stdout, "%s", line->text);
	}
	g_ptr_array_unref(lines);
}

static void
show_headers(struct message_view *view)
{
	for (size_t i = 0; i < mime_header_count(view); i++)
		cli_print(stdout, "%s: %s", mime_header_name(view, i),
			  mime_header_value(view, i));
}

static void
show_bytes(const struct show *s, GBytes *bytes, const struct ui_options *ui)
{
	struct message_view *view;

	if (s->raw) {
		cli_put_raw(bytes);
		return;
	}
	view = mime_open(bytes);
	if (s->json)
		show_json(view);
	else if (s->headers)
		show_headers(view);
	else
		show_text(view, ui);
	mime_close(view);
}

/* A file that is a message; the separator of an mbox before it is no part of
 * it. */
static enum st
show_file(const struct show *s, const char *file, struct err *e)
{
	GError *error = NULL;
	gsize len = 0, skip = 0;
	char *data;
	GBytes *whole, *bytes;

	if (!g_file_get_contents(file, &data, &len, &error)) {
		err_set(e, ST_LOCAL, "%s.", error->message);
		g_error_free(error);
		return ST_LOCAL;
	}
	if (g_str_has_prefix(data, "From ")) {
		const char *eol = memchr(data, '\n', len);

		skip = eol ? (gsize)(eol + 1 - data) : len;
	}
	whole = g_bytes_new_take(data, len);
	bytes = g_bytes_new_from_bytes(whole, skip, len - skip);
	show_bytes(s, bytes, NULL);
	g_bytes_unref(bytes);
	g_bytes_unref(whole);
	return ST_OK;
}

static enum st
show_message(const struct show *s, struct err *e)
{
	struct cli c = { NULL, NULL, NULL };
	struct folder *f = NULL;
	struct message m = { 0 };
	GBytes *bytes = NULL;
	enum st st = cli_open(&c, s->account, e);

	if (st == ST_OK)
		st = cli_folder(&c, s->folder ? s->folder : "INBOX", &f, e);
	if (st == ST_OK)
		st = cli_message(&c, f, s->n, s->message_id, &m, e);
	if (st == ST_OK)
		st = message_bytes(c.store, m.id, &bytes, e);
	if (st == ST_OK)
		show_bytes(s, bytes, &c.config->ui);
	if (bytes)
		g_bytes_unref(bytes);
	message_clear(&m);
	folder_free(f);
	cli_close(&c);
	return st;
}

static enum st
check(const struct show *s, int files, struct err *e)
{
	if (s->json + s->raw + s->headers > 1)
		return err_set(e, ST_USAGE, "Only one of --json, --raw and "
			       "--headers can be had.");
	if (files && (s->account || s->folder || s->n || s->message_id))
		return err_set(e, ST_USAGE, "A file needs no account, folder "
			       "or message.");
	return ST_OK;
}

int
cli_show(int argc, char **argv)
{
	struct show s = { .n = 0 };
	const struct cli_bind binds[] = {
		{ "account", &s.account },
		{ "folder", &s.folder },
		{ "number", &s.n },
		{ "message-id", &s.message_id },
		{ "json", &s.json },
		{ "raw", &s.raw },
		{ "headers", &s.headers },
		{ NULL, NULL }
	};
	struct err e;
	enum st st = cli_options("show", binds, &argc, argv, &e);

	if (st == ST_OK)
		st = check(&s, argc - 1, &e);
	if (st == ST_OK)
		st = argc > 1 ? show_file(&s, argv[1], &e)
			      : show_message(&s, &e);
	g_free(s.account);
	g_free(s.folder);
	g_free(s.message_id);
	return cli_end(st, &e);
}
