"""What every table needs: homes for programs, measured runs, printing."""

import os
import resource
import shutil
import subprocess
import tempfile
import threading
import time


def written(pid):
    """Octets a process has passed to write() so far; 0: it is gone."""
    try:
        with open(f"/proc/{pid}/io") as f:
            for line in f:
                if line.startswith("wchar"):
                    return int(line.split()[1])
    except OSError:
        pass
    return 0


class Run:
    """A finished command: CPU seconds, wall seconds, peak KiB, octets passed
    to write() by its busiest process, exit code."""

    def __init__(self, argv, env=None, timeout=600):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.monotonic()
        proc = subprocess.Popen(argv, env=env, stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE)
        peak = _Peak(proc.pid)
        try:
            _, err = proc.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            proc.kill()
            _, err = proc.communicate()
        self.wall = time.monotonic() - start
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.cpu = (after.ru_utime + after.ru_stime
                    - before.ru_utime - before.ru_stime)
        self.code = proc.returncode
        self.stderr = err.decode(errors="replace")
        self.peak = peak.stop()
        self.written = peak.written


class _Peak(threading.Thread):
    """Watches VmHWM of a process and its children while it runs."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.kib, self.written = pid, 0, 0
        self.done = threading.Event()
        self.start()

    def run(self):
        while not self.done.wait(0.01):
            for pid in [self.pid] + self._children():
                self.kib = max(self.kib, self._hwm(pid))
                self.written = max(self.written, written(pid))

    def _children(self):
        try:
            with open(f"/proc/{self.pid}/task/{self.pid}/children") as f:
                return [int(p) for p in f.read().split()]
        except OSError:
            return []

    @staticmethod
    def _hwm(pid):
        try:
            with open(f"/proc/{pid}/status") as f:
                for line in f:
                    if line.startswith("VmHWM"):
                        return int(line.split()[1])
        except OSError:
            pass
        return 0

    def stop(self):
        self.done.set()
        self.join()
        return self.kib


class Setup:
    def __init__(self, verso, make_store, small, peers):
        self.verso, self.make_store = verso, make_store
        self.small, self.peers = small, peers
        self.top = tempfile.mkdtemp(prefix="verso-bench-")

    def has(self, program):
        return self.peers and shutil.which(program)

    def clean(self):
        shutil.rmtree(self.top, ignore_errors=True)

    def home(self, name):
        """An empty home folder."""
        path = os.path.join(self.top, name)
        shutil.rmtree(path, ignore_errors=True)
        os.makedirs(path)
        return path

    def verso_env(self, home, account=None):
        """Environment for verso in this home; account: lines of its
        section."""
        env = {k: v for k, v in os.environ.items()
               if not k.startswith(("XDG_", "VERSO_"))}
        env.update(HOME=home, XDG_CONFIG_HOME=home + "/config",
                   XDG_DATA_HOME=home + "/data",
                   XDG_STATE_HOME=home + "/state",
                   XDG_CACHE_HOME=home + "/cache")
        if account:
            os.makedirs(home + "/config/verso", exist_ok=True)
            with open(home + "/config/verso/config", "w") as f:
                f.write("[account bench]\n"
                        "address = You <you@example.net>\n" + account)
        return env


def table(title, columns, rows):
    print(f"\n{title}")
    text = [columns] + [[_cell(c) for c in row] for row in rows]
    width = [max(len(r[i]) for r in text) for i in range(len(columns))]
    for n, row in enumerate(text):
        print("  " + "  ".join(
            c.ljust(w) if i == 0 else c.rjust(w)
            for i, (c, w) in enumerate(zip(row, width))).rstrip())
        if n == 0:
            print("  " + "  ".join("-" * w for w in width))


def _cell(value):
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.3f}" if value < 10 else f"{value:.1f}"
    return str(value)
