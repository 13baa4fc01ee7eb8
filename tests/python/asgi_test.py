"""The ASGI middleware, chunk by chunk and disconnect by disconnect, without a server."""

from __future__ import annotations

import asyncio
import json
import pathlib
from typing import Any, Dict, List, Tuple

import pytest
from asgi_client import Answer, ask, post, scope
from conftest import BOUNDARY, CONTENT_TYPE, FORM, HOSTILE_PNG, PNG, file_part, form_body, text_part

import uploadgate
import uploadgate.asgi
from uploadgate.asgi import UploadGuard

HONEST = form_body(text_part("hello"), file_part(PNG, filename="weird name.png"))
HOSTILE = form_body(text_part("hello"), file_part(HOSTILE_PNG))
IMAGES = uploadgate.Policy(extensions=["png"], max_size="5 MiB")


class Echo:
    """An application that answers what it was sent, and remembers it."""

    def __init__(self) -> None:
        self.requests: List[Tuple[Dict[bytes, bytes], bytes, bool]] = []
        self.scopes: List[Dict[str, Any]] = []

    async def __call__(self, scope: Dict[str, Any], receive: Any, send: Any) -> None:
        self.scopes.append(scope)
        if scope["type"] != "http":
            return
        body, more, gone = b"", True, False
        while more:
            message = await receive()
            gone = message["type"] == "http.disconnect"
            body += message.get("body", b"")
            more = message.get("more_body", False)
        self.requests.append((dict(scope["headers"]), body, gone))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})


def splits(body: bytes) -> List[List[bytes]]:
    return [[body[:at], body[at:]] for at in range(1, len(body))]


def without_boundary(headers: Dict[bytes, bytes], body: bytes) -> bytes:
    boundary = headers[b"content-type"].partition(b"boundary=")[2]
    assert boundary and boundary != BOUNDARY.encode()
    return body.replace(boundary, b"B")


@pytest.mark.parametrize("streaming", [False, True])
def test_every_split_of_a_form_gives_the_application_the_same(streaming: bool) -> None:
    short = form_body(text_part("hello"), file_part(b"GIF, not", "note", "a.txt", "text/plain"))
    form = {"fields": {"note": uploadgate.Policy(extensions=["txt"]), "title": 100}}
    app = Echo()
    guard = UploadGuard(app, routes={"/f": form}, streaming=streaming)
    for chunks in [[short], *splits(short), [bytes([b]) for b in short]]:
        answer = post(guard, "/f", CONTENT_TYPE, chunks)
        assert answer.status == 200
    seen = {without_boundary(headers, body) for headers, body, _ in app.requests}
    assert len(seen) == 1
    if not streaming:
        assert all(int(headers[b"content-length"]) == len(body) for headers, body, _ in app.requests)


@pytest.mark.parametrize("streaming", [False, True])
def test_every_split_of_a_hostile_form_is_refused_alike(streaming: bool) -> None:
    bad = form_body(text_part("hello"), file_part(b"\x89PNG\r\n\x1a\n" + b"<?php echo 1; ?>" * 3))
    app = Echo()
    guard = UploadGuard(app, routes={"/f": FORM}, streaming=streaming)
    answers = [post(guard, "/f", CONTENT_TYPE, chunks) for chunks in splits(bad)]
    assert len({(a.status, a.body) for a in answers}) == 1
    problem = answers[0].json
    assert answers[0].headers[b"content-type"] == b"application/problem+json"
    assert problem["status"] == answers[0].status and problem["field"] == "avatar"
    assert {"type", "title", "detail", "rule", "reason", "offset"} <= set(problem)
    if streaming:
        assert all(gone for _, _, gone in app.requests)
    else:
        assert app.requests == [], "the application sees nothing of what is refused"


def test_what_goes_on_is_canonical_and_tells_what_was_learnt() -> None:
    app = Echo()
    odd = form_body(
        b'content-type: image/png\r\ncontent-disposition: form-data; name="avatar"; filename="a b.PNG"\r\n\r\n' + PNG
    )
    headers = [(b"content-md5", b"x"), (b"x-kept", b"1"), (b"transfer-encoding", b"chunked")]
    assert post(UploadGuard(app, routes={"/f": FORM}), "/f", CONTENT_TYPE, [odd], headers=headers).status == 200
    seen, body, _ = app.requests[0]
    assert b"content-md5" not in seen and b"transfer-encoding" not in seen and seen[b"x-kept"] == b"1"
    assert (
        b'Content-Disposition: form-data; name="avatar"; filename="a b.PNG"\r\nContent-Type: image/png\r\n\r\n' in body
    )
    upload = app.scopes[0]["uploadgate"]
    assert upload.part("avatar").facts.width == 64
    with pytest.raises(KeyError):
        upload.part("nothing")


