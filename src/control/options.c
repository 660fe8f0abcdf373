/*
 * options.c - one reader for each type of value
 */
#include "control/options.h"

#include <string.h>

#include <glib.h>

#include "base/near.h"
#include "base/words.h"
#include "model/account.h"

#define TIMEOUT_MIN 5
#define TIMEOUT_MAX 3600
#define KEEP_DAYS_MAX 3650
#define NUMBER_MAX 10000

/* The struct behind a section. */
#define section_account account
#define section_ui ui_options

const struct option option_table[] = {
#define OPTION(section, field, name, type, standard, values, help)           \
	{ #section, name, OPT_##type,                                          \
	  offsetof(struct section_##section, field), standard, values, help },
#include "control/options.def"
#undef OPTION
	{ NULL, NULL, 0, 0, NULL, NULL, NULL }
};

const struct option *
option_find(const char *section, const char *name)
{
	for (const struct option *o = option_table; o->name; o++)
		if (strcmp(o->section, section) == 0 &&
		    strcmp(o->name, name) == 0)
			return o;
	return NULL;
}

const char *
option_near(const char *section, const char *name)
{
	GPtrArray *names = g_ptr_array_new();
	const char *near;

	for (const struct option *o = option_table; o->name; o++)
		if (strcmp(o->section, section) == 0)
			g_ptr_array_add(names, (gpointer)o->name);
	g_ptr_array_add(names, NULL);
	near = near_name(name, (const char *const *)names->pdata);
	g_ptr_array_free(names, TRUE);
	return near;
}

char **
option_choices(const struct option *o)
{
	char **choices;

	if (!strchr(o->values, '|') || o->type == OPT_KEEP)
		return g_new0(char *, 1);
	choices = g_strsplit(o->values, "|", -1);
	for (int i = 0; choices[i]; i++)
		g_strstrip(choices[i]);
	return choices;
}

/* ---- readers ------------------------------------------------------------ */

static void
replace_text(char **field, const char *value)
{
	g_free(*field);
	*field = g_strdup(value);
}

/* The place of value among the option's choices; -1 and the reason. */
static int
choose(const struct option *o, const char *value, struct err *e)
{
	char **choices = option_choices(o);
	const char *near = near_name(value, (const char *const *)choices);
	int found = -1;

	for (int i = 0; choices[i] && found < 0; i++)
		if (g_ascii_strcasecmp(choices[i], value) == 0)
			found = i;
	if (found < 0 && near)
		err_set(e, ST_CONFIG,
			"“%s” cannot stand for %s; did you mean “%s”?", value,
			o->name, near);
	else if (found < 0)
		err_set(e, ST_CONFIG, "“%s” cannot stand for %s: %s.", value,
			o->name, o->values);
	g_strfreev(choices);
	return found;
}

/* A whole number without a sign; -1: it is none, or more than max. */
static int
number(const char *value, int max)
{
	gint64 n;
	char *end;

	if (!g_ascii_isdigit(*value))
		return -1;
	n = g_ascii_strtoll(value, &end, 10);
	return *end || n > max ? -1 : (int)n;
}

static enum st
set_bool(const struct option *o, bool *field, const char *value, struct err *e)
{
	int choice = choose(o, value, e);

	if (choice < 0)
		return ST_CONFIG;
	*field = choice == 0;
	return ST_OK;
}

static enum st
set_number(const struct option *o, int *field, const char *value, int min,
	   int max, struct err *e)
{
	int n = number(value, max);

	if (n < min)
		return err_set(e, ST_CONFIG,
			       "“%s” cannot stand for %s: a number from %d to "
			       "%d.", value, o->name, min, max);
	*field = n;
	return ST_OK;
}

static enum st
set_sort(const struct option *o, enum sort *field, const char *value,
	 struct err *e)
{
	if (choose(o, value, e) < 0)
		return ST_CONFIG;
	sort_parse(value, field);
	return ST_OK;
}

static enum st
set_theme(const struct option *o, char **field, const char *value,
	  struct err *e)
{
	if (!strchr(value, '/') && choose(o, value, e) < 0)
		return ST_CONFIG;
	replace_text(field, value);
	return ST_OK;
}

static enum st
set_auth(const struct option *o, enum auth_kind *field, const char *value,
	 struct err *e)
{
	int choice = choose(o, value, e);

	if (choice < 0)
		return ST_CONFIG;
	*field = choice == 0 ? AUTH_PASSWORD : AUTH_OAUTH2;
	return ST_OK;
}

/* "no", "yes", "14 days", "14d", "14"; base is the account, for the number
 * of days has a field of its own. */
static enum st
set_keep(const struct option *o, struct account *a, const char *value,
	 struct err *e)
{
	static const char *const units[] = { "", "d", "day", "days" };
	char *end, *digits;
	int days = -1;

	if (g_ascii_strcasecmp(value, "no") == 0) {
		a->keep = KEEP_NO;
		return ST_OK;
	}
	if (g_ascii_strcasecmp(value, "yes") == 0) {
		a->keep = KEEP_FOREVER;
		return ST_OK;
	}
	digits = g_strndup(value, strspn(value, "0123456789"));
	end = g_strstrip(g_strdup(value + strlen(digits)));
	for (size_t i = 0; i < G_N_ELEMENTS(units); i++)
		if (g_ascii_strcasecmp(end, units[i]) == 0)
			days = number(digits, KEEP_DAYS_MAX);
	g_free(digits);
	g_free(end);
	if (days < 1)
		return err_set(e, ST_CONFIG,
			       "“%s” cannot stand for %s: %s, with N from 1 to "
			       "%d.", value, o->name, o->values,
			       KEEP_DAYS_MAX);
	a->keep = KEEP_DAYS;
	a->keep_days = days;
	return ST_OK;
}

static enum st
set_endpoint(const struct option *o, struct endpoint *field, const char *value,
	     struct err *e)
{
	struct endpoint ep = { .proto = PROTO_NONE };
	bool sends;
	enum st st;

	if (!*value) {
		endpoint_clear(field);
		return ST_OK;
	}
	st = endpoint_parse(&ep, value, e);
	if (st != ST_OK)
		return st;
	sends = ep.proto == PROTO_SMTP;
	if (ep.proto != PROTO_MEMORY && sends != (o->type == OPT_SEND)) {
		endpoint_clear(&ep);
		return err_set(e, ST_CONFIG,
			       sends ? "“%s” sends mail: it belongs behind "
				       "“send =”."
				     : "“%s” receives mail: it belongs behind "
				       "“receive =”.", value);
	}
	endpoint_clear(field);
	*field = ep;
	return ST_OK;
}

/* An argv line; NULL (in an account) or "" (in ui) when there is none. */
static enum st
set_command(const struct option *o, char **field, const char *value,
	    struct err *e)
{
	char **words = words_split(value, NULL);

	if (!words)
		return err_set(e, ST_CONFIG,
			       "The command behind %s has an open quote or an "
			       "unknown escape.", o->name);
	g_strfreev(words);
	replace_text(field, value);
	return ST_OK;
}

/* What the default says ("*", or nothing at all) is NULL. */
static enum st
set_patterns(const struct option *o, char ***field, const char *value,
	     struct err *e)
{
	int n;
	char **words = words_split(value, &n);

	if (!words || (n == 0 && *o->standard)) {
		g_strfreev(words);
		return err_set(e, ST_CONFIG,
			       "“%s” cannot stand for %s: patterns separated "
			       "by blanks.", value, o->name);
	}
	g_strfreev(*field);
	*field = words;
	if (n == 0 || (n == 1 && strcmp(words[0], o->standard) == 0)) {
		g_strfreev(words);
		*field = NULL;
	}
	return ST_OK;
}

/* "~/x" is the home folder's. */
static void
set_file(char **field, const char *value)
{
	g_free(*field);
	if (g_str_has_prefix(value, "~/"))
		*field = g_build_filename(g_get_home_dir(), value + 2, NULL);
	else
		*field = g_strdup(value);
}

/* 64 hexadecimal digits; colons and blanks between them are for humans, and
 * go. */
static enum st
set_pin(const struct option *o, char **field, const char *value, struct err *e)
{
	GString *digits = g_string_new(NULL);
	bool good = true;

	for (const char *p = value; *p && good; p++) {
		if (g_ascii_isxdigit(*p))
			g_string_append_c(digits, g_ascii_tolower(*p));
		else
			good = *p == ':' || *p == ' ';
	}
	if (*value && (!good || digits->len != 64)) {
		g_string_free(digits, TRUE);
		return err_set(e, ST_CONFIG,
			       "“%s” cannot stand for %s: 64 hexadecimal "
			       "digits.", value, o->name);
	}
	g_free(*field);
	*field = g_string_free(digits, FALSE);
	return ST_OK;
}

static enum st
set_address(const struct option *o, char **field, const char *value,
	    struct err *e)
{
	if (*value && !strchr(value, '@'))
		return err_set(e, ST_CONFIG,
			       "“%s” cannot stand for %s: %s.", value, o->name,
			       o->values);
	replace_text(field, value);
	return ST_OK;
}

/* An account's text that is not configured is NULL; ui's is "". */
static void
empty_is_null(const struct option *o, char **field)
{
	if (strcmp(o->section, "account") == 0 && *field && !**field) {
		g_free(*field);
		*field = NULL;
	}
}

static enum st
set_text(const struct option *o, char **field, const char *value,
	 struct err *e)
{
	enum st st = ST_OK;

	switch (o->type) {
	case OPT_ADDRESS:
		st = set_address(o, field, value, e);
		break;
	case OPT_COMMAND:
		st = set_command(o, field, value, e);
		break;
	case OPT_PIN:
		st = set_pin(o, field, value, e);
		break;
	case OPT_THEME:
		st = set_theme(o, field, value, e);
		break;
	case OPT_FILE:
		set_file(field, value);
		break;
	default:
		replace_text(field, value);
		break;
	}
	empty_is_null(o, field);
	return st;
}

enum st
option_set(const struct option *o, void *base, const char *value,
	   struct err *e)
{
	void *field = (char *)base + o->offset;

	switch (o->type) {
	case OPT_RECEIVE:
	case OPT_SEND:
		return set_endpoint(o, field, value, e);
	case OPT_AUTH:
		return set_auth(o, field, value, e);
	case OPT_KEEP:
		return set_keep(o, base, value, e);
	case OPT_PATTERNS:
		return set_patterns(o, field, value, e);
	case OPT_SECONDS:
		return set_number(o, field, value, TIMEOUT_MIN, TIMEOUT_MAX,
				  e);
	case OPT_NUMBER:
		return set_number(o, field, value, 0, NUMBER_MAX, e);
	case OPT_SORT:
		return set_sort(o, field, value, e);
	case OPT_BOOL:
		return set_bool(o, field, value, e);
	default:
		return set_text(o, field, value, e);
	}
}

void
options_reset(const char *section, void *base)
{
	for (const struct option *o = option_table; o->name; o++)
		if (strcmp(o->section, section) == 0)
			option_set(o, base, o->standard, NULL);
}

void
ui_options_clear(struct ui_options *ui)
{
	g_free(ui->theme);
	g_free(ui->open);
	g_free(ui->save_folder);
	g_free(ui->editor);
	g_free(ui->attribution);
	g_free(ui->query_command);
	memset(ui, 0, sizeof(*ui));
}
