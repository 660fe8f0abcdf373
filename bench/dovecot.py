"""A private Dovecot on loopback for the benchmarks."""

import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time

CONF = """
protocols = imap pop3
base_dir = {run}
state_dir = {run}
log_path = {top}/log
ssl = no
disable_plaintext_auth = no
listen = 127.0.0.1
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
first_valid_uid = 0
last_valid_uid = 0
mail_uid = {uid}
mail_gid = {gid}
mail_location = maildir:{top}/mail/%u
mail_max_userip_connections = 100
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={top}/home/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    port = {pop}
  }}
  inet_listener pop3s {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Dovecot:
    """Started at once; stop() ends it.  Users exist as they are named."""

    def __init__(self, extra=""):
        # Dovecot refuses to serve root: then everything is nobody's.
        who = pwd.getpwuid(os.getuid() or pwd.getpwnam("nobody").pw_uid)
        self.owner = (who.pw_uid, who.pw_gid)
        self.top = tempfile.mkdtemp(prefix="vb")
        self.run = os.path.join(self.top, "r")
        self.imap, self.pop = free_port(), free_port()
        os.makedirs(os.path.join(self.top, "mail"))
        conf = os.path.join(self.top, "conf")
        with open(conf, "w") as f:
            f.write(CONF.format(
                top=self.top, run=self.run, user=who.pw_name,
                group=grp.getgrgid(who.pw_gid).gr_name,
                uid=who.pw_uid, gid=who.pw_gid, imap=self.imap,
                pop=self.pop) + extra)
        self.own(self.top)
        drop = {} if os.getuid() else {
            "user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}
        self.proc = subprocess.Popen(
            ["dovecot", "-F", "-c", conf], start_new_session=True, **drop,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        self._wait()

    def _wait(self):
        end = time.time() + 20
        while time.time() < end:
            try:
                with socket.create_connection(("127.0.0.1", self.imap), 2) as s:
                    if s.recv(4) == b"* OK":
                        return
            except OSError:
                pass
            time.sleep(0.05)
        raise RuntimeError("dovecot does not answer: " + self.top + "/log")

    def maildir(self, user):
        return os.path.join(self.top, "mail", user)

    def own(self, path):
        """Hand what was put there to the user Dovecot runs as."""
        os.chown(path, *self.owner)
        for top, folders, files in os.walk(path):
            for name in folders + files:
                os.chown(os.path.join(top, name), *self.owner)

    def signal(self, number):
        os.killpg(self.proc.pid, number)

    def stop(self):
        try:
            self.signal(signal.SIGCONT)
            self.signal(signal.SIGTERM)
            self.proc.wait(5)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            self.signal(signal.SIGKILL)
        shutil.rmtree(self.top, ignore_errors=True)