def test_a_rejection_comes_with_the_byte_that_decides() -> None:
    body = form_body(file_part(b"MZ" + bytes(100_000)))
    chunks = [body[at : at + 1000] for at in range(0, len(body), 1000)]
    answer = post(UploadGuard(Echo(), routes={"/f": FORM}), "/f", CONTENT_TYPE, chunks)
    assert answer.status in (400, 415) and answer.headers[b"connection"] == b"close"


@pytest.mark.parametrize(
    ("content_type", "chunks", "status", "reason"),
    [
        ("application/json", [b"{}"], 400, "form_content_type"),
        ("application/x-www-form-urlencoded", [b"a=b"], 400, "form_content_type"),
        ("multipart/form-data", [b""], 400, "form_boundary_missing"),
        (f"{CONTENT_TYPE}; boundary=y", [HONEST], 400, "form_boundary_duplicate"),
        (CONTENT_TYPE, [HONEST[:-10]], 400, "form_truncated"),
        (CONTENT_TYPE, [], 400, "form_truncated"),
        (CONTENT_TYPE, [form_body(text_part("x", "unknown"))], 400, "form_field_unknown"),
        (CONTENT_TYPE, [form_body(text_part("x" * 2000))], 413, "form_text_too_large"),
        (CONTENT_TYPE, [form_body(file_part(PNG, filename="a.php"))], 415, "extension_executable"),
    ],
)
def test_what_is_refused_and_how(content_type: str, chunks: List[bytes], status: int, reason: str) -> None:
    app = Echo()
    answer = post(UploadGuard(app, routes={"/f": FORM}), "/f", content_type, chunks)
    assert (answer.status, answer.json["reason"]) == (status, reason) and not app.requests


def test_an_announced_length_over_the_limit_is_refused_unread() -> None:
    headers = [(b"content-type", CONTENT_TYPE.encode()), (b"content-length", b"99999999999")]
    app = Echo()
    answer = asyncio.run(
        ask(UploadGuard(app, routes={"/f": FORM}), scope("/f", headers), [b"x" * 100], disconnect=True)
    )
    assert answer.status == 413 and not app.requests


def test_encoded_bodies_and_double_headers_are_refused() -> None:
    app = Echo()
    guard = UploadGuard(app, routes={"/f": FORM})
    answer = post(guard, "/f", CONTENT_TYPE, [HONEST], headers=[(b"content-encoding", b"gzip")])
    assert (answer.status, answer.json["reason"]) == (415, "content_encoding")
    assert post(guard, "/f", CONTENT_TYPE, [HONEST], headers=[(b"content-encoding", b"identity")]).status == 200
    answer = post(guard, "/f", CONTENT_TYPE, [HONEST], headers=[(b"content-type", b"multipart/form-data; boundary=z")])
    assert answer.status == 400
    assert len(app.requests) == 1


@pytest.mark.parametrize("streaming", [False, True])
def test_a_disconnect_at_any_chunk_never_ends_in_an_accepted_form(streaming: bool) -> None:
    app = Echo()
    guard = UploadGuard(app, routes={"/f": FORM}, streaming=streaming)
    for at in range(0, len(HONEST), 97):
        answer = post(guard, "/f", CONTENT_TYPE, [HONEST[:at]], disconnect=True)
        if not streaming:
            assert answer.status is None
    assert all(gone for _, _, gone in app.requests) and (streaming or not app.requests)


def test_other_requests_pass_untouched() -> None:
    app = Echo()
    guard = UploadGuard(app, routes={"/f": FORM, "/users/{id}/avatar": FORM, "PUT /only/{name:path}": IMAGES})
    untouched = [("/g", "POST"), ("/f", "GET"), ("/f/x", "POST"), ("/users/1/2/avatar", "POST"), ("/only/a", "POST")]
    for path, method in untouched:
        assert post(guard, path, "text/plain", [b"<?php"], method=method).body == b"<?php"
    judged = [
        ("/f", "POST"),
        ("/f/", "POST"),
        ("/f//", "PUT"),
        ("/f", "PATCH"),
        ("/users/1/avatar", "POST"),
        ("/f", "FOO"),
    ]
    for path, method in [*judged, ("/only/x/y.png", "PUT")]:
        assert post(guard, path, "text/plain", [b"<?php"], method=method).status in (400, 415)
    asyncio.run(guard({"type": "lifespan"}, None, None))  # type: ignore[arg-type]
    asyncio.run(guard({"type": "websocket", "path": "/f"}, None, None))  # type: ignore[arg-type]
    assert len(app.scopes) == len(untouched) + 2
    assert "uploadgate" not in app.scopes[0]


def test_the_root_path_stands_in_front_or_not() -> None:
    app = Echo()
    guard = UploadGuard(app, routes={"/f": FORM})
    for path in ("/f", "/api/f"):
        request = scope(path, [(b"content-type", b"text/plain")], root_path="/api")
        assert asyncio.run(ask(guard, request, [b"x"])).status == 400


