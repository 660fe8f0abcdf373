/*
 * control_config.c - the configuration: what is read, what is refused
 */
#include "control/config.h"

#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#define ACCOUNT "[account work]\naddress = Ann Lee <ann@example.org>\n" \
		"receive = imaps://imap.example.org\n"

static enum st
parse(const char *text, struct config **c, struct err *e)
{
	*c = NULL;
	return config_parse(text, strlen(text), "f", c, e);
}

static struct config *
good(const char *text)
{
	struct config *c;
	struct err e = { "" };

	cr_assert_eq(parse(text, &c, &e), ST_OK, "%s: %s", text, e.text);
	cr_assert_str_empty(e.text);
	return c;
}

Test(config, one_of_everything)
{
	struct config *c = good(
		"\xef\xbb\xbf# a comment\n"
		"; another\n"
		"[account work]\n"
		"address  = Ann Lee <ann@example.org>\n"
		"receive  = imaps://imap.example.org     ; or pop3s://\n"
		"  send     = smtps://smtp.example.org:4650\n"
		"user = ann\r\n"
		"password-command = pass show \"mail/ann lee\"\n"
		"auth=oauth2\n"
		"keep-on-server = 14 days\n"
		"folders = INBOX \"Sent Items\" Lists/%\n"
		"archive = Old Mail\n"
		"tls-ca-file = /etc/ca.pem\n"
		"timeout = 30\n"
		"\n"
		"[account home]\n"
		"user = b\n"
		"receive = pop3+starttls://[::1]:1110\n"
		"folders = *\n"
		"[ui]\n"
		"theme = day\n"
		"threads = YES\n"
		"sort = subject\n"
		"wrap = 72\n"
		"save-folder = ~/Downloads\n"
		"[keys index]\n"
		"d = next\n"
		"gi = folder INBOX\n"
		"Equals = first ; the first\n"
		"G = none\n");
	const struct account *a = c->accounts->pdata[0];
	const struct account *b = c->accounts->pdata[1];
	const struct binding *k = c->bindings->pdata[1];

	cr_assert_eq(c->accounts->len, 2);
	cr_assert_str_eq(a->name, "work");
	cr_assert_str_eq(a->address, "Ann Lee <ann@example.org>");
	cr_assert_str_eq(a->receive.host, "imap.example.org");
	cr_assert_eq(a->send.port, 4650);
	cr_assert_str_eq(a->user, "ann");
	cr_assert_str_eq(a->send_user, "ann");
	cr_assert_str_eq(a->password_command, "pass show \"mail/ann lee\"");
	cr_assert_str_eq(a->send_password_command, a->password_command);
	cr_assert_eq(a->auth, AUTH_OAUTH2);
	cr_assert_eq(a->keep, KEEP_DAYS);
	cr_assert_eq(a->keep_days, 14);
	cr_assert_str_eq(a->folders[1], "Sent Items");
	cr_assert_null(a->folders[3]);
	cr_assert_str_eq(a->archive, "Old Mail");
	cr_assert_null(a->drafts);
	cr_assert_str_eq(a->tls_ca_file, "/etc/ca.pem");
	cr_assert_eq(a->timeout, 30);
	cr_assert_str_eq(b->receive.host, "::1");
	cr_assert_null(b->folders);
	cr_assert_null(b->token_command);
	cr_assert_str_eq(c->ui.theme, "day");
	cr_assert(c->ui.threads);
	cr_assert_eq(c->ui.sort, SORT_SUBJECT);
	cr_assert_eq(c->ui.wrap, 72);
	cr_assert(g_str_has_suffix(c->ui.save_folder, "/Downloads"));
	cr_assert_neq(c->ui.save_folder[0], '~');
	cr_assert_eq(c->bindings->len, 4);
	cr_assert_str_eq(k->map, "index");
	cr_assert_str_eq(k->keys, "gi");
	cr_assert_str_eq(k->line, "folder INBOX");
	k = c->bindings->pdata[2];
	cr_assert_str_eq(k->line, "first");
	k = c->bindings->pdata[3];
	cr_assert_str_empty(k->line);
	config_free(c);
}

