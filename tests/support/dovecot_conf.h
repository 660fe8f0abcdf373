/*
 * dovecot_conf.h - what the files of the Dovecot helper share
 */
#ifndef VERSO_TESTS_DOVECOT_CONF_H
#define VERSO_TESTS_DOVECOT_CONF_H

#include <sys/types.h>

#include "dovecot.h"

#define DOVECOT_PORTS 4		/* imap, imaps, pop3, pop3s */

struct dovecot {
	char *dir, *ca, *user, *group;
	char *program, *doveadm;
	uid_t uid;
	gid_t gid;
	pid_t pid;		/* of the master, and of its group */
	int ports[DOVECOT_PORTS];
	bool change_owner;	/* tests run as root, Dovecot does not */
	bool sdbox;
	unsigned int delivered;	/* for file names */
};

/* Write DIR/dovecot.conf for the ports chosen. */
void
dovecot_write_conf(const struct dovecot *d, const struct dovecot_options *o);

/* The server's log to stderr. */
void
dovecot_show_log(const struct dovecot *d);

#endif
