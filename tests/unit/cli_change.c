/*
 * cli_change.c - verso op, verso undo
 */
#include <criterion/criterion.h>

#include <glib.h>
#include <string.h>

#include "cli_world.h"
#include "store/queue.h"

TestSuite(change, .init = world_new, .fini = world_free, .timeout = 120);

#define RUNS(line, status) \
	do { \
		int code_ = run(line); \
		cr_assert_eq(code_, status, "%s: %d: %s%s", line, code_, out, \
			     errors); \
	} while (0)
#define SAYS(text) \
	cr_assert(strstr(out, text), "“%s” is not in: %s", text, out)
#define BLAMES(text) \
	cr_assert(strstr(errors, text), "“%s” is not in: %s", text, errors)

/* The message with a Message-ID; uid 0 and folder 0: it is not there. */
static struct message
message(const char *id)
{
	struct store *s = world_open();
	struct message m = { 0 };

	message_by_message_id(s, 0, id, &m, NULL);
	store_close(s);
	return m;
}

static bool
has_keyword(const char *id, const char *word)
{
	struct message m = message(id);
	bool has = flags_has_keyword(&m.flags, word);

	message_clear(&m);
	return has;
}

static uint32_t
bits(const char *id)
{
	struct message m = message(id);
	uint32_t bits = m.flags.bits;

	message_clear(&m);
	return bits;
}

/* The folder that it is in; borrowed until the next call. */
static const char *
place(const char *id)
{
	static char name[64];
	struct message m = message(id);
	struct store *s = world_open();
	struct folder *f = NULL;

	g_strlcpy(name, m.folder > 0 && folder_by_id(s, m.folder, &f, NULL) ==
				ST_OK ? f->name : "", sizeof(name));
	folder_free(f);
	store_close(s);
	message_clear(&m);
	return name;
}

static int64_t
waiting(void)
{
	struct store *s = world_open();
	struct queue_counts counts = { 0 };

	queue_counts(s, &counts, NULL);
	store_close(s);
	return counts.waiting;
}

static void
make_folder(const char *name, enum folder_role role)
{
	struct store *s = world_open();
	struct folder_info *info = folder_info_new(name, '/');
	int64_t id;

	info->role = role;
	cr_assert_eq(folder_upsert(s, info, &id, NULL), ST_OK);
	folder_info_free(info);
	store_close(s);
}

Test(change, flags)
{
	RUNS("op flag -a work -m INBOX --message-id m1@x", 0);
	SAYS("Flagged 1 message; it reaches the server");
	SAYS("verso undo -a work");
	cr_assert(bits("m1@x") & FLAG_FLAGGED);
	RUNS("op read --message-id '<m1@x>'", 0);
	cr_assert(bits("m1@x") & FLAG_SEEN);
	RUNS("op unflag --message-id m1@x", 0);
	RUNS("op unread --message-id m1@x", 0);
	cr_assert_eq(bits("m1@x"), 0);
	RUNS("op unread --message-id m1@x", 0);
	SAYS("makes no difference");
}

Test(change, tags)
{
	RUNS("op tag:todo --message-id m1@x", 0);
	SAYS("Put the tag todo on 1 message");
	cr_assert(has_keyword("m1@x", "todo"));
	RUNS("op untag:todo --message-id m1@x", 0);
	cr_assert_not(has_keyword("m1@x", "todo"));
	RUNS("op 'tag:to do' --message-id m1@x", 64);
	BLAMES("cannot be a tag");
}

Test(change, moving_and_copying)
{
	RUNS("op move:Lists/kernel --message-id m9@x", 0);
	SAYS("Moved 1 message to Lists/kernel");
	cr_assert_str_eq(place("m9@x"), "Lists/kernel");
	RUNS("list -m Lists/kernel", 0);
	SAYS("two parts");
	RUNS("op copy:Lists/kernel --message-id m1@x", 0);
	RUNS("list -m Lists/kernel first", 0);
	SAYS("first");
	cr_assert_eq(waiting(), 2);
	RUNS("op move:Lists/kernal --message-id m1@x", 64);
	BLAMES("did you mean “Lists/kernel”?");
}