Test(config, defaults)
{
	struct config *c = good(ACCOUNT);
	const struct account *a = c->accounts->pdata[0];

	cr_assert_str_eq(a->user, "ann@example.org");
	cr_assert_eq(a->timeout, 60);
	cr_assert_eq(a->keep, KEEP_NO);
	cr_assert_null(a->password_command);
	cr_assert_null(a->aliases);
	cr_assert_null(a->signature);
	cr_assert(a->save_sent);
	cr_assert_eq(c->ui.send_delay, 10);
	cr_assert(c->ui.flowed);
	cr_assert_str_empty(c->ui.editor);
	cr_assert_str_eq(c->ui.theme, "dusk");
	cr_assert_eq(c->ui.sort, SORT_DATE);
	cr_assert(c->ui.reverse);
	cr_assert(!c->ui.threads);
	cr_assert_str_eq(c->ui.open, "xdg-open");
	cr_assert_str_empty(c->ui.save_folder);
	cr_assert(!c->missing);
	config_free(c);
}

Test(config, what_letters_need)
{
	struct config *c = good(
		"[account a]\n"
		"address = ann@example.org\n"
		"send-command = msmtp -a work\n"
		"aliases = ann.lee@example.org *@ann.example\n"
		"reply-to = Ann <other@example.org>\n"
		"signature = ~/.signature\n"
		"save-sent = no\n"
		"[ui]\n"
		"editor = vi -c startinsert\n"
		"attribution = %n:\n"
		"send-delay = 0\n"
		"query-command = abook --mutt-query\n");
	const struct account *a = c->accounts->pdata[0];

	cr_assert_eq(a->receive.proto, PROTO_NONE);
	cr_assert_str_eq(a->send_command, "msmtp -a work");
	cr_assert_str_eq(a->aliases[1], "*@ann.example");
	cr_assert_null(a->aliases[2]);
	cr_assert_str_eq(a->reply_to, "Ann <other@example.org>");
	cr_assert(g_str_has_suffix(a->signature, "/.signature"));
	cr_assert(!a->save_sent);
	cr_assert_str_eq(c->ui.editor, "vi -c startinsert");
	cr_assert_str_eq(c->ui.attribution, "%n:");
	cr_assert_eq(c->ui.send_delay, 0);
	cr_assert_str_eq(c->ui.query_command, "abook --mutt-query");
	config_free(c);
}

