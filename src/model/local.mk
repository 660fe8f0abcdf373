# The room src/model: plain data everybody speaks of.  Sees base.
noinst_LIBRARIES += libmodel.a
libmodel_a_SOURCES = \
	src/model/account.c src/model/account.h \
	src/model/address.c src/model/address.h \
	src/model/envelope.c src/model/envelope.h \
	src/model/flags.c src/model/flags.h \
	src/model/folder.c src/model/folder.h \
	src/model/thread.c src/model/thread.h \
	src/model/uidset.c src/model/uidset.h
