/*
 * private.h - what the files of src/mime share; nobody else includes it
 *
 *   decode.c    header words into UTF-8
 *   envelope.c  the envelope of a header block
 *   parse.c     a message taken apart: struct message_view
 *   part.c      decoded octets, names
 *   text.c      the text of a part, whatever its charset says
 *   flow.c      plain text into paragraphs (format=flowed, quotes)
 *   html.c      HTML into paragraphs; html_table.c its tables
 *   calendar.c  an invitation into paragraphs
 *   wrap.c      paragraphs into lines
 *   render.c    which parts are shown, and how
 */
#ifndef VERSO_MIME_PRIVATE_H
#define VERSO_MIME_PRIVATE_H

#include <gmime/gmime.h>

#include "mime/message.h"

#define MIME_DEPTH_MAX 64
#define MIME_PARTS_MAX 10000
/* Text beyond this is not shown (it can be saved). */
#define MIME_TEXT_MAX (8 * 1024 * 1024)

/* One part that is no multipart. */
struct node {
	struct part part;
	GMimeObject *object;	/* borrowed from the message */
};

struct message_view {
	GBytes *bytes;
	GMimeMessage *message;	/* NULL: only a body */
	GPtrArray *nodes;	/* struct node * */
	GHashTable *by_object;	/* GMimeObject * to struct node * */
	GPtrArray *links;	/* char *, NULL at the end */
	GHashTable *headers;	/* name, folded, to decoded value */
};

/* A paragraph: one line of text before it is wrapped. */
struct para {
	char *text;		/* UTF-8, no line break */
	char *indent;		/* before every line but the first, NULL none */
	int quote;
	enum line_kind kind;
	bool pre;		/* never wrapped at blanks, only cut */
};

/* GMime, ready; made at the first call. */
void
mime_init(void);
GMimeParserOptions *
mime_options(void);		/* borrowed, for the life of the process */

/* Header text as it stands (8-bit, encoded words) decoded; one line. */
char *
decode_text(const char *raw);
/* Addresses of a header's raw text; the caller unrefs. */
InternetAddressList *
decode_addresses(const char *raw);
/* "<a@b> <c@d>" as "a@b c@d"; prose is passed over.  NULL when none. */
char *
decode_ids(const char *raw);

struct para *
para_new(GPtrArray *out, enum line_kind kind, int quote, const char *text);
void
para_free(gpointer para);

/* The text of a part as UTF-8; *charset_unknown: what was declared is none
 * that anybody knows.  The caller frees. */
char *
text_of_part(GMimePart *part, bool *charset_unknown);

/* Plain text into paragraphs. */
void
flow_plain(GPtrArray *out, const char *text, bool flowed, bool delsp);
/* HTML into paragraphs; links are added to links. */
void
html_paras(GPtrArray *out, const char *html, size_t len, GPtrArray *links);
/* text/calendar into paragraphs. */
void
calendar_paras(GPtrArray *out, const char *text);

/* Paragraphs into lines of at most width columns (0: as they are). */
void
wrap_paras(GPtrArray *lines, const GPtrArray *paras, int width);

/* A part's size as people read it: "12 kB".  The caller frees. */
char *
part_size_text(int64_t size);

/* A leaf part as mime_text() and mime_render() meet it. */
struct node *
node_of(struct message_view *m, GMimeObject *object);
/* Which parts are shown without being asked for. */
void
render_mark_shown(struct message_view *m);

#endif
