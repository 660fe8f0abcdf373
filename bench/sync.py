"""Synchronising: CPU, memory, octets and round trips."""

import os

import drain
import mail
import peers
from common import Run, table
from delay import Delay
from dovecot import Dovecot


def _imap(port, user):
    return (f"receive = imap+plaintext://127.0.0.1:{port}\nuser = {user}\n"
            "password-command = echo secret\n")


def _pop(port, user):
    return (f"receive = pop3+plaintext://127.0.0.1:{port}\nuser = {user}\n"
            "password-command = echo secret\nkeep-on-server = yes\n")


def _row(name, run, least=None):
    note = "" if run.code == 0 else f"exit {run.code}"
    return [name, run.cpu, run.wall,
            run.cpu / least[0] if least else None,
            run.wall / least[1] if least else None,
            f"{run.peak / 1024:.1f}", note]


def first_sync(setup):
    count, total = (2000, 42 << 20) if setup.small else (20000, 417 << 20)
    server = Dovecot()
    try:
        octets = mail.fill_maildir(server.maildir("a"), count, total)
        server.own(server.maildir("a"))
        scratch = os.path.join(setup.top, "drained")
        drain.drain(server.imap, "a", scratch)     # warm the server's cache
        least = drain.drain(server.imap, "a", scratch)
        os.unlink(scratch)
        rows = [["raw drain + fsync", least[0], least[1], 1.0, 1.0, None, ""]]
        for name, conf in (("verso, IMAP", _imap(server.imap, "a")),
                           ("verso, POP", _pop(server.pop, "a"))):
            home = setup.home("verso-first")
            rows.append(_row(name, Run([setup.verso, "sync"],
                                       setup.verso_env(home, conf)), least))
        if setup.has("mbsync"):
            home = setup.home("mbsync-first")
            argv = peers.mbsync(home, server.imap, "a")
            rows.append(_row("mbsync", Run(argv), least))
        if setup.has("mpop"):
            home = setup.home("mpop-first")
            argv = peers.mpop(home, server.pop, "a")
            rows.append(_row("mpop", Run(argv), least))
    finally:
        server.stop()
    table(f"First sync of {count} messages, {octets >> 20} MB, durable "
          "(bar: CPU <= 1.5 s at full size, <= 4 x drain, <= 24 MiB)",
          ["", "CPU s", "wall s", "x CPU", "x wall", "MiB", ""], rows)


def round_trips(setup):
    count = 200 if setup.small else 2000
    server = Dovecot()
    rows = []
    try:
        mail.fill_maildir(server.maildir("a"), count, count * 4096)
        server.own(server.maildir("a"))
        proxy = Delay(server.imap, 0.05)
        home = setup.home("verso-rtt")
        env = setup.verso_env(home, _imap(proxy.port, "a"))
        run = Run([setup.verso, "sync"], env)
        rows.append(["verso, first", proxy.waited, run.wall,
                     proxy.up + proxy.down, run.code])
        proxy.reset()
        run = Run([setup.verso, "sync"], env)
        rows.append(["verso, again", proxy.waited, run.wall,
                     proxy.up + proxy.down, run.code])
        if setup.has("mbsync"):
            home = setup.home("mbsync-rtt")
            argv = peers.mbsync(home, proxy.port, "a")
            for name in ("mbsync, first", "mbsync, again"):
                proxy.reset()
                run = Run(argv)
                rows.append([name, proxy.waited, run.wall,
                             proxy.up + proxy.down, run.code])
    finally:
        server.stop()
    table(f"{count} messages with 50 ms round trips, log-in included "
          "(bar: <= 12 waited)",
          ["", "round trips", "wall s", "octets", "exit"], rows)


def nothing_changed(setup):
    count = 5000 if setup.small else 100000
    rows = []
    for title, extra in (
            ("QRESYNC", ""),
            ("no QRESYNC", "imap_capability = IMAP4rev1 LITERAL+ UIDPLUS IDLE "
             "ENABLE CONDSTORE ESEARCH LIST-STATUS SPECIAL-USE MOVE\n"),
            ("neither", "imap_capability = IMAP4rev1 IDLE\n")):
        server = Dovecot(extra)
        try:
            mail.fill_maildir(server.maildir("a"), count, count * 600)
            server.own(server.maildir("a"))
            proxy = Delay(server.imap, 0.0)
            home = setup.home("verso-same")
            env = setup.verso_env(home, _imap(proxy.port, "a"))
            Run([setup.verso, "sync"], env)
            Run([setup.verso, "sync"], env)
            proxy.reset()
            run = Run([setup.verso, "sync"], env)
            rows.append([f"verso, {title}", proxy.waited,
                         proxy.up + proxy.down, run.cpu, run.wall, run.code])
            if setup.has("mbsync") and not extra:
                home = setup.home("mbsync-same")
                argv = peers.mbsync(home, proxy.port, "a")
                Run(argv)
                proxy.reset()
                run = Run(argv)
                rows.append(["mbsync", proxy.waited, proxy.up + proxy.down,
                             run.cpu, run.wall, run.code])
        finally:
            server.stop()
    table(f"Nothing changed, {count} messages (bar: 1 round trip after "
          "log-in, <= 3,072 octets, <= 0.015 s; <= 3 without QRESYNC)",
          ["", "round trips", "octets", "CPU s", "wall s", "exit"], rows)
