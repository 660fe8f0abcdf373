/*
 * mailer.h - a way out for letters: a submission server, or a program
 *
 * One struct mailer is one account's send side.  All calls block, have
 * deadlines from the account's timeout and are made from one thread;
 * mailer_interrupt() alone may be called from another.
 *
 * What a status means is what it means for a driver (driver.h): ST_REFUSED
 * is about this letter alone, and the session goes on; after RETRY, AUTH,
 * CANCELLED, PROTOCOL and LOCAL only mailer_close() and mailer_open() are
 * allowed.
 */
#ifndef VERSO_NET_MAILER_H
#define VERSO_NET_MAILER_H

#include "net/driver.h"
#include "net/smtp.h"

struct mailer;

struct mailer_ops {
	const char *name;	/* "smtp", "command", "memory" */
	enum st (*open)(struct mailer *m, struct err *e);
	void (*close)(struct mailer *m);
	/* One letter, as smtp_send() has it. */
	enum st (*send)(struct mailer *m, struct smtp_letter *letter,
			enum smtp_fate *fate, char **said, struct err *e);
	void (*interrupt)(struct mailer *m);
	void (*free)(struct mailer *m);
};

struct mailer {
	const struct mailer_ops *ops;
};

/* Can this account send at all? */
bool
mailer_configured(const struct account *account);

/*
 * Make one for the account, which must outlive it, as must host.  NULL with
 * *e filled when it has nothing to send with.
 */
struct mailer *
mailer_new(const struct account *account, const struct driver_host *host,
	   struct err *e);

/* The pieces mailer_new() chooses from. */
struct mailer *
mailer_smtp_new(const struct account *account, const struct driver_host *host);
struct mailer *
mailer_command_new(const struct account *account);

struct memory_server;

/* Puts what is sent to address into the INBOX of a server in memory, and
 * lets everything else vanish: for the demo. */
struct mailer *
mailer_memory_new(struct memory_server *server, const char *address);

/* Thin calls, so that nobody spells m->ops->x(m, …). */
enum st
mailer_open(struct mailer *m, struct err *e);
void
mailer_close(struct mailer *m);
enum st
mailer_send(struct mailer *m, struct smtp_letter *letter,
	    enum smtp_fate *fate, char **said, struct err *e);
void
mailer_interrupt(struct mailer *m);	/* takes NULL */
void
mailer_free(struct mailer *m);		/* takes NULL */

#endif
