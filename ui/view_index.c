/*
 * view_index.c - the messages of a folder
 *
 * The rows drawn last are kept: when only the cursor has moved, two handles
 * are drawn and the store is not asked at all; when a message has changed, its
 * row is drawn and no other.
 */
#include "ui/view.h"

#include <string.h>

#include "base/clock.h"
#include "ui/columns.h"

#define ROWS_MAX 512

struct view_index {
	struct list_row *rows;
	size_t n, top, cursor;
	const struct list *list;
	int width, row, column;		/* where it was drawn */
	uint64_t drawn[ROWS_MAX];	/* columns_digest() of what stands on
					 * the terminal; 0: not known */
};

struct view_index *
view_index_new(void)
{
	return g_new0(struct view_index, 1);
}

static void
forget(struct view_index *v)
{
	for (size_t i = 0; i < v->n; i++)
		list_row_clear(&v->rows[i]);
	g_clear_pointer(&v->rows, g_free);
	v->n = 0;
	v->list = NULL;
}

void
view_index_free(struct view_index *v)
{
	if (!v)
		return;
	forget(v);
	g_free(v);
}

/* ---- reasons ----------------------------------------------------------- */

static const char *
key_for(const struct app *app, const char *command, const char *otherwise)
{
	const char *key = keys_of(app->keys, WHERE_INDEX, command);

	return key ? key : otherwise;
}

static const char *
doing(const struct app_account *a)
{
	if (a->closed)
		return a->closed;
	if (strcmp(a->state, "connecting") == 0)
		return "connecting…";
	if (strcmp(a->state, "syncing") == 0)
		return "Send/Receive is running…";
	if (strcmp(a->state, "crashed") == 0)
		return "its worker is being restarted";
	if (strcmp(a->state, "offline") == 0)
		return *a->sentence ? a->sentence : "offline";
	return NULL;
}

char *
view_index_empty(const struct app *app)
{
	const struct app_index *x = &app->index;
	const struct app_account *a;
	const char *what;

	if (x->account < 0 || !x->folder) {
		a = app->accounts->len ? app->accounts->pdata[0] : NULL;
		what = a ? doing(a) : NULL;
		return g_strdup_printf("No folder is open yet%s%s · %s lists "
				       "the folders · %s asks the servers",
				       what ? " · " : "", what ? what : "",
				       key_for(app, "folders", ":folders"),
				       key_for(app, "sync-all", ":sync-all"));
	}
	a = app->accounts->pdata[x->account];
	what = doing(a);
	if (!what && x->folder->synced)
		what = "in step with the server";
	return g_strdup_printf("No messages in %s%s%s%s · %s asks again",
			       x->folder->name,
			       x->folder->synced ? "" : " yet",
			       what ? " · " : "", what ? what : "",
			       key_for(app, "sync", ":sync"));
}

/* ---- rows -------------------------------------------------------------- */

static bool
is_outgoing(const struct app *app)
{
	const struct folder *f = app->index.folder;

	return f && (f->role == ROLE_SENT || f->role == ROLE_DRAFTS);
}

static void
read_rows(struct view_index *v, const struct canvas *c, const struct app *app)
{
	const struct app_index *x = &app->index;

	forget(v);
	v->n = (size_t)MIN(MAX(c->rows, 0), ROWS_MAX);
	v->rows = g_new0(struct list_row, v->n + 1);
	v->list = x->list;
	v->top = x->top;
	v->width = c->columns;
	v->row = c->row;
	v->column = c->column;
	if (list_rows(x->list, x->top, v->rows, &v->n, NULL) != ST_OK)
		v->n = 0;
}

/* Those that look other than what stands there. */
static void
draw_rows(struct view_index *v, const struct canvas *c,
	  const struct columns *p, struct columns_context *ctx, size_t cursor)
{
	for (size_t i = 0; i < v->n; i++) {
		uint64_t digest = columns_digest(&v->rows[i], ctx,
						 i == cursor);

		if (digest != v->drawn[i])
			columns_draw(c, p, (int)i, &v->rows[i], ctx,
				     i == cursor);
		v->drawn[i] = digest;
		ctx->above = v->rows[i].subject;
	}
	memset(v->drawn + v->n, 0, sizeof(v->drawn) -
				   v->n * sizeof(*v->drawn));
	canvas_clear_below(c, (int)v->n);
}

static void
draw_handle(struct view_index *v, const struct canvas *c,
	    const struct columns_context *ctx, size_t row, bool cursor)
{
	if (row >= v->n)
		return;
	columns_draw_handle(c, (int)row, &v->rows[row], ctx, cursor);
	v->drawn[row] = 0;
}

static void
draw_empty(const struct canvas *c, const struct app *app)
{
	char *why = view_index_empty(app);

	canvas_clear_below(c, 0);
	canvas_wrap(c, c->rows > 4 ? 1 : 0, 2, c->columns - 3, LOOK_EMPTY,
		    why);
	g_free(why);
}

void
view_index_draw(struct view_index *v, const struct canvas *c, struct app *app,
		enum view_change change)
{
	const struct app_index *x = &app->index;
	struct columns_context ctx = { .now = clock_now(),
				       .outgoing = is_outgoing(app),
				       .threaded = x->order.threaded,
				       .open = app->pager.id,
				       .tagged = app->tagged };
	size_t cursor = x->cursor - x->top;
	struct columns plan;

	if (c->rows <= 0 || c->columns <= 0)
		return;
	if (change == VIEW_ALL || v->width != c->columns ||
	    v->row != c->row || v->column != c->column)
		memset(v->drawn, 0, sizeof(v->drawn));
	if (!x->list || x->count == 0) {
		forget(v);
		memset(v->drawn, 0, sizeof(v->drawn));
		draw_empty(c, app);
		return;
	}
	if (change == VIEW_CURSOR && v->list == x->list && v->top == x->top &&
	    v->width == c->columns && v->n > cursor) {
		draw_handle(v, c, &ctx, v->cursor, false);
		draw_handle(v, c, &ctx, cursor, true);
	} else {
		columns_plan(&plan, c->columns);
		read_rows(v, c, app);
		draw_rows(v, c, &plan, &ctx, cursor);
	}
	v->cursor = cursor;
}
