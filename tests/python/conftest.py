"""What the tests share: samples, policies, bodies, and a real uvicorn on a free port."""

from __future__ import annotations

import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import Callable, Iterator, List

import pytest

ROOT = pathlib.Path(__file__).parents[2]
SAMPLES = ROOT / "examples" / "samples"
BOUNDARY = "frontier"
CONTENT_TYPE = f"multipart/form-data; boundary={BOUNDARY}"
PNG = (SAMPLES / "honest" / "gradient.png").read_bytes()
HOSTILE_PNG = (SAMPLES / "hostile" / "png-with-zip-behind.png").read_bytes()
FORM = {
    "fields": {
        "avatar": {"policy": {"extensions": ["png", "jpg"], "max_size": "5 MiB"}, "max_files": 3},
        "title": {"text": "1 KiB"},
    },
    "max_body": "20 MiB",
}


def file_part(content: bytes, name: str = "avatar", filename: str = "a.png", type_: str = "image/png") -> bytes:
    head = f'Content-Disposition: form-data; name="{name}"; filename="{filename}"\r\nContent-Type: {type_}\r\n\r\n'
    return head.encode() + content


def text_part(text: str, name: str = "title") -> bytes:
    return f'Content-Disposition: form-data; name="{name}"\r\n\r\n{text}'.encode()


def form_body(*parts: bytes) -> bytes:
    delimiter = f"--{BOUNDARY}".encode()
    return b"".join(delimiter + b"\r\n" + part + b"\r\n" for part in parts) + delimiter + b"--\r\n"


class Server:
    """uvicorn with an application of tests/python/apps.py, or of another file."""

    def __init__(self, app: str, folder: pathlib.Path, *arguments: str) -> None:
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        self.port = listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        command = [sys.executable, "-B", "-m", "uvicorn", app, "--app-dir", str(folder), "--fd", str(listener.fileno())]
        environment = {**os.environ, "TMPDIR": os.environ.get("TMPDIR", "/tmp")}
        self.process = subprocess.Popen(
            [*command, "--http", "httptools", *arguments],
            pass_fds=[listener.fileno()],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
            env=environment,
        )
        listener.close()
        self.log: List[str] = []
        started = threading.Event()
        threading.Thread(target=self._read, args=[started], daemon=True).start()
        assert started.wait(30), "".join(self.log)
        self._wait_until_it_listens()

    def _wait_until_it_listens(self) -> None:
        deadline = time.monotonic() + 30
        while True:
            try:
                return socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                assert time.monotonic() < deadline and self.process.poll() is None, "".join(self.log)
                time.sleep(0.02)

    def _read(self, started: threading.Event) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.log.append(line)
            if "startup complete" in line:
                started.set()
        started.set()

    def _status(self, key: str) -> int:
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(rf"^{key}:\s+(\d+) kB", text, re.MULTILINE)
        assert found
        return int(found[1]) * 1024

    @property
    def peak_memory(self) -> int:
        """Bytes that were resident at most."""
        return self._status("VmHWM")

    @property
    def memory(self) -> int:
        return self._status("VmRSS")

    @property
    def cpu_seconds(self) -> float:
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    running: List[Server] = []

    def start(app: str, folder: pathlib.Path = pathlib.Path(__file__).parent, *arguments: str) -> Server:
        running.append(Server(app, folder, *arguments))
        return running[-1]

    yield start
    for server in running:
        server.stop()
