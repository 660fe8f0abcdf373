"""The least a first sync can cost: one command, the socket into a file."""

import os
import socket
import sys
import time


def drain(port, user, path):
    """CPU seconds, wall seconds, octets."""
    cpu, wall = time.process_time(), time.monotonic()
    s = socket.create_connection(("127.0.0.1", port))
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    s.recv(4096)
    for tag, command in ((b"a", b"LOGIN %s secret" % user.encode()),
                         (b"b", b"SELECT INBOX")):
        s.sendall(tag + b" " + command + b"\r\n")
        got = b""
        while b"\r\n" + tag + b" OK" not in b"\r\n" + got:
            got += s.recv(65536)
    s.sendall(b"c UID FETCH 1:* (UID FLAGS INTERNALDATE BODY.PEEK[])\r\n")
    buf = bytearray(1 << 20)
    view = memoryview(buf)
    total = 0
    tail = b""
    with open(path, "wb", buffering=0) as f:
        while b"\r\nc OK" not in tail:
            n = s.recv_into(buf)
            f.write(view[:n])
            total += n
            tail = (tail + bytes(view[max(0, n - 200):n]))[-400:]
        os.fsync(f.fileno())
    s.close()
    return time.process_time() - cpu, time.monotonic() - wall, total


if __name__ == "__main__":
    print(*drain(int(sys.argv[1]), sys.argv[2], sys.argv[3]))
