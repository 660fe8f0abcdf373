/*
 * cli_send.c - verso send and verso outbox, with a program that sends
 */
#include <criterion/criterion.h>

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "cli_world.h"
#include "store/outbox.h"
#include "tests/support/support.h"

/* Keeps what it is given, and ends as the file status says. */
static const char program[] =
	"#!/bin/sh\n"
	"cd \"$(dirname \"$0\")\" || exit 70\n"
	"printf '%s\\n' \"$@\" > args\n"
	"cat > got\n"
	"if test -e words; then cat words >&2; fi\n"
	"if test -e status; then exit \"$(cat status)\"; fi\n";

static void
write_file(const char *name, const char *text)
{
	support_write(world_path(name), text, strlen(text));
}

static void
setup(void)
{
	char *config;

	world_new();
	write_file("sender", program);
	g_chmod(world_path("sender"), 0700);
	config = g_strdup_printf("[account out]\naddress = Ann <ann@x>\n"
				 "send-command = %s\n", world_path("sender"));
	write_file("verso.conf", config);
	g_free(config);
	write_file("letter", "To: bob@x, Eve <eve@x>\nBcc: zoe@x\n"
		   "Subject: tulips\nMessage-ID: <t@x>\n\nred\n");
}

TestSuite(send, .init = setup, .fini = world_free, .timeout = 300);

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

static char *
content(const char *name)
{
	char *text = NULL;

	g_file_get_contents(world_path(name), &text, NULL, NULL);
	return text;
}

Test(send, a_file_goes_out_and_its_copy_stands_in_sent)
{
	char *got, *args;

	RUNS("send letter", 0);
	cr_assert_str_empty(errors);
	args = content("args");
	got = content("got");
	cr_assert_str_eq(args, "-i\n-f\nann@x\n--\nbob@x\neve@x\nzoe@x\n");
	cr_assert(g_str_has_prefix(got, "To: bob@x, Eve <eve@x>\nSubject: "
				   "tulips\nMessage-ID: <t@x>\nFrom: Ann"));
	cr_assert(g_str_has_suffix(got, "\n\nred\n"));
	cr_assert_null(strstr(got, "zoe"));
	RUNS("list -m Sent", 0);
	SAYS("tulips");
	RUNS("show -m Sent --message-id t@x --raw", 0);
	cr_assert_str_eq(out, got);
	RUNS("outbox", 0);
	cr_assert_str_empty(out);
	RUNS("outbox --all", 0);
	cr_assert(g_str_has_prefix(out, "t@x\tsent\t"));
	RUNS("verify", 0);
	g_free(args);
	g_free(got);
}

/* How many folders are called Sent after a letter went out. */
static int
copies_when(const char *saves_sent, const char *option)
{
	char *config = g_strdup_printf("[account out]\naddress = Ann <ann@x>\n"
				       "send-command = %s\n%s\n",
				       world_path("sender"), option);
	struct store *s = NULL;

	write_file("verso.conf", config);
	g_free(config);
	cr_assert_eq(store_open(world_path("data/verso/out"), STORE_WORKER,
				&s, NULL), ST_OK);
	cr_assert_eq(store_fact_set(s, "account.saves-sent", saves_sent, NULL),
		     ST_OK);
	store_close(s);
	RUNS("send letter", 0);
	return run("list -m Sent") == 0;
}

/* Where the server keeps one itself, as Gmail does, two would stand there. */
Test(send, a_server_that_keeps_a_copy_gets_none)
{
	cr_assert_eq(copies_when("1", ""), 0);
	cr_assert_eq(copies_when("", "save-sent = no"), 0);
	cr_assert_eq(copies_when("", ""), 1);
}

