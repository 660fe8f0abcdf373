"""How the peers are set up and run, where they are installed."""

import os


def mbsync(home, port, user, both_ways=False, patterns="INBOX"):
    """argv of mbsync between a server and maildirs in home/box."""
    box = home + "/box"
    os.makedirs(box, exist_ok=True)
    conf = home + "/mbsyncrc"
    way = "Sync All\nExpunge Both" if both_ways else "Sync Pull"
    with open(conf, "w") as f:
        f.write(f"IMAPAccount a\nHost 127.0.0.1\nPort {port}\nUser {user}\n"
                "Pass secret\nSSLType None\nAuthMechs LOGIN\n\n"
                "IMAPStore far\nAccount a\n\nMaildirStore near\n"
                f"Path {box}/\nInbox {box}/INBOX\nSubFolders Verbatim\n\n"
                "Channel c\nFar :far:\nNear :near:\n"
                f"Patterns {patterns}\nCreate Near\n{way}\nSyncState *\n")
    return ["mbsync", "-c", conf, "-a"]


def mpop(home, port, user):
    """argv of mpop, which keeps what it fetches on the server."""
    conf = home + "/mpoprc"
    with open(conf, "w") as f:
        f.write(f"account a\nhost 127.0.0.1\nport {port}\nuser {user}\n"
                "password secret\ntls off\nauth user\nkeep on\n"
                f"delivery mbox {home}/mbox\nuidls_file {home}/uidls\n")
    os.chmod(conf, 0o600)
    return ["mpop", "-C", conf, "-a"]


def msmtp(home, port):
    """argv of msmtp, which sends a letter from its standard input."""
    conf = home + "/msmtprc"
    with open(conf, "w") as f:
        f.write(f"account default\nhost 127.0.0.1\nport {port}\ntls off\n"
                "auth off\nfrom you@example.net\n")
    os.chmod(conf, 0o600)
    return ["msmtp", "-C", conf, "-t", "-i"]


def _muttrc(name, home, more=""):
    rc = os.path.join(home, name + "rc")
    with open(rc, "w") as f:
        f.write(f"set folder={home}\nset sort=date\nset mbox_type=mbox\n"
                "set quit=yes\nset move=no\nset markers=no\n"
                "set abort_unmodified=no\n" + more)
    return rc


def reader(name, home, folder):
    """argv and environment of a peer that shows an mbox."""
    env = {"HOME": home}
    if name in ("mutt", "neomutt"):
        rc = _muttrc(name, home)
        return [name, "-R", "-n", "-F", rc, "-f", folder], env
    rc = os.path.join(home, "pinerc")
    with open(rc, "w") as f:
        f.write(f"inbox-path={folder}\nuser-domain=example.net\n"
                "last-version-used=9.99\nmail-check-interval=0\n")
    return ["alpine", "-p", rc, "-f", folder, "-i"], env


def mutt_removes(name, home, folder, pattern):
    """argv and environment of mutt or neomutt, which opens an mbox, deletes
    what the pattern matches, and leaves."""
    rc = _muttrc(name, home, "set delete=yes\n"
                 f"push '<delete-pattern>{pattern}<enter><quit>'\n")
    return [name, "-n", "-F", rc, "-f", folder], {"HOME": home}


def mutt_sends(name, home, path):
    """argv and environment of mutt or neomutt, which builds a letter with a
    file attached."""
    rc = _muttrc(name, home, "set sendmail='/bin/true'\nset copy=no\n"
                 "set from=you@example.net\n")
    return [name, "-n", "-F", rc, "-s", "It is large", "-a", path, "--",
            "bob@example.net"], {"HOME": home, "PATH": os.environ["PATH"]}
