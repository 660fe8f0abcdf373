/*
 * driver.c - thin calls through the table of functions
 */
#include "net/driver.h"

#include <string.h>

#include <openssl/crypto.h>

enum st
driver_open(struct driver *d, struct err *e)
{
	return d->ops->open(d, e);
}

enum st
driver_close(struct driver *d, bool polite, struct err *e)
{
	return d->ops->close(d, polite, e);
}

uint32_t
driver_capabilities(struct driver *d)
{
	return d->ops->capabilities(d);
}

const struct driver_offer *
driver_offers(struct driver *d)
{
	return d->ops->offers(d);
}

void
driver_facts(struct driver *d, struct driver_facts *out)
{
	d->ops->facts(d, out);
}

enum st
driver_folders(struct driver *d, bool status, GPtrArray **folders,
	       struct err *e)
{
	return d->ops->folders(d, status, folders, e);
}

enum st
driver_enter(struct driver *d, const char *folder, const struct known *known,
	     const struct listing_sink *sink, struct entered *out,
	     struct err *e)
{
	return d->ops->enter(d, folder, known, sink, out, e);
}

enum st
driver_changes(struct driver *d, const struct known *known,
	       const struct listing_sink *sink, bool *full, struct err *e)
{
	return d->ops->changes(d, known, sink, full, e);
}

enum st
driver_fetch(struct driver *d, const struct uidset *uids,
	     enum fetch_what what, const struct fetch_sink *sink,
	     struct err *e)
{
	return d->ops->fetch(d, uids, what, sink, e);
}

enum st
driver_store(struct driver *d, const struct uidset *uids, bool add,
	     const struct flags *flags, struct err *e)
{
	return d->ops->store(d, uids, add, flags, e);
}

enum st
driver_move(struct driver *d, const struct uidset *uids, const char *folder,
	    GArray *from, GArray *to, int64_t *validity, struct err *e)
{
	return d->ops->move(d, uids, folder, from, to, validity, e);
}

enum st
driver_copy(struct driver *d, const struct uidset *uids, const char *folder,
	    GArray *from, GArray *to, int64_t *validity, struct err *e)
{
	return d->ops->copy(d, uids, folder, from, to, validity, e);
}

enum st
driver_append(struct driver *d, const char *folder, const struct flags *flags,
	      int64_t internaldate, const char *bytes, size_t len,
	      uint32_t *uid, int64_t *validity, struct err *e)
{
	return d->ops->append(d, folder, flags, internaldate, bytes, len, uid,
			      validity, e);
}

enum st
driver_expunge(struct driver *d, const struct uidset *uids, struct err *e)
{
	return d->ops->expunge(d, uids, e);
}

enum st
driver_folder(struct driver *d, enum folder_op op, const char *name,
	      const char *to, struct err *e)
{
	return d->ops->folder(d, op, name, to, e);
}

enum st
driver_wait(struct driver *d, int fd, int timeout_ms, uint32_t *woke,
	    struct err *e)
{
	return d->ops->wait(d, fd, timeout_ms, woke, e);
}

void
driver_interrupt(struct driver *d)
{
	d->ops->interrupt(d);
}

void
driver_traffic(struct driver *d, uint64_t *round_trips, uint64_t *received,
	       uint64_t *sent)
{
	d->ops->traffic(d, round_trips, received, sent);
}

void
driver_free(struct driver *d)
{
	if (d)
		d->ops->free(d);
}

void
driver_wipe(char *secret)
{
	if (!secret)
		return;
	OPENSSL_cleanse(secret, strlen(secret));
	g_free(secret);
}
