/*
 * control_fakes.c - the rooms below the controller, in arrays
 */
#include "control_fakes.h"
#include "control_fakes_queue.h"

#include <string.h>

#include "base/words.h"
#include "control/app.h"

struct store {
	char *dir;
	bool broken;
};

static bool disk_full;

void
fake_full(bool full)
{
	disk_full = full;
}

bool
fake_fails(struct store *s)
{
	s->broken = s->broken || disk_full;
	return s->broken;
}

static GPtrArray *folders, *mails; /* struct folder *, struct fake_mail * */
static GPtrArray *folder_accounts;	/* char *, beside folders */
static GHashTable *broken, *said;	/* account -> GString */
static GString *asked, *asked_before;
static int64_t generation;
static uint32_t last_request;

static void
mail_free(gpointer p)
{
	struct fake_mail *m = p;

	g_free(m->subject);
	g_free(m->body);
	flags_clear(&m->flags);
	g_free(m);
}

static void
string_free(gpointer s)
{
	g_string_free(s, TRUE);
}

void
fake_reset(void)
{
	if (folders) {
		g_ptr_array_free(folders, TRUE);
		g_ptr_array_free(folder_accounts, TRUE);
		g_ptr_array_free(mails, TRUE);
		g_hash_table_destroy(broken);
		g_hash_table_destroy(said);
		g_string_free(asked, TRUE);
		g_string_free(asked_before, TRUE);
	}
	folders = g_ptr_array_new_with_free_func((GDestroyNotify)folder_free);
	folder_accounts = g_ptr_array_new_with_free_func(g_free);
	mails = g_ptr_array_new_with_free_func(mail_free);
	broken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	said = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
				     string_free);
	asked = g_string_new(NULL);
	asked_before = g_string_new(NULL);
	last_request = 0;
	fake_queue_reset();
}

struct fake_mail *
fake_mail(int64_t id)
{
	for (guint i = 0; i < mails->len; i++)
		if (((struct fake_mail *)mails->pdata[i])->id == id)
			return mails->pdata[i];
	return NULL;
}

int64_t
fake_folder(const char *account, const char *name)
{
	struct folder *f = g_new0(struct folder, 1);

	f->id = folders->len + 1;
	f->name = g_strdup(name);
	f->delimiter = '/';
	f->role = strcmp(name, "Archive") == 0 ? ROLE_ARCHIVE :
		  strcmp(name, "Trash") == 0 ? ROLE_TRASH :
		  strcmp(name, "INBOX") == 0 ? ROLE_INBOX : ROLE_NONE;
	f->attr = strcmp(name, "Starred") == 0 ? FOLDER_VIEW : 0;
	g_ptr_array_add(folders, f);
	g_ptr_array_add(folder_accounts, g_strdup(account));
	generation++;
	return f->id;
}

void
fake_message(int64_t folder, int64_t id, const char *subject, const char *body)
{
	struct fake_mail *m = g_new0(struct fake_mail, 1);

	m->id = id;
	m->folder = folder;
	m->subject = g_strdup(subject);
	m->body = g_strdup(body);
	g_ptr_array_add(mails, m);
	generation++;
}

void
fake_remove(int64_t id)
{
	g_ptr_array_remove(mails, fake_mail(id));
	generation++;
}

void
fake_body(int64_t id, const char *body)
{
	struct fake_mail *m = fake_mail(id);

	g_free(m->body);
	m->body = g_strdup(body);
}

void
fake_seen(int64_t id)
{
	fake_mail(id)->flags.bits |= FLAG_SEEN;
}

void
fake_parent(int64_t id, int64_t parent)
{
	fake_mail(id)->parent = parent;
}

void
fake_broken(const char *account)
{
	g_hash_table_add(broken, g_strdup(account));
}

void
fake_mended(const char *account)
{
	g_hash_table_remove(broken, account);
}

/* ---- store -------------------------------------------------------------- */

enum st
store_open(const char *dir, enum store_mode mode, struct store **out,
	   struct err *e)
{
	char *base = g_path_get_basename(dir);
	bool bad = g_hash_table_contains(broken, base);

