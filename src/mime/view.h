/*
 * view.h - a message taken apart, inside this room
 *
 * One pass over the bytes finds the parts and remembers where they lie;
 * nothing is copied and nothing is decoded until it is asked for.
 */
#ifndef VERSO_MIME_VIEW_H
#define VERSO_MIME_VIEW_H

#include <gmime/gmime.h>

#include "mime/message.h"

#define DEPTH_MAX 64		/* multiparts in multiparts */
#define PARTS_MAX 10000
#define FIELDS_MAX 20000
#define INLINE_MAX 12		/* messages shown inside messages */

struct slice {
	size_t from, to;	/* offsets into the message's bytes */
};

/* Why a part is shown as it stands. */
enum raw {
	RAW_NOT,
	RAW_NO_BOUNDARY,	/* a multipart that does not name one */
	RAW_NO_PARTS,		/* a multipart in which it marks nothing */
};

/* A part of the message; the root is one too. */
struct node {
	struct node *parent, *first, *last, *next;
	struct slice header, body;
	bool multipart;
	char *type;		/* "text/plain" */
	char *charset, *boundary, *name, *disposition, *filename, *id;
	char *path;		/* leaves only */
	bool flowed, delsp;
	int depth, children;
	GMimeContentEncoding encoding;
	char *odd_encoding;	/* as named, when nobody knows it */
	enum raw raw;
	size_t leaf;		/* index into leaves */
	struct part part;	/* leaves only; borrows from above */
	bool sized;
};

struct header {
	struct slice name, value;
	char *name_text, *text;	/* made when asked for */
};

struct message_view {
	GBytes *bytes;
	const char *data;
	size_t len;
	struct node *root;
	GPtrArray *leaves;	/* struct node * */
	size_t parts;		/* nodes made, multiparts too */
	bool cut;		/* there were more than PARTS_MAX */
	bool planned;		/* part.shown is known */
	int depth;		/* how many messages stand around it */
	GArray *headers;	/* struct header */
	GPtrArray *links;	/* char *, NULL at the end */
};

/* A message that stands in another at this depth. */
struct message_view *
view_open(GBytes *bytes, int depth);

/* parse.c: the tree of parts. */
void
view_parse(struct message_view *m);

/* part.c: read the header of a part into its node; fallback: its type when
 * it says none. */
void
node_read_header(struct message_view *m, struct node *n, const char *fallback);
void
node_free(struct node *n);	/* with its children; takes NULL */
bool
node_is(const struct node *n, const char *type);	/* "text/" too */

/* content.c: the decoded octets of a part, at most `most`; *cut says that
 * there were more. */
GBytes *
node_bytes(struct message_view *m, const struct node *n, size_t most,
	   bool *cut);
/* The text of a part in UTF-8 with LF line ends, without the files that stand
 * in it (its children).  The caller frees. */
char *
node_text(struct message_view *m, const struct node *n, size_t most,
	  bool *cut, int *trouble);
int64_t
node_size(struct message_view *m, const struct node *n);

#endif
