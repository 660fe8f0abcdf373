/*
 * list.c - verso list
 *
 * A line has five fields between TABs: number (what -n takes), flags, date,
 * from, subject.  Flags are five letters, each "." when it is not so: New,
 * Answered, Flagged, draft (T), Deleted.  The order is that of the numbers,
 * by UID; -n MAX gives the last MAX.  Words narrow the list to messages that
 * have each of them in from, to or subject.
 */
#include <string.h>

#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/json.h"

struct listing {
	GPtrArray *found;	/* struct row *, the last max */
	guint max;
	JsonBuilder *json;
};

struct row {
	int64_t n;
	struct message m;
};

static void
row_free(gpointer p)
{
	struct row *row = p;

	message_clear(&row->m);
	g_free(row);
}

static void
print_row(const struct row *row)
{
	static const struct {
		uint32_t bit;
		bool set;	/* shown when it is set, or when it is not */
		char letter;
	} letters[] = {
		{ FLAG_SEEN, false, 'N' },   { FLAG_ANSWERED, true, 'A' },
		{ FLAG_FLAGGED, true, 'F' }, { FLAG_DRAFT, true, 'T' },
		{ FLAG_DELETED, true, 'D' },
	};
	const struct message *m = &row->m;
	char *date = cli_date(m->env.date ? m->env.date : m->arrival,
			      m->env.date ? m->env.date_zone : 0);

	printf("%lld\t", (long long)row->n);
	for (size_t i = 0; i < G_N_ELEMENTS(letters); i++)
		putchar(!(m->flags.bits & letters[i].bit) != letters[i].set
				? letters[i].letter : '.');
	printf("\t%s\t", date);
	cli_put(stdout, m->env.from ? m->env.from : "", false);
	putchar('\t');
	cli_put(stdout, m->env.subject ? m->env.subject : "", false);
	putchar('\n');
	g_free(date);
}

static void
add_flags(JsonBuilder *b, const struct flags *f)
{
	static const char *const names[] = { "seen", "answered", "flagged",
					     "deleted", "draft" };
	char **keywords = g_strsplit(f->keywords ? f->keywords : "", " ", -1);

	json_builder_set_member_name(b, "flags");
	json_builder_begin_array(b);
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (f->bits & 1U << i)
			json_builder_add_string_value(b, names[i]);
	for (int i = 0; keywords[i]; i++)
		json_builder_add_string_value(b, keywords[i]);
	json_builder_end_array(b);
	g_strfreev(keywords);
}

static void
add_row(JsonBuilder *b, const struct row *row)
{
	const struct message *m = &row->m;

	json_builder_begin_object(b);
	json_number(b, "n", row->n);
	json_number(b, "uid", m->uid);
	json_text(b, "uidl", m->uidl);
	json_text(b, "message_id", m->env.message_id);
	json_date(b, "date", m->env.date, m->env.date_zone);
	json_date(b, "arrival", m->arrival, 0);
	json_text(b, "from", m->env.from);
	json_text(b, "to", m->env.to);
	json_text(b, "subject", m->env.subject);
	json_number(b, "size", m->size);
	add_flags(b, &m->flags);
	json_builder_set_member_name(b, "has_body");
	json_builder_add_boolean_value(b, m->has_body);
	json_builder_end_object(b);
}

static void
emit(struct listing *l, struct row *row)
{
	if (l->json)
		add_row(l->json, row);
	else
		print_row(row);
	row_free(row);
}

/* Without a limit a row goes out at once; else the last ones are kept. */
static enum st
take(void *ctx, int64_t n, struct message *m, struct err *e)
{
	struct listing *l = ctx;
	struct row *row = g_new0(struct row, 1);

	row->n = n;
	row->m = *m;
	memset(m, 0, sizeof(*m));
	if (!l->max) {
		emit(l, row);
		return ST_OK;
	}
	g_ptr_array_add(l->found, row);
	if (l->found->len >= 2 * l->max)
		g_ptr_array_remove_range(l->found, 0, l->found->len - l->max);
	return ST_OK;
}

static void
emit_last(struct listing *l)
{
	guint first = l->found->len > l->max ? l->found->len - l->max : 0;

	for (guint i = 0; i < l->found->len; i++) {
		if (i >= first)
			emit(l, l->found->pdata[i]);
		else
			row_free(l->found->pdata[i]);
	}
}

static enum st
list(struct cli *c, const char *folder, int max, bool json, char **words,
     struct err *e)
{
	struct listing l = {
		.max = (guint)max,
		.found = g_ptr_array_new_with_free_func(row_free),
	};
	struct folder *f = NULL;
	enum st st = cli_folder(c, folder, &f, e);

	if (json)
		l.json = json_builder_begin_array(json_builder_new());
	if (st == ST_OK)
		st = cli_walk(c, f, words, take, &l, e);
	g_ptr_array_set_free_func(l.found, NULL);
	emit_last(&l);
	if (l.json && st == ST_OK)
		json_print(json_builder_end_array(l.json));
	else
		g_clear_object(&l.json);
	g_ptr_array_free(l.found, TRUE);
	folder_free(f);
	return st;
}

int
cli_list(int argc, char **argv)
{
	g_autofree char *account = NULL, *folder = NULL;
	bool json = false;
	int max = 0;
	const struct cli_bind binds[] = {
		{ "account", &account },
		{ "folder", &folder },
		{ "json", &json },
		{ "max", &max },
		{ NULL, NULL }
	};
	struct cli c = { NULL, NULL, NULL };
	struct err e;
	enum st st = cli_options("list", binds, &argc, argv, &e);

	if (st == ST_OK)
		st = cli_open(&c, account, &e);
	if (st == ST_OK)
		st = list(&c, folder ? folder : "INBOX", max, json, argv + 1,
			  &e);
	cli_close(&c);
	return cli_end(st, &e);
}
