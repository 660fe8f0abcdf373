/*
 * config.c - from lines to struct config
 *
 * inih splits the lines.  Three of its habits are kept from the person by
 * the reader function it is given: it cuts lines at 200 bytes and section
 * names at 50, takes an indented line for the rest of the one before, and
 * says nothing of a section that is empty.
 */
#include "control/config.h"

#include <stdarg.h>
#include <string.h>

#include <ini.h>

#include "base/near.h"
#include "base/path.h"
#include "control/command.h"
#include "control/keys.h"

#define LINE_MAX_BYTES (INI_MAX_LINE - 3)
#define NAME_MAX_BYTES 49

struct reader {
	struct config *config;
	const char *at, *end;	/* what has not been read yet */
	int line;
	enum { IN_NOTHING, IN_ACCOUNT, IN_UI, IN_KEYS } in;
	struct account *account;
	const char *map;
	GHashTable *given;	/* keys seen in this section */
	enum st st;		/* of the first failure */
	int failed_line;
	struct err *e;
};

/* ---- life --------------------------------------------------------------- */

static void
binding_free(struct binding *b)
{
	g_free(b->map);
	g_free(b->keys);
	g_free(b->line);
	g_free(b);
}

struct config *
config_new(const char *file)
{
	struct config *c = g_new0(struct config, 1);

	c->file = g_strdup(file);
	c->accounts = g_ptr_array_new_with_free_func(
		(GDestroyNotify)account_free);
	c->bindings = g_ptr_array_new_with_free_func(
		(GDestroyNotify)binding_free);
	options_reset("ui", &c->ui);
	return c;
}

void
config_free(struct config *c)
{
	if (!c)
		return;
	g_free(c->file);
	g_ptr_array_free(c->accounts, TRUE);
	g_ptr_array_free(c->bindings, TRUE);
	ui_options_clear(&c->ui);
	g_free(c);
}

/* ---- failures ----------------------------------------------------------- */

/* Keep the first failure, with file and line before its sentence. */
static void G_GNUC_PRINTF(2, 3)
fail(struct reader *r, const char *fmt, ...)
{
	va_list ap;
	char *sentence;

	if (r->st != ST_OK)
		return;
	va_start(ap, fmt);
	sentence = g_strdup_vprintf(fmt, ap);
	va_end(ap);
	r->failed_line = r->line;
	r->st = err_set(r->e, ST_CONFIG, "%s, line %d: %s", r->config->file,
			r->line, sentence);
	g_free(sentence);
}

/* " Did you mean “x”?", or nothing.  The caller frees. */
static char *
suggestion(const char *near)
{
	return near ? g_strdup_printf(" Did you mean “%s”?", near)
		    : g_strdup("");
}

/* ---- sections ----------------------------------------------------------- */

static struct account *
find_account(const struct config *c, const char *name)
{
	for (guint i = 0; i < c->accounts->len; i++) {
		struct account *a = c->accounts->pdata[i];

		if (strcmp(a->name, name) == 0)
			return a;
	}
	return NULL;
}

static void
begin_account(struct reader *r, const char *name)
{
	if (!*name) {
		fail(r, "The account needs a name: [account work].");
		return;
	}
	if (find_account(r->config, name)) {
		fail(r, "There are two accounts “%s”.", name);
		return;
	}
	r->account = account_new(name);
	options_reset("account", r->account);
	g_ptr_array_add(r->config->accounts, r->account);
	r->in = IN_ACCOUNT;
}

static void
begin_keys(struct reader *r, const char *map)
{
	r->map = keys_map_find(map);
	if (!r->map) {
		char *hint = suggestion(keys_map_near(map));

		fail(r, "There is no key map “%s”.%s", map, hint);
		g_free(hint);
		return;
	}
	r->in = IN_KEYS;
}

