/*
 * report.h - parts that are made of fields, for programs to read
 */
#ifndef VERSO_MIME_REPORT_H
#define VERSO_MIME_REPORT_H

#include "mime/sheet.h"
#include "mime/view.h"

/* Groups of fields: message/delivery-status (RFC 3464) and
 * message/disposition-notification (RFC 8098). */
void
report_render(struct sheet *s, const char *text);

/* Where a message/external-body (RFC 2046 5.2.3) says that its body is.
 * Nobody goes there. */
void
report_external(struct sheet *s, struct message_view *m, const struct node *n);

#endif
