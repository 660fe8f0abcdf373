# The room src/control: the controller.  Sees base, model, store, mime and the
# reader's end of worker/link; inih stays in here.
noinst_LIBRARIES += libcontrol.a
libcontrol_a_SOURCES = \
	src/control/addressing.c src/control/addressing.h \
	src/control/app.c src/control/app.h \
	src/control/app_folders.c src/control/folders.h \
	src/control/app_index.c src/control/index.h \
	src/control/app_key.c \
	src/control/app_pager.c src/control/pager.h \
	src/control/app_status.c \
	src/control/ask.c src/control/ask.h \
	src/control/book.c src/control/book.h \
	src/control/changes.c src/control/changes.h \
	src/control/cmd.h \
	src/control/cmd_app.c \
	src/control/cmd_change.c \
	src/control/cmd_compose.c \
	src/control/cmd_folder.c \
	src/control/cmd_letter.c \
	src/control/cmd_manage.c \
	src/control/cmd_move.c \
	src/control/cmd_pager.c \
	src/control/cmd_parts.c src/control/parts.h \
	src/control/cmd_queue.c \
	src/control/cmd_recall.c \
	src/control/cmd_template.c \
	src/control/cmd_take.c \
	src/control/cmd_thread.c \
	src/control/command.c src/control/command.h src/control/commands.def \
	src/control/complete.c src/control/complete.h \
	src/control/compose.c src/control/compose.h \
	src/control/compose_edit.c \
	src/control/compose_new.c \
	src/control/compose_plan.c \
	src/control/compose_send.c \
	src/control/config.c src/control/config.h \
	src/control/decide.c src/control/decide.h \
	src/control/cmd_edit.c src/control/edit.c src/control/edit.h \
	src/control/editor.c src/control/editor.h \
	src/control/editor_private.h src/control/editor_text.c \
	src/control/editor_find.c src/control/editor_move.c \
	src/control/editor_quote.c src/control/editor_rows.c \
	src/control/editor_undo.c \
	src/control/find_address.c src/control/find_address.h \
	src/control/identity.c src/control/identity.h \
	src/control/keys.c src/control/keys.h \
	src/control/letters.c src/control/letters.h \
	src/control/notice.c src/control/notice.h \
	src/control/options.c src/control/options.h src/control/options.def \
	src/control/outgoing.c src/control/outgoing.h \
	src/control/outside.c src/control/outside.h \
	src/control/overlay.c src/control/overlay.h \
	src/control/overlay_plan.c \
	src/control/overlay_queue.c \
	src/control/save.c src/control/save.h \
	src/control/tagged.c src/control/tagged.h \
	src/control/worker_events.c src/control/worker_events.h
libcontrol_a_CPPFLAGS = $(AM_CPPFLAGS) $(INIH_CFLAGS)

check_PROGRAMS += tests/unit/test_control
tests_unit_test_control_SOURCES = tests/unit/control_fakes.c \
	tests/unit/control_fakes_view.c tests/unit/control_fakes.h \
	tests/unit/control_fakes_letter.c \
	tests/unit/control_fakes_queue.c tests/unit/control_fakes_queue.h \
	tests/unit/control_changes.c \
	tests/unit/control_config.c \
	tests/unit/control_edit.c tests/unit/control_editor.c \
	tests/unit/control_editor_long.c \
	tests/unit/control_keys.c tests/unit/control_index.c \
	tests/unit/control_outside.c \
	tests/unit/control_pager.c tests/unit/control_app.c \
	tests/unit/control_told.c tests/unit/control_marks.c
tests_unit_test_control_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/tests/unit
tests_unit_test_control_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_control_LDADD = libcontrol.a $(MODEL_LIBS) $(INIH_LIBS) \
	$(CRITERION_LIBS)

# Letters, over the real store and real messages.
check_PROGRAMS += tests/unit/test_letters
tests_unit_test_letters_SOURCES = tests/unit/control_addresses.c \
	tests/unit/control_compose.c tests/unit/control_letters.c \
	tests/unit/control_outgoing.c \
	tests/unit/letters_world.c tests/unit/letters_world.h \
	tests/screen/standins.c tests/unit/control_written.c
tests_unit_test_letters_CPPFLAGS = $(TEST_CPPFLAGS) -I$(top_srcdir)/tests/unit
tests_unit_test_letters_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_letters_LDADD = libcontrol.a $(MIME_LIBS) $(STORE_LIBS) \
	$(INIH_LIBS) $(CRITERION_LIBS)
