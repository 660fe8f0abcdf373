/*
 * samples.h - the mail of the demo
 */
#ifndef VERSO_WORKER_SAMPLES_H
#define VERSO_WORKER_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

struct sample {
	const char *folder;	/* NULL: of the drop of the POP account */
	int hours;		/* how long ago it arrived */
	uint32_t flags;		/* enum flag */
	const char *id;		/* Message-ID without brackets */
	const char *parent;	/* that of what it answers, NULL: none */
	const char *from, *subject;	/* as they stand in the header */
	const char *type;	/* Content-Type, NULL: plain text in UTF-8 */
	const char *body;	/* LF line ends */
};

extern const struct sample samples[];
extern const size_t samples_count;

/* What arrives while the demo runs, over and over. */
extern const struct sample arrivals[];
extern const size_t arrivals_count;

#endif
