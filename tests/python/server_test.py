"""A real uvicorn: applications behind the middleware, and the dependency, as clients meet them."""

from __future__ import annotations

import concurrent.futures
import hashlib
import json
import pathlib
import socket
import subprocess
import time
from typing import Any, Callable, Iterator

import httpx
import pytest
from conftest import BOUNDARY, CONTENT_TYPE, HOSTILE_PNG, PNG, Server, file_part, form_body, text_part

HONEST = form_body(text_part("hello"), file_part(PNG))
HOSTILE = form_body(text_part("hello"), file_part(HOSTILE_PNG))
MiB = 1 << 20


def wav_form(size: int, chunk: int = MiB) -> Iterator[bytes]:
    """A form with a sound of `size` bytes, and the digest of nothing: silence is long, and quickly made."""
    begin = b"RIFF" + (size + 36).to_bytes(4, "little") + b"WAVEfmt " + bytes.fromhex("10000000 0100 0100")
    begin += (44100).to_bytes(4, "little") + (88200).to_bytes(4, "little") + bytes.fromhex("0200 1000")
    begin += b"data" + size.to_bytes(4, "little")
    whole = form_body(file_part(b"@@", filename="a.wav", type_="audio/wav"))
    head, _, tail = whole.partition(b"@@")
    yield head + begin
    for at in range(0, size, chunk):
        yield bytes(min(chunk, size - at))
    yield tail


def post(url: str, content: Any, **headers: str) -> httpx.Response:
    return httpx.post(url, content=content, headers={"content-type": CONTENT_TYPE, **headers}, timeout=60)


@pytest.mark.parametrize("app", ["apps:guarded", "apps:streaming", "apps:dependent"])
def test_honest_forms_arrive_and_hostile_ones_do_not(app: str, serve: Callable[..., Server]) -> None:
    server = serve(app)
    answer = post(server.url + "/avatars", HONEST)
    assert answer.status_code == 200
    assert answer.json() == {"name": "a.png", "type": "image/png", "size": len(PNG), "title": "hello"}
    answer = post(server.url + "/avatars", HOSTILE)
    assert answer.status_code != 200 and answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["rule"] == "structure" and problem["field"] == "avatar" and problem["status"] == answer.status_code
    digests = post(server.url + "/digests", HONEST).json()
    assert digests["sha256"] in (hashlib.sha256(PNG).hexdigest(), [hashlib.sha256(PNG).hexdigest()])
    seen = httpx.get(server.url + "/seen").json()
    if app == "apps:guarded":
        assert seen == ["startup", "upload", "background"]
    if app == "apps:dependent":
        assert seen == [hashlib.sha256(PNG).hexdigest()], "the file outlives the request for its background task"


def test_the_bare_application_takes_what_is_refused_here(serve: Callable[..., Server]) -> None:
    assert post(serve("apps:bare").url + "/avatars", HOSTILE).status_code == 200


def test_browsers_and_clients_write_forms_that_pass(serve: Callable[..., Server], tmp_path: pathlib.Path) -> None:
    server = serve("apps:guarded")
    (tmp_path / "grüße 1.png").write_bytes(PNG)
    answer = httpx.post(
        server.url + "/avatars", files={"avatar": ("grüße 1.png", PNG, "image/png")}, data={"title": "t"}
    )
    assert answer.json()["name"] == "grüße 1.png"
    form = f"avatar=@{tmp_path}/grüße 1.png;type=image/png"
    for more in ([], ["-H", "Transfer-Encoding: chunked"], ["-H", "Expect: 100-continue"]):
        said = subprocess.run(
            ["curl", "-s", "-F", form, *more, server.url + "/avatars"], capture_output=True, text=True
        )
        assert json.loads(said.stdout)["size"] == len(PNG)
    said = subprocess.run(
        ["curl", "-s", "-T", tmp_path / "grüße 1.png", server.url + "/files/a.png"], capture_output=True
    )
    assert json.loads(said.stdout)["sha256"] == hashlib.sha256(PNG).hexdigest()


