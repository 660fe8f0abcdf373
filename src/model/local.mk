# The room src/model: plain data everybody speaks of.  Sees base.
noinst_LIBRARIES += libmodel.a
libmodel_a_SOURCES = \
	src/model/account.c src/model/account.h \
	src/model/address.c src/model/address.h \
	src/model/envelope.c src/model/envelope.h \
	src/model/flags.c src/model/flags.h \
	src/model/folder.c src/model/folder.h \
	src/model/letter.c src/model/letter.h \
	src/model/thread.c src/model/thread.h \
	src/model/uidset.c src/model/uidset.h \
	src/model/utf7.c
MODEL_LIBS = libmodel.a $(BASE_LIBS)

check_PROGRAMS += tests/unit/test_model
tests_unit_test_model_SOURCES = tests/unit/model_account.c \
	tests/unit/model_address.c tests/unit/model_envelope.c \
	tests/unit/model_flags.c tests/unit/model_folder.c \
	tests/unit/model_letter.c \
	tests/unit/model_thread.c tests/unit/model_uidset.c
tests_unit_test_model_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_model_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_model_LDADD = $(MODEL_LIBS) $(CRITERION_LIBS)
