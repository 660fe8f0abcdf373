/*
 * take.c - a letter out of a message, and a message to others
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "base/text.h"
#include "mime/build_private.h"
#include "mime/letter_file.h"
#include "mime/words.h"

#define TRIES 10000

/* ---- parts into files ----------------------------------------------- */

/* "3-a.png", made: no name of a sender's meets a file that is there.  The
 * caller frees. */
static char *
make_file(const char *dir, guint number, const char *name, int *fd,
	  struct err *e)
{
	char *path = NULL;

	*fd = -1;
	for (int i = 0; i < TRIES && *fd < 0; i++) {
		char *own = g_strdup_printf("%u-%s", number + i, name);

		g_free(path);
		path = g_build_filename(dir, own, NULL);
		g_free(own);
		*fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
			   0600);
		if (*fd < 0 && errno != EEXIST)
			break;
	}
	if (*fd >= 0)
		return path;
	err_errno(e, "The attachment %s cannot be kept in %s", name, dir);
	g_free(path);
	return NULL;
}

static enum st
save_part(struct message_view *m, size_t i, const char *dir, guint number,
	  struct attachment **out, struct err *e)
{
	const struct part *p = mime_part(m, i);
	char *name = mime_part_safe_name(m, i), *path;
	int fd;
	enum st st;

	path = make_file(dir, number, name, &fd, e);
	if (!path) {
		g_free(name);
		return ST_LOCAL;
	}
	st = mime_part_save(m, i, fd, e);
	if (close(fd) != 0 && st == ST_OK)
		st = err_errno(e, "%s cannot be written", path);
	if (st == ST_OK) {
		*out = attachment_new(path);
		(*out)->is_ours = true;
		(*out)->is_message = strcmp(p->type, "message/rfc822") == 0;
		(*out)->is_inline = strcmp(p->disposition, "inline") == 0;
		g_free((*out)->type);
		(*out)->type = g_strdup(p->type);
		g_free((*out)->name);
		(*out)->name = g_strdup(*p->filename ? p->filename : name);
	}
	g_free(name);
	g_free(path);
	return st;
}

/* The other form of the text that is shown is no attachment; a file is one
 * even where it is shown, and a message may have files of its own. */
static bool
is_text(const struct part *p)
{
	if (*p->filename || strcmp(p->disposition, "attachment") == 0 ||
	    g_str_has_prefix(p->type, "message/"))
		return false;
	return p->shown || (!*p->disposition &&
			    g_str_has_prefix(p->type, "text/"));
}

static enum st
take_part(struct letter *l, struct message_view *m, size_t i, const char *dir,
	  struct err *e)
{
	struct attachment *a = NULL;
	enum st st = save_part(m, i, dir, l->attachments->len + 1, &a, e);

	if (a)
		g_ptr_array_add(l->attachments, a);
	return st;
}

enum st
letter_take_parts(struct letter *l, struct message_view *m, const char *dir,
		  struct err *e)
{
	enum st st = ST_OK;

	for (size_t i = 0; i < mime_part_count(m) && st == ST_OK; i++)
		if (!is_text(mime_part(m, i)))
			st = take_part(l, m, i, dir, e);
	return st;
}

/* ---- a draft of our own --------------------------------------------- */

/* Its first part is the text, octet for octet; nothing of it is taken for a
 * file or a link. */
static enum st
take_own_text(struct letter *l, struct message_view *m, struct err *e)
{
	GBytes *bytes = NULL;
	enum st st = mime_part_bytes(m, 0, &bytes, e);
	char *raw, *text;
	gsize len;
	const char *data;

	if (st != ST_OK)
		return st;
	data = g_bytes_get_data(bytes, &len);
	raw = text_to_utf8(data ? data : "", len);
	text = text_lf(raw);
	g_free(raw);
	letter_set_text(l, l->flowed ? build_unflow(text) : g_strdup(text));
	g_free(text);
	g_bytes_unref(bytes);
	return ST_OK;
}

/* Behind the text, and its HTML form, stand the attachments. */
static enum st
take_own_parts(struct letter *l, struct message_view *m, const char *dir,
	       struct err *e)
{
	enum st st = take_own_text(l, m, e);
	int texts = l->markdown ? 2 : 1;

