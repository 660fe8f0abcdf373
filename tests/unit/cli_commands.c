/*
 * cli_commands.c - the subcommands, through the program
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <json-glib/json-glib.h>

#include "tests/support/support.h"
#include "cli_world.h"

TestSuite(cli, .init = world_new, .fini = world_free);

static void
check(const char *line, int status, const char *want)
{
	int got = run(line);

	cr_assert_eq(got, status, "%s: %d, %s%s", line, got, out, errors);
	cr_assert_str_eq(out, want, "%s: %s", line, out);
}

/* Refused: nothing on standard output, one line with these words on the
 * other. */
static void
check_refused(const char *line, int status, const char *words)
{
	int got = run(line);

	cr_assert_eq(got, status, "%s: %d, %s%s", line, got, out, errors);
	cr_assert_str_empty(out);
	cr_assert(g_str_has_prefix(errors, "verso: "), "%s", errors);
	cr_assert_eq(strchr(errors, '\n') - errors, strlen(errors) - 1);
	cr_assert(strstr(errors, words), "%s: %s", line, errors);
}

static JsonNode *
json(const char *line)
{
	GError *error = NULL;
	JsonNode *node;

	cr_assert_eq(run(line), 0, "%s: %s", line, errors);
	node = json_from_string(out, &error);
	cr_assert_not_null(node, "%s", error ? error->message : out);
	return node;
}

static JsonObject *
at(JsonNode *node, guint i)
{
	return json_array_get_object_element(json_node_get_array(node), i);
}

/* ---- usage ------------------------------------------------------------- */

