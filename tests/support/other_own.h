/*
 * other_own.h - what the files of the other servers share
 */
#ifndef VERSO_TESTS_OTHER_OWN_H
#define VERSO_TESTS_OTHER_OWN_H

#include <stdbool.h>
#include <sys/types.h>

#include <glib.h>

#include "other.h"

struct other {
	char *dir;
	char *root;		/* before "/usr/…"; "" installed */
	char *libraries;	/* LD_LIBRARY_PATH */
	uid_t uid;
	gid_t gid;
	bool change_user;	/* tests run as root, servers do not */
	pid_t group;		/* of its processes; 0: none yet */
	int port, tls_port;	/* 0: none with TLS */
};

/* A process of the server's group and user.  0: it is this one. */
pid_t
other_fork(struct other *o);

/* Make a folder that is the server's.  The caller frees the path. */
char *
other_folder(const struct other *o, const char *name);

/* Wait for connections; client() gets each in a process of its own, as its
 * standard input and output, and never returns. */
void
other_serve(const struct other *o, int listener,
	    void (*client)(const struct other *o)) G_GNUC_NORETURN;

/* ---- other_courier.c, other_cyrus.c, other_exim.c ---- */

/* The program without which there is no such server, behind root. */
extern const char other_courier_program[];
extern const char other_cyrus_program[];
extern const char other_exim_program[];
void
other_courier_start(struct other *o);
void
other_cyrus_start(struct other *o);
void
other_exim_start(struct other *o);

#endif