Test(send, what_waits_is_sent_once_by_the_next_sync)
{
	write_file("status", "75");
	write_file("words", "host is away\n");
	RUNS("send letter", 75);
	BLAMES("do not send it again.  (host is away)");
	RUNS("outbox", 0);
	cr_assert(g_str_has_prefix(out, "t@x\tqueued\t"), "%s", out);
	SAYS("\thost is away\n");
	RUNS("list -m Sent", 0);
	cr_assert_str_empty(out);
	RUNS("sync", 75);
	g_remove(world_path("status"));
	RUNS("sync", 0);
	RUNS("outbox", 0);
	cr_assert_str_empty(out);
	RUNS("list -m Sent", 0);
	SAYS("tulips");
	g_remove(world_path("got"));
	RUNS("sync", 0);
	cr_assert_null(content("got"));
}

Test(send, a_refusal_stays_until_the_person_says_so)
{
	char *got;

	write_file("status", "67");
	write_file("words", "no such user");
	RUNS("send letter", 75);
	BLAMES("refused");
	BLAMES("no such user");
	RUNS("outbox", 0);
	SAYS("t@x\trefused\t");
	RUNS("verify", 0);
	SAYS("Waiting to be sent or kept: 1 letters");
	g_remove(world_path("status"));
	RUNS("sync", 0);
	RUNS("outbox", 0);
	SAYS("t@x\trefused\t");
	RUNS("outbox --retry t@x", 0);
	RUNS("sync", 0);
	got = content("got");
	cr_assert_not_null(got);
	g_free(got);
	RUNS("outbox --retry t@x", 64);
}

/* The program's connection broke, nobody knows where. */
Test(send, in_doubt_the_person_says_what_became_of_it)
{
	write_file("status", "74");
	RUNS("send letter", 75);
	BLAMES("not known");
	RUNS("sync", 0);
	RUNS("outbox", 0);
	SAYS("t@x\tunsure\t");
	RUNS("outbox --arrived 7@x", 64);
	RUNS("outbox --arrived t@x", 0);
	RUNS("outbox", 0);
	cr_assert_str_empty(out);
	RUNS("list -m Sent", 0);
	SAYS("tulips");
	write_file("status", "75");
	RUNS("send letter", 75);
	RUNS("outbox --arrived t@x", 75);
	RUNS("outbox", 0);
	SAYS("t@x\tqueued\t");
}

Test(send, taken_back_it_is_printed_and_gone)
{
	write_file("status", "75");
	RUNS("send letter", 75);
	RUNS("outbox --take-back t@x", 0);
	/* Whom no header names would be forgotten else. */
	cr_assert(g_str_has_prefix(out, "Bcc: zoe@x\nTo: bob@x, Eve "
				   "<eve@x>\nSubject: tulips\n"), "%s", out);
	cr_assert(g_str_has_suffix(out, "\n\nred\n"), "%s", out);
	RUNS("outbox", 0);
	cr_assert_str_empty(out);
	RUNS("outbox --take-back t@x", 64);
	BLAMES("<t@x>");
}

Test(send, words_are_recipients_as_for_sendmail)
{
	char *args;

	RUNS("send -i jan@x kim", 64);
	BLAMES("“kim”");
	RUNS("send -i -bs jan@x", 64);
	BLAMES("-bs");
	RUNS("send -i -FCronDaemon -B8BITMIME -oem -bm -f back@x jan@x "
	     "\"Kim <kim@x>\"", 0);
	args = content("args");
	cr_assert_str_eq(args, "-i\n-f\nback@x\n--\njan@x\nkim@x\n");
	g_free(args);
}

/* Cron writes to who has the table, by the name that the machine knows. */
Test(send, the_person_of_this_machine_has_an_address)
{
	char *line = g_strdup_printf("send -FCronDaemon -i -oem %s",
				     g_get_user_name());
	char *args;

	RUNS(line, 0);
	args = content("args");
	cr_assert_str_eq(args, "-i\n-f\nann@x\n--\nann@x\n");
	g_free(args);
	g_free(line);
}

