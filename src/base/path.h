/*
 * path.h - where things are on disk, and the few file idioms everybody needs
 *
 * Names that come from the network become path elements only through
 * path_encode_folder().
 */
#ifndef VERSO_BASE_PATH_H
#define VERSO_BASE_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* $VERSO_CONFIG, else $XDG_CONFIG_HOME/verso/config.  The caller frees. */
char *
path_config(void);

/* $XDG_DATA_HOME/verso/ACCOUNT; $XDG_STATE_HOME/verso; $XDG_CACHE_HOME/verso;
 * $XDG_RUNTIME_DIR/verso (NULL when unset).  The caller frees. */
char *
path_account(const char *account);
char *
path_state(void);
char *
path_cache(void);
char *
path_runtime(void);

/*
 * The path below mail/ for a folder's name (UTF-8, levels separated by
 * delimiter, 0 for none), without the ".mbox": safe characters are UTF-8
 * letters, digits, "-_." and blank; anything else, a leading dot, "..", an
 * empty level and over-long levels (more than 200 bytes encoded: cut and
 * closed with a digest) are percent-encoded.  A path of more than 1,000 bytes
 * becomes one such level.  The result never leaves the folder it is joined
 * to, and differs for different names.  The caller frees.
 */
char *
path_encode_folder(const char *name, char delimiter);

/* mkdir -p with mode 0700; each new name is durable. */
enum st
path_mkdir(const char *dir, struct err *e);

/* Make a rename or a new name in dir durable: fsync of the folder. */
enum st
path_sync_dir(const char *dir, struct err *e);

/* write(2), however often it takes.  False, with errno, when not all of it
 * could be written. */
bool
path_write_all(int fd, const void *data, size_t len);

/* A file in dir that has no name any more and goes with *fd, for what may be
 * larger than memory.  ST_LOCAL, and *fd is -1. */
enum st
path_scratch(const char *dir, int *fd, struct err *e);

/* Write a small file whole: temporary file, fsync, rename, fsync of the
 * folder; mode 0600. */
enum st
path_write_file(const char *file, const void *data, size_t len, struct err *e);

#endif
