/*
 * built.c - addresses, ids and dates of what is sent
 */
#include "mime/built.h"

#include <string.h>

#define ADDRESS_MOST 254
#define ID_OCTETS 15

void
built_init(struct built *b)
{
	memset(b, 0, sizeof(*b));
	b->rcpt = g_ptr_array_new_with_free_func(g_free);
}

void
built_clear(struct built *b)
{
	g_free(b->from);
	if (b->rcpt)
		g_ptr_array_unref(b->rcpt);
	g_free(b->message_id);
	g_free(b->subject);
	g_free(b->to);
	memset(b, 0, sizeof(*b));
}

static bool
is_same(const char *a, const char *b)
{
	const char *at_a = strrchr(a, '@'), *at_b = strrchr(b, '@');

	return at_a && at_b && at_a - a == at_b - b &&
	       strncmp(a, b, (size_t)(at_a - a)) == 0 &&
	       g_ascii_strcasecmp(at_a, at_b) == 0;
}

void
built_add_rcpt(struct built *b, const char *address)
{
	for (guint i = 0; i < b->rcpt->len; i++)
		if (is_same(b->rcpt->pdata[i], address))
			return;
	g_ptr_array_add(b->rcpt, g_strdup(address));
}

/* What stands before the @: a quoted string may have blanks and signs. */
static bool
is_local_part(const char *s, size_t len)
{
	bool quoted = len >= 2 && s[0] == '"' && s[len - 1] == '"';

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c < 32 || c == 127 || c == '<' || c == '>')
			return false;
		if (!quoted && strchr(" ,;:()[]\\\"@", c))
			return false;
	}
	return len > 0;
}

static bool
is_domain(const char *s)
{
	for (const char *p = s; *p; p++)
		if ((unsigned char)*p <= 32 || *p == 127 ||
		    strchr("<>(),;\\\"@", *p))
			return false;
	return *s && *s != '.' && *s != '-' && s[strlen(s) - 1] != '.';
}

bool
built_is_address(const char *address)
{
	const char *at = strrchr(address, '@');

	return at && strlen(address) <= ADDRESS_MOST &&
	       is_local_part(address, (size_t)(at - address)) &&
	       is_domain(at + 1) &&
	       g_utf8_validate(address, -1, NULL);
}

/* Random bits in the letters of base 36; GLib takes them from the kernel. */
char *
built_message_id(const char *address)
{
	static const char letters[] = "0123456789abcdefghijklmnopqrstuvwxyz";
	const char *at = address ? strrchr(address, '@') : NULL;
	char random[2 * ID_OCTETS + 1];
	char *uuid = g_uuid_string_random();
	GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
	guint8 octets[32];
	gsize len = sizeof(octets);

	g_checksum_update(sum, (const guchar *)uuid, -1);
	g_free(uuid);
	uuid = g_uuid_string_random();
	g_checksum_update(sum, (const guchar *)uuid, -1);
	g_checksum_get_digest(sum, octets, &len);
	for (int i = 0; i < 2 * ID_OCTETS; i++)
		random[i] = letters[octets[i] % 36];
	random[2 * ID_OCTETS] = '\0';
	g_checksum_free(sum);
	g_free(uuid);
	return g_strdup_printf("%s@%s", random,
			       at && is_domain(at + 1) ? at + 1
						       : "localhost");
}

char *
built_date(int64_t when, int zone_minutes)
{
	static const char days[] = "MonTueWedThuFriSatSun";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	GDateTime *t = g_date_time_new_from_unix_utc(when +
						     zone_minutes * 60);
	int zone = ABS(zone_minutes);
	char *date = g_strdup_printf("%.3s, %d %.3s %04d %02d:%02d:%02d "
		"%c%02d%02d", days + 3 * (g_date_time_get_day_of_week(t) - 1),
		g_date_time_get_day_of_month(t),
		months + 3 * (g_date_time_get_month(t) - 1),
		g_date_time_get_year(t), g_date_time_get_hour(t),
		g_date_time_get_minute(t), g_date_time_get_second(t),
		zone_minutes < 0 ? '-' : '+', zone / 60, zone % 60);

	g_date_time_unref(t);
	return date;
}
