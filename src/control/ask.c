/*
 * ask.c - the list of questions
 */
#include "control/ask.h"

#include "base/clock.h"
#include "control/app.h"
#include "control/notice.h"

/* Letters that were meant for something else must not become a part of a
 * password. */
#define HANDS_OFF_MS 1500

static bool
is_unasked(const struct ask *ask)
{
	return ask->kind == ASK_SECRET;
}

static bool
goes_before(const struct ask *ask, const struct ask *other)
{
	return !is_unasked(ask) && is_unasked(other) && !other->put;
}

int64_t
ask_due(const struct app *app)
{
	if (!app->ask || app->ask->put)
		return 0;
	return is_unasked(app->ask) && app->key_at
		? app->key_at + HANDS_OFF_MS : 0;
}

const struct ask *
app_question(struct app *app)
{
	int64_t due = ask_due(app);

	if (!app->ask || (due && clock_left(due) > 0))
		return NULL;
	app->ask->put = true;
	return app->ask;
}

void
ask_post(struct app *app, enum ask_kind kind, enum complete_kind complete,
	 const char *prompt, const char *initial, ask_handler *handler,
	 void *ctx, GDestroyNotify free_ctx)
{
	struct ask *ask = g_new0(struct ask, 1), **end = &app->ask;

	ask->kind = kind;
	ask->complete = complete;
	ask->prompt = g_strdup(prompt);
	ask->initial = g_strdup(initial ? initial : "");
	ask->handler = handler;
	ask->ctx = ctx;
	ask->free_ctx = free_ctx;
	while (*end && !goes_before(ask, *end))
		end = &(*end)->next;
	ask->next = *end;
	*end = ask;
	app->dirty |= DIRTY_PROMPT;
}

void
ask_answer(struct app *app, const char *text)
{
	struct ask *ask = app->ask;

	if (!ask)
		return;
	app->ask = ask->next;
	/* Who has just typed a password is ready for another one. */
	app->key_at = is_unasked(ask) ? 0 : clock_ms();
	app->dirty |= DIRTY_PROMPT;
	/* Whoever answers has seen what was wrong with the last answer; it must
	 * not stand over what comes of this one. */
	if (text)
		notice_key(app);
	ask->handler(app, text, ask->ctx);
	if (ask->free_ctx)
		ask->free_ctx(ask->ctx);
	g_free(ask->prompt);
	g_free(ask->initial);
	g_free(ask);
}

void
ask_drop_all(struct app *app)
{
	while (app->ask)
		ask_answer(app, NULL);
}
