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

Test(change, by_uid)
{
	RUNS("op flag --uid 1", 0);
	SAYS("Flagged 1 message");
	cr_assert(bits("m1@x") & FLAG_FLAGGED);
	RUNS("op flag --uid 3", 64);
	BLAMES("no message with the UID 3 in INBOX");
	RUNS("op flag --uid 4294967297", 64);
	BLAMES("from 1 to 4294967295");
	/* What is on its way has no number there yet. */
	RUNS("op move:Lists/kernel --uid 1", 0);
	RUNS("op unflag -m Lists/kernel --uid 1", 64);
	RUNS("op unflag --uid 1", 64);
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

/* The folder that an archived message wants is made with it, or not at
 * all; undoing leaves it. */
Test(change, the_archive_is_no_part_of_what_is_undone)
{
	RUNS("op archive --message-id m1@x", 0);
	RUNS("op archive --message-id m9@x", 0);
	RUNS("undo", 0);
	RUNS("undo", 0);
	SAYS("undone: Archived 1 message to Archive.");
	cr_assert_str_eq(place("m1@x"), "INBOX");
	RUNS("list -m Archive", 0);
	cr_assert_str_eq(out, "");
	RUNS("undo", 64);
}

Test(change, deleting_without_trash_is_for_ever)
{
	RUNS("op delete --message-id m1@x", 0);
	SAYS("Deleted 1 message for ever");
	cr_assert_str_eq(place("m1@x"), "");
	RUNS("op undelete --message-id m1@x", 0);
	SAYS("Undeleted 1 message; the server had not heard of it.");
	cr_assert_str_eq(place("m1@x"), "INBOX");
	cr_assert_eq(waiting(), 0);
	RUNS("undo", 64);
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
	SAYS("Undeleted 1 message; the server had not heard of it.");
	cr_assert_str_eq(place("m1@x"), "INBOX");
	cr_assert_eq(waiting(), 0);
	RUNS("op delete --message-id m1@x", 0);
	RUNS("op delete -m Trash --message-id m1@x", 0);
	SAYS("Deleted 1 message for ever");
	cr_assert_str_eq(place("m1@x"), "");
	RUNS("op undelete -m Trash --message-id m1@x", 0);
	cr_assert_str_eq(place("m1@x"), "Trash");
}

/* The server has heard of the deletion: the way back is a decision. */
Test(change, what_lies_in_trash_comes_back)
{
	struct store *s;
	struct folder *f = NULL;

	make_folder("Trash", ROLE_TRASH);
	s = world_open();
	cr_assert_eq(folder_by_name(s, "Trash", &f, NULL), ST_OK);
	cr_assert_eq(folder_set_uidvalidity(s, f->id, 8, NULL), ST_OK);
	cr_assert_eq(store_begin(s, NULL), ST_OK);
	world_add(s, f->id, 21, "Subject: old\nMessage-ID: <m21@x>\n\nx\n",
		  0);
	cr_assert_eq(store_commit(s, NULL), ST_OK);
	folder_free(f);
	store_close(s);
	RUNS("op undelete --message-id m21@x", 0);
	SAYS("Undeleted 1 message to INBOX; it reaches the server");
	cr_assert_str_eq(place("m21@x"), "INBOX");
	cr_assert_eq(waiting(), 1);
}

/* Another program marks what it deletes and leaves it where it is. */
Test(change, a_mark_of_deletion_is_taken_off)
{
	struct store *s = world_open();
	struct folder *f = NULL;

	cr_assert_eq(folder_by_name(s, "INBOX", &f, NULL), ST_OK);
	cr_assert_eq(store_begin(s, NULL), ST_OK);
	world_add(s, f->id, 31, "Subject: x\nMessage-ID: <m31@x>\n\nx\n",
		  FLAG_DELETED | FLAG_SEEN);
	cr_assert_eq(store_commit(s, NULL), ST_OK);
	folder_free(f);
	store_close(s);
	RUNS("op undelete marked", 64);	/* it has no such word */
	RUNS("op undelete --message-id m31@x", 0);
	SAYS("Undeleted 1 message; it reaches the server");
	cr_assert_eq(bits("m31@x"), FLAG_SEEN);
	RUNS("op undelete --message-id m31@x", 64);
}

Test(change, words_bring_back_what_has_them)
{
	make_folder("Trash", ROLE_TRASH);
	RUNS("op delete bob", 0);
	cr_assert_str_eq(place("m1@x"), "Trash");
	cr_assert_str_eq(place("m9@x"), "Trash");
	RUNS("op undelete bob parts", 0);
	SAYS("Undeleted 1 message; the server had not heard of it.");
	cr_assert_str_eq(place("m9@x"), "INBOX");
	cr_assert_str_eq(place("m1@x"), "Trash");
	RUNS("op undelete bob", 0);
	SAYS("Undeleted 3 messages;");
	cr_assert_str_eq(place("m1@x"), "INBOX");
	cr_assert_eq(waiting(), 0);
	RUNS("op undelete bob", 64);
}

Test(change, words_mean_every_message_that_has_them)
{
	RUNS("op flag BOB parts", 0);
	SAYS("Flagged 1 message;");
	cr_assert(bits("m9@x") & FLAG_FLAGGED);
	cr_assert_not(bits("m1@x") & FLAG_FLAGGED);
	RUNS("op flag bob", 0);	/* two have it already */
	SAYS("Flagged 2 messages;");
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
		{ "op flag: --message-id m1@x", "takes no name" },
		{ "op move --message-id m1@x", "move:FOLDER" },
		{ "op move: --message-id m1@x", "move:FOLDER" },
		{ "op tag: --message-id m1@x", "tag:NAME" },
		{ "op delete", "Which messages" },
		{ "op delete ''", "Which messages" },
		{ "op delete ' ' m1", "Which messages" },
		{ "op delete --message-id m1@x bob", "Which messages" },
		{ "op delete --message-id m1@x --uid 1", "Which messages" },
		{ "op delete --uid 0", "from 1 to" },
		{ "op undelete --uid 1", "--message-id ID, or" },
		{ "op undelete bob", "Nothing is deleted in INBOX" },
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
	SAYS("work: undone: Moved 1 message to Lists/kernel.\n");
	cr_assert_str_eq(place("m9@x"), "INBOX");
	RUNS("undo", 0);
	SAYS("work: undone: Flagged 1 message");
	cr_assert_eq(bits("m1@x"), 0);
	RUNS("undo", 64);
	cr_assert_eq(waiting(), 0);
}

/* The server does what was decided, which is one thing. */
static void
serve(void)
{
	struct store *s = world_open();
	GPtrArray *queue = NULL;

	cr_assert_eq(queue_list(s, false, &queue, NULL), ST_OK);
	cr_assert_eq(queue->len, 1);
	cr_assert_eq(queue_done(s, queue->pdata[0], 0, NULL), ST_OK);
	g_ptr_array_unref(queue);
	store_close(s);
	cr_assert_eq(waiting(), 0);
}

/* What the server has is taken back there, too. */
Test(change, undo_of_what_was_sent_is_a_decision)
{
	RUNS("op flag --message-id m1@x", 0);
	serve();
	RUNS("undo", 0);
	SAYS("undone: Flagged 1 message; the server hears of that at");
	cr_assert_eq(bits("m1@x"), 0);
	cr_assert_eq(waiting(), 1);
}

/* POP: nobody has to hear of what is decided. */
Test(change, mail_that_is_only_here)
{
	struct store *s = world_open();

	cr_assert_eq(store_fact_set(s, "account.delivers", "1", NULL), ST_OK);
	store_close(s);
	RUNS("op delete --message-id m1@x", 0);
	SAYS("Moved 1 message to Trash.  “verso undo -a work”");
	RUNS("op undelete --message-id m1@x", 0);
	cr_assert_str_eq(out, "Undeleted 1 message.\n");
	RUNS("op flag --message-id m1@x", 0);
	serve();
	RUNS("undo", 0);
	cr_assert_str_eq(out, "work: undone: Flagged 1 message.\n");
}

/* A line for a list, one for a message: no control byte gets through. */
Test(change, hostile_names_are_shown_safely)
{
	RUNS("op 'tag:\033[2J' --message-id m1@x", 64);
	cr_assert_null(strchr(errors, '\033'));
	RUNS("op 'move:\033[2J' --message-id m1@x", 64);
	cr_assert_null(strchr(errors, '\033'));
}
