/*
 * ask.c - the list of questions
 */
#include "control/ask.h"

#include "control/app.h"

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
	while (*end)
		end = &(*end)->next;
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
	app->dirty |= DIRTY_PROMPT;
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
