/*
 * take.c - a letter out of a message, and a message to others
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/words.h"
#include "mime/build_private.h"
#include "mime/words.h"

/* ---- parts into files ----------------------------------------------- */

/* A name that is free in dir: "a.png", "a-2.png", …  The caller frees. */
static char *
free_name(const char *dir, const char *name, int *fd, struct err *e)
{
	const char *dot = strrchr(name, '.');
	int stem = dot && dot > name ? (int)(dot - name) : (int)strlen(name);

	for (int i = 1; i < 1000; i++) {
		char *own = i == 1 ? g_strdup(name)
				   : g_strdup_printf("%.*s-%d%s", stem, name,
						     i, name + stem);
		char *path = g_build_filename(dir, own, NULL);

		g_free(own);
		*fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
			   0600);
		if (*fd >= 0)
			return path;
		g_free(path);
		if (errno != EEXIST)
			break;
	}
	err_errno(e, "The attachment %s cannot be kept in %s", name, dir);
	return NULL;
}

static enum st
save_part(struct message_view *m, size_t i, const char *dir,
	  struct attachment **out, struct err *e)
{
	const struct part *p = mime_part(m, i);
	char *name = mime_part_safe_name(m, i), *path;
	int fd;
	enum st st;

	path = free_name(dir, name, &fd, e);
	g_free(name);
	if (!path)
		return ST_LOCAL;
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
		if (*p->filename) {
			g_free((*out)->name);
			(*out)->name = g_strdup(p->filename);
		}
	}
	g_free(path);
	return st;
}

/* The other form of the text that is shown is no attachment. */
static bool
is_text(const struct part *p)
{
	return p->shown || (!*p->filename && !*p->disposition &&
			    g_str_has_prefix(p->type, "text/"));
}

enum st
letter_take_parts(struct letter *l, struct message_view *m, const char *dir,
		  struct err *e)
{
	enum st st = ST_OK;

	for (size_t i = 0; i < mime_part_count(m) && st == ST_OK; i++) {
		struct attachment *a = NULL;

		if (is_text(mime_part(m, i)))
			continue;
		st = save_part(m, i, dir, &a, e);
		if (a)
			g_ptr_array_add(l->attachments, a);
	}
	return st;
}

/* ---- a message as a letter ------------------------------------------ */

static void
take_addresses(GPtrArray **field, struct message_view *m, const char *header)
{
	g_ptr_array_unref(*field);
	*field = mime_addresses(m, header);
}

/* The first of some ids; NULL: none.  The caller frees. */
static char *
first_id(struct message_view *m, const char *header)
{
	char **ids = mime_ids(m, header);
	char *first = g_strdup(ids[0]);

	g_strfreev(ids);
	return first;
}

/* What put_kind() of build.c left. */
static void
take_kind(struct letter *l, struct message_view *m)
{
	const char *line = mime_header(m, "X-Verso-Letter");
	int n = 0;
	char **words = line ? words_split(line, &n) : NULL;

	if (n == 4) {
		l->kind = strcmp(words[0], "reply") == 0 ? LETTER_REPLY
			: strcmp(words[0], "forward") == 0 ? LETTER_FORWARD
							   : LETTER_NEW;
		l->about = *words[1] ? g_strdup(words[1]) : NULL;
		l->flowed = strcmp(words[2], "flowed") == 0;
		l->markdown = strcmp(words[3], "markdown") == 0;
	}
	g_strfreev(words);
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
	enum st st;

	take_addresses(&l->from, m, "From");
	take_addresses(&l->to, m, "To");
	take_addresses(&l->cc, m, "Cc");
	take_addresses(&l->bcc, m, "Bcc");
	take_addresses(&l->reply_to, m, "Reply-To");
	letter_set_subject(l, g_strdup(subject ? subject : ""));
	letter_set_text(l, mime_text(m));
	l->message_id = first_id(m, "Message-ID");
	l->in_reply_to = first_id(m, "In-Reply-To");
	l->flowed = type && strstr(type, "flowed");
	take_references(l, m);
	take_kind(l, m);
	st = letter_take_parts(l, m, dir, e);
	if (st == ST_OK)
		*out = l;
	else
		letter_free(l);
	return st;
}

/* ---- to others ------------------------------------------------------ */

static enum st
write_all(int fd, const char *p, size_t len, struct err *e)
{
	while (len > 0) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(e, "The message cannot be written");
		p += n;
		len -= (size_t)n;
	}
	return ST_OK;
}

static enum st
resent_header(const struct address *from, const GPtrArray *to,
	      const struct build_options *o, struct built *b, char **header,
	      struct err *e)
{
	GPtrArray *one = addresses_new();
	char *sender = NULL, *rcpts = NULL, *date;
	enum st st;

	g_ptr_array_add(one, address_new(from->name, from->mailbox));
	st = build_addresses(one, true, false, b, &sender, e);
	if (st == ST_OK)
		st = build_addresses(to, true, true, b, &rcpts, e);
	if (st == ST_OK) {
		date = built_date(o->now, o->zone_minutes);
		*header = g_strdup_printf("Resent-From: %s\nResent-To: %s\n"
					  "Resent-Date: %s\n"
					  "Resent-Message-ID: <%s>\n",
					  g_strstrip(sender),
					  g_strstrip(rcpts), date,
					  b->message_id);
		g_free(date);
	}
	g_free(sender);
	g_free(rcpts);
	g_ptr_array_unref(one);
	return st;
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
	if (st == ST_OK)
		st = write_all(fd, header, strlen(header), e);
	if (st == ST_OK)
		st = write_all(fd, text, len, e);
	if (st == ST_OK && (len == 0 || text[len - 1] != '\n'))
		st = write_all(fd, "\n", 1, e);
	if (st == ST_OK)
		st = build_measure(fd, b, e);
	g_free(header);
	return st;
}
