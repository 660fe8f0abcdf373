/*
 * keys.c - what folders are sorted by, as bytes that compare with memcmp
 */
#include <string.h>

#include "base/text.h"
#include "model/address.h"
#include "store/private.h"

#define WORDS_MAX (KEY_MAX - 6)
#define DATE_MAX ((INT64_C(1) << 40) - 1)

size_t
key_make(char *key, const char *folded, int64_t date)
{
	uint64_t when = (uint64_t)CLAMP(date, 0, DATE_MAX);
	size_t n = folded ? strnlen(folded, WORDS_MAX) : 0;

	memcpy(key, folded ? folded : "", n);
	key[n++] = '\0';
	for (int shift = 32; shift >= 0; shift -= 8)
		key[n++] = (char)(when >> shift & 0xff);
	return n;
}

size_t
key_from(char *key, const struct envelope *env, int64_t date)
{
	char *name = env->from ? address_short_of_list(env->from) : NULL;
	char *folded = name ? text_fold(name) : NULL;
	size_t n = key_make(key, folded, date);

	g_free(folded);
	g_free(name);
	return n;
}

size_t
key_subject(char *key, const struct envelope *env, int64_t date)
{
	char *base = env->subject ? envelope_base_subject(env->subject) : NULL;
	size_t n = key_make(key, base, date);

	g_free(base);
	return n;
}
