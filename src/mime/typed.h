/*
 * typed.h - addresses as people write them
 */
#ifndef VERSO_MIME_TYPED_H
#define VERSO_MIME_TYPED_H

#include <glib.h>

/*
 * The addresses of a text with commas between: elements struct address *,
 * groups flattened.  What stands between two commas and is no address becomes
 * one without a name and with those words for its mailbox, so that whoever
 * sends finds it wrong: nobody is left out.  The caller unrefs.
 */
GPtrArray *
typed_addresses(const char *text);

#endif
