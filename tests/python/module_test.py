"""Policies, inspections, verdicts and facts."""

from __future__ import annotations

import array
import json
import mmap
import pathlib
import struct
import threading
import time
import zlib

import pytest
from conftest import HOSTILE_PNG, PNG, SAMPLES

import uploadgate

IMAGES = uploadgate.Policy(extensions=["png", "jpg"], max_size="5 MiB", name="images", version=3)


def judge(
    policy: uploadgate.Policy, content: bytes, filename: str = "a.png", chunk: int = 1000
) -> uploadgate.Inspection:
    inspection = policy.inspect(filename=filename)
    for at in range(0, len(content), chunk):
        if not inspection.feed(content[at : at + chunk]):
            break
    inspection.finish()
    return inspection


def test_an_honest_file_is_accepted_with_its_facts() -> None:
    inspection = judge(IMAGES, PNG)
    facts = inspection.accept()
    assert inspection.verdict.accepted and bool(inspection.verdict) and inspection.verdict.reason == "none"
    assert (facts.media_type, facts.extension, facts.safe_name) == ("image/png", "png", "a.png")
    assert (facts.width, facts.height, facts.frames, facts.examined) == (64, 48, 1, "whole")
    assert facts.size == len(PNG) and len(facts.sha256 or "") == 64
    assert facts.entries is None and facts.warnings == []


def test_a_rejection_names_rule_reason_and_byte() -> None:
    inspection = judge(IMAGES, HOSTILE_PNG)
    verdict = inspection.verdict
    assert verdict.rejected and not verdict and verdict.state == "rejected"
    assert verdict.rule == "structure" and verdict.offset is not None and verdict.offset < len(HOSTILE_PNG)
    assert verdict.http_status in (400, 415, 422) and verdict.message
    with pytest.raises(uploadgate.Rejected) as caught:
        inspection.accept()
    assert caught.value.verdict.reason == verdict.reason
    assert caught.value.facts is not None and caught.value.facts.extension == "png"
    assert str(caught.value) == verdict.message


@pytest.mark.parametrize("sample", sorted((SAMPLES / "hostile").iterdir()), ids=lambda p: p.name)
def test_hostile_samples_are_rejected_at_any_chunk_size(sample: pathlib.Path) -> None:
    said = set()
    for chunk in (1, 7, 4096, 1 << 20):
        verdict = judge(uploadgate.Policy(), sample.read_bytes(), sample.name, chunk).verdict
        said.add((verdict.state, verdict.rule, verdict.reason, verdict.offset))
    assert len(said) == 1 and said.pop()[0] == "rejected"


def test_the_claim_is_judged_before_any_byte() -> None:
    assert IMAGES.inspect(filename="../a.png").verdict.condition == "bad_name"
    assert IMAGES.inspect(filename="a.exe").verdict.http_status == 415
    assert IMAGES.inspect(filename="a.png", size=6 << 20).verdict.http_status == 413
    assert IMAGES.inspect(filename="a.png", content_type="text/html").verdict.rejected
    assert IMAGES.inspect(filename=b"\xff.png").verdict.rejected
    assert IMAGES.inspect(filename="\udcff.png").verdict.rejected  # as os.fsdecode gives it


def test_anything_with_a_buffer_is_fed_without_a_copy() -> None:
    half = len(PNG) // 2
    with mmap.mmap(-1, len(PNG)) as mapped:
        mapped.write(PNG)
        for make in (bytes, bytearray, memoryview, lambda b: array.array("B", b), lambda b: memoryview(mapped)[:half]):
            inspection = IMAGES.inspect(filename="a.png")
            inspection.feed(make(PNG[:half]))
            inspection.feed(PNG[half:])
            assert inspection.finish().accepted


@pytest.mark.parametrize("wrong", ["text", None, 7, memoryview(PNG)[::2], object()])
def test_what_has_no_contiguous_buffer_is_refused(wrong: object) -> None:
    inspection = IMAGES.inspect(filename="a.png")
    with pytest.raises((TypeError, BufferError)):
        inspection.feed(wrong)  # type: ignore[arg-type]
    inspection.feed(PNG)
    assert inspection.finish().accepted


def seven(content: bytes = b"hello") -> bytes:
    """A 7z archive of one stored file."""
    crc = zlib.crc32(content).to_bytes(4, "little")
    header = b"\1\4\6\0\1\x09" + bytes([len(content)]) + b"\0\7\x0b\1\0\1\1\0\x0c" + bytes([len(content)])
    header += b"\x0a\1" + crc + b"\0\0\5\1\x11\5\0a\0\0\0\0\0"
    start = struct.pack("<QQL", len(content), len(header), zlib.crc32(header))
    return b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack("<L", zlib.crc32(start)) + start + content + header


