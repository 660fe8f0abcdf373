"""The reader: time to the first index, octets and CPU of a key, and what
happens when the server stands still."""

import os
import signal
import subprocess

import mail
import peers
from common import Run, table
from dovecot import Dovecot
from screen import Screen

ACCOUNT = ("receive = imap+plaintext://127.0.0.1:9\nuser = a\n"
           "password-command = echo secret\n")


def _store(setup, count, body=None):
    """A home with a finished local copy of `count` messages."""
    home = setup.home(f"store-{count}")
    env = setup.verso_env(home, ACCOUNT)
    run = Run([setup.make_store, home + "/data/verso/bench", str(count)]
              + ([str(body)] if body else []), env, 1800)
    if run.code:
        raise RuntimeError(run.stderr)
    return home, env


def _mbox(home):
    return home + "/data/verso/bench/mail/INBOX.mbox"


def start(setup):
    sizes = (2000, 20000) if setup.small else (2000, 100000, 1000000)
    rows = []
    for count in sizes:
        home, env = _store(setup, count)
        marks = [str(count).encode()]      # the newest subject ends with it
        best = None
        for _ in range(5):
            s = Screen([setup.verso], env)
            wall = s.until(marks, 60)
            cpu, rss = s.cpu(), s.rss()
            s.close()
            if wall and (not best or wall < best[0]):
                best = (wall, cpu, rss)
        rows.append([f"verso, {count}"] + _start_cells(best))
        for peer in ("mutt", "neomutt", "alpine"):
            if not setup.has(peer) or (count > 100000 and peer != "mutt"):
                continue
            argv, penv = peers.reader(peer, home, _mbox(home))
            s = Screen(argv, penv)
            wall = s.until(marks, 120)
            rows.append([f"{peer}, {count}"] + _start_cells(
                (wall, s.cpu(), s.rss()) if wall else None))
            s.close()
    table("Start to first painted index (bar: <= 50 ms, <= 30 ms CPU, "
          "<= 25 MiB at every size)", ["", "ms", "CPU ms", "MiB"], rows)


def _start_cells(best):
    if not best:
        return [None, None, None]
    return [best[0] * 1000, best[1] * 1000, best[2] / 1024]


def _measure(screen, keys, times):
    """Mean octets and CPU milliseconds of a key pressed `times` times."""
    octets = 0
    cpu = screen.cpu()
    for _ in range(times):
        octets += screen.key(keys, 0.03)[0]
    return octets / times, (screen.cpu() - cpu) * 1000 / times


def _measure_pair(screen, there, back, times):
    octets, cpu = [0, 0], [0.0, 0.0]
    for _ in range(times):
        for i, keys in enumerate((there, back)):
            before = screen.cpu()
            octets[i] += screen.key(keys, 0.05)[0]
            cpu[i] += (screen.cpu() - before) * 1000
    return [(o / times, c / times) for o, c in zip(octets, cpu)]


def _keys_of(screen, page, opened, back, top):
    screen.settle(0.6, 20)
    screen.key(top, 0.5)
    down = _measure(screen, b"j", 30)
    paged = _measure(screen, page, 20)
    pair = _measure_pair(screen, opened, back, 15)
    return [down, paged] + pair


def keys(setup):
    sizes = (2000,) if setup.small else (2000, 1000000)
    rows = []
    for count in sizes:
        home, env = _store(setup, count)
        s = Screen([setup.verso], env)
        s.until([str(count).encode()], 60)
        rows.append(_key_row(f"verso, {count}", _keys_of(
            s, b"z", b"\r", b"q", b"=")))
        s.close()
        if count > 100000:
            continue
        for peer in ("mutt", "neomutt"):
            if not setup.has(peer):
                continue
            argv, penv = peers.reader(peer, home, _mbox(home))
            s = Screen(argv, penv)
            s.until([str(count).encode()], 60)
            rows.append(_key_row(f"{peer}, {count}", _keys_of(
                s, b"z", b"\r", b"q", b"=")))
            s.close()
    table("Octets and CPU ms of a key at 120x40 (bar: 90 / 2,000 / 2,400 / "
          "2,400 octets; 0.3 / 1.2 / 1.2 / 0.8 ms)",
          ["", "down", "page", "open", "back",
           "ms down", "page", "open", "back"], rows)


def _key_row(name, cells):
    return [name] + [f"{o:.0f}" for o, _ in cells] + \
        [f"{c:.2f}" for _, c in cells]


def stopped(setup):
    """SIGSTOP the server while a message whose body is not here is opened;
    then keys must still be answered."""
    count = 200
    server = Dovecot()
    try:
        mail.fill_maildir(server.maildir("a"), count, count * 4096)
        server.own(server.maildir("a"))
        home = setup.home("verso-stopped")
        env = setup.verso_env(
            home, f"receive = imap+plaintext://127.0.0.1:{server.imap}\n"
            "user = a\npassword-command = echo secret\n")
        Run([setup.verso, "sync"], env)
        s = Screen([setup.verso], env)
        s.until([str(count).encode()], 20)
        s.settle(0.5)
        server.signal(signal.SIGSTOP)
        subprocess.run(["pkill", "-STOP", "-f", server.top], check=False)
        s.key(b"G", 0.2)
        worst = 0.0
        # Each of these changes the screen, so each must be answered.
        for keys_ in [b"j", b"k", b"\r", b"q", b"j", b"\r", b"q", b"k"] * 5:
            worst = max(worst, s.key(keys_, 0.03)[1])
        s.close()
    finally:
        server.signal(signal.SIGCONT)
        server.stop()
    table("Server stopped while messages are opened (bar: 50 ms)",
          ["", "slowest key, ms"], [["verso", worst]])
