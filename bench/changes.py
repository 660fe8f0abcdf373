"""Changes both ways: what a round of decisions costs on the wire, on disk and
under a key."""

import glob
import imaplib
import os
import shutil

import mail
import peers
from common import Run, table
from delay import Delay
from dovecot import Dovecot
from screen import Screen


def _account(port):
    return (f"receive = imap+plaintext://127.0.0.1:{port}\nuser = a\n"
            "password-command = echo secret\n")


def _decide(setup, env, home, lines):
    """Keys pressed in the reader, without a worker."""
    script = os.path.join(home, "script")
    with open(script, "w") as f:
        f.write("\n".join(lines) + "\n")
    run = Run([setup.verso], dict(env, VERSO_SCRIPT=script))
    if run.code:
        raise RuntimeError(run.stderr)


def _deliver(server, user, first, count, size):
    """New messages through APPEND; the octets of them."""
    import random
    rng = random.Random(7)
    c = imaplib.IMAP4("127.0.0.1", server.imap)
    c.login(user, "secret")
    octets = 0
    for n in range(first, first + count):
        text = mail.message(n, size, rng)
        c.append("INBOX", None, None, text)
        octets += len(text)
    c.logout()
    return octets


def _verso(setup, home, port):
    """What to run, in which environment, and how to decide before that."""
    env = setup.verso_env(home, _account(port))

    def decide():
        _decide(setup, env, home, ["key " + " ".join(["F j"] * 100),
                                   "key " + " ".join(["d"] * 50)])
    return [setup.verso, "sync"], env, decide


def _mbsync(setup, home, port):
    """The same for mbsync, which finds decisions in the names of files."""
    def decide():
        files = sorted(glob.glob(home + "/box/INBOX/cur/*"))
        for path in files[-100:]:
            name, _, flags = path.partition(":2,")
            os.rename(path, name + ":2," + "".join(sorted(set(flags + "F"))))
        for path in files[-150:-100]:
            os.unlink(path)
    return peers.mbsync(home, port, "a", both_ways=True), None, decide


def _changed(setup, name, how, count):
    """A first copy, decisions, 50 new messages: what the next run costs."""
    server = Dovecot()
    try:
        mail.fill_maildir(server.maildir("a"), count, count * 600)
        server.own(server.maildir("a"))
        proxy = Delay(server.imap, 0.0)
        argv, env, decide = how(setup, setup.home(name + "-changes"),
                                proxy.port)
        Run(argv, env, 1800)
        Run(argv, env)
        decide()
        payload = _deliver(server, "a", count + 1, 50, 9000)
        proxy.reset()
        run = Run(argv, env)
        total = proxy.up + proxy.down
        return [name, proxy.waited, total, payload, total / payload, run.cpu,
                run.code]
    finally:
        server.stop()


def changes(setup):
    count = 5000 if setup.small else 100000
    rows = [_changed(setup, "verso", _verso, count)]
    if setup.has("mbsync"):
        rows.append(_changed(setup, "mbsync", _mbsync, count))
    table(f"100 flags, 50 deletions, 50 new among {count} (bar: <= 12 round "
          "trips with the log-in, <= 1.2 x the payload)",
          ["", "round trips", "octets", "payload", "x", "CPU s", "exit"],
          rows)


