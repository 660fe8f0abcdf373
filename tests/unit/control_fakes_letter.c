/*
 * control_fakes_letter.c - an outbox with nothing in it
 */
#include "store/outbox.h"
#include "store/queue.h"

enum st
outbox_counts(struct store *s, int64_t *waiting, int64_t *need, struct err *e)
{
	*waiting = *need = 0;
	return ST_OK;
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
}

enum st
outbox_open(struct store *s, int64_t id, int *fd, struct err *e)
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
	return "/nonexistent";
}
