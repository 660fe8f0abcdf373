"""Sending: round trips for many letters, a large attachment into the queue,
and the address book under a key."""

import asyncio
import os
import subprocess
import threading
import time

import peers
from common import Run, table
from delay import Delay
from screen import Screen


class Submission:
    """A submission server with PIPELINING that takes everything and keeps
    nothing but the count."""

    def __init__(self):
        self.letters = 0
        self.loop = asyncio.new_event_loop()
        ready = threading.Event()
        threading.Thread(target=self._serve, args=(ready,),
                         daemon=True).start()
        ready.wait()

    def _serve(self, ready):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(
            asyncio.start_server(self._client, "127.0.0.1", 0,
                                 limit=1 << 20))
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        self.loop.run_forever()

    async def _client(self, reader, writer):
        writer.write(b"220 bench\r\n")
        while True:
            line = (await reader.readline()).upper()
            if not line:
                break
            if line.startswith(b"EHLO"):
                writer.write(b"250-bench\r\n250-PIPELINING\r\n"
                             b"250-SIZE 99999999\r\n250 8BITMIME\r\n")
            elif line.startswith(b"DATA"):
                writer.write(b"354 go\r\n")
                while await reader.readline() != b".\r\n":
                    pass
                self.letters += 1
                writer.write(b"250 taken\r\n")
            elif line.startswith(b"QUIT"):
                writer.write(b"221 bye\r\n")
                break
            else:
                writer.write(b"250 ok\r\n")
        writer.close()


def _account(port):
    return f"send = smtp+plaintext://127.0.0.1:{port}\n"


def _letter(n):
    return (f"To: bob@example.net\nSubject: letter {n}\n"
            f"Message-ID: <{n}@bench>\n\n"
            + "words and words\n" * 100).encode()


def _queue(setup, env, n):
    """A letter into the outbox; the server is away."""
    subprocess.run([setup.verso, "send", "-t", "-i"], env=env,
                   input=_letter(n), check=True, stderr=subprocess.DEVNULL)


def _msmtp(setup, count):
    """The same letters by msmtp, which makes a connection for each."""
    server = Submission()
    proxy = Delay(server.port, 0.05)
    argv = peers.msmtp(setup.home("msmtp-letters"), proxy.port)
    begun = time.monotonic()
    before = os.times()
    for n in range(count):
        subprocess.run(argv, input=_letter(n), check=True)
    after = os.times()
    cpu = (after.children_user + after.children_system
           - before.children_user - before.children_system)
    return ["msmtp", server.letters, proxy.waited, proxy.waited / count,
            time.monotonic() - begun, cpu, 0]


def letters(setup):
    count = 20 if setup.small else 100
    server = Submission()
    home = setup.home("verso-letters")
    away = setup.verso_env(home, _account(1))
    for n in range(count):
        _queue(setup, away, n)
    proxy = Delay(server.port, 0.05)
    env = setup.verso_env(home, _account(proxy.port))
    run = Run([setup.verso, "sync"], env)
    rows = [["verso", server.letters, proxy.waited, proxy.waited / count,
             run.wall, run.cpu, run.code]]
    if setup.has("msmtp"):
        rows.append(_msmtp(setup, count))
    table(f"{count} queued letters, 50 ms round trips (bar: over one "
          "connection in <= 4 each)",
          ["", "sent", "round trips", "each", "wall s", "CPU s", "exit"],
          rows)


def _until_edited(argv, env):
    """Milliseconds from the last answer to m to what the editor draws, in
    order."""
    times = []
    s = Screen(argv, env)
    s.settle(1.0)
    for _ in range(20):
        s.key(b"m", 0.05)
        s.key(b"bob@example.org\r", 0.05)
        s.key(b"subject", 0.05)
        s.output = b""
        begun = time.monotonic()
        os.write(s.fd, b"\r")
        while b"MARK" not in s.output and time.monotonic() < begun + 5:
            s.read(1)
        times.append((time.monotonic() - begun) * 1000)
        os.write(s.fd, b"\n")
        s.settle(0.3)
        s.key(b"q", 0.1)
        s.key(b"n", 0.2)
    s.close()
    return sorted(times)


def editor(setup):
    """From the last answer to m, the subject, to what an editor draws."""
    home = setup.home("verso-editor")
    env = setup.verso_env(home, _account(9))
    program = os.path.join(home, "editor")
    with open(program, "w") as f:
        f.write("#!/bin/sh\nprintf MARK\nread x\n")
    os.chmod(program, 0o755)
    own = []
    for _ in range(20):
        begun = time.monotonic()
        subprocess.run([program], stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL)
        own.append((time.monotonic() - begun) * 1000)
    own.sort()
    chosen = {"EDITOR": program, "VISUAL": program}
    times = _until_edited([setup.verso], dict(env, **chosen))
    rows = [["verso", times[10], times[-1], own[10]]]
    for peer in ("mutt", "neomutt"):
        if setup.has(peer):
            box = os.path.join(home, "box")
            open(box, "a").close()
            argv, penv = peers.reader(peer, home, box)
            times = _until_edited(argv, dict(penv, **chosen))
            rows.append([peer, times[10], times[-1], own[10]])
    table("A new letter, until its editor is on the screen (bar: 30 ms beside "
          "the editor's own start)",
          ["", "median ms", "slowest ms", "editor's own ms"], rows)


def _mutt_attaches(setup, peer, path):
    """The same letter, built by a peer and handed to a program that throws
    it away."""
    argv, env = peers.mutt_sends(peer, setup.home(peer + "-attachment"), path)
    run = Run(argv, env)
    return [peer, run.wall * 1000, run.peak / 1024]


def attachment(setup):
    """Built and queued, as the key does it; the numbers come from a program
    of our own, since a key cannot be timed from outside."""
    program = os.path.join(os.path.dirname(setup.make_store), "letter")
    home = setup.home("verso-attachment")
    megabytes = 5 if setup.small else 25
    path = os.path.join(home, "large")
    with open(path, "wb") as f:
        for _ in range(megabytes):
            f.write(os.urandom(1 << 20))
    out = subprocess.run([program, "attach", home + "/store", path],
                         capture_output=True, text=True, check=True)
    ms, kib = out.stdout.split()
    rows = [["verso", float(ms), int(kib) / 1024]]
    rows += [_mutt_attaches(setup, peer, path)
             for peer in ("mutt", "neomutt") if setup.has(peer)]
    table(f"A letter with {megabytes} MB attached, until it is durable in "
          "the outbox (bar: <= 300 ms, <= 64 MiB)",
          ["", "wall ms", "peak MiB"], rows)


def addresses(setup):
    program = os.path.join(os.path.dirname(setup.make_store), "letter")
    home = setup.home("verso-addresses")
    count = 5000 if setup.small else 50000
    out = subprocess.run([program, "addresses", home + "/store", str(count)],
                         capture_output=True, text=True, check=True)
    rows = [line.split() for line in out.stdout.splitlines()]
    table(f"Completing an address out of {count} (bar: <= 16 ms)",
          ["typed", "found", "CPU ms"],
          [[word, int(found), float(ms)] for word, found, ms in rows])
