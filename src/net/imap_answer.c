/*
 * imap_answer.c - what an untagged answer means
 *
 * Answers may come at any time and in any order (RFC 9051 7): what concerns
 * the entered folder's state is kept always, what a running call wants is
 * handed on, anything else is passed over.
 */
#include "net/imap_state.h"

#include <string.h>

#include "net/sasl.h"

/* ---- capabilities ------------------------------------------------------ */

static const struct {
	const char *name;
	uint32_t caps, ext;
} known[] = {
	{ "CONDSTORE", CAP_CONDSTORE, 0 },
	{ "QRESYNC", CAP_QRESYNC | CAP_CONDSTORE, 0 },
	{ "UIDPLUS", CAP_UIDPLUS, 0 },
	{ "MOVE", CAP_MOVE, 0 },
	{ "IDLE", CAP_IDLE, 0 },
	{ "LIST-STATUS", CAP_LIST_STATUS, 0 },
	{ "SPECIAL-USE", CAP_SPECIAL_USE, 0 },
	{ "SASL-IR", 0, IMAP_SASL_IR },
	{ "LITERAL+", 0, IMAP_LITERAL_PLUS },
	{ "LITERAL-", 0, IMAP_LITERAL_MINUS },
	{ "ESEARCH", 0, IMAP_ESEARCH },
	{ "LIST-EXTENDED", 0, IMAP_LIST_EXTENDED },
	{ "XLIST", 0, IMAP_XLIST },
	{ "LOGINDISABLED", 0, IMAP_LOGINDISABLED },
	{ "ENABLE", 0, IMAP_ENABLE },
	{ "NAMESPACE", 0, IMAP_NAMESPACE },
	{ "ID", 0, IMAP_ID },
	{ "X-GM-EXT-1", CAP_LABELS, 0 },
	{ "IMAP4REV2", CAP_UIDPLUS | CAP_MOVE | CAP_IDLE | CAP_LIST_STATUS |
	  CAP_SPECIAL_USE, IMAP_SASL_IR | IMAP_LITERAL_MINUS | IMAP_ESEARCH |
	  IMAP_LIST_EXTENDED | IMAP_ENABLE | IMAP_NAMESPACE },
};

static void
capability(struct imap *im, const char *word)
{
	if (g_ascii_strncasecmp(word, "AUTH=", 5) == 0) {
		im->mechs |= sasl_mech_parse(word + 5, strlen(word + 5));
		return;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
		if (g_ascii_strcasecmp(word, known[i].name) != 0)
			continue;
		im->caps |= known[i].caps;
		im->ext |= known[i].ext;
	}
}

void
imap_capabilities_parse(struct imap *im, const char *list)
{
	char **words = g_strsplit(list, " ", 500);

	im->caps = CAP_FOLDERS | CAP_UIDS | CAP_FLAGS | CAP_KEYWORDS |
		   CAP_APPEND | CAP_PEEK;
	im->ext = im->mechs = 0;
	for (int i = 0; words[i]; i++)
		capability(im, words[i]);
	/* QRESYNC must be enabled before it is used. */
	if (!(im->ext & IMAP_ENABLE) || im->qresync_broken)
		im->caps &= ~(uint32_t)CAP_QRESYNC;
	im->caps_known = true;
	g_strfreev(words);
}

/* ---- response codes ---------------------------------------------------- */

static void
alert(struct imap *im, const char *text)
{
	if (!im->host->notice || !g_hash_table_add(im->alerts,
						   g_strdup(text)))
		return;		/* Courier says it in every session */
	im->host->notice(im->host->ctx, text);
}

static int64_t
code_number(const char *code)
{
	const char *blank = strchr(code, ' ');
	struct imap_text t;
	int64_t n;

	if (!blank)
		return 0;
	t = (struct imap_text){ blank + 1, code + strlen(code) };
	return imap_take_number(&t, &n) && n > 0 ? n : 0;
}

static bool
starts(const char *code, const char *word)
{
	size_t n = strlen(word);

	return g_ascii_strncasecmp(code, word, n) == 0 &&
	       (code[n] == ' ' || code[n] == '\0');
}

void
imap_code(struct imap *im, const char *code, const char *text)
{
	struct entered *s = &im->state;

	if (!*code)
		return;
	if (starts(code, "CAPABILITY"))
		imap_capabilities_parse(im, code + strlen("CAPABILITY"));
	else if (starts(code, "ALERT") && *text)
		alert(im, text);
	else if (starts(code, "UIDVALIDITY"))
		s->uidvalidity = code_number(code);
	else if (starts(code, "UIDNEXT"))
		s->uidnext = code_number(code);
	else if (starts(code, "HIGHESTMODSEQ"))
		s->modseq = code_number(code);
	else if (starts(code, "NOMODSEQ"))
		s->modseq = 0;
	else if (starts(code, "PERMANENTFLAGS"))
		s->keywords_allowed = strstr(code, "\\*") != NULL;
}

