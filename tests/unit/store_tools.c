/*
 * store_tools.c - what another mbox tool sees in verso's files
 */
#include "store_help.h"

#include "model/flags.h"

/* Python's mailbox module: for each message its UID, its flags, and the
 * SHA-256 of what is below verso's block, mboxrd undone, without the line
 * ends at its end. */
static const char script[] =
	"import hashlib, mailbox, re, sys\n"
	"box = mailbox.mbox(sys.argv[1])\n"
	"for key in box.keys():\n"
	"    m = box[key]\n"
	"    raw = box.get_bytes(key)\n"
	"    at = re.search(rb'^X-Verso-Pad: -*\\.\\n', raw, re.M).end()\n"
	"    text = re.sub(rb'(?m)^>(>*From )', rb'\\1', raw[at:])\n"
	"    print(m['X-Verso-Id'].split()[1], m.get_flags(),\n"
	"          hashlib.sha256(text.rstrip(b'\\n')).hexdigest())\n";

static char *dir;
static struct store *s;
static int64_t inbox;

static void
setup(void)
{
	dir = fresh_dir();
	s = open_worker(dir);
	inbox = make_folder(s, "INBOX");
}

static void
teardown(void)
{
	store_close(s);
	wipe(dir);
	g_free(dir);
}

TestSuite(store_tools, .init = setup, .fini = teardown);

static char *
python_sees(void)
{
	char *file = mbox_file(dir, "INBOX"), *out = NULL;
	const char *argv[] = { "python3", "-c", script, file, NULL };
	GError *error = NULL;
	int status = 0;

	cr_assert(g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH,
			       NULL, NULL, &out, NULL, &status, &error), "%s",
		  error ? error->message : "");
	cr_assert_eq(status, 0);
	g_free(file);
	return out;
}

static void
expect(GString *want, uint32_t uid, const char *flags, const char *lf)
{
	size_t len = strlen(lf);
	char *sum;

	while (len > 0 && lf[len - 1] == '\n')
		len--;
	sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256,
					  (const guchar *)lf, len);
	g_string_append_printf(want, "%u %s %s\n", uid, flags, sum);
	g_free(sum);
}

static void
expect_text(GString *want, uint32_t uid, const char *flags)
{
	char *wire = make_text(uid, uid * 400), *lf = to_lf(wire);

	expect(want, uid, flags, lf);
	g_free(lf);
	g_free(wire);
}

static const char odd[] =
	"Status: D\r\nX-Status: DFT\r\n\r\nFrom here\r\n\r\nFrom there\r\n"
	">From nowhere\r\nno line end";
static const char odd_lf[] =
	"Status: D\nX-Status: DFT\n\nFrom here\n\nFrom there\n"
	">From nowhere\nno line end";

static void
check_sees(const GString *want)
{
	char *got = python_sees();

	cr_assert_str_eq(got, want->str);
	g_free(got);
}

Test(store_tools, python_sees_the_live_messages_and_their_flags)
{
	struct uidset gone = UIDSET_EMPTY;
	struct flags f = { FLAG_FLAGGED | FLAG_ANSWERED, (char *)"work" };
	struct envelope none = { 0 };
	GString *want = g_string_new(NULL);

	OK(store_begin(s, e));
	for (uint32_t uid = 1; uid <= 6; uid++)
		put_message(s, inbox, uid, uid * 400, FLAG_SEEN);
	put_bytes(s, inbox, 7, odd, strlen(odd), &none, 0);
	put_message(s, inbox, 8, 3200, 0);
	OK(store_commit(s, e));
	for (uint32_t uid = 1; uid <= 6; uid++)
		expect_text(want, uid, "RO");
	expect(want, 7, "O", odd_lf);	/* the sender's Status is nothing */
	expect_text(want, 8, "O");
	check_sees(want);

	/* A gap in the middle, the end cut, flags changed. */
	uidset_add(&gone, 2);
	uidset_add(&gone, 8);
	OK(store_remove(s, inbox, &gone, true, NULL, e));
	OK(store_set_flags(s, inbox, 3, &f, 0, e));
	g_string_truncate(want, 0);
	expect_text(want, 1, "RO");
	expect_text(want, 3, "OAF");
	for (uint32_t uid = 4; uid <= 6; uid++)
		expect_text(want, uid, "RO");
	expect(want, 7, "O", odd_lf);
	check_sees(want);
	check_verify(s, inbox);
	uidset_clear(&gone);
	g_string_free(want, TRUE);
}
