/*
 * doubts.c - what a letter should be looked at again for
 */
#include <string.h>

#include "base/text.h"
#include "mime/build.h"

#define MANY 10		/* recipients that are worth a word */

static void G_GNUC_PRINTF(2, 3)
doubt(GPtrArray *all, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	g_ptr_array_add(all, g_strdup_vprintf(fmt, ap));
	va_end(ap);
}

/* Words that announce an attachment, folded; some are only their beginning. */
static const char *const announced[] = {
	"attach", "enclosed", "anhang", "anbei", "angehängt", "beigefügt",
	"en pièce jointe", "ci-joint", "adjunt", "allegat", "bijlage",
	"bijgevoegd", "bifogad", "vedhæft", "vedlagt", "liitteenä", "anexo",
	"em anexo", "załącz", "příloh", "вложен", "прикреп", "添付", "附件",
};

/* In what the person wrote, not in what is quoted or signed. */
static bool
announces(const char *text)
{
	char **lines = g_strsplit(text, "\n", -1);
	bool found = false;

	for (char **l = lines; *l && !found && strcmp(*l, "-- ") != 0; l++) {
		char *folded;

		if (**l == '>')
			continue;
		/* What is forwarded is below such a line. */
		if (g_str_has_prefix(*l, "-----"))
			break;
		folded = text_fold(*l);
		for (size_t i = 0; i < G_N_ELEMENTS(announced); i++)
			found = found || strstr(folded, announced[i]);
		g_free(folded);
	}
	g_strfreev(lines);
	return found;
}

static bool
goes_to(const GPtrArray *list, const char *mailbox)
{
	for (guint i = 0; mailbox && i < list->len; i++) {
		const struct address *a = list->pdata[i];

		if (g_ascii_strcasecmp(a->mailbox, mailbox) == 0)
			return true;
	}
	return false;
}

static bool
is_blank(const char *text)
{
	return text[strspn(text, " \t\r\n")] == '\0';
}

GPtrArray *
letter_doubts(const struct letter *l)
{
	GPtrArray *all = g_ptr_array_new_with_free_func(g_free);
	guint rcpts = l->to->len + l->cc->len + l->bcc->len;
	bool list = goes_to(l->to, l->list) || goes_to(l->cc, l->list);

	if (is_blank(l->subject))
		doubt(all, "It has no subject.");
	if (l->attachments->len == 0 && announces(l->text))
		doubt(all, "It speaks of an attachment, and there is none.");
	if (list)
		doubt(all, "The answer goes to the list %s.", l->list);
	if (rcpts >= MANY)
		doubt(all, "It goes to %u people.", rcpts);
	else if (l->kind == LETTER_REPLY && rcpts > 2 && !list)
		doubt(all, "The answer goes to %u people.", rcpts);
	if (is_blank(l->text) && l->attachments->len == 0)
		doubt(all, "There is nothing in it.");
	return all;
}
