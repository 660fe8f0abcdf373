/*
 * save.h - parts of a message as files
 *
 * What a message calls its attachments becomes a name in a folder only
 * through mime_part_safe_name(); a file that is there is never written over.
 */
#ifndef VERSO_CONTROL_SAVE_H
#define VERSO_CONTROL_SAVE_H

#include "mime/message.h"

/* Into the folder under a name that is free ("report-2.pdf").  *file gets
 * the whole name, which the caller frees. */
enum st
save_into(struct message_view *view, size_t part, const char *folder,
	  char **file, struct err *e);

/* As this file; ST_LOCAL when it exists. */
enum st
save_as(struct message_view *view, size_t part, const char *file,
	struct err *e);

/* Is it an attachment: named, called so, or nothing that reads as text? */
bool
save_is_attachment(const struct part *part);

/* Every attachment into the folder, which is made if need be; *count gets
 * how many.  The first failure ends it. */
enum st
save_all(struct message_view *view, const char *folder, size_t *count,
	 struct err *e);

#endif
