/*
 * common.c - output, opening: what every subcommand needs
 */
#include "cli/cli.h"

#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "base/near.h"
#include "base/path.h"
#include "base/text.h"

#define CHUNK 1000

/* ---- output ------------------------------------------------------------- */

void
cli_put(FILE *to, const char *text, bool lines)
{
	GString *safe = g_string_new(NULL);

	text_gate(safe, text, strlen(text), lines);
	fwrite(safe->str, 1, safe->len, to);
	g_string_free(safe, TRUE);
}

void
cli_put_raw(GBytes *bytes)
{
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);
	GString *safe;

	if (!isatty(STDOUT_FILENO)) {
		fwrite(data, 1, len, stdout);
		return;
	}
	safe = g_string_new(NULL);
	text_gate(safe, data, len, true);
	fwrite(safe->str, 1, safe->len, stdout);
	g_string_free(safe, TRUE);
}

void
cli_print(FILE *to, const char *fmt, ...)
{
	char *text;
	va_list ap;

	va_start(ap, fmt);
	text = g_strdup_vprintf(fmt, ap);
	va_end(ap);
	cli_put(to, text, false);
	fputc('\n', to);
	g_free(text);
}

int
cli_fail(enum st st, const struct err *e)
{
	if (st != ST_OK)
		cli_print(stderr, "verso: %s", e->text);
	return st_exit_code(st);
}

int
cli_end(enum st st, const struct err *e)
{
	struct err why;

	if (fflush(stdout) != 0 || ferror(stdout)) {
		cli_fail(ST_LOCAL, (err_errno(&why, "Standard output cannot be "
					      "written"), &why));
		st = st_worse(st, ST_LOCAL);
		return st_exit_code(st);
	}
	return cli_fail(st, e);
}

char *
cli_date(int64_t when, int zone_minutes)
{
	GTimeZone *zone = g_time_zone_new_offset(zone_minutes * 60);
	GDateTime *utc = g_date_time_new_from_unix_utc(when);
	GDateTime *local = utc ? g_date_time_to_timezone(utc, zone) : NULL;
	char *text = local ? g_date_time_format(local, zone_minutes
							? "%FT%T%:z"
							: "%FT%TZ")
			   : NULL;

	g_time_zone_unref(zone);
	g_clear_pointer(&utc, g_date_time_unref);
	g_clear_pointer(&local, g_date_time_unref);
	return text ? text : g_strdup("");
}

/* ---- opening ------------------------------------------------------------ */

enum st
cli_configure(struct cli *c, struct err *e)
{
	memset(c, 0, sizeof(*c));
	return config_load(NULL, &c->config, e);
}

enum st
cli_switch(struct cli *c, const struct account *account, struct err *e)
{
	char *dir = path_account(account->name);
	enum st st;

	store_close(c->store);
	c->store = NULL;
	c->account = account;
	st = store_open(dir, STORE_READER, &c->store, e);
	g_free(dir);
	return st;
}

enum st
cli_open(struct cli *c, const char *account, struct err *e)
{
	const struct account *a = NULL;
	enum st st = cli_configure(c, e);

	if (st == ST_OK)
		st = config_account(c->config, account, &a, e);
	return st == ST_OK ? cli_switch(c, a, e) : st;
}

void
cli_close(struct cli *c)
{
	store_close(c->store);
	config_free(c->config);
	memset(c, 0, sizeof(*c));
}

enum st
cli_folder(struct cli *c, const char *name, struct folder **out, struct err *e)
{
	enum st st = folder_by_name(c->store, name, out, e);
	GPtrArray *all = NULL, *names;
	const char *near;

	if (st != ST_GONE)
		return st;
	if (folders_all(c->store, &all, NULL) != ST_OK || all->len == 0)
		return err_set(e, ST_USAGE,
			       "There is no folder “%s” in %s: nothing has "
			       "been received yet; run “verso sync”.", name,
			       c->account->name);
	names = g_ptr_array_new();
	for (guint i = 0; i < all->len; i++)
		g_ptr_array_add(names, ((struct folder *)all->pdata[i])->name);
	g_ptr_array_add(names, NULL);
	near = near_name(name, (const char *const *)names->pdata);
	err_set(e, ST_USAGE, near ? "There is no folder “%s” in %s; did you "
				    "mean “%s”?"
				  : "There is no folder “%s” in %s.",
		name, c->account->name, near);
	g_ptr_array_free(names, TRUE);
	g_ptr_array_unref(all);
	return ST_USAGE;
}

/* The row id of the n-th live message by UID, 0: there are fewer. */
static enum st
nth_message(struct store *s, int64_t folder, int n, int64_t *id, struct err *e)
{
	GArray *ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	int64_t from = 0;
	enum st st;

	for (*id = 0;; n -= CHUNK) {
		g_array_set_size(ids, 0);
		st = message_ids(s, folder, &from, CHUNK, ids, e);
		if (st != ST_OK || ids->len == 0)
			break;
		if ((guint)n <= ids->len) {
			*id = g_array_index(ids, int64_t, n - 1);
			break;
		}
	}
	g_array_free(ids, TRUE);
	return st;
}

char *
cli_bare_id(const char *message_id)
{
	size_t len = message_id ? strlen(message_id) : 0;
	bool angle = len > 1 && *message_id == '<' &&
		     message_id[len - 1] == '>';

	return angle ? g_strndup(message_id + 1, len - 2)
		     : g_strdup(message_id);
}

enum st
cli_message(struct cli *c, const struct folder *folder, int n,
	    const char *message_id, struct message *out, struct err *e)
{
	int64_t id = 0;
	enum st st;

	if ((n > 0) == (message_id != NULL))
		return err_set(e, ST_USAGE, "Which message: -n N, with N from "
			       "1, or --message-id ID?");
	if (message_id) {
		char *bare = cli_bare_id(message_id);

		st = message_by_message_id(c->store, folder->id, bare, out, e);
		if (st == ST_GONE)
			st = err_set(e, ST_USAGE, "There is no message <%s> in "
				     "%s.", bare, folder->name);
		g_free(bare);
		return st;
	}
	st = nth_message(c->store, folder->id, n, &id, e);
	if (st != ST_OK)
		return st;
	if (!id)
		return err_set(e, ST_USAGE, "There is no message %d in %s.", n,
			       folder->name);
	return message_by_id(c->store, id, out, e);
}
