"""An application of raw sockets behind the gateway, which shows what reached it and misbehaves when asked to."""

import hashlib
import json
import socket
import threading


class Request:
    def __init__(self, head: bytes, reader) -> None:
        lines = head.decode("latin-1").split("\r\n")
        self.method, self.target, self.version = lines[0].split(" ")
        self.fields = [tuple(line.split(": ", 1)) for line in lines[1:] if line]
        self._reader = reader

    def field(self, name: str) -> str | None:
        found = [v for n, v in self.fields if n.lower() == name.lower()]
        assert len(found) <= 1, found
        return found[0] if found else None

    def pieces(self):
        """The body as it comes."""
        if self.field("Transfer-Encoding"):
            while size := int(self._reader.readline(), 16):
                yield self._reader.read(size)
                self._reader.readline()
            self._reader.readline()
        else:
            left = int(self.field("Content-Length") or 0)
            while left:
                piece = self._reader.read1(min(left, 65536))
                if not piece:
                    raise ConnectionError
                left -= len(piece)
                yield piece

    def body(self) -> bytes:
        return b"".join(self.pieces())


class Origin:
    """Listens on a free port; `seen` has each request's line, and `connections` how many there were."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.seen: list[str] = []
        self.bodies: list[bytes] = []
        self.connections = 0
        self.released = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        if self.released.is_set():
            return
        self.released.set()
        self.listener.shutdown(socket.SHUT_RDWR)  # also ends an accept that is waiting
        self.listener.close()

    def _accept(self) -> None:
        while True:
            try:
                s, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(s,), daemon=True).start()

    def _serve(self, s: socket.socket) -> None:
        with s, s.makefile("rb") as reader:
            try:
                while self._one(s, reader):
                    pass
            except (OSError, ValueError, AssertionError):
                pass

    def _one(self, s: socket.socket, reader) -> bool:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = reader.readline()
            if not line:
                return False
            head += line
        request = Request(head, reader)
        self.seen.append(f"{request.method} {request.target}")
        action = getattr(
            self, "do_" + request.target.split("?")[0].strip("/").split("/")[0].replace("-", "_"), self.do_echo
        )
        return action(s, request) is not False

    @staticmethod
    def answer(s: socket.socket, body: bytes, fields: str = "", status: str = "200 OK") -> None:
        s.sendall(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{fields}\r\n".encode() + body)

    def do_echo(self, s, request):
        body = b"" if request.method == "HEAD" else request.body()
        self.bodies.append(body)
        told = {"method": request.method, "target": request.target, "fields": request.fields, "length": len(body)}
        self.answer(
            s, b"" if request.method == "HEAD" else json.dumps(told).encode(), "Content-Type: application/json\r\n"
        )

    def do_digest(self, s, request):
        digest, length = hashlib.sha256(), 0
        for piece in request.pieces():
            digest.update(piece)
            length += len(piece)
        self.answer(s, json.dumps({"sha256": digest.hexdigest(), "length": length}).encode())

    def do_chunked(self, s, request):
        s.sendall(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: X-Hop\r\nX-Hop: 1\r\nX-Kept: 2\r\n\r\n"
            b"5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nX-Trailer: 1\r\n\r\n"
        )

    def do_until_close(self, s, request):
        s.sendall(b"HTTP/1.1 200 OK\r\n\r\nto the end")
        return False

    def do_empty(self, s, request):
        s.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    def do_large(self, s, request):
        size = int(request.target.split("?")[1])
        s.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size)
        piece = bytes(range(256)) * 256
        for _ in range(size // len(piece)):
            s.sendall(piece)

    def do_die(self, s, request):
        return False

    def do_die_once(self, s, request):
        if self.seen.count(f"{request.method} {request.target}") > 1:
            return self.answer(s, b"again")
        return False

    def do_die_midway(self, s, request):
        s.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        return False

    def do_die_after(self, s, request):
        self.answer(s, b"last")
        return False

    def do_hang(self, s, request):
        self.released.wait(30)
        return False

    def do_early(self, s, request):
        self.answer(s, b"too much", status="413 Content Too Large")
        self.released.wait(5)
        return False

    def do_interim(self, s, request):
        s.sendall(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n")
        self.answer(s, b"done")

    def do_continue(self, s, request):
        assert request.field("Expect") == "100-continue"
        s.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        self.answer(s, request.body())

    def do_refuse(self, s, request):
        assert request.field("Expect") == "100-continue"
        self.answer(s, b"no", status="401 Unauthorized")

    def do_two_lengths(self, s, request):
        s.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc")

    def do_length_and_chunked(self, s, request):
        s.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")

    def do_folded(self, s, request):
        s.sendall(b"HTTP/1.1 200 OK\r\nX-A: 1\r\n 2\r\nContent-Length: 0\r\n\r\n")

    def do_switch(self, s, request):
        s.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n")

    def do_socket(self, s, request):
        """A websocket as far as a proxy can see: after 101 it says hello, then gives back what it gets."""
        assert request.field("Upgrade") == "websocket" and request.field("Connection") == "Upgrade"
        s.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\nhello")
        while piece := request._reader.read1(65536):
            s.sendall(piece)
        return False