def test_everything_else_passes(serve: Callable[..., Server]) -> None:
    server = serve("apps:guarded")
    with httpx.Client() as client:
        for _ in range(3):  # keep-alive over refused and accepted forms
            assert (
                client.post(server.url + "/avatars", content=HONEST, headers={"content-type": CONTENT_TYPE}).status_code
                == 200
            )
            assert (
                client.post(
                    server.url + "/avatars", content=HOSTILE, headers={"content-type": CONTENT_TYPE}
                ).status_code
                != 200
            )
        assert client.get(server.url + "/docs").status_code == 200
        assert client.get(server.url + "/avatars").status_code == 405
    answer = post(server.url + "/slow-answer", HONEST)
    assert answer.text == "0\n1\n2\n"
    echoed = post(server.url + "/echo", HONEST)
    assert PNG in echoed.content and BOUNDARY.encode() not in echoed.content


def test_websockets_pass(serve: Callable[..., Server]) -> None:
    server = serve("apps:guarded")
    with socket.create_connection(("127.0.0.1", server.port), 10) as s:
        s.sendall(
            b"GET /socket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        assert b"101 Switching Protocols" in s.recv(4096)
        s.sendall(b"\x81\x82\x00\x00\x00\x00hi")
        assert s.recv(4) == b"\x81\x02hi"


def test_a_refused_client_that_goes_on_sending_gets_its_answer(serve: Callable[..., Server]) -> None:
    folder = pathlib.Path(__file__).parent
    for app, http in (("apps:guarded", "httptools"), ("apps:guarded", "h11"), ("apps:dependent", "httptools")):
        server = serve(app, folder, "--http", http)
        body = form_body(file_part(b"MZ" + bytes(700_000)))
        with socket.create_connection(("127.0.0.1", server.port), 10) as s:
            s.sendall(f"POST /avatars HTTP/1.1\r\nHost: x\r\nContent-Type: {CONTENT_TYPE}\r\n".encode())
            s.sendall(f"Content-Length: {len(body)}\r\n\r\n".encode() + body)  # all of it, before listening
            answer = b""
            while data := s.recv(65536):
                answer += data
        assert answer.startswith(b"HTTP/1.1 4") and b"problem+json" in answer and b"connection: close" in answer


@pytest.mark.parametrize("app", ["apps:guarded", "apps:dependent"])
def test_disconnects_in_the_middle_leave_nothing(
    app: str, serve: Callable[..., Server], tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    server = serve(app)
    descriptors = pathlib.Path(f"/proc/{server.process.pid}/fd")
    before = len(list(descriptors.iterdir()))
    for sent in [*range(0, len(HONEST), 500), 3 * MiB]:
        with socket.create_connection(("127.0.0.1", server.port), 10) as s:
            length = 200 * MiB
            s.sendall(f"POST /avatars HTTP/1.1\r\nHost: x\r\nContent-Type: {CONTENT_TYPE}\r\n".encode())
            s.sendall(f"Content-Length: {length}\r\n\r\n".encode())
            if sent < len(HONEST):
                s.sendall(HONEST[:sent])
            else:
                chunks = wav_form(length - 1000)
                for _ in range(4):
                    s.sendall(next(chunks))
    assert post(server.url + "/avatars", HONEST).status_code == 200
    deadline = time.monotonic() + 10
    while len(list(descriptors.iterdir())) > before + 1 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(list(descriptors.iterdir())) <= before + 1, "spools of lost requests are open"
    assert list(tmp_path.iterdir()) == []
    assert not any("Traceback" in line for line in server.log), "a client that goes is no error of the server"
    assert "upload" not in httpx.get(server.url + "/seen").json()[2:]


@pytest.mark.parametrize("app", ["apps:guarded", "apps:streaming", "apps:dependent"])
def test_many_at_once_are_each_judged_by_themselves(app: str, serve: Callable[..., Server]) -> None:
    server = serve(app)

    def one(number: int) -> bool:
        hostile = number % 3 == 0
        answer = post(server.url + "/digests", HOSTILE if hostile else HONEST)
        return (answer.status_code != 200) == hostile

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        assert all(pool.map(one, range(150)))


@pytest.mark.parametrize(
    ("app", "path", "limit"),
    [
        ("apps:guarded", "/avatars", 64 * MiB),
        ("apps:streaming", "/stream", 64 * MiB),
        ("apps:dependent", "/digests", 64 * MiB),
    ],
)
def test_memory_is_bounded_whatever_the_size(
    app: str,
    path: str,
    limit: int,
    serve: Callable[..., Server],
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = serve(app)
    assert post(server.url + path, HONEST).status_code == 200
    answer = post(server.url + path, wav_form(256 * MiB))
    assert answer.status_code == 200, answer.text
    assert server.peak_memory < limit
