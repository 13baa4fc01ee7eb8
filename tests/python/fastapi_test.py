"""The FastAPI dependency, without a server."""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
import pathlib
import stat
from typing import Any, Dict

import pytest
from asgi_client import post
from conftest import CONTENT_TYPE, FORM, HOSTILE_PNG, PNG, file_part, form_body, text_part
from fastapi import Depends, FastAPI

import uploadgate
from uploadgate.fastapi import FormGuard, JudgedForm, add_problem_handler

JPG = (pathlib.Path(__file__).parents[2] / "examples/samples/honest/photo.jpg").read_bytes()
BODY = form_body(
    text_part("hello"),
    file_part(PNG),
    file_part(b"", filename=""),
    file_part(JPG, filename="b.jpg", type_="image/jpeg"),
)


def application(handler: Any, problems: bool = True, **options: Any) -> FastAPI:
    app = FastAPI()
    guard = FormGuard(FORM, **options)

    @app.post("/f", openapi_extra=guard.openapi)
    async def route(form: JudgedForm = Depends(guard)) -> Any:
        return await handler(form)

    if problems:
        add_problem_handler(app)
    return app


@pytest.mark.parametrize("threshold", [0, 1 << 20])
def test_the_handler_gets_texts_and_files(threshold: int, tmp_path: pathlib.Path) -> None:
    async def handler(form: JudgedForm) -> Dict[str, Any]:
        first, second = form.files
        assert form.text("title") == "hello" and form.text("none", "default") == "default"
        assert (first.field, first.filename, first.safe_name, first.media_type) == (
            "avatar",
            "a.png",
            "a.png",
            "image/png",
        )
        assert second.media_type == "image/jpeg" and form.file("avatar") is first
        with pytest.raises(KeyError):
            form.file("nothing")
        assert await first.read() == PNG and second.file.read() == JPG
        assert b"".join([chunk async for chunk in second.chunks()]) == JPG
        assert "a.png" in repr(first)
        path = tmp_path / "kept"
        path.write_bytes(b"older")
        await second.save(path)
        assert path.read_bytes() == JPG and stat.S_IMODE(path.stat().st_mode) == 0o600
        with pytest.raises(OSError):
            second.save_now(tmp_path / "nowhere" / "x")
        assert [entry.name for entry in tmp_path.iterdir()] == ["kept"]
        return {"sha256": second.facts.sha256}

    app = application(handler, spool_threshold=threshold, spool_folder=str(tmp_path))
    for chunks in ([BODY], [BODY[:700], BODY[700:]], [BODY[at : at + 11] for at in range(0, len(BODY), 11)]):
        answer = post(app, "/f", CONTENT_TYPE, chunks)
        assert answer.json == {"sha256": hashlib.sha256(JPG).hexdigest()}


def test_a_file_is_read_and_sought_as_any_other() -> None:
    async def handler(form: JudgedForm) -> None:
        file = form.files[1].file
        assert file.seek(-10, io.SEEK_END) == len(JPG) - 10 and file.read() == JPG[-10:] and file.read() == b""
        assert file.seek(5) == 5 and file.read(3) == JPG[5:8] and file.tell() == 8
        assert file.seek(len(JPG) + 5) and file.read(1) == b""
        with pytest.raises(ValueError):
            file.raw.seek(-1)
        assert not file.writable() and file.readable() and file.seekable()
        assert form.files[1].file.read(4) == JPG[:4], "each has its own position"

    assert post(application(handler), "/f", CONTENT_TYPE, [BODY]).status == 200


def test_a_rejection_is_a_problem_with_the_handler_and_an_http_error_without() -> None:
    called = []

    async def handler(form: JudgedForm) -> None:
        called.append(form)

    hostile = form_body(file_part(HOSTILE_PNG))
    answer = post(application(handler), "/f", CONTENT_TYPE, [hostile])
    assert answer.headers[b"content-type"] == b"application/problem+json" and answer.json["field"] == "avatar"
    bare = post(application(handler, problems=False), "/f", CONTENT_TYPE, [hostile])
    assert bare.status == answer.status and bare.json == {"detail": answer.json["detail"]}
    encoded = [(b"content-encoding", b"gzip")]
    for problems in (True, False):
        assert post(application(handler, problems), "/f", CONTENT_TYPE, [BODY], headers=encoded).status == 415
        no_room = application(handler, problems, spool_folder="/no/such", spool_threshold=1)
        assert post(no_room, "/f", CONTENT_TYPE, [BODY]).status == 503
    assert not called


def test_a_handler_may_reject_by_itself() -> None:
    async def handler(form: JudgedForm) -> None:
        uploadgate.Policy(extensions=["gif"]).inspect(filename=form.files[0].safe_name).accept()

    answer = post(application(handler), "/f", CONTENT_TYPE, [BODY])
    assert answer.status == 415 and answer.json["reason"] == "extension_not_allowed"


def test_a_disconnect_does_not_reach_the_handler() -> None:
    called = []

    async def handler(form: JudgedForm) -> None:
        called.append(form)

    for at in range(0, len(BODY), 211):
        assert post(application(handler), "/f", CONTENT_TYPE, [BODY[:at]], disconnect=True).status == 400
    assert not called


def test_the_spool_goes_with_the_last_file() -> None:
    async def handler(form: JudgedForm) -> None:
        return None

    app = application(handler, spool_threshold=0)
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        assert post(app, "/f", CONTENT_TYPE, [BODY]).status == 200
    assert len(os.listdir("/proc/self/fd")) <= before + 1


def test_the_documentation_shows_the_form() -> None:
    async def handler(form: JudgedForm) -> None:
        return None

    schema = application(handler).openapi()["paths"]["/f"]["post"]["requestBody"]["content"]["multipart/form-data"][
        "schema"
    ]
    assert schema["properties"]["avatar"] == {"type": "string", "format": "binary"}
    assert schema["properties"]["title"] == {"type": "string"}


def test_only_policies_of_forms_guard_forms() -> None:
    with pytest.raises(TypeError):
        FormGuard({"extensions": ["png"]})


def test_the_event_loop_goes_on_while_a_long_form_is_judged() -> None:
    async def scenario() -> int:
        guard = FormGuard({"fields": {"avatar": {"policy": {"extensions": ["txt"], "max_size": "1 GiB"}}}})
        line = b"One line of plain text, as notes have it.\n"
        chunks = [form_body(file_part(line * 400_000, filename="a.txt", type_="text/plain"))]
        chunks = [chunks[0][at : at + (4 << 20)] for at in range(0, len(chunks[0]), 4 << 20)]
        messages = [{"type": "http.request", "body": c, "more_body": c is not chunks[-1]} for c in chunks]
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            while True:
                await asyncio.sleep(0)
                ticks += 1

        async def receive() -> Any:
            return messages.pop(0)

        from fastapi import Request

        ticking = asyncio.create_task(tick())
        headers = [(b"content-type", CONTENT_TYPE.encode())]
        form = await guard(Request({"type": "http", "headers": headers}, receive))
        ticking.cancel()
        assert form.files[0].size == len(line) * 400_000
        return ticks

    assert asyncio.run(scenario()) > 0