static void
begin_section(struct reader *r, const char *name)
{
	static const char *const known[] = { "account", "ui", "keys", NULL };
	char **words = g_strsplit_set(name, " \t", 2);
	char *kind = words[0] ? words[0] : (char *)"";
	char *rest = words[0] && words[1] ? g_strstrip(words[1]) : (char *)"";
	char *hint;

	r->in = IN_NOTHING;
	g_hash_table_remove_all(r->given);
	if (strcmp(kind, "account") == 0) {
		begin_account(r, rest);
	} else if (strcmp(kind, "keys") == 0) {
		begin_keys(r, rest);
	} else if (strcmp(kind, "ui") == 0 && !*rest) {
		r->in = IN_UI;
	} else {
		hint = suggestion(near_name(kind, known));
		fail(r, "There is no section [%s].%s", name, hint);
		g_free(hint);
	}
	g_strfreev(words);
}

/* ---- keys and values ---------------------------------------------------- */

static void
set_option(struct reader *r, const char *section, void *base, const char *name,
	   const char *value)
{
	const struct option *o = option_find(section, name);
	struct err why;

	if (!o) {
		char *hint = suggestion(option_near(section, name));

		fail(r, "“%s” is no key of [%s%s%s].%s", name, section,
		     r->in == IN_ACCOUNT ? " " : "",
		     r->in == IN_ACCOUNT ? r->account->name : "", hint);
		g_free(hint);
	} else if (option_set(o, base, value, &why) != ST_OK) {
		fail(r, "%s", why.text);
	}
}

static void
bind_key(struct reader *r, const char *keys, const char *line)
{
	struct binding *b;
	struct err why;

	if (strcmp(line, "none") == 0)
		line = "";
	if (keys_check(r->map, keys, &why) != ST_OK ||
	    (*line && command_check(line, &why) != ST_OK)) {
		fail(r, "%s", why.text);
		return;
	}
	b = g_new0(struct binding, 1);
	b->map = g_strdup(r->map);
	b->keys = g_strdup(keys);
	b->line = g_strdup(line);
	g_ptr_array_add(r->config->bindings, b);
}

/* inih's handler: 1 goes on. */
static int
take_value(void *ctx, const char *section, const char *name, const char *value)
{
	struct reader *r = ctx;

	if (r->st != ST_OK)
		return 1;
	if (!*name || strlen(name) > NAME_MAX_BYTES) {
		fail(r, "There is no proper key before the “=”.");
		return 1;
	}
	if (!*section) {
		fail(r, "“%s” stands before the first section.", name);
		return 1;
	}
	if (!g_hash_table_add(r->given, g_strdup(name))) {
		fail(r, "“%s” is given twice in [%s].", name, section);
		return 1;
	}
	if (r->in == IN_ACCOUNT)
		set_option(r, "account", r->account, name, value);
	else if (r->in == IN_UI)
		set_option(r, "ui", &r->config->ui, name, value);
	else if (r->in == IN_KEYS)
		bind_key(r, name, value);
	return 1;
}

/* ---- lines -------------------------------------------------------------- */

static void
look_at_section(struct reader *r, const char *line)
{
	const char *end = strchr(line, ']');
	char *name;

	if (!end || end - line - 1 > NAME_MAX_BYTES) {
		fail(r, end ? "The section's name is too long."
			    : "The section has no “]”.");
		return;
	}
	name = g_strstrip(g_strndup(line + 1, (size_t)(end - line - 1)));
	begin_section(r, name);
	g_free(name);
}

/* inih's reader, like fgets(): one line, without the blanks before it. */
static char *
read_line(char *buf, int size, void *ctx)
{
	struct reader *r = ctx;
	const char *eol;
	size_t len;

	if (r->at >= r->end || r->st != ST_OK)
		return NULL;
	r->line++;
	eol = memchr(r->at, '\n', (size_t)(r->end - r->at));
	if (!eol)
		eol = r->end;
	while (r->at < eol && (*r->at == ' ' || *r->at == '\t'))
		r->at++;
	len = (size_t)(eol - r->at);
	if (len > LINE_MAX_BYTES || len + 2 > (size_t)size) {
		fail(r, "The line is longer than %d bytes: put a long command "
			"into a script.", LINE_MAX_BYTES);
		return NULL;
	}
	if (!g_utf8_validate(r->at, (gssize)len, NULL)) {
		fail(r, "The line is no valid UTF-8.");
		return NULL;
	}
	memcpy(buf, r->at, len);
	memcpy(buf + len, "\n", 2);
	r->at = MIN(eol + 1, r->end);
	if (*buf == '[')
		look_at_section(r, buf);
	return buf;
}

