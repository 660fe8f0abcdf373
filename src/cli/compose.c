/*
 * compose.c - verso compose: the reader with a letter begun
 */
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/commands.h"
#include "mime/letter_file.h"
#include "mime/mailto.h"

#define TEXT_MOST (16 << 20)

struct compose {
	GPtrArray *to, *cc, *bcc, *attach;	/* char * */
	char *subject, *body;			/* NULL: not given */
};

/* What a person writes for addresses is what a letter file has. */
static enum st
add_addresses(GPtrArray *field, const GPtrArray *words, struct err *e)
{
	enum st st = ST_OK;

	for (guint i = 0; i < words->len && st == ST_OK; i++) {
		char *line = g_strdup_printf("To: %s\n", g_strdelimit(
			words->pdata[i], "\r\n", ' '));
		struct letter *l = NULL;

		st = letter_read(line, strlen(line), &l, e);
		if (st == ST_OK)
			g_ptr_array_extend_and_steal(field, addresses_copy(
						     l->to));
		letter_free(l);
		g_free(line);
	}
	return st;
}

/* A mailto link, or an address. */
static enum st
add_word(struct letter *l, char *word, struct err *e)
{
	GPtrArray *one;
	enum st st;

	if (g_ascii_strncasecmp(word, "mailto:", 7) == 0)
		return mailto_parse(word, l, e);
	one = g_ptr_array_new();
	g_ptr_array_add(one, word);
	st = add_addresses(l->to, one, e);
	g_ptr_array_unref(one);
	return st;
}

static enum st
add_attachments(struct letter *l, const GPtrArray *paths, struct err *e)
{
	for (guint i = 0; i < paths->len; i++) {
		char *path = g_canonicalize_filename(paths->pdata[i], NULL);
		bool there = access(path, R_OK) == 0;

		if (there)
			g_ptr_array_add(l->attachments, attachment_new(path));
		else
			err_errno(e, "%s cannot be attached", path);
		g_free(path);
		if (!there)
			return ST_LOCAL;
	}
	return ST_OK;
}

static enum st
read_body(struct letter *l, const char *file, struct err *e)
{
	GError *error = NULL;
	char *text = NULL;
	gsize len = 0;
	enum st st = ST_OK;

	if (!g_file_get_contents(file, &text, &len, &error))
		st = err_set(e, ST_LOCAL, "%s.", error->message);
	else if (len > TEXT_MOST || !g_utf8_validate(text, (gssize)len, NULL))
		st = err_set(e, ST_USAGE, "%s is no text in UTF-8, or longer "
			     "than 16 megabytes: attach it.", file);
	else
		letter_set_text(l, g_steal_pointer(&text));
	g_clear_error(&error);
	g_free(text);
	return st;
}

static enum st
begin(const struct compose *c, char **words, struct letter *l, struct err *e)
{
	enum st st = add_addresses(l->to, c->to, e);

	for (char **w = words; *w && st == ST_OK; w++)
		st = add_word(l, *w, e);
	if (st == ST_OK)
		st = add_addresses(l->cc, c->cc, e);
	if (st == ST_OK)
		st = add_addresses(l->bcc, c->bcc, e);
	if (st == ST_OK)
		st = add_attachments(l, c->attach, e);
	if (st == ST_OK && c->body)
		st = read_body(l, c->body, e);
	if (c->subject)
		letter_set_subject(l, g_strdelimit(g_strdup(c->subject),
						   "\r\n", ' '));
	return st;
}

int
cli_compose(int argc, char **argv)
{
	g_autofree char *account = NULL;
	struct compose c = {
		.to = g_ptr_array_new_with_free_func(g_free),
		.cc = g_ptr_array_new_with_free_func(g_free),
		.bcc = g_ptr_array_new_with_free_func(g_free),
		.attach = g_ptr_array_new_with_free_func(g_free),
	};
	const struct cli_bind binds[] = {
		{ "account", &account },
		{ "to", c.to }, { "cc", c.cc }, { "bcc", c.bcc },
		{ "subject", &c.subject },
		{ "attach", c.attach },
		{ "body", &c.body },
		{ NULL, NULL }
	};
	struct letter *l = letter_new();
	struct config *config = NULL;
	struct err e = { "" };
	enum st st = cli_options("compose", binds, &argc, argv, &e);
	int status;

	if (st == ST_OK)
		st = begin(&c, argv + 1, l, &e);
	if (st == ST_OK)
		st = config_load(NULL, &config, &e);
	if (st == ST_OK)	/* both are the reader's now */
		status = cli_reader(config, account, NULL, l);
	else
		status = cli_fail(st, &e);
	if (st != ST_OK)
		letter_free(l);
	g_ptr_array_unref(c.to);
	g_ptr_array_unref(c.cc);
	g_ptr_array_unref(c.bcc);
	g_ptr_array_unref(c.attach);
	g_free(c.subject);
	g_free(c.body);
	return status;
}
