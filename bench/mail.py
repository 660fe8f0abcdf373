"""Deterministic mail for the benchmarks: the same bytes on every machine."""

import os
import random

WORDS = ("letter index folder cable garden paper engine winter harbour "
         "window market signal number copper silver theory island bridge "
         "morning evening question answer travel budget review meeting "
         "thread kernel packet server mirror bottle").split()
PEOPLE = ["Ann Lee", "Bo Chen", "Carla Ruiz", "Dmitri Orlov", "Eve Adler",
          "Farid Haddad", "Greta Holm", "Hugo Brandt", "Ines Costa"]
EPOCH = 1700000000


def _date(stamp):
    import email.utils
    return email.utils.formatdate(stamp)


def message(number, size, rng):
    """Message `number` in wire form, about `size` octets."""
    who = PEOPLE[rng.randrange(len(PEOPLE))]
    user = who.split()[0].lower()
    subject = " ".join(rng.choice(WORDS) for _ in range(rng.randint(3, 8)))
    refs = ""
    if number > 10 and rng.random() < 0.5:
        parent = f"<m{number - rng.randint(1, 10)}@bench.example>"
        refs = f"In-Reply-To: {parent}\r\nReferences: {parent}\r\n"
        subject = "Re: " + subject
    head = (f"Return-Path: <{user}@example.org>\r\n"
            f"Received: from a.example.org by b.example.net; {_date(EPOCH + number * 60)}\r\n"
            f"Date: {_date(EPOCH + number * 60)}\r\n"
            f"From: {who} <{user}@example.org>\r\n"
            f"To: You <you@example.net>\r\n"
            f"Subject: {subject} {number}\r\n"
            f"Message-ID: <m{number}@bench.example>\r\n{refs}"
            "MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n\r\n")
    lines = []
    have = len(head)
    while have < size:
        line = " ".join(rng.choice(WORDS) for _ in range(9)) + "\r\n"
        if size - have > 20000:     # large bodies from one block, cheaply
            block = "".join(line for _ in range(64))
            lines.append(block)
            have += len(block)
        else:
            lines.append(line)
            have += len(line)
    return (head + "".join(lines)).encode()


def sizes(count, total, rng):
    """`count` sizes that add up to about `total`, one of 16 MB if it fits."""
    out = []
    big = 16 << 20
    if total > 8 * big:
        out.append(big)
        total -= big
    mean = total / (count - len(out))
    for _ in range(count - len(out)):
        kind = rng.random()
        if kind < 0.7:
            out.append(int(rng.uniform(0.05, 0.6) * mean))
        elif kind < 0.95:
            out.append(int(rng.uniform(0.6, 2.5) * mean))
        else:
            out.append(int(rng.uniform(3, 13) * mean))
    rng.shuffle(out)
    return out


def fill_maildir(path, count, total, seed=1):
    """A maildir of `count` messages; returns the octets written."""
    rng = random.Random(seed)
    for sub in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(path, sub), exist_ok=True)
    written = 0
    for number, size in enumerate(sizes(count, total, rng), 1):
        data = message(number, max(size, 400), rng)
        stored = data.replace(b"\r\n", b"\n")
        stamp = EPOCH + number * 60
        flags = "S" if number % 3 else ""
        name = (f"{stamp}.M{number:07d}P1.bench,S={len(stored)},"
                f"W={len(data)}:2,{flags}")
        full = os.path.join(path, "cur", name)
        with open(full, "wb") as f:
            f.write(stored)
        os.utime(full, (stamp, stamp))
        written += len(data)
    return written
