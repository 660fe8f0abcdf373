/*
 * compose_plan.c - where everything is in the compose screen
 *
 * Fields, what is doubtful, attachments, and the text in the rest.
 */
#include "control/compose.h"

#include "control/addressing.h"

/* Of a short screen the text gets at least so much. */
#define TEXT_LEAST 3

/* ---- fields ------------------------------------------------------------- */

static const char *const names[FIELDS] = {
	"From", "To", "Cc", "Bcc", "Reply-To", "Subject",
};

const char *
compose_field_name(enum compose_field field)
{
	return names[field];
}

static const GPtrArray *
addresses_of(const struct letter *l, enum compose_field field)
{
	switch (field) {
	case FIELD_FROM:
		return l->from;
	case FIELD_TO:
		return l->to;
	case FIELD_CC:
		return l->cc;
	case FIELD_BCC:
		return l->bcc;
	case FIELD_REPLY_TO:
		return l->reply_to;
	default:
		return NULL;
	}
}

char *
compose_field_text(const struct letter *l, enum compose_field field)
{
	const GPtrArray *list = addresses_of(l, field);

	return list ? addressing_text(list) : g_strdup(l->subject);
}

int
compose_fields(const struct letter *l, enum compose_field *shown)
{
	int n = 0;

	for (enum compose_field f = 0; f < FIELDS; f++) {
		const GPtrArray *list = addresses_of(l, f);

		if (f == FIELD_REPLY_TO && list->len == 0)
			continue;
		shown[n++] = f;
	}
	return n;
}

/* ---- rows --------------------------------------------------------------- */

static int
lay_attachments(const struct app *app, struct compose_plan *p, int row,
		int rows)
{
	const struct app_compose *c = &app->compose;
	int count = (int)c->now->letter->attachments->len;
	int room = rows - row - 2 - TEXT_LEAST;

	p->attached = row;
	if (count == 0 || room < 1)
		return row;
	p->attached_rows = MIN(count, MAX(room / 2, 1));
	p->attached_from = MAX((int)c->cursor - p->attached_rows + 1, 0);
	return row + 1 + p->attached_rows;
}

void
compose_plan(const struct app *app, struct compose_plan *p)
{
	const struct app_compose *c = &app->compose;
	int rows = app->geometry.overlay_rows + 1, row;
	enum compose_field shown[FIELDS];

	*p = (struct compose_plan) { 0 };
	if (!c->now)
		return;
	p->fields = compose_fields(c->now->letter, shown);
	p->doubts = p->fields;
	p->doubt_rows = c->doubts ? (int)c->doubts->len : 0;
	if (p->fields + p->doubt_rows + 1 + TEXT_LEAST > rows)
		p->doubt_rows = 0;
	row = lay_attachments(app, p, p->doubts + p->doubt_rows, rows);
	p->text = row + 1;
	p->text_rows = MAX(rows - p->text, 0);
}

size_t
compose_text_rows(const struct app *app)
{
	struct compose_plan p;

	compose_plan(app, &p);
	return (size_t)MAX(p.text_rows, 1);
}

void
compose_scroll(struct app *app, size_t top)
{
	struct app_compose *c = &app->compose;
	size_t rows = compose_text_rows(app);
	size_t count = c->lines ? c->lines->len : 0;

	c->top = MIN(top, count > rows ? count - rows : 0);
	app->dirty |= DIRTY_OVERLAY;
}

/* Among the attachments, or through the text where there are none. */
void
compose_step(struct app *app, int64_t by)
{
	struct app_compose *c = &app->compose;
	size_t count = c->now->letter->attachments->len;
	size_t *at = count ? &c->cursor : &c->top;
	size_t to = by < 0 && (size_t)-by > *at ? 0 : *at + (size_t)by;

	if (count)
		c->cursor = MIN(to, count - 1);
	else
		compose_scroll(app, to);
	app->dirty |= DIRTY_OVERLAY;
}
