# The room src/worker: the process that has an account's connections, and the
# line to it.
noinst_LIBRARIES += libworker.a
libworker_a_SOURCES = \
	src/worker/confine.c \
	src/worker/demo.c src/worker/demo.h \
	src/worker/host.c \
	src/worker/link.c src/worker/link.h \
	src/worker/look.c \
	src/worker/lookout.c src/worker/lookout.h \
	src/worker/network.c src/worker/network.h \
	src/worker/outgoing.c \
	src/worker/post.c \
	src/worker/private.h \
	src/worker/secret.c src/worker/secret.h \
	src/worker/signs.c src/worker/signs.h \
	src/worker/tasks.c \
	src/worker/worker.c src/worker/worker.h

include src/worker/samples.mk
