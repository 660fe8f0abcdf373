/*
 * plan.c - what of a message is shown, and in which order
 *
 * Of alternatives the plain text, unless it says nothing; texts in order of
 * appearance; everything else by name.
 */
#include "mime/plan.h"

#include <string.h>

#include "mime/html.h"

/* Enough of a text to tell what it is. */
#define PEEK (256 << 10)
#define STUB_WORDS 40

struct plan {
	struct message_view *m;
	GArray *steps;
	bool prefer_html;
};

static void
add(struct plan *p, enum step_kind kind, struct node *n, const char *notice)
{
	struct step step = { kind, n, notice };

	g_array_append_val(p->steps, step);
}

static bool
is_html(const struct node *n)
{
	return node_is(n, "text/html") || node_is(n, "text/watch-html") ||
	       node_is(n, "text/x-amp-html") ||
	       node_is(n, "application/xhtml+xml");
}

/* Text that can be read as it is. */
static bool
is_readable(const struct node *n)
{
	if (n->raw)
		return true;
	return node_is(n, "text/") && !node_is(n, "text/vcard") &&
	       !node_is(n, "text/x-vcard");
}

static bool
is_attachment(const struct node *n)
{
	return strcmp(n->disposition, "attachment") == 0;
}

/* ---- alternatives ------------------------------------------------------- */

/* How well a person is served by this alternative: 0 not at all. */
static int
rank(const struct plan *p, const struct node *n, int depth)
{
	int best = 0;

	if (is_html(n))
		return node_is(n, "text/html") ? (p->prefer_html ? 5 : 3) : 1;
	if (node_is(n, "text/plain"))
		return 4;
	if (node_is(n, "text/calendar"))
		return 0;
	if (is_readable(n))
		return 2;
	for (const struct node *c = n->first; c && depth < DEPTH_MAX;
	     c = c->next)
		best = MAX(best, rank(p, c, depth + 1));
	return best;
}

static struct node *
find_html(struct node *n)
{
	for (struct node *c = n->first; c; c = c->next) {
		struct node *html = is_html(c) ? c
				  : c->multipart ? find_html(c) : NULL;

		if (html)
			return html;
	}
	return NULL;
}

static bool
speaks_of_html(const char *text)
{
	static const char *const words[] = {
		"html", "browser", "mail client", "view this", "online version",
	};
	char *fold = g_ascii_strdown(text, -1);
	bool found = false;

	for (size_t i = 0; i < G_N_ELEMENTS(words) && !found; i++)
		found = strstr(fold, words[i]) != NULL;
	g_free(fold);
	return found;
}

static size_t
plain_words(const char *text)
{
	size_t words = 0;

	while (*text) {
		text += strspn(text, " \t\n");
		words += *text != '\0';
		text += strcspn(text, " \t\n");
	}
	return words;
}

/* A text that only says that there is HTML, or nothing at all. */
static bool
is_stub(struct message_view *m, const struct node *plain,
	const struct node *html)
{
	bool cut;
	int trouble;
	char *text = node_text(m, plain, PEEK, &cut, &trouble);
	size_t words = plain_words(text);
	bool stub = words == 0;

	if (!stub && words <= STUB_WORDS && speaks_of_html(text)) {
		char *page = node_text(m, html, PEEK, &cut, &trouble);

		stub = html_words(page, words * 3 + 20) > words * 2 + 10;
		g_free(page);
	}
	g_free(text);
	return stub;
}

static struct node *
choose(const struct plan *p, struct node *n)
{
	struct node *best = NULL, *html;
	int most = 0;

	for (struct node *c = n->first; c; c = c->next) {
		int r = rank(p, c, 0);

		if (r > most || (r == most && r && !node_is(c, "text/plain"))) {
			most = r;
			best = c;
		}
	}
	if (best && node_is(best, "text/plain") && (html = find_html(n)) &&
	    is_stub(p->m, best, html)) {
		for (struct node *c = n->first; c; c = c->next)
			if (c == html || (c->multipart && find_html(c)))
				return c;
	}
	return best;
}

/* ---- walking the tree --------------------------------------------------- */

static void
visit(struct plan *p, struct node *n);

/* An alternative that is not chosen: only what is no text is named. */
static void
visit_rejected(struct plan *p, struct node *n, int depth)
{
	if (node_is(n, "text/calendar")) {
		add(p, STEP_TEXT, n, NULL);
		return;
	}
	if (n->raw)
		return;
	if (n->multipart) {
		for (struct node *c = n->first; c && depth < DEPTH_MAX;
		     c = c->next)
			visit_rejected(p, c, depth + 1);
		return;
	}
	if (!is_readable(n) || is_attachment(n))
		add(p, STEP_PART, n, NULL);
}

