"""Forms: fields, events, spools, and the canonical form."""

from __future__ import annotations

import io
import os
import pathlib
import threading
from email.parser import BytesParser
from random import Random
from typing import List, Tuple

import pytest
from conftest import CONTENT_TYPE, FORM, HOSTILE_PNG, PNG, file_part, form_body, text_part

import uploadgate
from uploadgate._body import FormBody

POLICY = uploadgate.FormPolicy(FORM)
BODY = form_body(text_part("Grüße"), file_part(PNG), file_part(b"", filename="", type_="application/octet-stream"))


def read_form(content_type: str, body: bytes) -> "List[Tuple[str, object, str, bytes]]":
    """The parts as Python's own parser sees them: name, file name, type, content."""
    message = BytesParser().parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    found = []
    for part in message.get_payload():  # type: ignore[union-attr]
        name = part.get_param("name", header="content-disposition")  # type: ignore[union-attr]
        filename = part.get_param("filename", header="content-disposition")  # type: ignore[union-attr]
        content = part.get_payload(decode=True)  # type: ignore[union-attr]
        found.append((name, filename, part.get_content_type(), content))  # type: ignore[union-attr]
    return found  # type: ignore[return-value]


def test_an_accepted_form_tells_its_parts() -> None:
    form = POLICY.inspect(CONTENT_TYPE, len(BODY))
    form.feed(BODY)
    title, avatar, empty = form.accept()
    assert (title.name, title.text, title.filename, title.raw_text) == ("title", "Grüße", None, "Grüße".encode())
    assert (avatar.name, avatar.filename, avatar.content_type, avatar.size) == (
        "avatar",
        "a.png",
        "image/png",
        len(PNG),
    )
    assert avatar.verdict.accepted and avatar.facts.media_type == "image/png" and avatar.sha256 == avatar.facts.sha256
    assert BODY[avatar.offset :].startswith(PNG)
    assert empty.filename == "" and empty.size == 0


def test_a_rejection_names_the_field() -> None:
    form = POLICY.inspect(CONTENT_TYPE)
    form.feed(form_body(text_part("hello"), file_part(HOSTILE_PNG)))
    with pytest.raises(uploadgate.Rejected) as caught:
        form.accept()
    assert caught.value.field == "avatar" and caught.value.verdict.rule == "structure"
    form = POLICY.inspect("text/plain")
    assert form.verdict.rejected
    with pytest.raises(uploadgate.Rejected) as caught:
        form.accept()
    assert caught.value.field is None and caught.value.verdict.rule == "form"


def test_fields_are_policies_sizes_or_dicts(tmp_path: pathlib.Path) -> None:
    images = uploadgate.Policy(extensions=["png"])
    policy = uploadgate.FormPolicy(fields={"avatar": images, "title": "1 KiB", "note": {"text": 10}})
    assert policy.fields == ["avatar", "note", "title"] and policy.file_fields == ["avatar"]
    assert uploadgate.FormPolicy().fields == []
    assert uploadgate.FormPolicy(FORM, max_body=1000).max_body == 1000
    (tmp_path / "images.json").write_text(images.json)
    path = tmp_path / "form.json"
    path.write_text('{"fields": {"avatar": {"policy": "images.json"}}}')
    assert uploadgate.FormPolicy.load(path).fields == ["avatar"]
    with pytest.raises(uploadgate.ConfigurationError, match="nearest"):
        uploadgate.FormPolicy(fields={"a": {"text": 1, "max_cuont": 2}})


@pytest.mark.parametrize("chunk", [1, 2, 3, 17, 64, 1 << 20])
def test_events_tell_the_same_at_every_chunk_size(chunk: int) -> None:
    events = uploadgate.Events()
    form = POLICY.inspect(CONTENT_TYPE, to=events)
    content: List[bytes] = []
    kinds: List[Tuple[str, int]] = []
    for at in range(0, len(BODY), chunk):
        form.feed(BODY[at : at + chunk])
        for event in events.take():
            if event.kind == "part":
                content.append(b"")
            if event.data is not None:
                content[event.part] += event.data
            else:
                kinds.append((event.kind, event.part))
    assert form.finish().accepted
    assert kinds == [(kind, part) for part in range(3) for kind in ("part", "end")]
    assert content == ["Grüße".encode(), PNG, b""]


def test_events_view_the_chunk_that_was_fed() -> None:
    events = uploadgate.Events()
    form = POLICY.inspect(CONTENT_TYPE, to=events)
    form.feed(BODY)
    views = [event.data for event in events.take() if event.data is not None]
    assert all(view.obj is BODY for view in views) and b"".join(views) == "Grüße".encode() + PNG


def test_what_a_spool_keeps_is_laid_out_as_one_form(tmp_path: pathlib.Path) -> None:
    for threshold in (0, 10, 1 << 20):
        spool = uploadgate.Spool(str(tmp_path), threshold)
        body = FormBody(POLICY, CONTENT_TYPE, len(BODY), spool)
        for at in range(0, len(BODY), 100):
            body.feed(BODY[at : at + 100])
        assert body.finish().accepted and spool.on_disk == (threshold < 1000)
        content_type, size, chunks = body.accepted()
        written = b"".join(chunks)
        assert len(written) == size and b"frontier" not in written
        assert read_form(content_type, written) == [
            ("title", None, "text/plain", "Grüße".encode()),
            ("avatar", "a.png", "image/png", PNG),
            ("avatar", "", "application/octet-stream", b""),
        ]
    assert list(tmp_path.iterdir()) == [], "the file has no name"