/* ---- the whole ---------------------------------------------------------- */

/* "Ann <ann@x>" gives "ann@x".  The caller frees. */
static char *
bare_address(const char *address)
{
	const char *open = strrchr(address, '<');

	if (!open)
		return g_strstrip(g_strdup(address));
	return g_strndup(open + 1, strcspn(open + 1, ">"));
}

static void
inherit(char **field, const char *from)
{
	if (!*field)
		*field = g_strdup(from);
}

/* What depends on several keys. */
static enum st
finish_account(const struct config *c, struct account *a, struct err *e)
{
	if (a->send.proto != PROTO_NONE && a->send_command)
		return err_set(e, ST_CONFIG,
			       "%s: [account %s] has both “send” and "
			       "“send-command”: leave one of them out.",
			       c->file, a->name);
	if (a->receive.proto == PROTO_NONE && a->send.proto == PROTO_NONE &&
	    !a->send_command)
		return err_set(e, ST_CONFIG,
			       "%s: [account %s] has neither “receive” nor "
			       "“send”.", c->file, a->name);
	if (!a->address && !a->user)
		return err_set(e, ST_CONFIG,
			       "%s: [account %s] has no “address”.", c->file,
			       a->name);
	if (!a->user)
		a->user = bare_address(a->address);
	inherit(&a->send_user, a->user);
	inherit(&a->send_password_command, a->password_command);
	inherit(&a->send_token_command, a->token_command);
	return ST_OK;
}

static enum st
run_parser(struct reader *r)
{
	int line = ini_parse_stream(read_line, r, take_value, r);

	if (r->st != ST_OK)
		return r->st;
	if (line > 0) {
		r->line = line;
		fail(r, "The line is neither “key = value” nor [section].");
	} else if (line < 0) {
		r->st = err_set(r->e, ST_LOCAL, "%s cannot be read.",
				r->config->file);
	}
	for (guint i = 0; i < r->config->accounts->len && r->st == ST_OK; i++)
		r->st = finish_account(r->config,
				       r->config->accounts->pdata[i], r->e);
	return r->st;
}

enum st
config_parse(const char *text, size_t len, const char *file,
	     struct config **out, struct err *e)
{
	struct reader r = {
		.config = config_new(file),
		.at = text,
		.end = text + len,
		.e = e,
		.given = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					       NULL),
	};

	run_parser(&r);
	g_hash_table_destroy(r.given);
	if (r.st == ST_OK)
		*out = r.config;
	else
		config_free(r.config);
	return r.st;
}

enum st
config_load(const char *file, struct config **out, struct err *e)
{
	char *place = file ? g_strdup(file) : path_config();
	GError *error = NULL;
	char *text = NULL;
	gsize len = 0;
	enum st st = ST_OK;

	if (g_file_get_contents(place, &text, &len, &error)) {
		st = config_parse(text, len, place, out, e);
	} else if (g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
		*out = config_new(place);
		(*out)->missing = true;
	} else {
		st = err_set(e, ST_LOCAL, "%s.", error->message);
	}
	g_clear_error(&error);
	g_free(text);
	g_free(place);
	return st;
}

enum st
config_account(const struct config *c, const char *name,
	       const struct account **out, struct err *e)
{
	GPtrArray *names;
	const char *near;

	if (c->accounts->len == 0)
		return err_set(e, ST_CONFIG,
			       "No account is set up: write one into %s (see "
			       "“verso help config”), or try “verso demo”.",
			       c->file);
	if (!name) {
		*out = c->accounts->pdata[0];
		return ST_OK;
	}
	*out = find_account(c, name);
	if (*out)
		return ST_OK;
	names = g_ptr_array_new();
	for (guint i = 0; i < c->accounts->len; i++)
		g_ptr_array_add(names, ((struct account *)
					c->accounts->pdata[i])->name);
	g_ptr_array_add(names, NULL);
	near = near_name(name, (const char *const *)names->pdata);
	if (near)
		err_set(e, ST_USAGE,
			"There is no account “%s”; did you mean “%s”?", name,
			near);
	else
		err_set(e, ST_USAGE, "There is no account “%s” in %s.", name,
			c->file);
	g_ptr_array_free(names, TRUE);
	return ST_USAGE;
}
