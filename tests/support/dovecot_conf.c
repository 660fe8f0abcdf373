/*
 * dovecot_conf.c - the configuration of a private Dovecot 2.3
 */
#include "dovecot_conf.h"

#include <stdio.h>
#include <string.h>

#include "support.h"

/* What Dovecot 2.3 announces after log-in. */
static const char capabilities[] =
	"IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE SORT SORT=DISPLAY "
	"THREAD=REFERENCES THREAD=REFS THREAD=ORDEREDSUBJECT MULTIAPPEND "
	"URL-PARTIAL CATENATE UNSELECT CHILDREN NAMESPACE UIDPLUS "
	"LIST-EXTENDED I18NLEVEL=1 CONDSTORE QRESYNC ESEARCH ESORT SEARCHRES "
	"WITHIN CONTEXT=SEARCH LIST-STATUS BINARY MOVE SNIPPET=FUZZY "
	"PREVIEW=FUZZY PREVIEW STATUS=SIZE SAVEDATE LITERAL+ NOTIFY "
	"SPECIAL-USE";

static void
write_capability(GString *conf, const char *without)
{
	char **all = g_strsplit(capabilities, " ", 0);
	char **not = g_strsplit(without, " ", 0);

	if (strcmp(without, "*") == 0) {
		g_string_append(conf, "imap_capability = IMAP4rev1\n");
	} else {
		g_string_append(conf, "imap_capability =");
		for (char **w = all; *w; w++)
			if (!g_strv_contains((const char *const *)not, *w))
				g_string_append_printf(conf, " %s", *w);
		g_string_append_c(conf, '\n');
	}
	g_strfreev(all);
	g_strfreev(not);
}

static void
write_base(GString *conf, const struct dovecot *d)
{
	const char *dir = d->dir, *user = d->user;

	g_string_append_printf(conf,
		"base_dir = %s/run\nstate_dir = %s/state\nlog_path = %s/log\n"
		"protocols = imap pop3\nlisten = 127.0.0.1\n"
		"default_internal_user = %s\ndefault_internal_group = %s\n"
		"default_login_user = %s\nfirst_valid_uid = %lu\n"
		"last_valid_uid = 0\nfirst_valid_gid = 0\n",
		dir, dir, dir, user, d->group, user, (unsigned long)d->uid);
	g_string_append_printf(conf,
		"auth_mechanisms = plain login scram-sha-256\n"
		"auth_failure_delay = 0\nmail_max_userip_connections = 200\n"
		"passdb {\n  driver = passwd-file\n  args = %s/passwd\n}\n"
		"userdb {\n  driver = static\n"
		"  args = uid=%lu gid=%lu home=%s/users/%%u\n}\n",
		dir, (unsigned long)d->uid, (unsigned long)d->gid, dir);
	g_string_append_printf(conf, "ssl = yes\nssl_cert = <%s/cert.pem\n"
		"ssl_key = <%s/key.pem\nssl_min_protocol = TLSv1.2\n",
		dir, dir);
}

static void
write_mail(GString *conf, const struct dovecot *d)
{
	g_string_append_printf(conf, "mail_location = %s:~/mail\n"
		"mail_fsync = never\n", d->sdbox ? "sdbox" : "maildir");
	g_string_append(conf, "namespace inbox {\n  inbox = yes\n"
		"  separator = /\n");
	for (int i = 0; i < 5; i++) {
		static const char *const roles[] = { "Sent", "Drafts",
			"Trash", "Archive", "Junk" };

		g_string_append_printf(conf, "  mailbox %s {\n"
			"    auto = create\n    special_use = \\%s\n  }\n",
			roles[i], roles[i]);
	}
	g_string_append(conf, "}\n");
}

/* No chroot without rights; a listener for each port. */
static void
write_services(GString *conf, const struct dovecot *d)
{
	static const char *const names[DOVECOT_PORTS] = { "imap", "imaps",
		"pop3", "pop3s" };

	g_string_append(conf, "service anvil {\n  chroot =\n"
		"  unix_listener anvil-auth-penalty {\n    mode = 0\n  }\n}\n"
		"service stats {\n  chroot =\n}\n");
	for (int i = 0; i < DOVECOT_PORTS; i += 2) {
		g_string_append_printf(conf, "service %s-login {\n"
			"  chroot =\n", names[i]);
		for (int j = i; j < i + 2; j++)
			g_string_append_printf(conf, "  inet_listener %s {\n"
				"    port = %d\n  }\n", names[j],
				d->ports[j]);
		g_string_append(conf, "}\n");
	}
}

void
dovecot_write_conf(const struct dovecot *d, const struct dovecot_options *o)
{
	GString *conf = g_string_new(NULL);
	char *path = g_build_filename(d->dir, "dovecot.conf", NULL);

	write_base(conf, d);
	write_mail(conf, d);
	write_services(conf, d);
	if (o->without)
		write_capability(conf, o->without);
	if (o->compress)
		g_string_append(conf, "protocol imap {\n"
			"  mail_plugins = imap_zlib\n}\n");
	if (o->no_plaintext)
		g_string_append(conf, "ssl = required\n");
	if (o->pop3_uidl)
		g_string_append_printf(conf, "pop3_uidl_format = %s\n",
				       o->pop3_uidl);
	if (o->extra)
		g_string_append(conf, o->extra);
	support_write(path, conf->str, conf->len);
	g_string_free(conf, TRUE);
	g_free(path);
}

void
dovecot_show_log(const struct dovecot *d)
{
	char *path = g_build_filename(d->dir, "log", NULL), *text = NULL;

	if (g_file_get_contents(path, &text, NULL, NULL))
		fputs(text, stderr);
	g_free(text);
	g_free(path);
}