def test_rules_are_objects_dicts_json_or_paths(tmp_path: pathlib.Path) -> None:
    (tmp_path / "images.json").write_text(IMAGES.json)
    (tmp_path / "form.json").write_text('{"fields": {"avatar": {"policy": "images.json"}}}')
    for source in (
        uploadgate.FormPolicy(FORM),
        FORM,
        json.dumps(FORM),
        tmp_path / "form.json",
        str(tmp_path / "form.json"),
    ):
        app = Echo()
        guard = UploadGuard(app, routes={"/f": source})
        assert post(guard, "/f", CONTENT_TYPE, [form_body(file_part(PNG))]).status == 200
        assert post(guard, "/f", CONTENT_TYPE, [HOSTILE]).status != 200
    for varying in ("/f/{id:int}", "/f/<id>", "/f/*", "/f?x=1", "/{id", "/{1}"):
        with pytest.raises(ValueError, match="varies"):
            UploadGuard(app, routes={varying: FORM})
    for wrong in ({}, {"f": FORM}, {"post /f": FORM}, {"/f": 7}, {"/f": "/no/such"}, {"/f": "{}}"}):
        with pytest.raises((ValueError, TypeError)):
            UploadGuard(app, routes=wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("streaming", [False, True])
def test_a_raw_body_is_judged_under_the_last_part_of_its_path(streaming: bool) -> None:
    app = Echo()
    guard = UploadGuard(app, routes={"PUT /files/{name}": IMAGES}, streaming=streaming)
    for chunks in ([PNG], [PNG[:100], PNG[100:]]):
        assert post(guard, "/files/a.png", "image/png", chunks, method="PUT").body == PNG
    assert app.requests[0][0][b"content-type"] == b"image/png"
    if not streaming:
        assert app.scopes[0]["uploadgate"].facts.safe_name == "a.png"
    answer = post(guard, "/files/a.png", "image/png", [HOSTILE_PNG], method="PUT")
    assert answer.status != 200 and answer.json["rule"] == "structure"
    assert post(guard, "/files/a.php", "", [PNG], method="PUT").json["reason"] == "extension_executable"


def test_long_work_goes_to_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploadgate.asgi, "LONG_STEP", 1e-9)
    app = Echo()
    guard = UploadGuard(app, routes={"/f": FORM}, spool_threshold=0)
    chunks = [HONEST[at : at + 100] for at in range(0, len(HONEST), 100)]
    assert post(guard, "/f", CONTENT_TYPE, chunks).status == 200
    assert post(guard, "/f", CONTENT_TYPE, [HOSTILE[at : at + 50] for at in range(0, len(HOSTILE), 50)]).status != 200
    assert len(app.requests) == 1


def test_two_readers_at_once_get_each_chunk_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploadgate.asgi, "LONG_STEP", -1.0)  # everything in threads
    text = {"fields": {"f": {"policy": {"extensions": ["txt"]}}}}
    content = b"One line of plain text, as notes have it.\n" * 40_000
    sizes = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        async def read() -> int:
            size, more = 0, True
            while more:
                message = await receive()
                size += len(message.get("body", b""))
                more = message.get("more_body", False)
            return size

        sizes.append(sum(await asyncio.gather(read(), read())))
        sizes.append(int(dict(scope["headers"])[b"content-length"]))
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    body = form_body(file_part(content, "f", "a.txt", "text/plain"))
    headers = [(b"content-type", CONTENT_TYPE.encode())]
    guard = UploadGuard(app, routes={"/f": text}, spool_threshold=0)
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Any:
        return messages.pop() if messages else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        pass

    asyncio.run(guard(scope("/f", headers), receive, send))
    assert sizes[0] == sizes[1] > len(content)


def test_no_room_to_keep_the_body_is_no_acceptance() -> None:
    app = Echo()
    guard = UploadGuard(app, routes={"/f": FORM, "/r.png": IMAGES}, spool_folder="/no/such", spool_threshold=10)
    assert post(guard, "/f", CONTENT_TYPE, [HONEST]).status == 503
    assert post(guard, "/r.png", "image/png", [PNG]).status == 503
    assert not app.requests


def test_an_application_may_read_nothing_or_fail() -> None:
    async def silent(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    async def failing(scope: Any, receive: Any, send: Any) -> None:
        raise LookupError("its own")

    for streaming in (False, True):
        assert (
            post(UploadGuard(silent, routes={"/f": FORM}, streaming=streaming), "/f", CONTENT_TYPE, [HONEST]).status
            == 204
        )
        with pytest.raises(LookupError):
            post(UploadGuard(failing, routes={"/f": FORM}, streaming=streaming), "/f", CONTENT_TYPE, [HONEST])


def test_an_answer_that_has_begun_is_broken_off() -> None:
    async def hasty(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while (await receive()).get("more_body"):
            pass

    async def attempt() -> Answer:
        guard = UploadGuard(hasty, routes={"/f": FORM}, streaming=True)
        return await ask(guard, scope("/f", [(b"content-type", CONTENT_TYPE.encode())]), [HOSTILE])

    with pytest.raises(ConnectionAbortedError):
        asyncio.run(attempt())