def folders(setup):
    each = 100 if setup.small else 2000
    server = Dovecot()
    try:
        for n in range(50):
            box = server.maildir("a") + (f"/.F{n:02}" if n else "")
            mail.fill_maildir(box, each, each * 600)
        server.own(server.maildir("a"))
        proxy = Delay(server.imap, 0.05)
        home = setup.home("verso-folders")
        env = setup.verso_env(home, _account(proxy.port))
        Run([setup.verso, "sync"], env)
        Run([setup.verso, "sync"], env)
        proxy.reset()
        run = Run([setup.verso, "sync"], env)
        rows = [["verso", proxy.waited, proxy.up + proxy.down, run.wall,
                 run.code]]
        if setup.has("mbsync"):
            home = setup.home("mbsync-folders")
            argv = peers.mbsync(home, proxy.port, "a", both_ways=True,
                                patterns="*")
            Run(argv)
            proxy.reset()
            run = Run(argv)
            rows.append(["mbsync", proxy.waited, proxy.up + proxy.down,
                         run.wall, run.code])
    finally:
        server.stop()
    table(f"50 folders of {each}, nothing changed, 50 ms round trips (bar: "
          "<= 6 waited, <= 15,360 octets)",
          ["", "round trips", "octets", "wall s", "exit"], rows)


def _removed_by(setup, peer, home):
    """One in a hundred deleted in a copy of the same mbox, by a peer."""
    where = setup.home(peer + "-removals")
    box = os.path.join(where, "box")
    shutil.copyfile(home + "/data/verso/bench/mail/INBOX.mbox", box)
    s = Screen(*peers.mutt_removes(peer, where, box, "~s 07$"))
    cpu, wall, written = s.finish() or [float("nan")] * 3
    s.close()
    return [f"{peer}, every hundredth", cpu, wall, written / 1e6, ""]


def removals(setup):
    count, body = (5000, 9450) if setup.small else (100000, 9450)
    server = Dovecot()
    rows = []
    try:
        mail.fill_maildir(server.maildir("a"), count, count * body)
        server.own(server.maildir("a"))
        home = setup.home("verso-removals")
        env = setup.verso_env(home, _account(server.imap))
        Run([setup.verso, "sync"], env, 1800)
        idle = Run([setup.verso, "sync"], env)
        rows.append(["nothing", idle.cpu, idle.wall, idle.written / 1e6,
                     idle.code])
        for title, uids in (
                ("1,000 scattered", range(50, count, count // 1000)),
                ("the 10 newest", range(count - 9, count + 1))):
            c = imaplib.IMAP4("127.0.0.1", server.imap)
            c.login("a", "secret")
            c.select("INBOX")
            c.uid("STORE", ",".join(map(str, uids)), "+FLAGS.SILENT",
                  "(\\Deleted)")
            c.expunge()
            c.logout()
            run = Run([setup.verso, "sync"], env)
            rows.append([title, run.cpu, run.wall, run.written / 1e6,
                         run.code])
        for peer in ("mutt", "neomutt"):
            if setup.has(peer):
                rows.append(_removed_by(setup, peer, home))
    finally:
        server.stop()
    table(f"Removed elsewhere, out of {count} messages of {body} octets "
          "(bar: 0.3 s CPU and 40 MB written; the 10 newest 0.05 s)",
          ["", "CPU s", "wall s", "MB written", "exit"], rows)


def deciding(setup):
    """A key that changes a message: alone, and while a first sync writes."""
    count = 2000 if setup.small else 20000
    rows = []
    server = Dovecot()
    try:
        mail.fill_maildir(server.maildir("a"), count, count * 20000)
        server.own(server.maildir("a"))
        home = setup.home("verso-deciding")
        env = setup.verso_env(home, _account(server.imap))
        for title in ("while a first sync runs", "at rest"):
            s = Screen([setup.verso], env)
            s.until([str(count).encode()], 30)
            times, cpu = [], s.cpu()
            for _ in range(25):
                times.append(s.key(b"F", 0.02)[1])
            cpu = (s.cpu() - cpu) / 25 * 1000
            s.settle(2.0, 60)
            s.close()
            times.sort()
            rows.append([title, times[len(times) // 2], times[-1], cpu])
            Run([setup.verso, "sync", "--wait"], env)
    finally:
        server.stop()
    table(f"A key that flags a message among {count}, until it is painted and "
          "durable (bar: 16 ms painted, 50 ms durable; 0.5 ms CPU)",
          ["", "median ms", "slowest ms", "reader's CPU ms"], rows)
