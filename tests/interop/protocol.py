"""The parsers that the consensus test compares, and how it speaks with them.

A peer is a process. It writes the line `{}` or `{"version": "1.2"}` when it is ready, then reads lines `CONTENT-TYPE BODY` (each base64, one
space between) and answers each with one line of JSON:
    {"accepted": true, "parts": [{"name", "filename", "sha256", "size"}]}  or  {"accepted": false, "error": "why"}
Names are base64 of their bytes; filename is null for a field.
"""

import base64
import dataclasses
import json
import os
import pathlib
import select
import shutil
import subprocess
import time

HERE = pathlib.Path(__file__).resolve().parent
PEERS = HERE / "peers"
DEBIAN_PYTHON = "/usr/bin/python3"  # apt's python3-* packages are for this one
JARS = "/usr/share/java"
JAVA = {  # class of the peer: its name, the shape of what it gives, and what it needs
    "FileUploadPeer": ("commons_fileupload", "ordered", "commons-fileupload commons-io"),
    "JettyPeer": ("jetty", "grouped", "jetty9-http jetty9-util jetty9-io servlet-api"),
    "NettyPeer": ("netty", "ordered", " ".join(f"netty-{jar}" for jar in (
        "codec-http", "codec", "common", "buffer", "transport", "handler"))),
}


@dataclasses.dataclass
class Peer:
    name: str
    command: list[str]
    shape: str = "ordered"  # see normalise.py
    environment: dict = dataclasses.field(default_factory=dict)
    version: str = ""


class Process:
    """A peer at work. A peer that dies or hangs refuses the body, and is started again."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self.process = None
        self._start()

    def _start(self) -> None:
        self.process = subprocess.Popen(self.peer.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, env={**os.environ, **self.peer.environment})
        self._buffer = b""
        ready = self._line(60)
        if ready is None or not ready.startswith(b"{"):
            self.stop()
            raise RuntimeError(self.process.stderr.read().decode(errors="replace")[-200:].strip() or "did not start")

        self.peer.version = json.loads(ready).get("version", self.peer.version)

    def _line(self, seconds: float) -> bytes | None:
        end = time.monotonic() + seconds
        while b"\n" not in self._buffer:
            ready, _, _ = select.select([self.process.stdout], [], [], max(0.0, end - time.monotonic()))
            piece = os.read(self.process.stdout.fileno(), 1 << 16) if ready else b""
            if not piece:
                return None
            self._buffer += piece
        line, self._buffer = self._buffer.split(b"\n", 1)
        return line

    def ask(self, content_type: bytes, body: bytes) -> dict:
        try:
            self.process.stdin.write(base64.b64encode(content_type) + b" " + base64.b64encode(body) + b"\n")
            self.process.stdin.flush()
            line = self._line(20)
        except OSError:
            line = None
        if line is None:
            self.stop()
            self._start()
            return {"accepted": False, "error": "died or hung"}
        return json.loads(line)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


def _words(*command: str) -> list[str]:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


def _node(build: pathlib.Path) -> list[Peer]:
    """npm's peers, installed into the build folder once for each package.json."""
    wanted = (PEERS / "package.json").read_bytes()
    folder = build / "node"
    folder.mkdir(exist_ok=True)
    done = folder / "installed.json"
    if not done.exists() or done.read_bytes() != wanted:
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(PEERS / name, folder)
        subprocess.run(["npm", "ci", "--ignore-scripts"], cwd=folder, check=True, capture_output=True, timeout=300)
        done.write_bytes(wanted)
    versions = json.loads(wanted)["dependencies"]
    script, environment = str(PEERS / "node_peers.mjs"), {"INTEROP_NODE_MODULES": str(folder)}
    packages = {name.replace("@", "").replace("/", "_").replace("-", "_"): v for name, v in versions.items()}
    packages |= {"mjackson": versions["@mjackson/multipart-parser"], "ssttevee": versions["@ssttevee/multipart-parser"]}
    return [Peer(name, ["node", script, name], environment=environment, version=packages.get(name, ""))
            for name in _words("node", script, "--list")]


def _go(build: pathlib.Path) -> list[Peer]:
    program = build / "go_peer"
    subprocess.run(["go", "build", "-o", str(program), str(PEERS / "go_peer.go")], check=True, capture_output=True,
                   env={**os.environ, "GO111MODULE": "off", "GOCACHE": str(build / "go_cache"), "GOFLAGS": ""})
    return [Peer("go", [str(program)], version=_words("go", "version")[2].removeprefix("go"))]


def _java(build: pathlib.Path) -> list[Peer]:
    peers = []
    for peer, (name, shape, needed) in JAVA.items():
        path = ":".join(f"{JARS}/{jar}.jar" for jar in needed.split())
        if not all(map(os.path.exists, path.split(":"))):
            continue
        classes = str(build / "java")
        sources = [str(PEERS / f"{peer}.java"), str(PEERS / "Peer.java")]
        subprocess.run(["javac", "-nowarn", "-d", classes, "-cp", path, *sources], check=True, capture_output=True)
        command = ["java", "-Xshare:auto", "-XX:+UseSerialGC", "-cp", f"{classes}:{path}", peer]
        peers.append(Peer(name, command, shape))
    return peers


def _python(build: pathlib.Path) -> list[Peer]:
    script = str(PEERS / "python_peers.py")
    apart = {"werkzeug", "django", "tornado", "bottle"}
    return [Peer(name, [DEBIAN_PYTHON, script, name], "apart" if name in apart else "ordered")
            for name in _words(DEBIAN_PYTHON, script, "--list")]


def _perl(build: pathlib.Path) -> list[Peer]:
    script = str(PEERS / "perl_peers.pl")
    return [Peer(name, ["perl", script, name], "grouped" if name == "cgi_pm" else "apart")
            for name in _words("perl", script, "--list")]


def _php(build: pathlib.Path) -> list[Peer]:
    if not shutil.which("php-cgi"):
        raise FileNotFoundError("php-cgi")
    return [Peer("php", [DEBIAN_PYTHON, str(PEERS / "php.py")], "php")]


def _ruby(build: pathlib.Path) -> list[Peer]:
    if not shutil.which("ruby"):
        raise FileNotFoundError("ruby")
    return [Peer("rack", ["ruby", str(PEERS / "rack.rb")], "ordered")]


def _compiled(build: pathlib.Path) -> list[Peer]:
    both, httplib = build / "in_process_peer", build / "httplib_peer"
    peers = [Peer("poco", [str(both), "poco"], "ordered"), Peer("cgicc", [str(both), "cgicc"], "apart"),
             Peer("httplib", [str(httplib)], "grouped")]
    return [peer for peer in peers if pathlib.Path(peer.command[0]).exists()]


def present(build: pathlib.Path, say) -> list[Process]:
    """Starts every peer that is here; says which are not."""
    processes = []
    for family in (_python, _node, _go, _php, _compiled, _perl, _ruby, _java):
        try:
            peers = family(build)
        except (OSError, subprocess.SubprocessError) as why:
            say(f"without {family.__name__[1:]}: {why}")
            continue
        for peer in peers:
            try:
                processes.append(Process(peer))
            except RuntimeError as why:
                say(f"without {peer.name}: {why}")
    return processes
