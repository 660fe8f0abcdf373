/*
 * fuzz_letter.c - any octets as a letter file and as a link
 *
 * What is read is written and read the same again; what is built of it is a
 * message whose every field is one that was meant, and as a draft it is that
 * letter again.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mime/build.h"
#include "mime/letter_file.h"
#include "mime/mailto.h"
#include "mime/seven_bit.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(int good)
{
	if (!good)
		abort();
}

static void
same(const struct letter *l)
{
	char *once = letter_write(l, false), *twice;
	struct letter *again = NULL;

	must(letter_read(once, strlen(once), &again, NULL) == ST_OK);
	twice = letter_write(again, false);
	must(strcmp(again->text, l->text) == 0);
	must(again->to->len == l->to->len);
	letter_free(again);
	must(letter_read(twice, strlen(twice), &again, NULL) == ST_OK);
	g_free(once);
	once = letter_write(again, false);
	must(strcmp(once, twice) == 0);
	letter_free(again);
	g_free(once);
	g_free(twice);
}

/* No line too long, nothing but fields in the header, and no secret. */
static void
look(const char *text, bool draft)
{
	bool header = true;

	while (*text) {
		size_t len = strcspn(text, "\n");

		must(len <= 998);
		header = header && len > 0;
		if (header && *text != ' ' && *text != '\t') {
			size_t name = strcspn(text, ": \n");

			must(name > 0 && text[name] == ':');
			must(draft || g_ascii_strncasecmp(text, "bcc:", 4));
		}
		text += len + (text[len] == '\n');
	}
}

static void
recall(const char *text, size_t len, const struct letter *l)
{
	GBytes *bytes = g_bytes_new(text, len);
	struct message_view *m = mime_open(bytes);
	struct letter *back = NULL;

	must(letter_from_message(m, "/nowhere", &back, NULL) == ST_OK);
	must(back->kind == l->kind && back->flowed == l->flowed);
	must(back->headers->len == l->headers->len);
	if (!l->flowed && !strchr(l->text, '\r')) {
		size_t had = strlen(l->text);

		must(strncmp(back->text, l->text, had) == 0);
		must(had + 1 >= strlen(back->text));
	}
	letter_free(back);
	mime_close(m);
	g_bytes_unref(bytes);
}

/* For a server without 8BITMIME: text at least can be sent so. */
static void
encode(int fd, bool text)
{
	int to = memfd_create("encoded", MFD_CLOEXEC);
	int64_t size;
	bool whole = false;

	must(message_seven_bit(fd, to, &size, &whole, NULL) == ST_OK);
	must(whole || !text);
	must(!whole || size >= lseek(to, 0, SEEK_END));
	close(to);
}

static void
build(struct letter *l, bool draft, bool seven)
{
	struct build_options o = { .draft = draft };
	int fd = memfd_create("letter", MFD_CLOEXEC);
	struct built b;
	struct err e;

	if (letter_build(l, &o, fd, &b, &e) == ST_OK) {
		off_t len = lseek(fd, 0, SEEK_END);
		char *text = g_malloc0((gsize)len + 1);

		must(pread(fd, text, (size_t)len, 0) == len);
		must(strlen(text) == (size_t)len);
		if (seven)
			encode(fd, b.eight_bit && !b.utf8);
		look(text, draft);
		if (draft)
			recall(text, (size_t)len, l);
		g_free(text);
	}
	built_clear(&b);
	close(fd);
}

static void
link_of(const char *s)
{
	char *url = g_strconcat("mailto:", s, NULL);
	struct letter *l = letter_new();

	if (mailto_parse(url, l, NULL) == ST_OK) {
		must(!strpbrk(l->subject, "\r\n\033"));
		must(!strpbrk(l->text, "\r\033"));
		must(!l->in_reply_to || !strpbrk(l->in_reply_to, "\r\n<>"));
		must(l->attachments->len + l->from->len + l->headers->len == 0);
		build(l, true, true);
	}
	letter_free(l);
	g_free(url);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct letter *l = NULL;
	char *s = g_strndup((const char *)data, size);

	link_of(s);
	g_free(s);
	if (letter_read((const char *)data, size, &l, NULL) != ST_OK)
		return 0;
	same(l);
	/* No files: what is named may be anything on this machine. */
	g_ptr_array_set_size(l->attachments, 0);
	build(l, true, false);
	build(l, false, size & 1);
	letter_free(l);
	return 0;
}
