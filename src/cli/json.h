/*
 * json.h - one JSON document on standard output
 */
#ifndef VERSO_CLI_JSON_H
#define VERSO_CLI_JSON_H

#include <stdint.h>

#include <json-glib/json-glib.h>

/* Members of the object that is open.  Text of any origin is made valid
 * UTF-8; NULL is null. */
void
json_text(JsonBuilder *b, const char *name, const char *text);
void
json_number(JsonBuilder *b, const char *name, int64_t number);
/* Seconds since 1970 as RFC 3339; 0 is null. */
void
json_date(JsonBuilder *b, const char *name, int64_t when, int zone_minutes);

/* Print what was built, and free the builder.  Control characters beyond
 * those JSON escapes itself (DEL, C1, bidi overrides) are escaped, too. */
void
json_print(JsonBuilder *b);

#endif
