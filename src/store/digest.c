/*
 * digest.c - SHA-256 through EVP, looked up once
 */
#include "store/digest.h"

#include <glib.h>
#include <openssl/evp.h>

struct digest {
	EVP_MD *md;
	EVP_MD_CTX *ctx;
};

struct digest *
digest_new(void)
{
	struct digest *d = g_new0(struct digest, 1);

	d->md = EVP_MD_fetch(NULL, "SHA256", NULL);
	d->ctx = EVP_MD_CTX_new();
	if (!d->md || !d->ctx) {
		digest_free(d);
		return NULL;
	}
	return d;
}

void
digest_free(struct digest *d)
{
	if (!d)
		return;
	EVP_MD_CTX_free(d->ctx);
	EVP_MD_free(d->md);
	g_free(d);
}

void
digest_start(struct digest *d)
{
	EVP_DigestInit_ex2(d->ctx, d->md, NULL);
}

void
digest_add(struct digest *d, const void *bytes, size_t len)
{
	EVP_DigestUpdate(d->ctx, bytes, len);
}

void
digest_finish(struct digest *d, uint8_t out[DIGEST_LEN])
{
	unsigned len = DIGEST_LEN;

	EVP_DigestFinal_ex(d->ctx, out, &len);
}
