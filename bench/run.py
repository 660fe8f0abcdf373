#!/usr/bin/env python3
"""The benchmarks of verso, with its peers beside it where they are installed.

    make bench                    every table (about ten minutes)
    make bench BENCH_SMALL=1      the same with small mailboxes, for a look
    bench/run.py --verso PATH --make-store PATH [TABLE ...]

CPU is user plus system of the whole process tree, as the kernel counts it;
memory is the peak resident size of the largest process.  Wall times are
printed for orientation and are noise on a shared machine.
"""

import argparse
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import changes      # noqa: E402
import letters      # noqa: E402
import reader       # noqa: E402
import sync         # noqa: E402
from common import Setup    # noqa: E402

TABLES = {
    "first-sync": sync.first_sync,
    "round-trips": sync.round_trips,
    "nothing-changed": sync.nothing_changed,
    "start": reader.start,
    "keys": reader.keys,
    "stopped": reader.stopped,
    "changes": changes.changes,
    "folders": changes.folders,
    "removals": changes.removals,
    "deciding": changes.deciding,
    "letters": letters.letters,
    "editor": letters.editor,
    "attachment": letters.attachment,
    "addresses": letters.addresses,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--verso", required=True)
    parser.add_argument("--make-store", required=True)
    parser.add_argument("--small", action="store_true",
                        default=bool(os.environ.get("BENCH_SMALL")))
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("tables", nargs="*", metavar="TABLE",
                        help=", ".join(TABLES))
    args = parser.parse_args()
    setup = Setup(os.path.abspath(args.verso),
                  os.path.abspath(args.make_store), args.small,
                  not args.no_peers)
    try:
        for name in args.tables or TABLES:
            TABLES[name](setup)
    finally:
        setup.clean()


if __name__ == "__main__":
    main()
