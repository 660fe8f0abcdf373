# The room src/control: the controller.  Sees base, model, store, mime and the
# reader's end of worker/link; inih stays in here.
noinst_LIBRARIES += libcontrol.a
libcontrol_a_SOURCES = \
	src/control/app.h \
	src/control/ask.c src/control/ask.h \
	src/control/cmd.h \
	src/control/command.c src/control/command.h src/control/commands.def \
	src/control/complete.h \
	src/control/config.c src/control/config.h \
	src/control/keys.c src/control/keys.h \
	src/control/notice.c src/control/notice.h \
	src/control/options.c src/control/options.h src/control/options.def
libcontrol_a_CPPFLAGS = $(AM_CPPFLAGS) $(INIH_CFLAGS)
