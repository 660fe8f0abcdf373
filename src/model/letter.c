/*
 * letter.c - letters and what hangs on them
 */
#include "model/letter.h"

GPtrArray *
addresses_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)address_free);
}

GPtrArray *
addresses_copy(const GPtrArray *addresses)
{
	GPtrArray *copy = addresses_new();

	for (guint i = 0; i < addresses->len; i++) {
		const struct address *a = addresses->pdata[i];

		g_ptr_array_add(copy, address_new(a->name, a->mailbox));
	}
	return copy;
}

/* ---- attachments -------------------------------------------------------- */

struct attachment *
attachment_new(const char *path)
{
	struct attachment *a = g_new0(struct attachment, 1);

	a->path = g_strdup(path);
	a->name = g_path_get_basename(path);
	return a;
}

struct attachment *
attachment_copy(const struct attachment *a)
{
	struct attachment *copy = g_new0(struct attachment, 1);

	*copy = *a;
	copy->path = g_strdup(a->path);
	copy->name = g_strdup(a->name);
	copy->type = g_strdup(a->type);
	copy->description = g_strdup(a->description);
	return copy;
}

void
attachment_free(struct attachment *a)
{
	if (!a)
		return;
	g_free(a->path);
	g_free(a->name);
	g_free(a->type);
	g_free(a->description);
	g_free(a);
}

/* ---- letters ------------------------------------------------------------ */

static GPtrArray *
strings_copy(const GPtrArray *strings)
{
	GPtrArray *copy = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < strings->len; i++)
		g_ptr_array_add(copy, g_strdup(strings->pdata[i]));
	return copy;
}

struct letter *
letter_new(void)
{
	struct letter *l = g_new0(struct letter, 1);

	l->from = addresses_new();
	l->to = addresses_new();
	l->cc = addresses_new();
	l->bcc = addresses_new();
	l->reply_to = addresses_new();
	l->subject = g_strdup("");
	l->text = g_strdup("");
	l->references = g_ptr_array_new_with_free_func(g_free);
	l->headers = g_ptr_array_new_with_free_func(g_free);
	l->attachments = g_ptr_array_new_with_free_func(
		(GDestroyNotify)attachment_free);
	return l;
}

struct letter *
letter_copy(const struct letter *l)
{
	struct letter *copy = g_new0(struct letter, 1);

	*copy = *l;
	copy->from = addresses_copy(l->from);
	copy->to = addresses_copy(l->to);
	copy->cc = addresses_copy(l->cc);
	copy->bcc = addresses_copy(l->bcc);
	copy->reply_to = addresses_copy(l->reply_to);
	copy->subject = g_strdup(l->subject);
	copy->message_id = g_strdup(l->message_id);
	copy->in_reply_to = g_strdup(l->in_reply_to);
	copy->references = strings_copy(l->references);
	copy->headers = strings_copy(l->headers);
	copy->text = g_strdup(l->text);
	copy->about = g_strdup(l->about);
	copy->list = g_strdup(l->list);
	copy->attachments = g_ptr_array_new_with_free_func(
		(GDestroyNotify)attachment_free);
	for (guint i = 0; i < l->attachments->len; i++)
		g_ptr_array_add(copy->attachments,
				attachment_copy(l->attachments->pdata[i]));
	return copy;
}

void
letter_free(struct letter *l)
{
	if (!l)
		return;
	g_ptr_array_unref(l->from);
	g_ptr_array_unref(l->to);
	g_ptr_array_unref(l->cc);
	g_ptr_array_unref(l->bcc);
	g_ptr_array_unref(l->reply_to);
	g_free(l->subject);
	g_free(l->message_id);
	g_free(l->in_reply_to);
	g_ptr_array_unref(l->references);
	g_ptr_array_unref(l->headers);
	g_free(l->text);
	g_ptr_array_unref(l->attachments);
	g_free(l->about);
	g_free(l->list);
	g_free(l);
}

void
letter_set_text(struct letter *l, char *text)
{
	g_free(l->text);
	l->text = text;
}

void
letter_set_subject(struct letter *l, char *subject)
{
	g_free(l->subject);
	l->subject = subject;
}