def test_a_rewriter_writes_while_the_form_is_judged() -> None:
    for chunk in (1, 50, 1 << 20):
        rewriter = uploadgate.Rewriter()
        form = POLICY.inspect(CONTENT_TYPE, to=rewriter)
        written = b""
        for at in range(0, len(BODY), chunk):
            assert form.feed(BODY[at : at + chunk])
            written += rewriter.take()
        assert form.finish().accepted
        written += rewriter.take(close=True)
        found = read_form(rewriter.content_type, written)
        assert [content for *_, content in found] == ["Grüße".encode(), PNG, b""]


def test_only_an_accepted_form_is_laid_out() -> None:
    form = POLICY.inspect(CONTENT_TYPE)
    form.feed(BODY)
    with pytest.raises(RuntimeError):
        form._layout()


class TestSpool:
    def test_it_gives_back_what_was_written(self, tmp_path: pathlib.Path) -> None:
        for threshold in (0, 4, 5, 6, 100):
            spool = uploadgate.Spool(str(tmp_path), threshold)
            spool.write(b"12345")
            spool.write(bytearray(b"67890"))
            assert len(spool) == 10 and spool.on_disk == (threshold < 10)
            assert spool.read(0, 100) == b"1234567890" and spool.read(4, 3) == b"567"
            assert spool.read(10, 1) == b"" and spool.read(11, 1) == b"" and spool.read(1 << 60, 1 << 60) == b""
            buffer = bytearray(4)
            assert spool.readinto(8, buffer) == 2 and buffer[:2] == b"90"
            with open(tmp_path / "copy", "w+b") as copy:
                spool.copy(2, 5, copy.fileno())
                assert copy.seek(0) == 0 and copy.read() == b"34567"
            with pytest.raises(OSError):
                spool.copy(2, 50, os.open(os.devnull, os.O_WRONLY))
            assert io.open(os.dup(spool.fileno()), "rb").seek(0, os.SEEK_END) == 10
            assert spool.read(0, 3) == b"123"

    def test_any_sequence_of_writes_and_reads_agrees_with_memory(self, tmp_path: pathlib.Path) -> None:
        block = 64 * 1024
        random = Random(7)
        sizes = [0, 1, block - 1, block, block + 1, 2 * block, 3 * block + 5]
        for threshold in (0, 1, block, 5 * block):
            spool = uploadgate.Spool(str(tmp_path), threshold)
            wanted = b""
            for _ in range(40):
                chunk = random.randbytes(random.choice(sizes))
                spool.write(chunk)
                wanted += chunk
                at, size = random.randrange(len(wanted) + 1), random.choice(sizes)
                assert len(spool) == len(wanted) and spool.read(at, size) == wanted[at : at + size]
                if random.random() < 0.1:
                    assert os.fstat(spool.fileno()).st_size == len(wanted)
            with open(tmp_path / "copy", "w+b") as copy:
                spool.copy(0, len(wanted), copy.fileno())
                assert copy.seek(0) == 0 and copy.read() == wanted

    def test_it_refuses_after_close(self, tmp_path: pathlib.Path) -> None:
        spool = uploadgate.Spool(str(tmp_path), 0)
        spool.write(b"1")
        spool.close()
        spool.close()
        for work in (lambda: spool.write(b"2"), lambda: spool.read(0, 1) or spool.fileno(), spool.fileno):
            with pytest.raises(OSError):
                work()

    def test_no_room_is_an_error_of_the_system(self) -> None:
        spool = uploadgate.Spool("/no/such/folder", 1)
        with pytest.raises(FileNotFoundError):
            spool.write(b"12")

    def test_a_form_that_cannot_be_kept_is_not_accepted(self) -> None:
        spool = uploadgate.Spool("/no/such/folder", 10)
        form = POLICY.inspect(CONTENT_TYPE, to=spool)
        form.feed(BODY)
        verdict = form.finish()
        assert verdict.rejected and verdict.condition == "not_checked" and verdict.http_status == 503

    def test_closing_while_another_thread_judges_is_safe(self, tmp_path: pathlib.Path) -> None:
        content = b"One line of plain text, as notes have it.\n" * 100_000
        policy = uploadgate.FormPolicy(fields={"f": uploadgate.Policy(extensions=["txt"])})
        body = form_body(file_part(content, "f", "a.txt", "text/plain"))
        for _ in range(20):
            spool = uploadgate.Spool(str(tmp_path), 0)
            form = policy.inspect(CONTENT_TYPE, to=spool)
            thread = threading.Thread(target=form.feed, args=[body])
            thread.start()
            spool.close()
            thread.join()
            verdict = form.finish()
            assert verdict.accepted or verdict.condition == "not_checked"