Test(send, flags_may_stand_in_one_word)
{
	static const char *const lines[] = {
		"send -ti eve@x", "send -it eve@x", "send -tif ann@x eve@x",
		"send -tifann@x eve@x"
	};

	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		char *args;

		RUNS(lines[i], 0);
		args = content("args");
		cr_assert_str_eq(args, "-i\n-f\nann@x\n--\neve@x\n");
		g_free(args);
	}
	RUNS("send -tx eve@x", 64);
	BLAMES("“-tx”");
	RUNS("send -tia", 64);
	BLAMES("-a");
}

/* To a program, what is in the queue is sent. */
Test(send, sendmail_ends_well_when_it_is_queued)
{
	write_file("status", "75");
	RUNS("send -i jan@x", 0);
	RUNS("outbox", 0);
	SAYS("\tqueued\t");
}

/* The exit status says whether trying again is all that it takes. */
Test(send, what_waits_for_the_person_says_so)
{
	write_file("verso.conf", "[account out]\naddress = Ann <ann@x>\n"
		   "send-command = not-there-at-all\n");
	RUNS("send letter", 78);
	BLAMES("waits in the outbox");
	BLAMES("not-there-at-all");
	RUNS("outbox", 0);
	SAYS("t@x\tqueued\t");
	RUNS("send -i jan@x", 0);
	RUNS("sync", 78);
}

Test(send, what_is_wrong_is_said_and_nothing_is_queued)
{
	static const struct {
		const char *line, *blames;
		int status;
	} wrong[] = {
		{ "send nothere", "nothere", 74 },
		{ "send -t", "nobody", 64 },
		{ "send --frm x", "--", 64 },
		{ "send -a nope letter", "nope", 64 },
		{ "outbox now", "now", 64 },
		{ "compose --attach letter --attach nothere", "nothere", 74 },
		{ "compose --body nothere", "nothere", 74 },
		{ "compose -a nope bob@x", "nope", 64 },
		{ "outbox --retry 7@x", "<7@x>", 64 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
		RUNS(wrong[i].line, wrong[i].status);
		BLAMES(wrong[i].blames);
	}
	RUNS("outbox --all", 0);
	cr_assert_str_empty(out);
	write_file("verso.conf", "[account in]\naddress = a@x\nreceive = "
		   "imaps://h.invalid\n");
	RUNS("send letter", 78);
	BLAMES("send = smtps://HOST");
}

/* The letter is not lost by it: verso finds it again. */
Test(send, a_letter_whose_editor_cannot_be_run_is_kept)
{
	char *letters, *kept, *file;
	GDir *dir;

	g_setenv("VISUAL", "vi '", TRUE);
	RUNS("compose bob@x", 64);
	BLAMES("vi '");
	letters = g_strdup(world_path("data/verso/out/letters"));
	dir = g_dir_open(letters, 0, NULL);
	cr_assert_not_null(dir);
	file = g_build_filename(letters, g_dir_read_name(dir), "letter", NULL);
	cr_assert(g_file_get_contents(file, &kept, NULL, NULL));
	cr_assert_not_null(strstr(kept, "To: bob@x\n"));
	g_dir_close(dir);
	g_free(kept);
	g_free(file);
	g_free(letters);
}

/* The index is lost while something waits: it is still there to be seen. */
Test(send, a_letter_outlives_the_index)
{
	static const char *const files[] = { "index.db", "index.db-wal",
					     "index.db-shm" };

	write_file("status", "75");
	RUNS("send letter", 75);
	for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
		char *name = g_strconcat("data/verso/out/", files[i], NULL);

		g_remove(world_path(name));
		g_free(name);
	}
	RUNS("sync", 0);
	RUNS("outbox", 0);
	SAYS("t@x\theld\t");
	SAYS("tulips");
	RUNS("outbox --retry t@x", 75);
	RUNS("outbox --take-back t@x", 0);
	SAYS("Subject: tulips");
}