	g_free(base);
	if (bad)
		return err_set(e, ST_LOCAL, "The disk is on fire.");
	*out = g_new0(struct store, 1);
	(*out)->dir = g_path_get_basename(dir);
	return ST_OK;
}

bool
fake_is_work(const struct store *s)
{
	return strcmp(s->dir, "work") == 0;
}

void
store_close(struct store *s)
{
	if (s)
		g_free(s->dir);
	g_free(s);
}

int64_t
store_generation(struct store *s)
{
	return generation;
}

void
folder_free(struct folder *f)
{
	if (f)
		g_free(f->name);
	g_free(f);
}

static struct folder *
folder_copy(const struct folder *f)
{
	struct folder *copy = g_memdup2(f, sizeof(*f));

	copy->name = g_strdup(f->name);
	for (guint i = 0; i < mails->len; i++) {
		const struct fake_mail *m = mails->pdata[i];

		copy->total += m->folder == f->id;
		copy->unread += m->folder == f->id &&
				!(m->flags.bits & FLAG_SEEN);
	}
	return copy;
}

enum st
folders_all(struct store *s, GPtrArray **out, struct err *e)
{
	*out = g_ptr_array_new_with_free_func((GDestroyNotify)folder_free);
	for (guint i = 0; i < folders->len; i++)
		if (strcmp(folder_accounts->pdata[i], s->dir) == 0)
			g_ptr_array_add(*out, folder_copy(folders->pdata[i]));
	return ST_OK;
}

enum st
folder_by_name(struct store *s, const char *name, struct folder **out,
	       struct err *e)
{
	for (guint i = 0; i < folders->len; i++) {
		const struct folder *f = folders->pdata[i];

		if (f->name && strcmp(f->name, name) == 0 &&
		    strcmp(folder_accounts->pdata[i], s->dir) == 0) {
			*out = folder_copy(f);
			return ST_OK;
		}
	}
	return err_set(e, ST_GONE, "gone");
}

enum st
folder_by_id(struct store *s, int64_t id, struct folder **out, struct err *e)
{
	const struct folder *f = folders->pdata[id - 1];

	if (!f->name)
		return err_set(e, ST_GONE, "gone");
	*out = folder_copy(f);
	return ST_OK;
}

enum st
message_by_id(struct store *s, int64_t id, struct message *out, struct err *e)
{
	const struct fake_mail *m = fake_mail(id);

	if (!m)
		return err_set(e, ST_GONE, "The message is gone.");
	memset(out, 0, sizeof(*out));
	out->id = id;
	out->uid = (uint32_t)id;
	out->folder = m->folder;
	flags_copy(&out->flags, &m->flags);
	out->parent = m->parent;
	out->env.subject = g_strdup(m->subject);
	return ST_OK;
}

void
message_clear(struct message *m)
{
	flags_clear(&m->flags);
	envelope_clear(&m->env);
}

enum st
message_bytes(struct store *s, int64_t id, GBytes **bytes, struct err *e)
{
	const struct fake_mail *m = fake_mail(id);

	if (!m || !m->body)
		return err_set(e, ST_GONE, "The body is not here.");
	if (strcmp(m->body, "damaged") == 0)
		return err_set(e, ST_CORRUPT, "The mbox is damaged.");
	*bytes = g_bytes_new(m->body, strlen(m->body));
	return ST_OK;
}

/* ---- lists -------------------------------------------------------------- */

struct list {
	int64_t folder;
	struct list_order order;
	GArray *ids;
};

static const char *const sorts[] = { "arrival", "date", "from", "subject",
				     "size" };

const char *
sort_name(enum sort sort)
{
	return sorts[sort];
}

bool
sort_parse(const char *word, enum sort *sort)
{
	for (int i = 0; i < SORT_MAX; i++)
		if (strcmp(sorts[i], word) == 0) {
			*sort = (enum sort)i;
			return true;
		}
	return false;
}

enum st
list_refresh(struct list *l, struct err *e)
{
	g_array_set_size(l->ids, 0);
	for (guint i = 0; i < mails->len; i++) {
		const struct fake_mail *m = mails->pdata[i];

		if (m->folder != l->folder)
			continue;
		if (l->order.reverse)
			g_array_prepend_val(l->ids, m->id);
		else
			g_array_append_val(l->ids, m->id);
	}
	return ST_OK;
}

