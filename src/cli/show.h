/*
 * show.h - the forms in which verso show prints a message
 */
#ifndef VERSO_CLI_SHOW_H
#define VERSO_CLI_SHOW_H

#include "mime/message.h"

/* The document of the manual: headers, parts, text. */
void
show_json(struct message_view *view);

#endif
