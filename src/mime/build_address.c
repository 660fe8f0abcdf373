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

enum st
build_check_addresses(const GPtrArray *addresses, bool strict, bool rcpt,
		      struct built *b, struct err *e)
{
	enum st st = ST_OK;

	for (guint i = 0; i < addresses->len && st == ST_OK; i++) {
		const struct address *a = addresses->pdata[i];
		char *bare = build_bare(a->mailbox);

		if (strict && !built_is_address(bare))
			st = err_set(e, ST_USAGE, "“%s” is no address that "
				     "mail can be sent to.", a->mailbox);
		else if (rcpt)
			built_add_rcpt(b, bare);
		b->utf8 |= !is_ascii(bare);
		g_free(bare);
	}
	return st;
}

/* ---- the measure ---------------------------------------------------- */

struct measure {
	int64_t line;
	bool header, others;
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
		if (++m->line > LINE_MOST && !m->others)
			return false;
	}
	return true;
}

enum st
build_measure(int fd, bool others, struct built *b, struct err *e)
{
	struct measure m = { .header = true, .others = others };
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
			st = err_set(e, ST_USAGE, "The letter has a NUL, or a "
				     "line of more than 998 octets, which "
				     "mail cannot carry.");
		if (n < 0)
			break;
		at += n;
	}
	g_free(buf);
	return st;
}
