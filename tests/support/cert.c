/*
 * cert.c - certificates made on the spot
 */
#include "cert.h"

#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <glib.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "support.h"

static FILE *
open_in(const char *dir, const char *name, const char *mode)
{
	char *path = g_build_filename(dir, name, NULL);
	FILE *f = fopen(path, mode);

	if (!f)
		support_fail("%s cannot be opened", path);
	g_free(path);
	return f;
}

static void
write_key(const char *dir, const char *name, EVP_PKEY *key)
{
	FILE *f = open_in(dir, name, "w");

	PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL);
	fclose(f);
}

static void
write_cert(const char *dir, const char *name, X509 *cert)
{
	FILE *f = open_in(dir, name, "w");

	PEM_write_X509(f, cert);
	fclose(f);
}

static X509 *
read_cert(const char *dir, const char *name)
{
	FILE *f = open_in(dir, name, "r");
	X509 *cert = PEM_read_X509(f, NULL, NULL, NULL);

	fclose(f);
	if (!cert)
		support_fail("%s/%s is no certificate", dir, name);
	return cert;
}

static void
extend(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *ext;

	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	if (!ext)
		support_fail("no certificate can name “%s”", value);
	X509_add_ext(cert, ext, -1);
	X509_EXTENSION_free(ext);
}

/* Everything but issuer, extensions and signature. */
static X509 *
blank(EVP_PKEY *key, const char *cn, long begins, long ends)
{
	X509 *cert = X509_new();
	uint64_t serial;

	RAND_bytes((unsigned char *)&serial, sizeof(serial));
	ASN1_INTEGER_set_uint64(X509_get_serialNumber(cert), serial);
	X509_set_version(cert, X509_VERSION_3);
	X509_gmtime_adj(X509_getm_notBefore(cert), begins);
	X509_gmtime_adj(X509_getm_notAfter(cert), ends);
	X509_set_pubkey(cert, key);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN",
				   MBSTRING_UTF8, (const unsigned char *)cn,
				   -1, -1, 0);
	return cert;
}

static X509 *
authority(const char *dir, EVP_PKEY **key)
{
	char *path = g_build_filename(dir, "ca-key.pem", NULL);
	X509 *ca;

	if (access(path, R_OK) == 0) {
		FILE *f = open_in(dir, "ca-key.pem", "r");

		*key = PEM_read_PrivateKey(f, NULL, NULL, NULL);
		fclose(f);
		ca = read_cert(dir, "ca.pem");
	} else {
		*key = EVP_EC_gen("P-256");
		ca = blank(*key, "verso test authority", -86400, 86400);
		X509_set_issuer_name(ca, X509_get_subject_name(ca));
		extend(ca, ca, NID_basic_constraints, "critical,CA:TRUE");
		extend(ca, ca, NID_key_usage, "critical,keyCertSign");
		extend(ca, ca, NID_subject_key_identifier, "hash");
		X509_sign(ca, *key, EVP_sha256());
		write_key(dir, "ca-key.pem", *key);
		write_cert(dir, "ca.pem", ca);
	}
	g_free(path);
	return ca;
}

void
cert_make(const char *dir, const struct cert_options *options)
{
	static const struct cert_options good;
	const struct cert_options *o = options ? options : &good;
	const char *san = o->san ? o->san : "DNS:localhost,IP:127.0.0.1";
	bool a_day = o->begins == 0 && o->ends == 0;
	EVP_PKEY *ca_key, *key = EVP_EC_gen("P-256");
	X509 *ca = authority(dir, &ca_key);
	X509 *cert = blank(key, o->cn ? o->cn : "localhost",
			   a_day ? -86400 : o->begins,
			   a_day ? 86400 : o->ends);
	X509 *issuer = o->self_signed ? cert : ca;

	X509_set_issuer_name(cert, X509_get_subject_name(issuer));
	extend(cert, issuer, NID_basic_constraints, "critical,CA:FALSE");
	extend(cert, issuer, NID_ext_key_usage, "serverAuth");
	if (*san)
		extend(cert, issuer, NID_subject_alt_name, san);
	if (!X509_sign(cert, o->self_signed ? key : ca_key, EVP_sha256()))
		support_fail("the certificate could not be signed");
	write_key(dir, "key.pem", key);
	write_cert(dir, "cert.pem", cert);
	X509_free(cert);
	X509_free(ca);
	EVP_PKEY_free(key);
	EVP_PKEY_free(ca_key);
}

char *
cert_pin(const char *dir)
{
	X509 *cert = read_cert(dir, "cert.pem");
	unsigned char *der = NULL, digest[EVP_MAX_MD_SIZE];
	int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(cert), &der);
	GString *hex = g_string_new(NULL);
	unsigned int n = 0;

	EVP_Digest(der, (size_t)len, digest, &n, EVP_sha256(), NULL);
	OPENSSL_free(der);
	X509_free(cert);
	for (unsigned int i = 0; i < n; i++)
		g_string_append_printf(hex, "%02x", digest[i]);
	return g_string_free(hex, FALSE);
}