/* ---- lists of UIDs ----------------------------------------------------- */

static enum st
search(struct imap *im, struct imap_text *t)
{
	int64_t uid;

	while (imap_take_blank(t) && imap_take_number(t, &uid))
		if (im->wants.listed && uid > 0 && uid <= UINT32_MAX)
			uidset_add(im->wants.listed, (uint32_t)uid);
	return ST_OK;
}

/* "(TAG "x") UID ALL 1:4,7": RFC 9051 7.3.4. */
static enum st
esearch(struct imap *im, struct imap_text *t)
{
	struct imap_slice word, set;
	struct uidset all = UIDSET_EMPTY;

	imap_take_blank(t);
	if (t->p < t->end && *t->p == '(' && !imap_skip_value(t))
		return ST_OK;
	while (imap_take_blank(t) && imap_take_word(t, &word)) {
		if (!imap_slice_is(&word, "ALL"))
			continue;
		imap_take_blank(t);
		if (imap_take_word(t, &set) && im->wants.listed &&
		    uidset_parse(&all, set.p, set.len, 2000000))
			uidset_add_set(im->wants.listed, &all);
	}
	uidset_clear(&all);
	return ST_OK;
}

static enum st
vanished(struct imap *im, struct imap_text *t, struct err *e)
{
	struct uidset set = UIDSET_EMPTY;
	struct imap_slice word;
	bool earlier = false;
	enum st st = ST_OK;

	imap_take_blank(t);
	if (t->p < t->end && *t->p == '(') {
		earlier = true;
		imap_skip_value(t);
		imap_take_blank(t);
	}
	if (!imap_take_word(t, &word) ||
	    !uidset_parse(&set, word.p, word.len, 2000000)) {
		uidset_clear(&set);
		return err_set(e, ST_PROTOCOL, "The server %s names vanished "
			       "messages in a way that makes no sense.",
			       im->account->receive.host);
	}
	/* EARLIER ones are not part of EXISTS any more (RFC 7162 3.2.10). */
	if (!earlier)
		im->state.exists -= MIN(im->state.exists,
					(int64_t)uidset_count(&set));
	im->wants.told = true;
	if (im->wants.vanished)
		uidset_add_set(im->wants.vanished, &set);
	if (im->wants.listing)
		st = im->wants.listing->vanished(im->wants.listing->ctx, &set,
						 e);
	else if (im->wants.fetch && im->wants.fetch->vanished)
		st = im->wants.fetch->vanished(im->wants.fetch->ctx, &set, e);
	uidset_clear(&set);
	return st;
}

/* ---- numbers ----------------------------------------------------------- */

static void
numbered(struct imap *im, int64_t n, struct imap_text *t)
{
	imap_take_blank(t);
	if (imap_take_this(t, "EXISTS")) {
		if (n != im->state.exists)
			im->wants.told = true;
		im->state.exists = MAX(n, 0);
	} else if (imap_take_this(t, "EXPUNGE")) {
		im->wants.told = true;
		im->state.exists -= im->state.exists > 0;
	}
}

static enum st
capability_answer(struct imap *im, struct imap_text *t)
{
	char *list = g_strndup(t->p, (gsize)(t->end - t->p));

	imap_capabilities_parse(im, g_strstrip(list));
	g_free(list);
	return ST_OK;
}

static enum st
enabled(struct imap *im, struct imap_text *t)
{
	struct imap_slice word;

	while (imap_take_blank(t) && imap_take_word(t, &word))
		if (imap_slice_is(&word, "QRESYNC"))
			im->qresync_on = true;
	return ST_OK;
}

enum st
imap_untagged(struct imap *im, struct imap_text *t, struct err *e)
{
	struct imap_slice word;
	int64_t n;

	imap_take_blank(t);
	if (imap_take_number(t, &n)) {
		numbered(im, n, t);
		return ST_OK;
	}
	if (!imap_take_word(t, &word))
		return ST_OK;
	if (imap_slice_is(&word, "VANISHED"))
		return vanished(im, t, e);
	if (imap_slice_is(&word, "SEARCH"))
		return search(im, t);
	if (imap_slice_is(&word, "ESEARCH"))
		return esearch(im, t);
	if (imap_slice_is(&word, "LIST") || imap_slice_is(&word, "XLIST"))
		return imap_list_answer(im, t, e);
	if (imap_slice_is(&word, "STATUS"))
		return imap_status_answer(im, t, e);
	if (imap_slice_is(&word, "CAPABILITY"))
		return capability_answer(im, t);
	if (imap_slice_is(&word, "ENABLED"))
		return enabled(im, t);
	if (imap_slice_is(&word, "NAMESPACE"))
		return imap_namespace_answer(im, t);
	if (imap_slice_is(&word, "PREAUTH"))
		im->preauth = true;
	return ST_OK;		/* FLAGS, ID, what is to come */
}
