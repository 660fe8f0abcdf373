/*
 * sample_mail.h - whole messages for the demo, made from src/worker/samples
 */
#ifndef VERSO_WORKER_SAMPLE_MAIL_H
#define VERSO_WORKER_SAMPLE_MAIL_H

#include <stddef.h>

struct sample_mail {
	const char *account;	/* "imap" or "pop" */
	const char *folder;
	const char *flags;	/* of S seen, F flagged, D draft; "-": none */
	int age_minutes;	/* negative: arrives so long after the start */
	const char *bytes;	/* LF line ends; @DATE@ stands for the date */
	size_t len;
};

extern const struct sample_mail sample_mails[];
extern const size_t sample_mails_count;

#endif
