/*
 * dump.c - one message as lines that a script can compare
 *
 * "key<TAB>value" lines, tabs, line breaks and backslashes in values
 * escaped.  For tests; users have verso show --json.
 */
#include <stdio.h>
#include <string.h>

#include "mime/message.h"

static void
say(const char *key, const char *value)
{
	printf("%s\t", key);
	for (; *value; value++)
		if (*value == '\n')
			fputs("\\n", stdout);
		else if (*value == '\t')
			fputs("\\t", stdout);
		else if (*value == '\\')
			fputs("\\\\", stdout);
		else
			putchar(*value);
	putchar('\n');
}

static void
say_addresses(struct message_view *m, const char *key, const char *header)
{
	GPtrArray *all = mime_addresses(m, header);
	char *name = g_strdup_printf("%s.name", key);
	char *address = g_strdup_printf("%s.address", key);

	for (guint i = 0; i < all->len; i++) {
		const struct address *a = all->pdata[i];

		say(name, a->name);
		say(address, a->mailbox);
	}
	g_free(name);
	g_free(address);
	g_ptr_array_unref(all);
}

static void
say_ids(struct message_view *m, const char *key, const char *header)
{
	char **ids = mime_ids(m, header);

	for (int i = 0; ids[i]; i++)
		say(key, ids[i]);
	g_strfreev(ids);
}

static void
say_headers(struct message_view *m)
{
	const char *subject = mime_header(m, "Subject");
	int64_t date;
	int zone;

	if (subject)
		say("subject", subject);
	say_addresses(m, "from", "From");
	say_addresses(m, "to", "To");
	say_addresses(m, "cc", "Cc");
	if (mime_date(m, &date, &zone))
		printf("date\t%lld\nzone\t%d\n", (long long)date, zone);
	say_ids(m, "message_id", "Message-ID");
	say_ids(m, "in_reply_to", "In-Reply-To");
	say_ids(m, "references", "References");
}

static void
say_parts(struct message_view *m)
{
	for (size_t i = 0; i < mime_part_count(m); i++) {
		const struct part *p = mime_part(m, i);
		char *safe = mime_part_safe_name(m, i);

		printf("part.size\t%lld\npart.shown\t%d\n", (long long)p->size,
		       p->shown);
		say("part.path", p->path);
		say("part.type", p->type);
		say("part.charset", p->charset);
		say("part.filename", p->filename);
		say("part.disposition", p->disposition);
		say("part.id", p->content_id);
		say("part.safe", safe);
		g_free(safe);
	}
}

static void
say_envelope(const char *data, gsize len)
{
	struct envelope env;

	mime_envelope(data, len, &env);
	printf("env.date\t%lld\n", (long long)env.date);
	say("env.subject", env.subject ? env.subject : "");
	say("env.from", env.from ? env.from : "");
	say("env.to", env.to ? env.to : "");
	say("env.message_id", env.message_id ? env.message_id : "");
	say("env.in_reply_to", env.in_reply_to ? env.in_reply_to : "");
	say("env.references", env.references ? env.references : "");
	say("env.list_id", env.list_id ? env.list_id : "");
	envelope_clear(&env);
}

static void
say_lines(struct message_view *m, int width)
{
	static const char *const kinds[] = { "header", "text", "signature",
					     "part", "notice", "rule" };
	const struct render_options options = { .width = width };
	GPtrArray *lines = mime_render(m, &options);

	for (guint i = 0; i < lines->len; i++) {
		const struct line *line = lines->pdata[i];
		char *key = g_strdup_printf("line.%s.%d", kinds[line->kind],
					    line->quote);

		say(key, line->text);
		g_free(key);
	}
	for (int i = 0; mime_links(m)[i]; i++)
		say("link", mime_links(m)[i]);
	g_ptr_array_unref(lines);
}

static int
dump(const char *file, int width)
{
	char *data, *text;
	gsize len;
	GBytes *bytes;
	struct message_view *m;

	if (!g_file_get_contents(file, &data, &len, NULL)) {
		fprintf(stderr, "dump: cannot read %s\n", file);
		return 1;
	}
	bytes = g_bytes_new_take(data, len);
	m = mime_open(bytes);
	say_envelope(data, len);
	say_headers(m);
	say_parts(m);
	text = mime_text(m);
	say("text", text);
	say_lines(m, width);
	g_free(text);
	mime_close(m);
	g_bytes_unref(bytes);
	puts("end\t");
	return 0;
}

int
main(int argc, char **argv)
{
	int bad = 0, width = 80;

	for (int i = 1; i < argc; i++)
		if (strncmp(argv[i], "-w", 2) == 0)
			width = atoi(argv[i] + 2);
		else
			bad |= dump(argv[i], width);
	return bad;
}
