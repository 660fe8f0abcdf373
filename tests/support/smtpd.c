/*
 * smtpd.c - a real submission server of the test's own
 */
#include "smtpd.h"

#include <string.h>

#include "other_own.h"
#include "support.h"

#define WAIT_SECONDS 60

struct smtpd {
	struct other *other;
	char *ca, *mail;
};

struct smtpd *
smtpd_start(const char **why)
{
	struct other *other = other_start(OTHER_EXIM, why);
	struct smtpd *d;

	if (!other)
		return NULL;
	d = g_new0(struct smtpd, 1);
	d->other = other;
	d->ca = g_build_filename(other->dir, "ca.pem", NULL);
	d->mail = g_build_filename(other->dir, "mail", NULL);
	return d;
}

void
smtpd_stop(struct smtpd *d)
{
	if (!d)
		return;
	other_stop(d->other);
	g_free(d->ca);
	g_free(d->mail);
	g_free(d);
}

int
smtpd_port(const struct smtpd *d)
{
	return d->other->port;
}

int
smtpd_tls_port(const struct smtpd *d)
{
	return d->other->tls_port;
}

const char *
smtpd_ca(const struct smtpd *d)
{
	return d->ca;
}

/* What there is now.  A file whose name begins with q is whole. */
static GPtrArray *
read_all(const struct smtpd *d)
{
	GPtrArray *letters = g_ptr_array_new_with_free_func(g_free);
	GDir *dir = g_dir_open(d->mail, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		char *path = g_build_filename(d->mail, name, NULL), *text;

		if (*name == 'q' &&
		    g_file_get_contents(path, &text, NULL, NULL))
			g_ptr_array_add(letters, text);
		g_free(path);
	}
	if (dir)
		g_dir_close(dir);
	return letters;
}

static gint64
deadline(void)
{
	return g_get_monotonic_time() + WAIT_SECONDS * G_USEC_PER_SEC;
}

GPtrArray *
smtpd_letters(struct smtpd *d, guint at_least)
{
	gint64 until = deadline();
	GPtrArray *letters = read_all(d);

	while (letters->len < at_least && g_get_monotonic_time() < until) {
		g_ptr_array_unref(letters);
		g_usleep(10000);
		letters = read_all(d);
	}
	return letters;
}

static char *
find_letter(const struct smtpd *d, const char *to, const char *words)
{
	GPtrArray *letters = read_all(d);
	char *line = g_strdup_printf("Envelope-to: %s\n", to), *found = NULL;

	for (guint i = 0; !found && i < letters->len; i++)
		if (strstr(letters->pdata[i], line) &&
		    strstr(letters->pdata[i], words))
			found = g_strdup(letters->pdata[i]);
	g_ptr_array_unref(letters);
	g_free(line);
	return found;
}

char *
smtpd_letter(struct smtpd *d, const char *to, const char *words)
{
	gint64 until = deadline();
	char *found = find_letter(d, to, words);

	while (!found && g_get_monotonic_time() < until) {
		g_usleep(10000);
		found = find_letter(d, to, words);
	}
	return found;
}