Test(cli, wrong_usage_is_64)
{
	static const char *const rows[][2] = {
		{ "lits", "did you mean “list”" },
		{ "frobnicate", "“verso help” lists them" },
		{ "list --jsn", "“verso list” has no option “--jsn”; did you "
				"mean “--json”?" },
		{ "list -json", "did you mean “--json”" },
		{ "sync --wathc", "did you mean “--watch”" },
		{ "list --frobnicate", "“verso list --help” lists" },
		{ "list --json=yes", "--json takes no value" },
		{ "list --account", "--account needs ACCOUNT" },
		{ "list -a", "-a" },
		{ "list -n x", "x" },
		{ "list -n -1", "-n takes" },
		{ "list -a wrok", "did you mean “work”" },
		{ "list -m INBX", "did you mean “INBOX”" },
		{ "list -m 'x\033[2J'", "␛[2J" },
		{ "folders extra", "“extra” is one word too many" },
		{ "show", "Which message" },
		{ "show -n 1 --message-id x", "Which message" },
		{ "show -n 0", "-n takes" },
		{ "show -n 99999999999999999999", "-n takes" },
		{ "list --max=1x", "--max takes a number from 1" },
		{ "show -n 6", "no message 6" },
		{ "show --message-id none@x", "no message <none@x>" },
		{ "show -n 1 --json --raw", "Only one" },
		{ "show -n 1 verso.conf", "needs no account" },
		{ "show verso.conf verso.conf", "one word too many" },
		{ "save -n 99", "no message 99" },
		{ "verify -a work Nowhere", "no folder “Nowhere”" },
		{ "list -a home", "run “verso sync”" },
		{ "help nonsense", "no help on" },
		{ "help lsit", "did you mean “list”" },
		{ "reader", "no command “reader”" },
		{ "version x", "too many" },
		{ "-x", "-x" },
		{ "-a", "-a" },
		{ "-a nobody", "no account “nobody”" },
		{ "-m INBX", "“INBOX”" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		check_refused(rows[i][0], 64, rows[i][1]);
}

Test(cli, a_wrong_configuration_is_78)
{
	static const char bad[] = "[account w]\nrecieve = imaps://h\n";

	support_write(world_path("verso.conf"), bad, strlen(bad));
	check_refused("folders", 78, "verso.conf, line 2: “recieve”");
	check_refused("", 78, "Did you mean “receive”");
	unlink(world_path("verso.conf"));
	check_refused("list", 78, "No account is set up");
	check_refused("", 78, "verso demo");
}

Test(cli, help_and_version)
{
	check("version", 0, "verso " VERSION "\n");
	check("--version", 0, "verso " VERSION "\n");
	cr_assert_eq(run("help"), 0);
	cr_assert(strstr(out, "verso list [-a ACCOUNT]"));
	cr_assert_eq(run("--help"), 0);
	cr_assert_eq(run("help config"), 0);
	cr_assert(strstr(out, "password-command = COMMAND"));
	cr_assert_eq(run("help keys"), 0);
	cr_assert(strstr(out, "[keys pager]"));
	cr_assert_eq(run("help show"), 0);
	cr_assert(strstr(out, "--message-id"));
}

/* What help names is taken, whatever comes of it. */
static void
try_options(const char *command, const char *help)
{
	char **lines = g_strsplit(help, "\n", -1);

	for (int i = 0; lines[i]; i++) {
		char *name = strstr(lines[i], "--"), *line;
		bool option = g_str_has_prefix(lines[i], "  -");
		size_t len = option ? strcspn(name, " ") : 0;

		if (!option)
			continue;
		line = g_strdup_printf("%s %.*s%s", command, (int)len, name,
				       name[len] ? " 1" : "");
		cr_assert_eq(run(line), 78, "%s: %s", line, errors);
		g_free(line);
	}
	g_strfreev(lines);
}

Test(cli, each_command_says_how_it_is_used)
{
	static const char *const names[] = { "sync", "folders", "list", "show",
		"save", "verify", "demo", "doctor", "help", "version" };
	char *line, *help;

	unlink(world_path("verso.conf"));
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		line = g_strdup_printf("help %s", names[i]);
		cr_assert_eq(run(line), 0);
		help = g_strdup(out);
		g_free(line);
		line = g_strdup_printf("verso %s", names[i]);
		cr_assert(g_str_has_prefix(help, line), "%s", help);
		g_free(line);
		line = g_strdup_printf("%s --nonsense --help", names[i]);
		check(line, 0, help);
		g_free(line);
		try_options(names[i], help);
		g_free(help);
	}
	cr_assert_eq(run("help reader"), 0);
	cr_assert(g_str_has_prefix(out, "verso [-a ACCOUNT]"), "%s", out);
	try_options("", out);
}

Test(cli, options_stand_anywhere_until_two_dashes)
{
	cr_assert_eq(run("list -mINBOX --max=1 -a work"), 0, "%s", errors);
	cr_assert(g_str_has_prefix(out, "5\t"), "%s", out);
	cr_assert_eq(run("list first --max 1"), 0, "%s", errors);
	cr_assert(g_str_has_prefix(out, "1\t"), "%s", out);
	check("list -- --max", 0, "");
	check_refused("show -- -n", 74, "-n");
}

/* ---- folders and list ---------------------------------------------------- */

Test(cli, folders)
{
	JsonNode *node;

	check("folders -a work", 0, "5\t2\t-\twork\tINBOX\n"
				    "0\t0\t-\twork\tLists/kernel\n");
	check("folders", 0, "5\t2\t-\twork\tINBOX\n"
			    "0\t0\t-\twork\tLists/kernel\n");
	check("folders -a home", 0, "");
	node = json("folders --json");
	cr_assert_eq(json_array_get_length(json_node_get_array(node)), 2);
	cr_assert_str_eq(json_object_get_string_member(at(node, 0), "name"),
			 "INBOX");
	cr_assert_eq(json_object_get_int_member(at(node, 0), "waiting"), 1);
	cr_assert(json_object_get_null_member(at(node, 0), "synced"));
	json_node_unref(node);
}

#define ROW1 "1\tN....\t2023-11-14T23:13:21+01:00\tBob B <bob@y>\tfirst\n"
#define ROW2 "2\t..F..\t2023-11-14T23:13:22+01:00\tBob B <bob@y>\tsec␛ond\n"
#define ROW3 "3\tN....\t2023-11-14T22:13:23Z\t\tnot here yet\n"
#define ROW4 "4\t.....\t2023-11-14T23:13:29+01:00\tBob B <bob@y>\ttwo parts\n"
#define ROW5 "5\t.....\t2023-11-14T23:13:32+01:00\tBob B <bob@y>\tGrüße\n"

Test(cli, list)
{
	JsonNode *node;

	check("list -a work -m INBOX", 0, ROW1 ROW2 ROW3 ROW4 ROW5);
	check("list -n 2", 0, ROW4 ROW5);
	check("list -n 99", 0, ROW1 ROW2 ROW3 ROW4 ROW5);
	check("list grüsse", 0, ROW5);
	check("list -n 1 bob T", 0, ROW4);
	check("list nothing-of-it", 0, "");
	check("list -m Lists/kernel", 0, "");
	node = json("list --json");
	cr_assert_eq(json_array_get_length(json_node_get_array(node)), 5);
	cr_assert_eq(json_object_get_int_member(at(node, 2), "uid"), 5);
	cr_assert_eq(json_object_get_int_member(at(node, 2), "n"), 3);
	cr_assert(!json_object_get_boolean_member(at(node, 2), "has_body"));
	cr_assert_str_eq(json_object_get_string_member(at(node, 1), "subject"),
			 "sec\033ond");
	cr_assert_null(strchr(out, '\033'), "escaped, not raw");
	json_node_unref(node);
}

Test(cli, more_messages_than_a_chunk)
{
	struct store *s = world_open();
	struct folder *f = NULL;
	GString *want = g_string_new(NULL);

	cr_assert_eq(folder_by_name(s, "Lists/kernel", &f, NULL), ST_OK);
	cr_assert_eq(store_begin(s, NULL), ST_OK);
	for (uint32_t uid = 1; uid <= 2100; uid++)
		world_add(s, f->id, uid * 2, "Subject: x\n\n", FLAG_SEEN);
	cr_assert_eq(store_commit(s, NULL), ST_OK);
	store_close(s);
	folder_free(f);
	cr_assert_eq(run("list -m Lists/kernel"), 0);
	cr_assert(g_str_has_prefix(out, "1\t"));
	cr_assert(strstr(out, "\n2100\t") && !strstr(out, "\n2101\t"));
	cr_assert_eq(run("list -m Lists/kernel -n 1"), 0);
	cr_assert(g_str_has_prefix(out, "2100\t"), "%s", out);
	cr_assert_eq(run("show -m Lists/kernel -n 2050 --raw"), 0);
	cr_assert_eq(run("show -m Lists/kernel -n 2101 --raw"), 64);
	g_string_free(want, TRUE);
}

Test(cli, what_cannot_be_written_is_74)
{
	char *argv[] = { (char *)"/bin/sh", (char *)"-c",
			 (char *)BUILD_DIR "/verso list >/dev/full", NULL };
	int status = 0;

	cr_assert(g_spawn_sync(NULL, argv, NULL, 0, NULL, NULL, NULL, &errors,
			       &status, NULL));
	cr_assert_eq(status >> 8, 74, "%d %s", status, errors);
	cr_assert(strstr(errors, "No space left"));
}

/* ---- show and save ------------------------------------------------------- */

Test(cli, show)
{
	cr_assert_eq(run("show -n 1"), 0, "%s", errors);
	cr_assert(strstr(out, "Hello ␛[2Jworld"), "%s", out);
	cr_assert(strstr(out, "first"));
	cr_assert_eq(run("show -n 4"), 0);
	cr_assert(strstr(out, "Wörter") && strstr(out, "r.pdf"), "%s", out);
	cr_assert_eq(run("show --message-id '<m9@x>' --headers"), 0);
	cr_assert(strstr(out, "Subject: two parts\n"), "%s", out);
	cr_assert(!strstr(out, "Wörter"));
	check("show --message-id m12@x --raw", 0, "Subject: Grüße\n\nlast\n");
	check_refused("show -n 3", 75, "");
}

Test(cli, show_json)
{
	JsonNode *node = json("show -n 4 --json");
	JsonObject *o = json_node_get_object(node), *h, *part;
	JsonArray *parts = json_object_get_array_member(o, "parts"), *refs;

	h = json_object_get_object_member(o, "headers");
	cr_assert_str_eq(json_object_get_string_member(h, "subject"),
			 "two parts");
	cr_assert_str_eq(json_object_get_string_member(h, "date"),
			 "2023-11-14T23:13:25+01:00");
	cr_assert_str_eq(json_object_get_string_member(h, "message_id"),
			 "m9@x");
	refs = json_object_get_array_member(h, "references");
	cr_assert_str_eq(json_array_get_string_element(refs, 1), "m1@x");
	cr_assert_str_eq(json_object_get_string_member(
		json_array_get_object_element(
			json_object_get_array_member(h, "from"), 0),
		"address"), "bob@y");
	cr_assert_eq(json_array_get_length(parts), 2);
	part = json_array_get_object_element(parts, 1);
	cr_assert_str_eq(json_object_get_string_member(part, "path"), "2");
	cr_assert_str_eq(json_object_get_string_member(part, "type"),
			 "application/pdf");
	cr_assert_str_eq(json_object_get_string_member(part, "disposition"),
			 "attachment");
	cr_assert(strstr(json_object_get_string_member(o, "text"), "Wörter"));
	json_node_unref(node);
}

Test(cli, show_a_file)
{
	static const char eml[] = "From x Mon Jan  1 00:00:00 2024\n"
				  "Subject: in a file\n\nbody\n";

	support_write(world_path("a.eml"), eml, strlen(eml));
	cr_assert_eq(run("show a.eml"), 0);
	cr_assert(strstr(out, "in a file") && strstr(out, "body"));
	check("show --raw -- a.eml", 0, "Subject: in a file\n\nbody\n");
	check_refused("show none.eml", 74, "none.eml");
	support_write(world_path("a.eml"), "", 0);
	cr_assert_eq(run("show --json a.eml"), 0);
	unlink(world_path("verso.conf"));
	cr_assert_eq(run("show a.eml"), 0, "no configuration is needed");
}

Test(cli, save)
{
	char *text;
	struct stat s;

	check("save -n 4 -d into/new", 0, "1 file saved in into/new\n");
	cr_assert(g_file_get_contents(world_path("into/new/r.pdf"), &text,
				      NULL, NULL), "never outside");
	cr_assert(g_str_has_prefix(text, "pdf"));
	g_free(text);
	cr_assert_eq(stat(world_path("into/new/r.pdf"), &s), 0);
	cr_assert_eq(s.st_mode & 0777, 0600);
	check("save -n 4 -d into/new", 0, "1 file saved in into/new\n");
	cr_assert_eq(stat(world_path("into/new/r-2.pdf"), &s), 0);
	check("save -n 1 -d into", 0, "0 files saved in into\n");
	check_refused("save -n 4 -d /proc/none", 74, "/proc/none");
	check_refused("save -n 3", 75, "");
}

/* ---- verify and doctor --------------------------------------------------- */

static void
damage(void)
{
	FILE *f = fopen(world_path("data/verso/work/mail/INBOX.mbox"), "r+");
	char line[256];

	cr_assert_not_null(f);
	while (fgets(line, sizeof(line), f))
		if (strstr(line, "world")) {
			fseek(f, -3, SEEK_CUR);
			fputc('X', f);
			break;
		}
	cr_assert_eq(fclose(f), 0);
}

Test(cli, verify)
{
	cr_assert_eq(run("verify"), 0, "%s%s", out, errors);
	cr_assert(strstr(out, "INBOX: 4 messages"), "%s", out);
	cr_assert_eq(run("verify -a work Lists/kernel"), 0);
	cr_assert(!strstr(out, "INBOX"));
	damage();
	cr_assert_eq(run("verify"), 74, "%s%s", out, errors);
	cr_assert(strstr(errors, "INBOX: "), "%s", errors);
	cr_assert(strstr(out, "Lists/kernel: 0 messages"), "%s", out);
	cr_assert_eq(run("show -n 1"), 74, "%s%s", out, errors);
	cr_assert_eq(run("verify --repair"), 0, "%s%s", out, errors);
	cr_assert_eq(run("verify"), 0, "%s%s", out, errors);
	cr_assert_eq(run("show -n 1"), 75, "it is to be fetched again");
	cr_assert_eq(run("show -n 2"), 0);
}

Test(cli, doctor)
{
	static const char bad[] =
		"[account work]\naddress = a@x\nreceive = imaps://h.invalid\n"
		"password-command = no-such-program-here x\n";

	cr_assert_eq(run("doctor --offline"), 0, "%s%s", out, errors);
	cr_assert(strstr(out, "5 messages, 1 not fetched yet"), "%s", out);
	cr_assert(strstr(out, "home: nothing has been received"), "%s", out);
	cr_assert_eq(run("doctor --offline -a home"), 0);
	cr_assert(!strstr(out, "work:"));
	support_write(world_path("verso.conf"), bad, strlen(bad));
	cr_assert_eq(run("doctor --offline"), 78, "%s%s", out, errors);
	cr_assert(strstr(out, "wrong  work: there is no program “no-such-"),
		  "%s", out);
	support_write(world_path("verso.conf"), "[x]\n", 4);
	cr_assert_eq(run("doctor"), 78);
	cr_assert(strstr(out, "line 1"), "%s", out);
}

Test(cli, doctor_sees_that_mail_cannot_be_kept)
{
	support_write(world_path("file"), "", 0);
	g_setenv("XDG_DATA_HOME", world_path("file"), TRUE);
	cr_assert_eq(run("doctor --offline -a home"), 74, "%s%s", out, errors);
	cr_assert(strstr(out, "wrong  "), "%s", out);
}

/* As with "| head -1": it ends silently, by the signal. */
Test(cli, a_reader_that_leaves_is_no_error)
{
	char *line = g_strdup_printf("sh -c '(" BUILD_DIR "/verso show --raw "
				     "big 2>errors; echo $? >status) | "
				     "head -c 1'"), *text, **argv;
	GString *big = g_string_new("Subject: x\n\n");

	for (int i = 0; i < 100000; i++)
		g_string_append(big, "0123456789\n");
	support_write(world_path("big"), big->str, big->len);
	g_string_free(big, TRUE);
	for (int raw = 0; raw < 2; raw++) {
		char *dir = g_path_get_dirname(world_path("big"));

		cr_assert(g_shell_parse_argv(line, NULL, &argv, NULL));
		cr_assert(g_spawn_sync(dir, argv, NULL, G_SPAWN_SEARCH_PATH,
				       NULL, NULL, NULL, NULL, NULL, NULL));
		cr_assert(g_file_get_contents(world_path("status"), &text,
					      NULL, NULL));
		cr_assert_str_eq(text, "141\n");
		g_free(text);
		cr_assert(g_file_get_contents(world_path("errors"), &text,
					      NULL, NULL));
		cr_assert_str_empty(text);
		g_free(text);
		g_free(dir);
		g_strfreev(argv);
		/* Now rendered: "--raw" goes. */
		if (!raw)
			memset(strstr(line, "--raw"), ' ', 5);
	}
	g_free(line);
}

Test(cli, a_full_disk_is_74)
{
	static const char *const rows[] = { "folders", "list --json",
		"show -n 1", "show -n 1 --raw", "help", "list --help" };
	char *line;

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		char *argv[] = { (char *)"sh", (char *)"-c", NULL, NULL };
		int status = 0;

		line = g_strdup_printf(BUILD_DIR "/verso %s >/dev/full",
				       rows[i]);
		argv[2] = line;
		cr_assert(g_spawn_sync(NULL, argv, NULL, G_SPAWN_SEARCH_PATH |
				       G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
				       NULL, NULL, &status, NULL));
		cr_assert_eq(WEXITSTATUS(status), 74, "%s", rows[i]);
		g_free(line);
	}
}
