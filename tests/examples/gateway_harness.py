"""The gateway started for one test, in front of an Origin."""

import http.client
import json
import pathlib
import re
import resource
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

from origin import Origin

AVATARS = {
    "fields": {
        "avatar": {"policy": {"extensions": ["png", "jpg"], "max_size": "5 MiB"}, "required": True},
        "title": {"text": "1 KiB"},
    }
}
ANY_FILE = {"extensions": "known", "max_size": "1 MiB"}


class GatewayTest(unittest.TestCase):
    PROXY = pathlib.Path()
    SAMPLES = pathlib.Path()
    settings: dict = {}
    largest_file: int | None = None  # bytes that the gateway may write to one file

    def setUp(self) -> None:
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.origin = Origin()
        self.addCleanup(self.origin.close)
        self.config = {
            "listen": "127.0.0.1:0",
            "admin": "127.0.0.1:0",
            "upstream": f"127.0.0.1:{self.origin.port}",
            "trusted_proxies": [],
            "spool": {"folder": str(self.folder), "max_disk": "1 GiB"},
            "routes": [
                {"path": "/avatars", "methods": ["POST"], "form": AVATARS},
                {"path": "/files/", "methods": ["PUT"], "file": ANY_FILE},
            ],
        } | self.settings
        self.start()
        self.addCleanup(self.stop)

    def write_config(self, text: str | None = None) -> pathlib.Path:
        path = self.folder / "gateway.json"
        path.write_text(text if text is not None else json.dumps(self.config))
        return path

    def start(self) -> None:
        self.process = subprocess.Popen(
            [self.PROXY, "--config", self.write_config()],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            restore_signals=False,  # a file that may not grow is an error and no signal, as a full disk is
        )
        if self.largest_file is not None:
            resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (self.largest_file, self.largest_file))
        ports = re.findall(r"http://127\.0\.0\.1:(\d+)/", self.process.stdout.readline())
        self.port, self.admin = map(int, ports)
        self.log: list[dict] = []
        self.reader = threading.Thread(target=self._read_log, daemon=True)
        self.reader.start()

    def _read_log(self) -> None:
        for line in self.process.stderr:
            self.log.append(json.loads(line) if line.startswith("{") else {"event": "no JSON", "text": line})

    def stop(self) -> None:
        ended = self.process.poll()
        self.process.kill()
        self.process.wait(20)
        self.reader.join(10)
        self.process.stdout.close()
        self.process.stderr.close()
        self.assertIn(ended, (None, 0))
        self.assertEqual([e for e in self.log if e.get("event") in ("no JSON", "error")], [])

    def wait_for_log(self, **members) -> dict:
        end = time.monotonic() + 10
        while time.monotonic() < end:
            for event in list(self.log):
                if members.items() <= event.items():
                    return event
            time.sleep(0.02)
        self.fail(f"no line with {members} in {self.log}")

    def connect(self) -> socket.socket:
        s = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        self.addCleanup(s.close)
        return s

    def raw(self, *pieces: bytes) -> bytes:
        """Sends bytes as they are, and gives all that comes back until the connection closes."""
        s = self.connect()
        for piece in pieces:
            s.sendall(piece)
        answer = b""
        try:
            while piece := s.recv(65536):
                answer += piece
        except ConnectionResetError:
            answer += b"(reset)"
        return answer

    def ask(self, method: str, path: str, body=None, headers: dict | None = None, port: int = 0):
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=20)
        self.addCleanup(connection.close)
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer, answer.read()

    def form(self, *parts: tuple[str, str | None, bytes], boundary: str = "XyZ") -> tuple[bytes, dict]:
        body = b""
        for name, filename, content in parts:
            file = "" if filename is None else f'; filename="{filename}"'
            kind = "" if filename is None else "\r\nContent-Type: application/octet-stream"
            body += f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{file}{kind}\r\n\r\n'.encode()
            body += content + b"\r\n"
        body += f"--{boundary}--\r\n".encode()
        return body, {"Content-Type": f"multipart/form-data; boundary={boundary}"}

    def post_form(self, *parts: tuple[str, str | None, bytes], path: str = "/avatars"):
        answer, body = self.ask("POST", path, *self.form(*parts))
        return answer.status, json.loads(body)

    def metrics(self) -> str:
        answer, body = self.ask("GET", "/metrics", port=self.admin)
        self.assertEqual(answer.status, 200)
        return body.decode()

    def reload(self, text: str | None = None) -> None:
        self.write_config(text)
        self.process.send_signal(signal.SIGHUP)

    def sample(self, name: str) -> bytes:
        return (self.SAMPLES / name).read_bytes()
