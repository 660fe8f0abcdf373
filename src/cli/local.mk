# The room src/cli: subcommands.  Sees all rooms but ui; json-glib stays in
# here.
noinst_LIBRARIES += libcli.a
libcli_a_SOURCES = \
	src/cli/cli.c src/cli/cli.h \
	src/cli/commands.def src/cli/commands.h \
	src/cli/common.c \
	src/cli/compose.c \
	src/cli/demo.c \
	src/cli/doctor.c src/cli/doctor.h src/cli/doctor_server.c \
	src/cli/folders.c \
	src/cli/help.c \
	src/cli/json.c src/cli/json.h \
	src/cli/list.c \
	src/cli/op.c src/cli/outbox.c src/cli/send.c \
	src/cli/options.c \
	src/cli/password.c \
	src/cli/save.c \
	src/cli/show.c src/cli/show.h src/cli/show_json.c \
	src/cli/sync.c \
	src/cli/undo.c \
	src/cli/verify.c \
	src/cli/walk.c \
	src/cli/work.c src/cli/work.h \
	src/cli/worker.c
libcli_a_CPPFLAGS = $(AM_CPPFLAGS) $(JSON_CFLAGS)
