/*
 * editor_undo.c - each change as a step that can be taken back
 *
 * What is typed makes steps of a word and the blanks behind it; what is
 * erased, of the same read backwards.
 */
#include <string.h>

#include "control/editor_private.h"

void
editor_step_free(struct step *s)
{
	g_string_free(s->old, TRUE);
	g_string_free(s->new, TRUE);
	g_free(s);
}

void
editor_settle(struct editor *ed)
{
	ed->open = ed->cutting = false;
	ed->goal = -1;
}

static struct step *
last_step(const struct editor *ed)
{
	return ed->done ? ed->steps->pdata[ed->done - 1] : NULL;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/* What was undone cannot be had again once something else is done. */
static void
drop_undone(struct editor *ed)
{
	if (ed->saved > (int64_t)ed->done)
		ed->saved = -1;
	g_ptr_array_set_size(ed->steps, (gint)ed->done);
}

static struct step *
new_step(struct editor *ed, enum step_kind kind, size_t at)
{
	struct step *s = g_new0(struct step, 1);

	s->kind = kind;
	s->at = at;
	s->old = g_string_new(NULL);
	s->new = g_string_new(NULL);
	s->before = ed->cursor;
	g_ptr_array_add(ed->steps, s);
	ed->done++;
	return s;
}

/* May the last step take this change, too?  Not when a new word begins. */
static bool
goes_on(const struct editor *ed, enum step_kind kind, size_t at, size_t n,
	const char *text)
{
	const struct step *s = last_step(ed);
	char was;

	if (!ed->open || !s || s->kind != kind || kind == STEP_BLOCK)
		return false;
	if (kind == STEP_TYPED) {
		was = s->new->str[s->new->len - 1];
		return n == 0 && at == s->at + s->new->len &&
		       (is_blank(*text) || !is_blank(was));
	}
	if (at + (kind == STEP_ERASED ? n : 0) != s->at)
		return false;
	was = s->old->str[kind == STEP_ERASED ? 0 : s->old->len - 1];
	return is_blank(editor_byte(ed, at)) || !is_blank(was);
}

static void
remember(struct editor *ed, struct step *s, size_t at, size_t n,
	 const char *text, size_t len)
{
	if (s->kind == STEP_ERASED && n) {
		g_string_prepend_len(s->old, editor_peek(ed, at, n),
				     (gssize)n);
		s->at = at;
	} else {
		editor_copy(ed, at, n, s->old);
	}
	g_string_append_len(s->new, text, (gssize)len);
}

bool
editor_change(struct editor *ed, enum step_kind kind, size_t at, size_t n,
	      const char *text, size_t len)
{
	struct step *s;

	ed->full = editor_length(ed) - n + len > EDITOR_LIMIT;
	if (ed->full || n + len == 0)
		return false;
	drop_undone(ed);
	s = goes_on(ed, kind, at, n, text) ? last_step(ed)
					   : new_step(ed, kind, at);
	remember(ed, s, at, n, text, len);
	editor_replace(ed, at, n, text, len);
	ed->cursor = editor_snap(ed, at + len);
	s->after = ed->cursor;
	editor_settle(ed);
	ed->open = kind != STEP_BLOCK;
	ed->marked = false;
	return true;
}

void
editor_put_cursor(struct editor *ed, size_t at, bool changed)
{
	struct step *s = last_step(ed);

	ed->cursor = at;
	if (changed)
		s->after = at;
}

bool
editor_undo(struct editor *ed)
{
	const struct step *s = last_step(ed);

	editor_settle(ed);
	if (!s)
		return false;
	editor_replace(ed, s->at, s->new->len, s->old->str, s->old->len);
	ed->cursor = s->before;
	ed->marked = false;
	ed->done--;
	return true;
}

bool
editor_redo(struct editor *ed)
{
	const struct step *s;

	editor_settle(ed);
	if (ed->done == ed->steps->len)
		return false;
	s = ed->steps->pdata[ed->done++];
	editor_replace(ed, s->at, s->old->len, s->new->str, s->new->len);
	ed->cursor = s->after;
	ed->marked = false;
	return true;
}

bool
editor_is_full(const struct editor *ed)
{
	return ed->full;
}

bool
editor_modified(const struct editor *ed)
{
	return ed->saved != (int64_t)ed->done;
}

void
editor_saved(struct editor *ed)
{
	ed->saved = ed->done;
	ed->open = false;
}
