/*
 * control_fakes_letter.c - letters that say next to nothing, and an outbox
 * with nothing in it
 *
 * What letters are is tested over the real rooms (control_compose.c).
 */
#include <string.h>

#include "mime/build.h"
#include "mime/letter_file.h"
#include "mime/reply.h"
#include "mime/type.h"
#include "mime/typed.h"
#include "store/addresses.h"
#include "store/outbox.h"
#include "store/queue.h"

GPtrArray *
typed_addresses(const char *text)
{
	return g_ptr_array_new();
}

char *
letter_write(const struct letter *l, bool for_editor)
{
	return g_strconcat(l->subject, "\n", l->text, NULL);
}

enum st
letter_read(const char *text, size_t len, struct letter **out, struct err *e)
{
	const char *end = strchr(text, '\n');

	*out = letter_new();
	letter_set_subject(*out, g_strndup(text, (gsize)(end - text)));
	letter_set_text(*out, g_strdup(end + 1));
	return ST_OK;
}

void
letter_join_quotes(struct letter *l)
{
}

enum st
letter_build(struct letter *l, const struct build_options *o, int fd,
	     struct built *b, struct err *e)
{
	return err_set(e, ST_USAGE, "There is no post here.");
}

enum st
letter_resend(GBytes *bytes, const struct address *from, const GPtrArray *to,
	      const struct build_options *o, int fd, struct built *b,
	      struct err *e)
{
	return err_set(e, ST_USAGE, "There is no post here.");
}

void
built_clear(struct built *b)
{
}

char *
type_guess(const char *name, const void *head, size_t len)
{
	return g_strdup("text/plain");
}

GPtrArray *
letter_doubts(const struct letter *l)
{
	return g_ptr_array_new();
}

enum st
letter_from_message(struct message_view *m, const char *dir,
		    struct letter **out, struct err *e)
{
	*out = letter_new();
	return ST_OK;
}

enum st
letter_reply(struct message_view *m, enum reply_mode mode,
	     const GPtrArray *own, const struct reply_options *o,
	     struct letter **out, struct err *e)
{
	*out = letter_new();
	return ST_OK;
}

const struct address *
reply_identity(struct message_view *m, const GPtrArray *own)
{
	return own->pdata[0];
}

enum st
letter_forward(struct message_view *m, GBytes *bytes, bool attached,
	       const char *dir, struct letter **out, struct err *e)
{
	*out = letter_new();
	return ST_OK;
}

enum st
addresses_find(struct store *s, const char *typed, size_t max,
	       GPtrArray **out, struct err *e)
{
	*out = g_ptr_array_new();
	return ST_OK;
}

struct outbox_letter *
outbox_letter_new(void)
{
	return g_new0(struct outbox_letter, 1);
}

void
outbox_letter_add_rcpt(struct outbox_letter *l, const char *address)
{
}

enum st
outbox_add(struct store *s, int fd, const struct outbox_letter *what,
	   int64_t *id, struct err *e)
{
	return err_set(e, ST_USAGE, "There is no post here.");
}

enum st
outbox_counts(struct store *s, int64_t *waiting, int64_t *need, struct err *e)
{
	*waiting = *need = 0;
	return ST_OK;
}

enum st
outbox_unsent(struct store *s, GPtrArray **out, struct err *e)
{
	return outbox_all(s, out, e);
}

enum st
outbox_all(struct store *s, GPtrArray **out, struct err *e)
{
	*out = g_ptr_array_new();
	return ST_OK;
}

enum st
outbox_get(struct store *s, int64_t id, struct outbox_letter **out,
	   struct err *e)
{
	return err_set(e, ST_GONE, "There is no letter.");
}

void
outbox_letter_free(struct outbox_letter *l)
{
	g_free(l);
}

enum st
outbox_bytes(struct store *s, int64_t id, GBytes **bytes, struct err *e)
{
	return err_set(e, ST_GONE, "There is no letter.");
}

enum st
outbox_arrived(struct store *s, int64_t id, bool copy, struct err *e)
{
	return ST_OK;
}

enum st
outbox_retry(struct store *s, int64_t id, struct err *e)
{
	return ST_OK;
}

enum st
outbox_take_back(struct store *s, int64_t id, struct err *e)
{
	return ST_OK;
}

enum st
queue_put(struct store *s, int64_t folder, int fd, const struct flags *flags,
	  int64_t date, int64_t *row, struct err *e)
{
	return ST_OK;
}

const char *
store_dir(const struct store *s)
{
	return "/dev/null";	/* no place for letters */
}

enum st
message_ids(struct store *s, int64_t folder, int64_t *from, size_t max,
	    GArray *ids, struct err *e)
{
	return ST_OK;
}
