/*
 * other_exim.c - an Exim that needs no rights
 *
 * It gets each connection as inetd would hand it over, so that the port is
 * ours from the beginning.
 */
#include "other_own.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <glib.h>

#include "cert.h"
#include "support.h"

const char other_exim_program[] = "/usr/sbin/exim4";

static const char settings[] =
	"log_file_path = DIR/log_%s\n"
	"spool_directory = DIR/spool\n"
	"tls_certificate = DIR/cert.pem\n"
	"tls_privatekey = DIR/key.pem\n"
	"primary_hostname = mail.test.example\n"
	"keep_environment = LD_PRELOAD : LD_LIBRARY_PATH\n"
	"local_interfaces = <; 127.0.0.1\n"
	"host_lookup =\n"
	"rfc1413_query_timeout = 0s\n"
	"never_users =\n"
	"message_size_limit = 1M\n"
	"recipients_max = 1000\n"
	"pipelining_advertise_hosts = *\n"
	"smtputf8_advertise_hosts = *\n"
	"dsn_advertise_hosts = *\n"
	"chunking_advertise_hosts =\n"
	"tls_advertise_hosts = *\n"
	"auth_advertise_hosts = *\n"
	"acl_smtp_mail = mail\n"
	"acl_smtp_rcpt = rcpt\n"
	"acl_smtp_data = data\n"
	"begin acl\n"
	"mail:\n"
	"  accept authenticated = *\n"
	"  deny message = 5.7.0 log in first\n"
	"rcpt:\n"
	"  deny local_parts = nobody\n"
	"       message = 5.1.1 there is nobody of that name\n"
	"  defer local_parts = later\n"
	"        message = 4.2.0 come back later\n"
	"  accept\n"
	"data:\n"
	"  warn condition = ${if eq{$h_Subject:}{slow}}\n"
	"       delay = 2s\n"
	"  deny condition = ${if def:h_X-Refuse:}\n"
	"       message = 5.7.1 not such a letter\n"
	"  accept\n"
	"begin authenticators\n"
	"plain:\n"
	"  driver = plaintext\n"
	"  public_name = PLAIN\n"
	"  server_prompts = :\n"
	"  server_condition = ${if eq{$auth3}{secret}}\n"
	"  server_set_id = $auth2\n"
	"  server_advertise_condition = ${if def:tls_in_cipher}\n"
	"login:\n"
	"  driver = plaintext\n"
	"  public_name = LOGIN\n"
	"  server_prompts = Username:: : Password::\n"
	"  server_condition = ${if eq{$auth2}{secret}}\n"
	"  server_set_id = $auth1\n"
	"  server_advertise_condition = ${if def:tls_in_cipher}\n"
	"begin routers\n"
	"all:\n"
	"  driver = accept\n"
	"  transport = files\n"
	"begin transports\n"
	"files:\n"
	"  driver = appendfile\n"
	"  directory = DIR/mail\n"
	"  envelope_to_add\n"
	"  return_path_add\n";

static void
write_conf(const struct other *o)
{
	char *path = g_build_filename(o->dir, "exim.conf", NULL);
	char **part = g_strsplit(settings, "DIR", -1);
	char *rest = g_strjoinv(o->dir, part);
	char *conf = g_strdup_printf("exim_path = %s%s\n%s  user = %lu\n"
				     "  group = %lu\n",
				     o->root, other_exim_program, rest,
				     (unsigned long)o->uid,
				     (unsigned long)o->gid);

	support_write(path, conf, strlen(conf));
	g_free(conf);
	g_free(rest);
	g_strfreev(part);
	g_free(path);
}

static void
make_certificates(const struct other *o)
{
	static const char *const names[] = { "ca.pem", "cert.pem", "key.pem",
					     "exim.conf" };

	cert_make(o->dir, NULL);
	for (size_t i = 0; o->change_user && i < G_N_ELEMENTS(names); i++) {
		char *path = g_build_filename(o->dir, names[i], NULL);

		if (lchown(path, o->uid, o->gid) != 0)
			support_fail("%s: %s", path, g_strerror(errno));
		g_free(path);
	}
}

static void
become_exim(const struct other *o, bool tls)
{
	char *program = g_strconcat(o->root, other_exim_program, NULL);
	char *conf = g_build_filename(o->dir, "exim.conf", NULL);
	char *preload = g_canonicalize_filename("tests/support/anyuser.so",
						NULL);
	char *argv[] = { program, (char *)"-C", conf, (char *)"-bs",
			 tls ? (char *)"-tls-on-connect" : NULL, NULL };
	char *env[] = {
		g_strconcat("LD_LIBRARY_PATH=", o->libraries, NULL),
		g_strconcat("LD_PRELOAD=", preload, NULL),
		(char *)"PATH=/usr/bin:/bin", NULL
	};

	/* Where it would tell that it has no rights. */
	dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), 2);
	execve(program, argv, env);
}

static void
serve_plain(const struct other *o)
{
	become_exim(o, false);
}

static void
serve_tls(const struct other *o)
{
	become_exim(o, true);
}

void
other_exim_start(struct other *o)
{
	int plain = support_listen(&o->port);
	int tls = support_listen(&o->tls_port);

	g_free(other_folder(o, "mail"));
	g_free(other_folder(o, "spool"));
	write_conf(o);
	make_certificates(o);
	fflush(stdout);
	if (other_fork(o) == 0) {
		close(tls);
		other_serve(o, plain, serve_plain);
	}
	if (other_fork(o) == 0) {
		close(plain);
		other_serve(o, tls, serve_tls);
	}
	close(plain);
	close(tls);
}
