/*
 * fuzz_words.c - everything pure that reads words from outside
 *
 * The gate, command lines, folder names, UID sets, URLs, subjects and
 * addresses: besides not crashing, what is read must be written back, and
 * what is made safe must be safe.
 */
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "base/path.h"
#include "base/text.h"
#include "base/words.h"
#include "model/account.h"
#include "model/address.h"
#include "model/envelope.h"
#include "model/flags.h"
#include "model/folder.h"
#include "model/uidset.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(int good)
{
	if (!good)
		abort();
}

/* What came through the gate can be drawn, and comes through unchanged. */
static void
gate(const char *s, size_t len)
{
	GString *once = g_string_new(NULL), *twice = g_string_new(NULL);
	size_t n, at = 0;
	int width;

	text_gate(once, s, len, false);
	text_gate(twice, once->str, once->len, false);
	must(g_string_equal(once, twice));
	must(g_utf8_validate(once->str, (gssize)once->len, NULL));
	while ((n = text_cluster(once->str + at, &width)) > 0) {
		must(width >= 0 && width <= 2);
		at += n;
	}
	must(at == once->len);
	g_string_free(once, TRUE);
	g_string_free(twice, TRUE);
}

static void
words(const char *s)
{
	char **split = words_split(s, NULL), **again, *line;

	if (!split)
		return;
	line = words_join(split);
	again = words_split(line, NULL);
	must(again && g_strv_equal((const char *const *)split,
				   (const char *const *)again));
	g_strfreev(split);
	g_strfreev(again);
	g_free(line);
}

static void
folder_name(const char *s, size_t len)
{
	char *name = folder_from_utf7(s, len), *wire;

	if (!name)
		return;
	wire = folder_to_utf7(name);
	must(strlen(wire) == len && memcmp(wire, s, len) == 0);
	g_free(wire);
	g_free(name);
}

static void
path(const char *s)
{
	char *encoded = path_encode_folder(s, '/');
	char **levels = g_strsplit(encoded, "/", -1);

	for (int i = 0; levels[i]; i++)
		must(*levels[i] && *levels[i] != '.' &&
		     strlen(levels[i]) <= 200);
	must(strlen(encoded) <= 1200 && g_utf8_validate(encoded, -1, NULL));
	g_strfreev(levels);
	g_free(encoded);
}

static void
uids(const char *s, size_t len)
{
	struct uidset a = UIDSET_EMPTY, b = UIDSET_EMPTY;
	char *text;

	if (uidset_parse(&a, s, len, 1000)) {
		text = uidset_format(&a);
		must(uidset_parse(&b, text, strlen(text), 1000));
		must(uidset_equal(&a, &b));
		uidset_remove_set(&a, &b);
		must(uidset_count(&a) == 0);
		g_free(text);
	}
	uidset_clear(&a);
	uidset_clear(&b);
}

static void
others(const char *s)
{
	struct endpoint ep = { .proto = PROTO_NONE };
	struct flags f = { 0, NULL };
	char *base = envelope_base_subject(s);
	char *name = address_short_of_list(s);

	must(endpoint_parse(&ep, s, NULL) != ST_OK || *ep.host);
	envelope_behind_answers(s);
	folder_role_guess(s, '/');
	folder_match(s, "Lists/kernel", '/');
	folder_match("*a%b", s, '/');
	flags_add_word(&f, s);
	flags_remove_word(&f, s);
	must(!f.keywords);
	flags_clear(&f);
	endpoint_clear(&ep);
	g_free(base);
	g_free(name);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = g_strndup((const char *)data, size);
	char *utf8 = text_to_utf8((const char *)data, size);

	must(g_utf8_validate(utf8, -1, NULL));
	gate((const char *)data, size);
	folder_name((const char *)data, size);
	uids((const char *)data, size);
	words(s);
	path(s);
	others(s);
	others(utf8);
	g_free(utf8);
	g_free(s);
	return 0;
}
