/*
 * compose_new.c - what a letter begins with
 */
#include "control/compose.h"

#include <string.h>

#include "control/addressing.h"
#include "control/identity.h"
#include "control/notice.h"

static const struct app_account *
account_at(const struct app *app, int account)
{
	return app->accounts->pdata[account];
}

/* ---- the message it is about -------------------------------------------- */

enum st
compose_about_id(struct app *app, int account, int64_t id, struct about *out,
		 struct err *e)
{
	const struct app_account *a = account_at(app, account);
	char number[24];
	enum st st;

	*out = (struct about) { .account = account, .id = id };
	st = message_bytes(a->store, id, &out->bytes, e);
	if (st == ST_OK)
		out->view = mime_open(out->bytes);
	if (st != ST_GONE)
		return st;
	if (!a->link)
		return err_set(e, ST_GONE, "The message is not here yet, and "
			       "nothing fetches it now.");
	g_snprintf(number, sizeof(number), "%lld", (long long)id);
	link_request(a->link, "fetch", number, NULL);
	return err_set(e, ST_RETRY, "The message is not here yet; it is being "
		       "fetched. Press the key again in a moment.");
}

enum st
compose_about(struct app *app, struct about *out, struct err *e)
{
	bool pager = app->focus == WHERE_PAGER;
	int64_t id = pager ? app->pager.id : app->index.cursor_id;

	*out = (struct about) { 0 };
	if (!id)
		return err_set(e, ST_GONE, "There is no message here.");
	return compose_about_id(app, pager ? app->pager.account
					   : app->index.account, id, out, e);
}

void
about_clear(struct about *about)
{
	mime_close(about->view);
	if (about->bytes)
		g_bytes_unref(about->bytes);
	*about = (struct about) { 0 };
}

/* ---- what every letter has ---------------------------------------------- */

static void
sign(struct app *app, const struct account *a, struct letter *l)
{
	struct err e;
	char *signature;

	if (identity_signature(a, &signature, &e) != ST_OK)
		notice_fail(app, "%s", e.text);
	if (*signature)
		letter_set_text(l, g_strconcat(l->text, "\n", signature,
					       NULL));
	g_free(signature);
}

void
compose_dress(struct app *app, int account, struct letter *l)
{
	const struct account *a = account_at(app, account)->account;

	if (l->from->len == 0)
		g_ptr_array_add(l->from, identity_main(a));
	if (a->reply_to && *a->reply_to && l->reply_to->len == 0)
		addressing_read(a->reply_to, &l->reply_to, NULL);
	l->flowed = app->config->ui.flowed;
	l->markdown = app->config->ui.markdown;
	sign(app, a, l);
}
