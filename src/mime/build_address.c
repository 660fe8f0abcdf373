/*
 * build_address.c - addresses as they are sent, and the measure of a message
 */
#include "mime/build_private.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "mime/words.h"

#define LINE_MOST 998		/* RFC 5322 2.1.1 */
#define CHUNK (256 * 1024)

static bool
is_ascii(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s > 127)
			return false;
	return true;
}

char *
build_bare(const char *mailbox)
{
	const char *at = strrchr(mailbox, '@');
	char *domain, *bare;

	if (!at || is_ascii(at + 1))
		return g_strdup(mailbox);
	domain = g_hostname_to_ascii(at + 1);
	bare = domain ? g_strdup_printf("%.*s@%s", (int)(at - mailbox),
					mailbox, domain) : g_strdup(mailbox);
	g_free(domain);
	return bare;
}

/* A name cannot hold a line end, whoever wrote it. */
static char *
one_line(const char *text)
{
	return g_strdelimit(g_strdup(text), "\r\n", ' ');
}

static void
append(InternetAddressList *list, const struct address *a, const char *bare)
{
	char *name = one_line(a->name), *addr = one_line(bare);
	InternetAddress *ia = internet_address_mailbox_new(*name ? name : NULL,
							   addr);

	internet_address_list_add(list, ia);
	g_object_unref(ia);
	g_free(name);
	g_free(addr);
}

enum st
build_addresses(const GPtrArray *addresses, bool strict, bool rcpt,
		struct built *b, char **value, struct err *e)
{
	InternetAddressList *list = internet_address_list_new();
	enum st st = ST_OK;

	*value = NULL;
	for (guint i = 0; i < addresses->len && st == ST_OK; i++) {
		const struct address *a = addresses->pdata[i];
		char *bare = build_bare(a->mailbox);

		if (strict && !built_is_address(bare))
			st = err_set(e, ST_USAGE, "“%s” is no address that "
				     "mail can be sent to.", a->mailbox);
		else if (rcpt)
			built_add_rcpt(b, bare);
		b->utf8 |= !is_ascii(bare);
		append(list, a, bare);
		g_free(bare);
	}
	if (st == ST_OK && addresses->len)
		*value = internet_address_list_to_string(list, NULL, TRUE);
	g_object_unref(list);
	return st;
}

/* ---- the measure ---------------------------------------------------- */

struct measure {
	int64_t line;
	bool header;
};

static bool
look(struct measure *m, const char *buf, size_t n, struct built *b)
{
	for (size_t i = 0; i < n; i++) {
		if (buf[i] == '\0')
			return false;
		b->size++;
		if (buf[i] == '\n') {
			b->size++;
			m->header = m->header && m->line > 0;
			m->line = 0;
			continue;
		}
		if ((unsigned char)buf[i] > 127 && !m->header)
			b->eight_bit = true;
		if (++m->line > LINE_MOST)
			return false;
	}
	return true;
}

enum st
build_measure(int fd, struct built *b, struct err *e)
{
	struct measure m = { .header = true };
	char *buf = g_malloc(CHUNK);
	enum st st = ST_OK;
	int64_t at = 0;
	ssize_t n = 1;

	b->size = 0;
	while (st == ST_OK && n != 0) {
		n = pread(fd, buf, CHUNK, at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			st = err_errno(e, "The letter cannot be read again");
		else if (!look(&m, buf, (size_t)n, b))
			st = err_set(e, ST_USAGE, "The letter has a line of "
				     "more than 998 octets, or a NUL, in a "
				     "message that is attached as it stands: "
				     "attach that in an archive.");
		if (n < 0)
			break;
		at += n;
	}
	g_free(buf);
	return st;
}