/* What is wrong, and what the sentence must say: all of it. */
static const struct {
	const char *text;
	const char *says[3];
} bad[] = {
	{ "adress = x\n", { "f, line 1", "before the first section" } },
	{ "[account w]\nadress = x\n", { "line 2", "“adress”", "“address”" } },
	{ ACCOUNT "zzzzzzzzzzzz = 1\n", { "line 4", "[account work]" } },
	{ "[acount w]\n", { "line 1", "[acount w]", "“account”" } },
	{ "[UI]\n", { "line 1", "“ui”" } },
	{ "[ui x]\n", { "line 1" } },
	{ "[account]\n", { "line 1", "name" } },
	{ "[]\n", { "line 1" } },
	{ ACCOUNT "\n" ACCOUNT, { "line 5", "two accounts", "“work”" } },
	{ ACCOUNT "address = y@z\n", { "line 4", "twice" } },
	{ ACCOUNT "timeout = fast\n", { "line 4", "“fast”", "timeout" } },
	{ ACCOUNT "timeout = 0\n", { "line 4", "from 5" } },
	{ ACCOUNT "timeout = 60s\n", { "line 4" } },
	{ ACCOUNT "auth = oauth\n", { "line 4", "“oauth2”" } },
	{ ACCOUNT "auth = kerberos\n", { "line 4", "password | oauth2" } },
	{ ACCOUNT "keep-on-server = -1 days\n", { "line 4", "keep-on-s" } },
	{ ACCOUNT "keep-on-server = 0 days\n", { "line 4" } },
	{ ACCOUNT "keep-on-server = 3 weeks\n", { "line 4" } },
	{ ACCOUNT "send = imaps://x\n", { "line 4", "receives mail" } },
	{ ACCOUNT "send = smtp://x\n", { "line 4", "“smtps”" } },
	{ ACCOUNT "folders = \"x\n", { "line 4", "folders" } },
	{ ACCOUNT "password-command = a \"b\n", { "line 4", "quote" } },
	{ ACCOUNT "tls-pin = abc\n", { "line 4", "hexadecimal" } },
	{ ACCOUNT "just words\n", { "line 4", "neither" } },
	{ ACCOUNT "= x\n", { "line 4", "key" } },
	{ ACCOUNT "[ui\n", { "line 4", "“]”" } },
	{ "[account w]\naddress = x\n", { "line 2", "“x”" } },
	{ "[account w]\naddress = x@y\n", { "[account w]", "receive" } },
	{ "[account w]\n", { "[account w]", "receive" } },
	{ "[account w]\nreceive = imaps://x\n", { "[account w]", "address" } },
	{ "[account w]\nreceive = imap+plaintext://mail.example.org\n",
	  { "line 2", "in clear" } },
	{ "[ui]\ntheme = dust\n", { "line 2", "“dusk”" } },
	{ "[ui]\nthreads = maybe\n", { "line 2", "“maybe”", "yes | no" } },
	{ "[ui]\nsort = dat\n", { "line 2", "“date”" } },
	{ "[ui]\nwrap = wide\n", { "line 2", "number" } },
	{ "[keys indx]\n", { "line 1", "“indx”", "“index”" } },
	{ "[keys index]\nd = delet\n", { "line 2", "“delet”" } },
	{ "[keys index]\nd = nxt\n", { "line 2", "“next”" } },
	{ "[keys index]\nd = jump\n", { "line 2", "jump NUMBER" } },
	{ "[keys index]\nd = quit now\n", { "line 2", "“quit”" } },
	{ "[keys index]\nC-\xc3\xa4 = next\n[ui]\ntheme = x\n",
	  { "line 4", "theme" } },
	{ "[keys index]\nabcdefghi = next\n", { "line 2", "no key" } },
	{ "[keys index]\nd = next\nd = quit\n", { "line 3", "twice" } },
	{ "[ui]\n\xff = x\n", { "line 2", "UTF-8" } },
};

Test(config, refuse)
{
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		struct config *c;
		struct err e = { "" };

		cr_assert_eq(parse(bad[i].text, &c, &e), ST_CONFIG, "%s",
			     bad[i].text);
		cr_assert_null(c);
		for (int j = 0; j < 3 && bad[i].says[j]; j++)
			cr_assert(strstr(e.text, bad[i].says[j]),
				  "“%s” is not in: %s", bad[i].says[j],
				  e.text);
	}
}

Test(config, the_first_mistake_is_named)
{
	struct config *c;
	struct err e;

	cr_assert_eq(parse("[ui]\nno sense\ntheme = x\n", &c, &e), ST_CONFIG);
	cr_assert(strstr(e.text, "line 3"), "%s", e.text);
	cr_assert_eq(parse("[ui]\ntheme = x\nno sense\n", &c, &e), ST_CONFIG);
	cr_assert(strstr(e.text, "line 2"), "%s", e.text);
}

