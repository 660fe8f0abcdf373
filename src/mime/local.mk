# The room src/mime: messages into text and parts.  Sees base and model; GMime
# and gumbo stay in here.
noinst_LIBRARIES += libmime.a
libmime_a_SOURCES = src/mime/message.h \
	src/mime/build.c src/mime/build.h src/mime/build_private.h \
	src/mime/build_address.c \
	src/mime/build_header.c \
	src/mime/build_markdown.c \
	src/mime/build_part.c \
	src/mime/build_text.c \
	src/mime/built.c src/mime/built.h \
	src/mime/doubts.c \
	src/mime/forward.c \
	src/mime/letter_file.c src/mime/letter_file.h \
	src/mime/mailto.c src/mime/mailto.h \
	src/mime/reply.c src/mime/reply.h \
	src/mime/take.c \
	src/mime/prepare.c src/mime/prepare.h \
	src/mime/armour.c src/mime/armour.h \
	src/mime/attach.c src/mime/attach.h \
	src/mime/calendar.c src/mime/calendar.h \
	src/mime/charset.c src/mime/charset.h \
	src/mime/content.c \
	src/mime/date.c src/mime/date.h \
	src/mime/enriched.c src/mime/enriched.h \
	src/mime/envelope.c \
	src/mime/field.c src/mime/field.h \
	src/mime/flowed.c \
	src/mime/header.c \
	src/mime/html.c src/mime/html.h src/mime/html_private.h \
	src/mime/html_columns.c \
	src/mime/html_filter.c src/mime/html_filter.h \
	src/mime/html_grid.c \
	src/mime/html_link.c \
	src/mime/html_style.c \
	src/mime/html_table.c src/mime/html_table.h \
	src/mime/parse.c \
	src/mime/part.c \
	src/mime/plain.c src/mime/plain.h \
	src/mime/plan.c src/mime/plan.h \
	src/mime/render.c \
	src/mime/report.c src/mime/report.h \
	src/mime/seven_bit.c src/mime/seven_bit.h \
	src/mime/sheet.c src/mime/sheet.h \
	src/mime/type.c src/mime/type.h \
	src/mime/typed.c src/mime/typed.h \
	src/mime/uu.c src/mime/uu.h \
	src/mime/view.c src/mime/view.h \
	src/mime/words.c src/mime/words.h
libmime_a_CPPFLAGS = $(AM_CPPFLAGS) $(GMIME_CFLAGS) $(GUMBO_CFLAGS) \
	$(CMARK_CFLAGS)
MIME_LIBS = libmime.a $(MODEL_LIBS) $(GMIME_LIBS) $(GUMBO_LIBS) $(CMARK_LIBS)

check_PROGRAMS += tests/unit/test_mime
tests_unit_test_mime_SOURCES = tests/unit/mime_build.c \
	tests/unit/mime_build_odd.c \
	tests/unit/mime_envelope.c tests/unit/mime_letter.c \
	tests/unit/mime_parts.c tests/unit/mime_prepare.c \
	tests/unit/mime_render.c tests/unit/mime_seven_bit.c \
	tests/unit/mime_type.c \
	tests/unit/mime_typed.c
tests_unit_test_mime_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_mime_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_mime_LDADD = $(MIME_LIBS) $(CRITERION_LIBS)
