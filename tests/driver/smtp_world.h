/*
 * smtp_world.h - a session with a submission server, and letters to send
 */
#ifndef VERSO_TESTS_DRIVER_SMTP_WORLD_H
#define VERSO_TESTS_DRIVER_SMTP_WORLD_H

#include <criterion/criterion.h>

#include "driver/smtp_fake.h"
#include "net/smtp.h"

#define SMTP_RCPTS 300

struct smtp_world {
	struct smtp_fake fake;
	struct account *account;
	struct driver_host host;
	struct smtp *s;
	struct err e;
	unsigned asked;		/* for the password */
	bool again;

	/* The letter: changed before it is sent. */
	struct smtp_letter letter;
	struct smtp_rcpt rcpt[SMTP_RCPTS];
	const char *text;
	size_t len, at;
	size_t piece;		/* octets of one read(), 0: all that fit */
	enum st read_st, commit_st;
	unsigned commits;
	void (*at_commit)(struct smtp_world *w);

	/* What became of it. */
	enum smtp_fate fate;
	char *said;
	uint64_t trips;		/* round trips it took */
};

/* A fake server with these rules (NULL: none) and offers, not yet started;
 * and a letter from ann to bob. */
struct smtp_world *
smtp_world_new(const struct smtp_rule *rules, const char *offers);
void
smtp_world_free(struct smtp_world *w);

/* Start the fake server, where no other was set, and begin a session. */
enum st
smtp_world_open(struct smtp_world *w);
/* Send by this URL instead. */
void
smtp_world_set_url(struct smtp_world *w, const char *url);

/* Send this text to w->letter.rcpts recipients. */
enum st
smtp_world_send(struct smtp_world *w, const char *text);
/* The same for any octets. */
enum st
smtp_world_send_octets(struct smtp_world *w, const char *text, size_t len);

/* Stop the fake server; what came to it, one command a line. */
const char *
smtp_world_commands(struct smtp_world *w);
/* Stop it; how often this stands among the commands. */
unsigned
smtp_world_was_sent(struct smtp_world *w, const char *words);
/* Stop it; the n-th letter it got, "" none. */
const char *
smtp_world_letter(struct smtp_world *w, guint n);

#endif
