/*
 * build.c - a letter file (standard input) as a message (standard output), for
 * build_check; its recipients go to standard error
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "mime/build.h"
#include "mime/letter_file.h"
#include "mime/seven_bit.h"

/* The message in *f, for a server without 8BITMIME. */
static enum st
encode(FILE **f, struct err *e)
{
	FILE *out = tmpfile();
	int64_t size;
	bool whole = false;
	enum st st = message_seven_bit(fileno(*f), fileno(out), &size, &whole,
				       e);

	fclose(whole ? *f : out);
	*f = whole ? out : *f;
	return st;
}

int
main(int argc, char **argv)
{
	struct build_options o = { .now = 1795446245, .zone_minutes = -210 };
	GString *text = g_string_new(NULL);
	struct letter *l = NULL;
	struct built b = { 0 };
	FILE *f = tmpfile();
	struct err e = { "" };
	char buf[65536];
	size_t n;
	enum st st;

	while ((n = fread(buf, 1, sizeof(buf), stdin)) > 0)
		g_string_append_len(text, buf, (gssize)n);
	o.draft = argc > 1 && strcmp(argv[1], "draft") == 0;
	/* Run as a test of its own it has nothing to do. */
	if (text->len == 0) {
		g_string_free(text, TRUE);
		fclose(f);
		return 0;
	}
	st = letter_read(text->str, text->len, &l, &e);
	if (st == ST_OK)
		st = letter_build(l, &o, fileno(f), &b, &e);
	if (st == ST_OK && argc > 1 && strcmp(argv[1], "7") == 0)
		st = encode(&f, &e);
	if (st != ST_OK)
		fprintf(stderr, "%s\n", e.text);
	rewind(f);
	while (st == ST_OK && (n = fread(buf, 1, sizeof(buf), f)) > 0)
		fwrite(buf, 1, n, stdout);
	for (guint i = 0; st == ST_OK && i < b.rcpt->len; i++)
		fprintf(stderr, "%s\n", (char *)b.rcpt->pdata[i]);
	fclose(f);
	letter_free(l);
	built_clear(&b);
	g_string_free(text, TRUE);
	return st == ST_OK ? 0 : 1;
}
