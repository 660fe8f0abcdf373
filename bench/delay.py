"""A loopback proxy that makes every round trip as long as one likes and
counts octets and the round trips that were waited for."""

import asyncio
import threading


class Delay:
    """Listens on self.port; rtt in seconds is split over both ways.

    A round trip was waited for when the client sends after the server has
    answered what it had sent before: `waited` counts these turns."""

    def __init__(self, target, rtt):
        self.target, self.half = target, rtt / 2
        self.up = self.down = self.waited = 0
        self.log = []
        self._turn = True
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()
        self.thread = threading.Thread(target=self._serve, args=(ready,),
                                       daemon=True)
        self.thread.start()
        ready.wait()

    def _serve(self, ready):
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            asyncio.start_server(self._client, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        self._loop.run_forever()

    async def _client(self, reader, writer):
        up_r, up_w = await asyncio.open_connection("127.0.0.1", self.target)
        await asyncio.gather(self._pump(reader, up_w, True),
                             self._pump(up_r, writer, False))

    async def _pump(self, reader, writer, upward):
        queue = asyncio.Queue()
        sender = asyncio.ensure_future(self._send(queue, writer))
        try:
            while True:
                data = await reader.read(1 << 18)
                when = self._loop.time() + self.half
                if upward:
                    if data and self._turn:
                        self.waited += 1
                        self._turn = False
                    self.up += len(data)
                else:
                    self.down += len(data)
                    self._turn = self._turn or bool(data)
                queue.put_nowait((when, data))
                if not data:
                    break
        except ConnectionError:
            queue.put_nowait((0, b""))
        await sender

    async def _send(self, queue, writer):
        try:
            while True:
                when, data = await queue.get()
                wait = when - self._loop.time()
                if wait > 0:
                    await asyncio.sleep(wait)
                if not data:
                    break
                writer.write(data)
                await writer.drain()
            writer.close()
        except ConnectionError:
            pass

    def reset(self):
        self.up = self.down = self.waited = 0
        self._turn = True
