/*
 * cmd_take.c - what is taken out of a message in view: an address for the
 * book
 */
#include "control/cmd.h"

#include "control/addressing.h"
#include "control/app.h"
#include "control/ask.h"
#include "control/book.h"
#include "control/notice.h"

static void
address_answered(struct app *app, const char *text, void *ctx)
{
	GPtrArray *list = NULL;
	struct err e;
	enum st st = ST_OK;

	if (!text || !*text)
		return;
	st = addressing_read(text, &list, &e);
	for (guint i = 0; st == ST_OK && i < list->len; i++)
		st = book_add(list->pdata[i], &e);
	if (st != ST_OK)
		notice_fail(app, "%s", e.text);
	else
		notice_tell(app, "%s is in the address book.", text);
	if (list)
		g_ptr_array_unref(list);
}

enum st
cmd_take_address(struct app *app, int n, char **words, struct err *e)
{
	bool pager = app->focus == WHERE_PAGER;
	int account = pager ? app->pager.account : app->index.account;
	int64_t id = pager ? app->pager.id : app->index.cursor_id;
	struct message m = { 0 };
	enum st st = ST_OK;

	if (!id)
		return err_set(e, ST_GONE, "There is no message here.");
	st = message_by_id(((struct app_account *)
			    app->accounts->pdata[account])->store, id, &m, e);
	if (st == ST_OK)
		ask_post(app, ASK_LINE, COMPLETE_ADDRESS,
			 "Into the address book: ", m.env.from,
			 address_answered, NULL, NULL);
	message_clear(&m);
	return st;
}