enum st
list_open(struct store *s, int64_t folder, const struct list_order *order,
	  struct list **out, struct err *e)
{
	*out = g_new0(struct list, 1);
	(*out)->folder = folder;
	(*out)->order = *order;
	(*out)->ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	return list_refresh(*out, e);
}

void
list_close(struct list *l)
{
	if (l)
		g_array_free(l->ids, TRUE);
	g_free(l);
}

size_t
list_count(const struct list *l)
{
	return l->ids->len;
}

int
list_depth(struct list *l, size_t pos)
{
	return pos < l->ids->len &&
	       fake_mail(g_array_index(l->ids, int64_t, pos))->parent != 0;
}

int64_t
list_id_at(struct list *l, size_t pos)
{
	return pos < l->ids->len ? g_array_index(l->ids, int64_t, pos) : 0;
}

size_t
list_position(struct list *l, int64_t id)
{
	for (guint i = 0; i < l->ids->len; i++)
		if (list_id_at(l, i) == id)
			return i;
	return SIZE_MAX;
}

enum st
list_rows(struct list *l, size_t from, struct list_row *rows, size_t *n,
	  struct err *e)
{
	size_t i;

	for (i = 0; i < *n && from + i < l->ids->len; i++) {
		const struct fake_mail *m = fake_mail(list_id_at(l, from + i));

		memset(&rows[i], 0, sizeof(rows[i]));
		rows[i].id = m->id;
		rows[i].depth = m->parent != 0;
		rows[i].last_child = true;
		rows[i].subject = m->subject;	/* borrowed */
		rows[i].flags = m->flags.bits;
	}
	*n = i;
	return ST_OK;
}

void
list_row_clear(struct list_row *row)
{
}

size_t
list_find_unread(struct list *l, size_t pos, int dir)
{
	size_t count = l->ids->len;

	for (size_t step = 1; step < count; step++) {
		size_t at = (pos + (dir > 0 ? step : count - step)) % count;

		if (!(fake_mail(list_id_at(l, at))->flags.bits & FLAG_SEEN))
			return at;
	}
	return SIZE_MAX;
}

/* ---- workers ------------------------------------------------------------ */

struct link {
	char *account;
};

struct link *
link_start(const char *account, enum link_mode mode, struct err *e)
{
	struct link *l = g_new0(struct link, 1);

	l->account = g_strdup(account);
	return l;
}

void
link_stop(struct link *l, int wait_ms)
{
	if (l)
		g_free(l->account);
	g_free(l);
}

int
link_fd(const struct link *l)
{
	return 7;
}

bool
link_up(const struct link *l)
{
	return true;
}

uint32_t
link_request(struct link *l, const char *verb, ...)
{
	const char *word;
	va_list ap;

	g_string_append_printf(asked, "%s: %s", l->account, verb);
	va_start(ap, verb);
	while ((word = va_arg(ap, const char *)))
		g_string_append_printf(asked, " %s", word);
	va_end(ap);
	g_string_append(asked, "; ");
	return ++last_request;
}

void
link_answer(struct link *l, const char *ask, const char *text)
{
	g_string_append_printf(asked, "%s: %s %s; ", l->account, ask,
			       text ? text : "(no)");
}

int
link_pump(struct link *l, link_handler *handler, void *ctx)
{
	GString *lines = g_hash_table_lookup(said, l->account);
	char **v = g_strsplit(lines ? lines->str : "", "\n", -1);

	for (int i = 0; v[i]; i++) {
		int n;
		char **words = words_split(v[i], &n);

		if (n > 0)
			handler(ctx, words, n);
		g_strfreev(words);
	}
	g_strfreev(v);
	if (lines)
		g_string_truncate(lines, 0);
	return -1;
}

void
fake_say(const char *account, const char *line)
{
	GString *lines = g_hash_table_lookup(said, account);

	if (!lines) {
		lines = g_string_new(NULL);
		g_hash_table_insert(said, g_strdup(account), lines);
	}
	g_string_append_printf(lines, "%s\n", line);
}

const char *
fake_asked(void)
{
	g_string_assign(asked_before, asked->str);
	g_string_truncate(asked, 0);
	return asked_before->str;
}
