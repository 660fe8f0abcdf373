/*
 * samples.c - the messages of the demo are whole and fit together
 */
#include "worker/sample_mail.h"

#include <stdbool.h>
#include <string.h>

#include <criterion/criterion.h>
#include <glib.h>

/* The value of a header, unfolded; NULL: it has none.  The caller frees. */
static char *
header(const struct sample_mail *m, const char *name)
{
	const char *end = strstr(m->bytes, "\n\n");
	size_t n = strlen(name);
	const char *p = m->bytes;

	cr_assert_not_null(end, "%s", m->bytes);
	while (p < end && (strncmp(p, name, n) != 0 || p[n] != ':'))
		p = strchr(p, '\n') + 1;
	if (p >= end)
		return NULL;
	GString *value = g_string_new(NULL);
	for (p += n + 1; *p != '\n' || p[1] == ' '; p++)
		g_string_append_c(value, *p == '\n' ? ' ' : *p);
	return g_strstrip(g_string_free(value, FALSE));
}

static GHashTable *
ids(void)
{
	GHashTable *set = g_hash_table_new_full(g_str_hash, g_str_equal,
						g_free, NULL);

	for (size_t i = 0; i < sample_mails_count; i++) {
		char *id = header(&sample_mails[i], "Message-ID");

		cr_assert_not_null(id, "%s", sample_mails[i].bytes);
		cr_assert(g_hash_table_add(set, g_strdup(id)),
			  "%s is there twice", id);
		g_free(id);
	}
	return set;
}

Test(samples, enough)
{
	size_t later = 0;

	for (size_t i = 0; i < sample_mails_count; i++)
		later += sample_mails[i].age_minutes < 0;
	cr_assert_geq(sample_mails_count, 50);
	cr_assert_geq(later, 8);
}

Test(samples, whole)
{
	static const char *const names[] = {
		"From", "To", "Subject", "Content-Type",
	};

	for (size_t i = 0; i < sample_mails_count; i++) {
		const struct sample_mail *m = &sample_mails[i];
		char *date = header(m, "Date");

		cr_assert_eq(strlen(m->bytes), m->len, "%s", m->bytes);
		cr_assert_null(strchr(m->bytes, '\r'), "%s", m->bytes);
		cr_assert(g_utf8_validate(m->bytes, m->len, NULL));
		cr_assert_str_eq(date, "@DATE@");
		g_free(date);
		for (size_t j = 0; j < G_N_ELEMENTS(names); j++) {
			char *value = header(m, names[j]);

			cr_assert(value && *value, "%s: %s", names[j],
				  m->bytes);
			g_free(value);
		}
	}
}

Test(samples, belong_somewhere)
{
	for (size_t i = 0; i < sample_mails_count; i++) {
		const struct sample_mail *m = &sample_mails[i];
		bool pop = strcmp(m->account, "pop") == 0;

		cr_assert(pop || strcmp(m->account, "imap") == 0, "%s",
			  m->account);
		cr_assert(!pop || strcmp(m->folder, "INBOX") == 0);
		cr_assert(strcmp(m->flags, "-") == 0 ||
			  strspn(m->flags, "SFD") == strlen(m->flags), "%s",
			  m->flags);
	}
}

Test(samples, answer_what_exists)
{
	GHashTable *known = ids();
	size_t deepest = 0;

	for (size_t i = 0; i < sample_mails_count; i++) {
		char *refs = header(&sample_mails[i], "References");
		char **words = refs ? g_strsplit(refs, " ", -1) : NULL;
		size_t depth = 0;

		for (char **w = words; w && *w; w++) {
			if (!**w)
				continue;
			depth++;
			cr_assert(g_hash_table_contains(known, *w),
				  "%s is not there", *w);
		}
		deepest = MAX(deepest, depth);
		g_strfreev(words);
		g_free(refs);
	}
	cr_assert_geq(deepest, 10);
	g_hash_table_destroy(known);
}

Test(samples, start_here_comes_first)
{
	const struct sample_mail *start = NULL;

	for (size_t i = 0; i < sample_mails_count; i++) {
		char *subject = header(&sample_mails[i], "Subject");

		if (g_str_has_prefix(subject, "Start here"))
			start = &sample_mails[i];
		g_free(subject);
	}
	cr_assert_not_null(start);
	cr_assert_str_eq(start->flags, "F");
	for (size_t i = 0; i < sample_mails_count; i++) {
		const struct sample_mail *m = &sample_mails[i];

		cr_assert(m == start || m->age_minutes < 0 ||
			  m->age_minutes > start->age_minutes);
	}
}
