/*
 * envelope.c - as much of an envelope as these tests look at
 */
#include <string.h>

#include "mime/message.h"

static char *
field(const char *header, size_t len, const char *name)
{
	char **lines, *text = g_strndup(header, len), *value = NULL;

	lines = g_strsplit(text, "\n", -1);
	for (char **l = lines; *l && !value; l++)
		if (g_ascii_strncasecmp(*l, name, strlen(name)) == 0)
			value = g_strdup(g_strstrip(*l + strlen(name)));
	g_strfreev(lines);
	g_free(text);
	return value;
}

void
mime_envelope(const char *header, size_t len, struct envelope *env)
{
	char *id = field(header, len, "Message-ID:");

	env->subject = field(header, len, "Subject:");
	env->from = field(header, len, "From:");
	if (id && *id == '<' && strlen(id) > 2)
		env->message_id = g_strndup(id + 1, strlen(id) - 2);
	g_free(id);
}
