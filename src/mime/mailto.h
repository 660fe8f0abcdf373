/*
 * mailto.h - the links that open a letter (RFC 6068)
 */
#ifndef VERSO_MIME_MAILTO_H
#define VERSO_MIME_MAILTO_H

#include "base/err.h"
#include "model/letter.h"

/*
 * Put what the link says into l: to, cc, bcc, subject, body and in-reply-to,
 * and nothing else, since anybody may have written it.  Only body keeps its
 * lines.  ST_USAGE: it is no such link, or longer than 64 KiB.
 */
enum st
mailto_parse(const char *url, struct letter *l, struct err *e);

#endif