	for (size_t i = 0; i < mime_part_count(m) && st == ST_OK; i++)
		if (!strchr(mime_part(m, i)->path, 'u') && texts-- <= 0)
			st = take_part(l, m, i, dir, e);
	return st;
}

/* ---- a message as a letter ------------------------------------------ */

static void
take_addresses(GPtrArray **field, struct message_view *m, const char *header)
{
	g_ptr_array_unref(*field);
	*field = mime_addresses(m, header);
}

static void
take_references(struct letter *l, struct message_view *m)
{
	char **ids = mime_ids(m, "References");

	for (char **id = ids; *id; id++)
		g_ptr_array_add(l->references, g_strdup(*id));
	g_strfreev(ids);
}

enum st
letter_from_message(struct message_view *m, const char *dir,
		    struct letter **out, struct err *e)
{
	struct letter *l = letter_new();
	const char *subject = mime_header(m, "Subject");
	const char *type = mime_header(m, "Content-Type");
	const char *state = mime_header(m, "X-Verso-Letter");
	enum st st;

	take_addresses(&l->from, m, "From");
	take_addresses(&l->to, m, "To");
	take_addresses(&l->cc, m, "Cc");
	take_addresses(&l->bcc, m, "Bcc");
	take_addresses(&l->reply_to, m, "Reply-To");
	letter_set_subject(l, g_strdup(subject ? subject : ""));
	l->message_id = mime_first_id(m, "Message-ID");
	l->in_reply_to = mime_first_id(m, "In-Reply-To");
	take_references(l, m);
	if (state && mime_part_count(m)) {
		letter_take_state(l, state, false);
		st = take_own_parts(l, m, dir, e);
	} else {
		l->flowed = type && strstr(type, "flowed");
		letter_set_text(l, mime_text(m));
		st = letter_take_parts(l, m, dir, e);
	}
	if (st == ST_OK)
		*out = l;
	else
		letter_free(l);
	return st;
}

/* ---- to others ------------------------------------------------------ */

static enum st
resent_header(const struct address *from, const GPtrArray *to,
	      const struct build_options *o, struct built *b, char **header,
	      struct err *e)
{
	GPtrArray *one = addresses_new();
	char *sender, *rcpts, *date;
	enum st st;

	g_ptr_array_add(one, address_new(from->name, from->mailbox));
	st = build_check_addresses(one, true, false, b, e);
	if (st == ST_OK)
		st = build_check_addresses(to, true, true, b, e);
	if (st == ST_OK) {
		sender = build_list("Resent-From", one);
		rcpts = build_list("Resent-To", to);
		date = built_date(o->now, o->zone_minutes);
		*header = g_strdup_printf("Resent-From:%s\nResent-To:%s\n"
					  "Resent-Date: %s\n"
					  "Resent-Message-ID: <%s>\n",
					  sender, rcpts, date, b->message_id);
		g_free(date);
		g_free(rcpts);
		g_free(sender);
	}
	g_ptr_array_unref(one);
	return st;
}

/* Its last line ends, whatever the message has. */
static bool
write_resent(int fd, const char *header, const char *text, size_t len)
{
	bool ends = len && text[len - 1] == '\n';

	return path_write_all(fd, header, strlen(header)) &&
	       path_write_all(fd, text, len) &&
	       (ends || path_write_all(fd, "\n", 1));
}

enum st
letter_resend(GBytes *bytes, const struct address *from, const GPtrArray *to,
	      const struct build_options *o, int fd, struct built *b,
	      struct err *e)
{
	gsize len;
	const char *text = g_bytes_get_data(bytes, &len);
	char *header = NULL;
	enum st st;

	built_init(b);
	mime_start();
	b->from = build_bare(from->mailbox);
	b->message_id = built_message_id(b->from);
	st = to->len ? resent_header(from, to, o, b, &header, e)
		     : err_set(e, ST_USAGE, "The message goes to nobody.");
	if (st == ST_OK && !write_resent(fd, header, text, len))
		st = err_errno(e, "The message cannot be written");
	if (st == ST_OK)
		st = build_measure(fd, true, b, e);
	g_free(header);
	return st;
}