def test_the_completed_file_is_looked_into(tmp_path: pathlib.Path) -> None:
    archive = seven()
    policy = uploadgate.Policy(extensions=["7z"])
    path = tmp_path / "stored"
    path.write_bytes(archive)
    spool = uploadgate.Spool(str(tmp_path), 10)
    spool.write(archive)

    def fed() -> uploadgate.Inspection:
        inspection = policy.inspect(filename="a.7z")
        inspection.feed(archive)
        return inspection

    assert fed().finish().reason == "not_examined"
    with path.open("rb") as file:
        for held in (path, str(path), bytes(path), file, spool):
            facts = fed().accept(held)
            assert (facts.examined, facts.entries, facts.unpacked_size) == ("whole", 1, 5)
    path.write_bytes(archive + b"x")
    assert fed().finish(path).reason == "completed_file_differs"
    with pytest.raises(ValueError):
        fed().finish(tmp_path)
    with pytest.raises(FileNotFoundError):
        fed().finish(tmp_path / "nothing")
    with pytest.raises(TypeError):
        fed().finish(7)  # type: ignore[arg-type]


def test_bytes_after_finish_reject() -> None:
    inspection = judge(IMAGES, PNG)
    assert not inspection.feed(b"x")
    assert inspection.verdict.reason == "fed_after_finish"


def test_policies_are_made_of_files_json_dicts_and_arguments(tmp_path: pathlib.Path) -> None:
    rules = {"extensions": ["png"], "name": "n", "max_size": 1000}
    path = tmp_path / "p.json"
    path.write_text(json.dumps(rules))
    made = [
        uploadgate.Policy(rules),
        uploadgate.Policy(json.dumps(rules)),
        uploadgate.Policy(**rules),
        uploadgate.Policy({"extensions": ["png"], "max_size": 1000}, name="n"),
        uploadgate.Policy.load(path),
        uploadgate.Policy.load(str(path)),
    ]
    made.append(uploadgate.Policy(made[0]))
    assert len({policy.json for policy in made}) == 1 and len({policy.digest for policy in made}) == 1
    assert uploadgate.Policy(made[0], max_size=2000).json != made[0].json
    assert made[0].name == "n" and made[0].version == 1 and "structure" in made[0].rules
    assert uploadgate.Policy().name == "default"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('{"extensions": [}', "line 1"),
        ('{"extension": ["png"]}', 'nearest known one is "extensions"'),
        ({"max_size": "5 elephants"}, "max_size"),
        ({"extensions": []}, "extension"),
    ],
)
def test_wrong_policies_are_configuration_errors(source: object, said: str) -> None:
    with pytest.raises(uploadgate.ConfigurationError, match=said):
        uploadgate.Policy(source)  # type: ignore[arg-type]
    assert issubclass(uploadgate.ConfigurationError, ValueError)


def test_a_missing_policy_file_is_a_configuration_error(tmp_path: pathlib.Path) -> None:
    with pytest.raises(uploadgate.ConfigurationError, match="nothing.json"):
        uploadgate.Policy.load(tmp_path / "nothing.json")


def test_one_policy_serves_many_threads() -> None:
    failures = []

    def work() -> None:
        for _ in range(30):
            if not judge(IMAGES, PNG).verdict.accepted or not judge(IMAGES, HOSTILE_PNG).verdict.rejected:
                failures.append(1)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def long_text(size: int) -> bytes:
    return b"One line of plain text, as notes have it.\n" * (size // 42)


def test_large_chunks_are_judged_without_the_gil() -> None:
    text = uploadgate.Policy(extensions=["txt"], max_size="1 GiB")
    content = long_text(64 << 20)
    inspection = text.inspect(filename="a.txt")
    done = threading.Event()
    thread = threading.Thread(target=lambda: (inspection.feed(content), done.set()))
    steps = 0
    thread.start()
    while not done.is_set():
        steps += 1
        time.sleep(0.0005)
    thread.join()
    assert steps > 5, "this thread stood still while the other judged"
    assert inspection.finish().accepted


def test_a_second_thread_in_the_same_inspection_is_refused() -> None:
    text = uploadgate.Policy(extensions=["txt"], max_size="1 GiB")
    content = long_text(64 << 20)
    inspection = text.inspect(filename="a.txt")
    thread = threading.Thread(target=inspection.feed, args=[content])
    thread.start()
    refused = 0
    while thread.is_alive():
        try:
            inspection.feed(b"not in order\n")
        except RuntimeError:
            refused += 1
        time.sleep(0.0005)
    thread.join()
    assert refused > 0


def test_names_are_made_safe() -> None:
    assert uploadgate.safe_name("../../etc/passwd") == "passwd"
    assert uploadgate.safe_name("CON.txt") == "_CON.txt"
    assert uploadgate.safe_name(b"\xff\xfe") != ""
    assert uploadgate.printable("a\x1b[31m") == "a\\x1b[31m"
    with pytest.raises(TypeError):
        uploadgate.safe_name(7)  # type: ignore[arg-type]


def test_every_public_name_is_documented() -> None:
    for name in uploadgate.__all__:
        assert getattr(uploadgate, name).__doc__, name
