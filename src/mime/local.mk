# The room src/mime: messages into text and parts.  Sees base and model; GMime
# and gumbo stay in here.
noinst_LIBRARIES += libmime.a
libmime_a_SOURCES = \
	src/mime/calendar.c \
	src/mime/decode.c \
	src/mime/envelope.c \
	src/mime/flow.c \
	src/mime/html.c src/mime/html.h \
	src/mime/html_table.c \
	src/mime/message.h \
	src/mime/parse.c \
	src/mime/part.c \
	src/mime/private.h \
	src/mime/render.c \
	src/mime/text.c \
	src/mime/wrap.c
libmime_a_CFLAGS = $(AM_CFLAGS) $(GMIME_CFLAGS) $(GUMBO_CFLAGS)
MIME_LIBS = libmime.a $(MODEL_LIBS) $(GMIME_LIBS) $(GUMBO_LIBS)
