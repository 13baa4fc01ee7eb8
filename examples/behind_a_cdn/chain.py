"""The whole chain on loopback: nginx as the CDN's cache, uploadgate-proxy, and the album on uvicorn.

    with Chain(build) as chain:
        chain.post(chain.edge, "/avatars", "avatar", "photo.jpg", content)
"""

import contextlib
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import string
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens at, from below those that the system hands out by itself: no connection and no other
    server gets one of them before it is used."""
    handed_out = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    candidates = random.sample(range(min(10_000, handed_out - 2000), handed_out), 100 * count)
    with contextlib.ExitStack() as held:
        ports = []
        while len(ports) < count:
            with contextlib.suppress(OSError):
                ports.append(held.enter_context(socket.create_server(("127.0.0.1", candidates.pop()))).getsockname()[1])
        return ports


class Chain:
    """Starts all its parts, and stops them. `gateway=False` takes the gateway out; `middleware` is the folder of the
    Python package for the application, which then guards itself."""

    def __init__(self, build: pathlib.Path, gateway: bool = True, middleware: pathlib.Path | None = None) -> None:
        self.build, self.with_gateway, self.middleware = build, gateway, middleware
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="uploadgate-chain-"))
        self.album = self.folder / "album"
        self.album.mkdir()
        self.edge, self.gateway, self.admin, self.app, self.vault = free_ports(5)
        self._parts: list[subprocess.Popen] = []

    def __enter__(self) -> "Chain":
        try:
            self._start_app()
            self._start(
                [
                    self.build / "examples/upload_server/upload_server",
                    "--port",
                    str(self.vault),
                    "--folder",
                    self.folder / "vault",
                ],
                self.vault,
            )
            if self.with_gateway:
                self._start(
                    [self.build / "examples/gateway/uploadgate-proxy", "--config", self._fill("gateway.json")],
                    self.gateway,
                )
            nginx = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
            self._start([nginx, "-p", self.folder, "-c", self._fill("nginx.conf")], self.edge)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for part in reversed(self._parts):
            part.send_signal(signal.SIGTERM)
        for part in self._parts:
            try:
                part.wait(10)
            except subprocess.TimeoutExpired:
                part.kill()
                part.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _fill(self, name: str) -> pathlib.Path:
        user = "" if os.geteuid() else "user root;  # so that its worker may write into our folder"
        values = {
            "user": user,
            "folder": self.folder,
            "here": HERE,
            "edge": self.edge,
            "gateway": self.gateway,
            "admin": self.admin,
            "app": self.app,
            "vault": self.vault,
            "behind": self.gateway if self.with_gateway else self.app,
        }
        path = self.folder / name
        path.write_text(string.Template((HERE / name).read_text()).substitute(values))
        return path

    def _start_app(self) -> None:
        environment = os.environ | {"ALBUM": str(self.album), "PYTHONDONTWRITEBYTECODE": "1"}
        if self.middleware:
            environment |= {"UPLOADGATE_FORMS": str(HERE), "PYTHONPATH": str(self.middleware)}
        self._start(
            [
                sys.executable,
                "-m",
                "uvicorn",
                "app:app",
                "--app-dir",
                HERE,
                "--port",
                str(self.app),
                "--no-access-log",
                "--log-level",
                "warning",
            ],
            self.app,
            environment,
        )

    def _start(self, command: list, port: int, environment: dict | None = None) -> None:
        log = (self.folder / f"{pathlib.Path(str(command[0])).name}.log").open("wb")
        part = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment
        )
        log.close()
        self._parts.append(part)
        end = time.monotonic() + 30
        while time.monotonic() < end:
            if part.poll() is not None:
                raise RuntimeError(f"{command[0]} ended: " + pathlib.Path(log.name).read_text())
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise TimeoutError(command[0])

    def stored(self) -> list[bytes]:
        """The content of all files that the application has taken."""
        return [p.read_bytes() for p in sorted(self.album.iterdir()) if p.suffix != ".json"]

    def log(self) -> list[dict]:
        """What the gateway has recorded of judged files."""
        path = self.folder / "audit.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def send(self, port: int, data: bytes) -> bytes:
        """Sends bytes as they are, and gives what comes back."""
        with socket.create_connection(("127.0.0.1", port), timeout=20) as s:
            s.sendall(data)
            s.settimeout(5)
            answer = b""
            try:
                while piece := s.recv(65536):
                    answer += piece
                    if answer.partition(b"\r\n\r\n")[2]:
                        s.settimeout(0.5)
            except (TimeoutError, ConnectionResetError):
                pass
        return answer

    def post(self, port: int, path: str, field: str, filename: str, content: bytes) -> tuple[int, dict]:
        """Sends a form with one file, and gives status and JSON."""
        disposition = f'Content-Disposition: form-data; name="{field}"; filename="{filename}"'
        body = (
            f"--XyZ\r\n{disposition}\r\nContent-Type: application/octet-stream\r\n\r\n".encode()
            + content
            + b"\r\n--XyZ--\r\n"
        )
        return self.post_body(port, path, body)

    def post_body(
        self, port: int, path: str, body: bytes, content_type: str = "multipart/form-data; boundary=XyZ"
    ) -> tuple[int, dict]:
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", body, {"Content-Type": content_type})
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as e:
            with e:
                text = e.read()
                is_json = "json" in (e.headers.get("Content-Type") or "")
                return e.code, json.loads(text) if is_json else {"detail": text.decode(errors="replace")}
