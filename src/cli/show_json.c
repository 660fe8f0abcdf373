/*
 * show_json.c - a message as JSON
 */
#include "cli/show.h"

#include "cli/json.h"

/* The header decoded, "" when it is not there. */
static void
add_header(JsonBuilder *b, struct message_view *view, const char *member,
	   const char *name)
{
	const char *value = mime_header(view, name);

	json_text(b, member, value ? value : "");
}

static void
add_addresses(JsonBuilder *b, struct message_view *view, const char *member,
	      const char *name)
{
	GPtrArray *all = mime_addresses(view, name);

	json_builder_set_member_name(b, member);
	json_builder_begin_array(b);
	for (guint i = 0; i < all->len; i++) {
		const struct address *a = all->pdata[i];

		json_builder_begin_object(b);
		json_text(b, "name", a->name);
		json_text(b, "address", a->mailbox);
		json_builder_end_object(b);
	}
	json_builder_end_array(b);
	g_ptr_array_unref(all);
}

static void
add_ids(JsonBuilder *b, struct message_view *view, const char *member,
	const char *name)
{
	char **ids = mime_ids(view, name);

	json_builder_set_member_name(b, member);
	json_builder_begin_array(b);
	for (int i = 0; ids[i]; i++) {
		char *valid = g_utf8_make_valid(ids[i], -1);

		json_builder_add_string_value(b, valid);
		g_free(valid);
	}
	json_builder_end_array(b);
	g_strfreev(ids);
}

static void
add_headers(JsonBuilder *b, struct message_view *view)
{
	char **id = mime_ids(view, "Message-ID");
	int64_t date = 0;
	int zone = 0;
	bool dated = mime_date(view, &date, &zone);

	json_builder_set_member_name(b, "headers");
	json_builder_begin_object(b);
	add_header(b, view, "subject", "Subject");
	add_addresses(b, view, "from", "From");
	add_addresses(b, view, "to", "To");
	add_addresses(b, view, "cc", "Cc");
	json_date(b, "date", dated ? date : 0, zone);
	json_text(b, "message_id", id[0] ? id[0] : "");
	add_ids(b, view, "in_reply_to", "In-Reply-To");
	add_ids(b, view, "references", "References");
	json_builder_end_object(b);
	g_strfreev(id);
}

static void
add_parts(JsonBuilder *b, struct message_view *view)
{
	json_builder_set_member_name(b, "parts");
	json_builder_begin_array(b);
	for (size_t i = 0; i < mime_part_count(view); i++) {
		const struct part *part = mime_part(view, i);

		json_builder_begin_object(b);
		json_text(b, "path", part->path);
		json_text(b, "type", part->type);
		json_text(b, "charset", part->charset);
		json_text(b, "filename", part->filename);
		json_text(b, "disposition", part->disposition);
		json_number(b, "size", part->size);
		json_builder_end_object(b);
	}
	json_builder_end_array(b);
}

void
show_json(struct message_view *view)
{
	JsonBuilder *b = json_builder_begin_object(json_builder_new());
	char *text = mime_text(view);

	add_headers(b, view);
	add_parts(b, view);
	json_text(b, "text", text);
	json_print(json_builder_end_object(b));
	g_free(text);
}
