/*
 * store_parser.h - the parser of header blocks that was handed to the store
 */
#ifndef VERSO_STORE_STORE_PARSER_H
#define VERSO_STORE_STORE_PARSER_H

#include <stddef.h>

#include "model/envelope.h"

/* What store_set_parser() set makes of it; nothing without one. */
void
store_parse(const char *header, size_t len, struct envelope *env);

#endif
