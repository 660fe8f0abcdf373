/*
 * model_letter.c - a copy of a letter shares nothing with it
 */
#include "model/letter.h"

#include <criterion/criterion.h>

static struct letter *
full(void)
{
	struct letter *l = letter_new();
	struct attachment *a = attachment_new("/home/ann/tulips.png");

	g_ptr_array_add(l->to, address_new("Bob", "bob@y"));
	g_ptr_array_add(l->bcc, address_new("", "eve@z"));
	letter_set_subject(l, g_strdup("Tulips"));
	letter_set_text(l, g_strdup("Look!\n"));
	g_ptr_array_add(l->references, g_strdup("1@x"));
	g_ptr_array_add(l->headers, g_strdup("X-Mood: good"));
	l->message_id = g_strdup("2@x");
	l->in_reply_to = g_strdup("1@x");
	l->about = g_strdup("1@x");
	l->about_row = 7;
	l->kind = LETTER_REPLY;
	a->type = g_strdup("image/png");
	a->is_ours = true;
	g_ptr_array_add(l->attachments, a);
	return l;
}

Test(letter, begins_empty)
{
	struct letter *l = letter_new();

	cr_assert_eq(l->to->len + l->cc->len + l->bcc->len, 0);
	cr_assert_str_empty(l->subject);
	cr_assert_str_empty(l->text);
	cr_assert_null(l->message_id);
	cr_assert_eq(l->kind, LETTER_NEW);
	letter_free(l);
	letter_free(NULL);
}

Test(letter, a_copy_lives_longer)
{
	struct letter *l = full();
	struct letter *copy = letter_copy(l);
	const struct address *to = copy->to->pdata[0];
	const struct attachment *a = copy->attachments->pdata[0];

	letter_free(l);
	cr_assert_str_eq(to->mailbox, "bob@y");
	cr_assert_str_eq(((struct address *)copy->bcc->pdata[0])->mailbox,
			 "eve@z");
	cr_assert_str_eq(copy->subject, "Tulips");
	cr_assert_str_eq(copy->text, "Look!\n");
	cr_assert_str_eq(copy->references->pdata[0], "1@x");
	cr_assert_str_eq(copy->headers->pdata[0], "X-Mood: good");
	cr_assert_str_eq(copy->message_id, "2@x");
	cr_assert_str_eq(copy->about, "1@x");
	cr_assert_eq(copy->about_row, 7);
	cr_assert_str_eq(a->path, "/home/ann/tulips.png");
	cr_assert_str_eq(a->name, "tulips.png");
	cr_assert_str_eq(a->type, "image/png");
	cr_assert(a->is_ours);
	letter_free(copy);
}
