/*
 * digest.h - SHA-256 over a message, through libcrypto (SHA-NI where the
 * machine has it)
 */
#ifndef VERSO_STORE_DIGEST_H
#define VERSO_STORE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define DIGEST_LEN 32

struct digest;

/* NULL only when libcrypto has no SHA-256 to give. */
struct digest *
digest_new(void);
void
digest_free(struct digest *d);		/* takes NULL */

/* May be started again after it was finished. */
void
digest_start(struct digest *d);
void
digest_add(struct digest *d, const void *bytes, size_t len);
void
digest_finish(struct digest *d, uint8_t out[DIGEST_LEN]);

#endif
