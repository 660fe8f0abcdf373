/*
 * armour.h - what programs put round or into a plain text
 */
#ifndef VERSO_MIME_ARMOUR_H
#define VERSO_MIME_ARMOUR_H

enum armour {
	ARMOUR_SIGNED = 1,	/* PGP, RFC 4880 7 */
	ARMOUR_ENCRYPTED = 2,
	ARMOUR_YENC = 4,
};

/*
 * Take the armour off a text with LF line ends, in place: the lines round a
 * signed text and its signature, and yEnc.  What is encrypted stays, and so
 * does what has no end.  Returns what was there, of enum armour.
 */
unsigned int
armour_strip(char *text);

#endif