Test(config, a_long_line_is_not_cut_in_silence)
{
	GString *text = g_string_new(ACCOUNT "password-command = ");
	struct config *c;
	struct err e;

	while (text->len < 1000)
		g_string_append(text, "pass ");
	g_string_append(text, "\ntimeout = 60\n");
	cr_assert_eq(parse(text->str, &c, &e), ST_CONFIG);
	cr_assert(strstr(e.text, "line 4: The line is longer"), "%s", e.text);
	g_string_truncate(text, strlen(ACCOUNT) + 190);
	c = good(text->str);
	cr_assert_gt(strlen(((struct account *)c->accounts->pdata[0])
				    ->password_command), 165);
	config_free(c);
	g_string_free(text, TRUE);
}

Test(config, every_prefix_is_survived)
{
	static const char text[] = ACCOUNT
		"folders = \"a b\" c ; x\nkeep-on-server = 3d\n"
		"[keys index]\ngi = folder \"x y\"\n[ui]\nsort = date\n";

	for (size_t len = 0; len < sizeof(text); len++) {
		char *copy = g_memdup2(text, len + 1);
		struct config *c = NULL;

		if (config_parse(copy, len, "f", &c, NULL) == ST_OK)
			config_free(c);
		g_free(copy);
	}
}

Test(config, pins_are_written_in_several_ways)
{
	GString *pin = g_string_new(ACCOUNT "tls-pin = ");
	struct config *c;

	for (int i = 0; i < 32; i++)
		g_string_append(pin, i ? ":Ab" : "Ab");
	c = good(pin->str);
	cr_assert_eq(strlen(((struct account *)c->accounts->pdata[0])->tls_pin),
		     64);
	cr_assert(g_str_has_prefix(((struct account *)
				    c->accounts->pdata[0])->tls_pin, "abab"));
	config_free(c);
	g_string_free(pin, TRUE);
}

Test(config, load)
{
	char *dir = g_dir_make_tmp("verso-XXXXXX", NULL);
	char *file = g_build_filename(dir, "config", NULL);
	const struct account *a;
	struct config *c;
	struct err e;

	cr_assert_eq(config_load(file, &c, &e), ST_OK);
	cr_assert(c->missing);
	cr_assert_str_eq(c->file, file);
	cr_assert_eq(config_account(c, NULL, &a, &e), ST_CONFIG);
	cr_assert(strstr(e.text, file) && strstr(e.text, "verso demo"));
	config_free(c);
	g_file_set_contents(file, "[ui]\ntheme = x\n", -1, NULL);
	cr_assert_eq(config_load(file, &c, &e), ST_CONFIG);
	cr_assert(g_str_has_prefix(e.text, file), "%s", e.text);
	cr_assert_eq(config_load(dir, &c, &e), ST_LOCAL);
	unlink(file);
	rmdir(dir);
	g_free(file);
	g_free(dir);
}

Test(config, account)
{
	struct config *c = good(ACCOUNT "[account home]\nreceive = memory:x\n"
				"address = a@b\n");
	const struct account *a;
	struct err e;

	cr_assert_eq(config_account(c, NULL, &a, &e), ST_OK);
	cr_assert_str_eq(a->name, "work");
	cr_assert_eq(config_account(c, "home", &a, &e), ST_OK);
	cr_assert_str_eq(a->name, "home");
	cr_assert_eq(config_account(c, "hoem", &a, &e), ST_USAGE);
	cr_assert(strstr(e.text, "“home”"), "%s", e.text);
	cr_assert_eq(config_account(c, "elsewhere", &a, &e), ST_USAGE);
	config_free(c);
}

Test(options, every_line_of_the_table_is_sound)
{
	for (const struct option *o = option_table; o->name; o++) {
		char **choices = option_choices(o);

		cr_assert_eq(option_find(o->section, o->name), o, "%s twice",
			     o->name);
		cr_assert_str_not_empty(o->help);
		cr_assert_eq(o->help[strlen(o->help) - 1], '.');
		cr_assert_str_not_empty(o->values);
		g_strfreev(choices);
	}
	cr_assert_null(option_find("ui", "address"));
}
