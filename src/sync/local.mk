# The room src/sync: two copies brought level.  Joins net, store and mime.
noinst_LIBRARIES += libsync.a
libsync_a_SOURCES = \
	src/sync/again.c src/sync/body.c \
	src/sync/doubt.c \
	src/sync/flow.c src/sync/flow_inbox.c \
	src/sync/folders.c \
	src/sync/headers.c \
	src/sync/octets.c \
	src/sync/plan.c src/sync/plan.h \
	src/sync/policy.c src/sync/policy.h \
	src/sync/preview.c src/sync/preview.h \
	src/sync/private.h \
	src/sync/prove.c src/sync/prove.h src/sync/prove_private.h \
	src/sync/prove_flow.c \
	src/sync/pull.c \
	src/sync/push.c src/sync/push.h \
	src/sync/push_check.c src/sync/push_own.h \
	src/sync/push_local.c \
	src/sync/push_place.c \
	src/sync/push_rest.c \
	src/sync/rematch.c \
	src/sync/repair.c \
	src/sync/sizes.c \
	src/sync/sending.c src/sync/sending.h \
	src/sync/suspect.c \
	src/sync/sync.c src/sync/sync.h \
	src/sync/tags.c
