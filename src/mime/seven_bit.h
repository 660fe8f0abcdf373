/*
 * seven_bit.h - a message for a server that takes no octet above 127
 */
#ifndef VERSO_MIME_SEVEN_BIT_H
#define VERSO_MIME_SEVEN_BIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/*
 * Read the message in `in` from its beginning, and write it to out with the
 * text of its parts in quoted-printable or base64 (RFC 6152 3: what is to be
 * done where 8BITMIME is not offered).  Both are files, with LF line ends;
 * attachments stream.  *size: octets with CRLF line ends.
 *
 * *whole false: that cannot be, and what is in out means nothing.  The message
 * is signed or encrypted, or holds another message, whose octets are not ours
 * to change; or there are octets above 127 in a header.  ST_LOCAL.
 */
enum st
message_seven_bit(int in, int out, int64_t *size, bool *whole, struct err *e);

#endif