static void
visit_alternative(struct plan *p, struct node *n)
{
	struct node *best = choose(p, n);

	if (best)
		visit(p, best);
	for (struct node *c = n->first; c; c = c->next)
		if (c != best)
			visit_rejected(p, c, 0);
}

static void
visit_children(struct plan *p, struct node *n)
{
	for (struct node *c = n->first; c; c = c->next)
		visit(p, c);
}

static void
visit_signed(struct plan *p, struct node *n)
{
	for (struct node *c = n->first; c; c = c->next) {
		if (c != n->first && !c->multipart &&
		    node_is(c, "application/"))
			add(p, STEP_NOTICE, c, "The text above is signed; "
			    "the signature was not checked.");
		else
			visit(p, c);
	}
}

static void
visit_encrypted(struct plan *p, struct node *n)
{
	add(p, STEP_NOTICE, NULL, "This message is encrypted; "
	    "it cannot be opened here.");
	for (struct node *c = n->first; c; c = c->next)
		if (!node_is(c, "application/pgp-encrypted"))
			visit(p, c);
}

static void
visit_multipart(struct plan *p, struct node *n)
{
	if (node_is(n, "multipart/alternative"))
		visit_alternative(p, n);
	else if (node_is(n, "multipart/signed"))
		visit_signed(p, n);
	else if (node_is(n, "multipart/encrypted"))
		visit_encrypted(p, n);
	else
		visit_children(p, n);
}

static bool
is_blank(struct message_view *m, const struct node *n)
{
	const char *p = m->data + n->body.from, *end = m->data + n->body.to;

	while (p < end && g_ascii_isspace(*p))
		p++;
	return p == end;
}

/* A leaf that stands for a message or for a piece of one. */
static bool
visit_message(struct plan *p, struct node *n)
{
	if (!node_is(n, "message/"))
		return false;
	if (node_is(n, "message/rfc822") || node_is(n, "message/global")) {
		add(p, STEP_PART, n, NULL);
		if (is_blank(p->m, n))
			add(p, STEP_NOTICE, n, "The message inside is empty.");
		else
			add(p, STEP_MESSAGE, n, NULL);
	} else if (node_is(n, "message/partial")) {
		add(p, STEP_PART, n, NULL);
		add(p, STEP_NOTICE, n, "This is one piece of a message that "
		    "was sent in several.");
	} else {
		add(p, STEP_PART, n, NULL);
		if (node_is(n, "message/external-body"))
			add(p, STEP_NOTICE, n, "This part lies elsewhere; "
			    "nothing was fetched.");
		add(p, STEP_TEXT, n, NULL);
	}
	return true;
}

static void
visit_raw(struct plan *p, struct node *n)
{
	add(p, STEP_NOTICE, n, n->raw == RAW_NO_BOUNDARY
	    ? "The message does not say where its parts begin (it names no "
	      "boundary); this is all of it as it stands."
	    : "No part was found in this message; this is all of it as it "
	      "stands.");
	add(p, STEP_TEXT, n, NULL);
}

static void
visit(struct plan *p, struct node *n)
{
	bool named = *n->filename || *n->name;

	if (n->multipart) {
		visit_multipart(p, n);
		return;
	}
	if (n->raw) {
		visit_raw(p, n);
		return;
	}
	if (visit_message(p, n))
		return;
	if (!is_readable(n) || (is_attachment(n) && n->parent)) {
		add(p, STEP_PART, n, NULL);
		if (node_is(n, "application/ms-tnef") ||
		    node_is(n, "application/vnd.ms-tnef"))
			add(p, STEP_NOTICE, n, "Outlook packed files into "
			    "this part; they cannot be taken out here.");
		return;
	}
	if (named && n->parent)
		add(p, STEP_PART, n, NULL);
	add(p, STEP_TEXT, n, NULL);
	for (struct node *c = n->first; c; c = c->next)
		add(p, STEP_PART, c, NULL);
}

GArray *
plan_make(struct message_view *m, bool prefer_html)
{
	struct plan p = { .m = m, .prefer_html = prefer_html };

	p.steps = g_array_new(FALSE, FALSE, sizeof(struct step));
	visit(&p, m->root);
	if (m->cut)
		add(&p, STEP_NOTICE, NULL, "The message has more parts than "
		    "are shown.");
	return p.steps;
}

void
plan_mark_shown(struct message_view *m)
{
	GArray *steps;

	if (m->planned)
		return;
	m->planned = true;
	steps = plan_make(m, false);
	for (guint i = 0; i < steps->len; i++) {
		const struct step *s = &g_array_index(steps, struct step, i);

		if (s->kind == STEP_TEXT || s->kind == STEP_MESSAGE)
			s->node->part.shown = true;
	}
	g_array_unref(steps);
}