Test(change, archiving_makes_its_folder)
{
	RUNS("op archive --message-id m1@x", 0);
	SAYS("Archived 1 message to Archive");
	cr_assert_str_eq(place("m1@x"), "Archive");
}

Test(change, deleting_without_trash_is_for_ever)
{
	RUNS("op delete --message-id m1@x", 0);
	SAYS("Deleted 1 message for ever");
	cr_assert_str_eq(place("m1@x"), "");
	RUNS("op undelete --message-id m1@x", 0);
	cr_assert_str_eq(place("m1@x"), "INBOX");
	cr_assert_eq(waiting(), 0);
	RUNS("op undelete --message-id m1@x", 64);
	BLAMES("Nothing is deleted in INBOX");
}

Test(change, deleting_goes_to_trash)
{
	make_folder("Trash", ROLE_TRASH);
	RUNS("op delete --message-id m1@x", 0);
	SAYS("Moved 1 message to Trash; ");
	cr_assert_str_eq(place("m1@x"), "Trash");
	RUNS("op undelete --message-id m1@x", 0);
	SAYS("Undeleted 1 message");
	cr_assert_str_eq(place("m1@x"), "INBOX");
	RUNS("op delete --message-id m1@x", 0);
	RUNS("op delete -m Trash --message-id m1@x", 0);
	SAYS("for ever");
	cr_assert_str_eq(place("m1@x"), "");
}

Test(change, words_mean_every_message_that_has_them)
{
	RUNS("op flag BOB parts", 0);
	SAYS("Flagged 1 message;");
	cr_assert(bits("m9@x") & FLAG_FLAGGED);
	cr_assert_not(bits("m1@x") & FLAG_FLAGGED);
	RUNS("op flag bob", 0);
	cr_assert(bits("m1@x") & FLAG_FLAGGED);
	RUNS("op flag bob nobody", 64);
	BLAMES("No message in INBOX has these words");
}

Test(change, what_is_wrong_is_said)
{
	static const struct {
		const char *line, *blames;
	} wrong[] = {
		{ "op", "Which operation?" },
		{ "op delte --message-id m1@x", "did you mean “delete”?" },
		{ "op flag:x --message-id m1@x", "takes no name" },
		{ "op move --message-id m1@x", "move:NAME" },
		{ "op move: --message-id m1@x", "move:NAME" },
		{ "op delete", "Which messages" },
		{ "op delete --message-id m1@x bob", "Which messages" },
		{ "op undelete bob", "--message-id ID?" },
		{ "op delete --message-id m77@x", "no message <m77@x>" },
		{ "op delete -m INBXO --message-id m1@x", "“INBOX”" },
		{ "op delete -a wrk --message-id m1@x", "wrk" },
		{ "undo", "nothing to undo" },
		{ "undo -a work", "nothing to undo" },
		{ "undo now", "now" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
		int code = run(wrong[i].line);

		cr_assert(code == 64 || code == 78, "%s: %d: %s",
			  wrong[i].line, code, errors);
		BLAMES(wrong[i].blames);
		cr_assert_str_eq(out, "");
	}
	cr_assert_eq(waiting(), 0);
}

/* ---- undo --------------------------------------------------------------- */

Test(change, undo_goes_back_step_by_step)
{
	RUNS("op flag --message-id m1@x", 0);
	RUNS("op move:Lists/kernel --message-id m9@x", 0);
	RUNS("undo -a work", 0);
	SAYS("work: undone: Moved 1 message to Lists/kernel");
	cr_assert_str_eq(place("m9@x"), "INBOX");
	RUNS("undo", 0);
	SAYS("work: undone: Flagged 1 message");
	cr_assert_eq(bits("m1@x"), 0);
	RUNS("undo", 64);
	cr_assert_eq(waiting(), 0);
}

/* A line for a list, one for a message: no control byte gets through. */
Test(change, hostile_names_are_shown_safely)
{
	RUNS("op 'tag:\033[2J' --message-id m1@x", 64);
	cr_assert_null(strchr(errors, '\033'));
	RUNS("op 'move:\033[2J' --message-id m1@x", 64);
	cr_assert_null(strchr(errors, '\033'));
}
