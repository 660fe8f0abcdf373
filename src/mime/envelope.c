/*
 * envelope.c - the envelope of a header block, cheaply
 *
 * A first synchronisation does this for every message, so no GMime object is
 * made and nothing is decoded that is plain ASCII.
 */
#include "mime/private.h"

#include <string.h>

#include "base/text.h"

/* A header longer than this shows cut. */
#define VALUE_MAX (64 * 1024)

struct scan {
	const char *p, *end;
};

/* The next header: its name and raw value, continuation lines included. */
static bool
next_header(struct scan *s, const char **name, size_t *name_len,
	    const char **value, size_t *value_len)
{
	while (s->p < s->end && *s->p != '\n' && *s->p != '\r') {
		const char *start = s->p, *line_end, *colon;

		do {
			line_end = memchr(s->p, '\n',
					  (size_t)(s->end - s->p));
			s->p = line_end ? line_end + 1 : s->end;
		} while (s->p < s->end && (*s->p == ' ' || *s->p == '\t'));
		colon = memchr(start, ':', (size_t)(s->p - start));
		if (!colon)
			continue;	/* a line that is no header */
		*name = start;
		*name_len = (size_t)(colon - start);
		while (*name_len > 0 && (start[*name_len - 1] == ' ' ||
					 start[*name_len - 1] == '\t'))
			--*name_len;
		*value = colon + 1;
		*value_len = MIN((size_t)(s->p - colon - 1), VALUE_MAX);
		return true;
	}
	return false;
}

static bool
name_is(const char *name, size_t len, const char *want)
{
	return strlen(want) == len && g_ascii_strncasecmp(name, want, len) == 0;
}

/* "Ann Lee <ann@example.org>, bob@example.net", decoded. */
static char *
address_text(const char *raw)
{
	InternetAddressList *list = decode_addresses(raw);
	char *text, *clean;

	text = internet_address_list_to_string(list, NULL, FALSE);
	g_object_unref(list);
	clean = text && *text ? text_to_utf8(text, strlen(text))
			      : decode_text(raw);
	g_free(text);
	if (!*clean)
		g_clear_pointer(&clean, g_free);
	return clean;
}

static void
set_date(struct envelope *env, const char *raw)
{
	GDateTime *date = g_mime_utils_header_decode_date(raw);

	if (!date)
		return;
	env->date = g_date_time_to_unix(date);
	env->date_zone = (int)(g_date_time_get_utc_offset(date) /
			       G_TIME_SPAN_MINUTE);
	g_date_time_unref(date);
}

static char *
list_id(const char *raw)
{
	char *id = decode_ids(raw);

	return id ? id : decode_text(raw);
}

static char *
first_id(const char *raw)
{
	char *ids = decode_ids(raw);

	if (ids)
		ids[strcspn(ids, " ")] = '\0';
	return ids;
}

/* The first of a name counts (duplicates are the sender's mistake). */
static void
set(char **field, char *(*decode)(const char *raw), const char *raw)
{
	if (!*field)
		*field = decode(raw);
}

static void
header(struct envelope *env, const char *name, size_t len, const char *raw)
{
	if (name_is(name, len, "Subject"))
		set(&env->subject, decode_text, raw);
	else if (name_is(name, len, "From"))
		set(&env->from, address_text, raw);
	else if (name_is(name, len, "To"))
		set(&env->to, address_text, raw);
	else if (name_is(name, len, "Cc"))
		set(&env->cc, address_text, raw);
	else if (name_is(name, len, "Date") && !env->date)
		set_date(env, raw);
	else if (name_is(name, len, "Message-ID"))
		set(&env->message_id, first_id, raw);
	else if (name_is(name, len, "In-Reply-To"))
		set(&env->in_reply_to, decode_ids, raw);
	else if (name_is(name, len, "References"))
		set(&env->references, decode_ids, raw);
	else if (name_is(name, len, "List-Id"))
		set(&env->list_id, list_id, raw);
}

/* Only names of these lengths can be of interest. */
static bool
may_matter(const char *name, size_t len)
{
	return len >= 2 && len <= 11 && strchr("sftcdmirlSFTCDMIRL", *name);
}

void
mime_envelope(const char *text, size_t len, struct envelope *env)
{
	struct scan s = { text, text + len };
	const char *name, *value;
	size_t name_len, value_len;

	mime_init();
	memset(env, 0, sizeof(*env));
	/* A mail spool's own first line is no header. */
	if (len > 5 && memcmp(text, "From ", 5) == 0)
		s.p = memchr(text, '\n', len) ?
			(const char *)memchr(text, '\n', len) + 1 : s.end;
	while (next_header(&s, &name, &name_len, &value, &value_len)) {
		char *raw;

		if (!may_matter(name, name_len))
			continue;
		raw = g_strndup(value, value_len);
		header(env, name, name_len, g_strstrip(raw));
		g_free(raw);
	}
}
