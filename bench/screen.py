"""Runs a program in a pseudo-terminal and measures what a key costs."""

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time

from common import written


class Screen:
    def __init__(self, argv, env=None, rows=40, columns=120, term="xterm-256color"):
        self.started = time.monotonic()
        self.output = b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            full = dict(os.environ, TERM=term, LINES="", COLUMNS="")
            full.pop("LINES"), full.pop("COLUMNS")
            full.update(env or {})
            # The size must be right before the program asks for it.
            fcntl.ioctl(0, termios.TIOCSWINSZ,
                        struct.pack("HHHH", rows, columns, 0, 0))
            os.execvpe(argv[0], argv, full)

    def read(self, timeout):
        """What comes within timeout seconds, at most one piece."""
        ready, _, _ = select.select([self.fd], [], [], timeout)
        if not ready:
            return b""
        try:
            data = os.read(self.fd, 1 << 16)
        except OSError:
            return b""
        self.output += data
        return data

    def until(self, marks, timeout):
        """Seconds since start when one of marks was drawn; None: never."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            self.read(0.2)
            if any(m in self.output for m in marks):
                return time.monotonic() - self.started
        return None

    def settle(self, quiet=0.15, limit=10):
        """Read until nothing came for `quiet` seconds; octets read."""
        got = 0
        end = time.monotonic() + limit
        while time.monotonic() < end:
            data = self.read(quiet)
            if not data:
                break
            got += len(data)
        return got

    def key(self, keys, quiet=0.08):
        """Octets that a key costs, and milliseconds to its first octet."""
        t = time.monotonic()
        os.write(self.fd, keys)
        first = self.read(5)
        ms = (time.monotonic() - t) * 1000
        return len(first) + self.settle(quiet), ms

    def cpu(self):
        """Seconds of CPU the program itself has used so far."""
        with open(f"/proc/{self.pid}/schedstat") as f:
            return int(f.read().split()[0]) / 1e9

    def rss(self):
        """Peak resident KiB."""
        with open(f"/proc/{self.pid}/status") as f:
            for line in f:
                if line.startswith("VmHWM"):
                    return int(line.split()[1])
        return 0

    def finish(self, timeout=120):
        """Wait until the program ends by itself: its CPU seconds, wall
        seconds and octets passed to write(); None: it never did."""
        end, most = time.monotonic() + timeout, 0
        while time.monotonic() < end:
            most = max(most, written(self.pid))
            self.read(0.01)
            pid, _, used = os.wait4(self.pid, os.WNOHANG)
            if pid:
                return (used.ru_utime + used.ru_stime,
                        time.monotonic() - self.started, most)
        return None

    def close(self):
        try:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass
        os.close(self.fd)
