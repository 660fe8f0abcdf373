/*
 * identity.c - own addresses and the signature
 */
#include "control/identity.h"

#include <string.h>

#include "base/text.h"
#include "control/addressing.h"
#include "model/letter.h"

/* A signature that is longer is none. */
#define SIGNATURE_MAX (64 << 10)

struct address *
identity_main(const struct account *a)
{
	GPtrArray *list = NULL;
	struct address *own;

	if (addressing_read(a->address ? a->address : "", &list, NULL) !=
		    ST_OK || list->len == 0) {
		own = address_new("", a->address ? a->address : "");
	} else {
		const struct address *first = list->pdata[0];

		own = address_new(first->name, first->mailbox);
	}
	if (list)
		g_ptr_array_unref(list);
	return own;
}

bool
identity_is(const struct account *a, const char *mailbox)
{
	struct address *own = identity_main(a);
	bool is = g_ascii_strcasecmp(own->mailbox, mailbox) == 0;

	address_free(own);
	for (int i = 0; !is && a->aliases && a->aliases[i]; i++)
		is = addressing_matches(mailbox, a->aliases[i]);
	return is;
}

static bool
has(const GPtrArray *list, const char *mailbox)
{
	for (guint i = 0; i < list->len; i++) {
		const struct address *a = list->pdata[i];

		if (g_ascii_strcasecmp(a->mailbox, mailbox) == 0)
			return true;
	}
	return false;
}

/* Those of a header that are the person's. */
static void
add_matching(GPtrArray *own, const struct account *a, struct message_view *m,
	     const char *header, const char *name)
{
	GPtrArray *list = mime_addresses(m, header);

	for (guint i = 0; i < list->len; i++) {
		const struct address *one = list->pdata[i];

		if (*one->mailbox && !has(own, one->mailbox) &&
		    identity_is(a, one->mailbox))
			g_ptr_array_add(own, address_new(name, one->mailbox));
	}
	g_ptr_array_unref(list);
}

GPtrArray *
identity_all(const struct account *a, struct message_view *m)
{
	static const char *const headers[] = {
		"To", "Cc", "Delivered-To", "X-Original-To", "From",
		"Reply-To",
	};
	GPtrArray *own = addresses_new();
	struct address *first = identity_main(a);

	g_ptr_array_add(own, first);
	for (int i = 0; a->aliases && a->aliases[i]; i++)
		if (!strpbrk(a->aliases[i], "*?") &&
		    !has(own, a->aliases[i]))
			g_ptr_array_add(own, address_new(first->name,
							 a->aliases[i]));
	for (size_t i = 0; m && i < G_N_ELEMENTS(headers); i++)
		add_matching(own, a, m, headers[i], first->name);
	return own;
}

enum st
identity_signature(const struct account *a, char **text, struct err *e)
{
	GError *error = NULL;
	char *raw = NULL, *valid;
	gsize len = 0;

	*text = g_strdup("");
	if (!a->signature || !*a->signature)
		return ST_OK;
	if (!g_file_get_contents(a->signature, &raw, &len, &error)) {
		err_set(e, ST_LOCAL, "The signature cannot be read: %s",
			error->message);
		g_error_free(error);
		return ST_LOCAL;
	}
	if (len > SIGNATURE_MAX) {
		g_free(raw);
		return err_set(e, ST_LOCAL, "The signature %s is too long.",
			       a->signature);
	}
	valid = g_strchomp(text_to_utf8(raw, len));
	g_free(raw);
	if (*valid) {
		g_free(*text);
		*text = g_strdup_printf("%s%s\n",
					g_str_has_prefix(valid, "-- \n")
					? "" : "-- \n", valid);
	}
	g_free(valid);
	return ST_OK;
}
