/*
 * attach.h - parts by name
 */
#ifndef VERSO_MIME_ATTACH_H
#define VERSO_MIME_ATTACH_H

#include "mime/view.h"

/* "photo.jpg · image/jpeg · 12 kB".  The caller frees. */
char *
attach_describe(struct message_view *m, const struct node *n);

/* "345 B", "12 kB", "1.4 MB".  The caller frees. */
char *
attach_size(int64_t size);

#endif
