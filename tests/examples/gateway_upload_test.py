#!/usr/bin/env python3
"""Uploads through uploadgate-proxy: judged, kept on the disk while they are, and passed on when accepted.

gateway_upload_test.py PROXY SAMPLES
"""

import json
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import unittest

from gateway_harness import GatewayTest

GatewayTest.PROXY, GatewayTest.SAMPLES = (pathlib.Path(a) for a in sys.argv[1:3])


class Judging(GatewayTest):
    def test_an_honest_form_arrives_in_canonical_form(self) -> None:
        photo = self.sample("honest/photo.jpg")
        status, told = self.post_form(("title", None, "Grüße".encode()), ("avatar", "photo.jpg", photo))
        self.assertEqual(status, 200)
        fields = dict(told["fields"])
        boundary = fields["Content-Type"].removeprefix("multipart/form-data; boundary=").encode()
        self.assertTrue(boundary.startswith(b"uploadgate-"))
        self.assertEqual(
            self.origin.bodies[-1].split(b"--" + boundary),
            [
                b"",
                b'\r\nContent-Disposition: form-data; name="title"\r\n\r\nGr\xc3\xbc\xc3\x9fe\r\n',
                b'\r\nContent-Disposition: form-data; name="avatar"; filename="photo.jpg"\r\n'
                b"Content-Type: image/jpeg\r\n\r\n" + photo + b"\r\n",
                b"--\r\n",
            ],
        )
        self.wait_for_log(route="/avatars", verdict="accepted", status=200)

    def test_a_refused_form_does_not_reach_the_application(self) -> None:
        status, problem = self.post_form(("avatar", "a.jpg", self.sample("hostile/script-named-photo.jpg")))
        self.assertEqual(
            (status, problem["status"], problem["rule"], problem["reason"], problem["field"]),
            (415, 415, "magic_type", "type_mismatch", "avatar"),
        )
        self.assertEqual(problem["title"], "Unsupported Media Type")
        self.assertEqual(self.origin.seen, [])
        self.wait_for_log(id=problem["request_id"], verdict="rejected", rule="magic_type")
        decision = self.wait_for_log(request_id=problem["request_id"], field="avatar", filename="a.jpg")
        self.assertEqual(
            (decision["verdict"], decision["reason"], decision["client"]), ("rejected", "type_mismatch", "127.0.0.1")
        )
        self.assertRegex(self.metrics(), r'rule="magic_type",reason="type_mismatch"} 1')

    def test_a_whole_body_is_judged_by_the_name_in_its_path(self) -> None:
        photo = self.sample("honest/photo.jpg")
        answer, _ = self.ask("PUT", "/files/caf%C3%A9.jpg", photo, {"Content-Type": "image/jpeg", "Content-MD5": "x"})
        self.assertEqual((answer.status, self.origin.bodies), (200, [photo]))
        for name, body, status, rule in (
            ("photo.png", photo, 415, "magic_type"),
            ("shell.php.jpg", photo, 415, "extension"),
            ("photo.jpg", photo + b"<?php", 400, "structure"),
            ("drawing.svg", self.sample("hostile/drawing-with-script.svg"), 422, "structure"),
        ):
            with self.subTest(name):
                answer, problem = self.ask("PUT", "/files/" + name, body)
                self.assertEqual((answer.status, json.loads(problem)["rule"]), (status, rule))
        self.assertEqual(len(self.origin.seen), 1)

    def test_chunked_uploads_are_judged_by_what_comes(self) -> None:
        photo = self.sample("honest/photo.jpg")
        answer, _ = self.ask("PUT", "/files/a.jpg", iter([photo[:1], photo[1:]]))
        self.assertEqual((answer.status, self.origin.bodies), (200, [photo]))

    def test_the_gateway_itself_tells_a_client_to_continue_or_not(self) -> None:
        photo = self.sample("honest/photo.jpg")
        head = b"PUT /files/a.jpg HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nConnection: close\r\n"
        head += b"Content-Length: %d\r\n\r\n"
        s = self.connect()
        s.sendall(head % len(photo))
        self.assertEqual(s.recv(4096), b"HTTP/1.1 100 Continue\r\n\r\n")
        s.sendall(photo)
        self.assertTrue(s.makefile("rb").read().startswith(b"HTTP/1.1 200 "))
        answer = self.raw(head % (1 << 40))
        self.assertTrue(answer.startswith(b"HTTP/1.1 413 "), answer)

    def test_encoded_and_partial_bodies_are_refused(self) -> None:
        for fields, status, reason in (
            ({"Content-Encoding": "gzip"}, 415, "content_encoding"),
            ({"Content-Range": "bytes 0-9/20"}, 400, "content_range"),
        ):
            answer, problem = self.ask("PUT", "/files/a.jpg", self.sample("honest/photo.jpg"), fields)
            self.assertEqual((answer.status, json.loads(problem)["reason"]), (status, reason))
        self.assertEqual(self.origin.seen, [])

    def test_no_spelling_of_a_path_or_method_takes_a_form_around_its_route(self) -> None:
        body, fields = self.form(("avatar", "a.jpg", self.sample("hostile/script-named-photo.jpg")))
        for path in (
            "/avatars",
            "/%61vatars",
            "/avatars?x",
            "/avatars;x=1",
            "/avatars/",
            "/Avatars",
            "//avatars",
            "/./avatars",
            "/x/../avatars",
            "/avatars%2f",
            "/avatars/x",
            "/other",
            "/%2e%2e/avatars",
            "\\avatars",
            "/avatars%00",
        ):
            for method in ("POST", "PUT", "PATCH", "post", "GET", "DELETE", "MADEUP"):
                with self.subTest(path=path, method=method):
                    head = "".join(f"{n}: {v}\r\n" for n, v in fields.items())
                    answer = self.raw(
                        f"{method} {path} HTTP/1.1\r\nHost: x\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode()
                        + body
                    )
                    self.assertIn(answer[9:12], (b"400", b"403", b"405", b"415"), answer)
        self.assertEqual(self.origin.seen, [])

    def test_a_rejection_reaches_a_client_that_sends_on(self) -> None:
        answer = self.raw(
            b"PUT /files/a.png HTTP/1.1\r\nHost: x\r\nContent-Length: 600000\r\n\r\n", b"MZ" + bytes(500_000)
        )
        self.assertTrue(answer.startswith(b"HTTP/1.1 415 "), answer[:80])
        self.assertNotIn(b"(reset)", answer)


def noise_archive(size: int) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        inside = pathlib.Path(folder, "noise.bin")
        inside.write_bytes(random.Random(7).randbytes(size))
        subprocess.run(["7z", "a", f"{folder}/a.7z", inside], check=True, stdout=subprocess.DEVNULL)
        return pathlib.Path(folder, "a.7z").read_bytes()


class Spooling(GatewayTest):
    settings = {
        "spool": {"folder": "/var/tmp", "max_disk": "2 MiB"},
        "routes": [{"path": "/files/", "file": {"extensions": ["txt"], "max_size": "8 MiB"}}],
    }

    def test_the_disk_cap_refuses_for_now(self) -> None:
        answer, problem = self.ask("PUT", "/files/a.txt", b"line of text\n" * 200_000)
        self.assertEqual((answer.status, json.loads(problem)["reason"]), (503, "spool_full"))
        answer, _ = self.ask("PUT", "/files/a.txt", b"line of text\n" * 100_000)
        self.assertEqual(answer.status, 200)


class PastTheCache(GatewayTest):
    """Uploads that are larger than what goes through the page cache."""

    cached = "64 KiB"
    disk = "/var/tmp"

    def setUp(self) -> None:
        self.settings = {
            "spool": {"folder": self.disk, "cached": self.cached, "max_disk": "64 MiB"},
            "routes": [
                {"path": "/files/", "file": {"extensions": ["txt", "7z"], "max_size": "32 MiB"}},
                {
                    "path": "/form",
                    "form": {
                        "fields": {
                            "file": {"policy": {"extensions": ["txt", "7z"], "max_size": "32 MiB"}, "max_files": 9}
                        }
                    },
                },
            ],
        }
        super().setUp()

    def test_they_arrive_byte_for_byte(self) -> None:
        lines = b"".join(b"line %d\n" % n for n in range(700_000))
        for size in (65535, 65536, 65537, 65536 + 4096, 65536 + 524288, 65536 + 1048576 + 1, 6_000_001):
            with self.subTest(size=size):
                answer, _ = self.ask("PUT", "/files/a.txt", lines[:size])
                self.assertEqual(answer.status, 200)
                self.assertTrue(self.origin.bodies[-1] == lines[:size])
        chunks = (lines[at : at + 70_001] for at in range(0, 6_000_000, 70_001))
        answer, _ = self.ask("PUT", "/files/a.txt", chunks)
        self.assertEqual(answer.status, 200)
        self.assertTrue(self.origin.bodies[-1] == lines[: 86 * 70_001])
        files = [lines[at : at + size] for at, size in ((0, 100), (7, 70_001), (1, 3_000_000), (5, 1), (3, 2_097_153))]
        files.append(b"\r\n--Xy" * 500_000 + b"\r\nend")  # what looks like a boundary, wherever a piece ends
        body, fields = self.form(*(("file", f"{n}.txt", content) for n, content in enumerate(files)))
        answer, told = self.ask("POST", "/form", body, fields)
        self.assertEqual(answer.status, 200, told)
        arrived = self.origin.bodies[-1]
        for content in files:
            before, found, arrived = arrived.partition(b"\r\n\r\n" + content + b"\r\n--")
            self.assertTrue(found)
            self.assertLess(len(before), 300)
        self.assertIn("\nuploadgate_proxy_spool_bytes 0\n", self.metrics())

    @unittest.skipUnless(shutil.which("7z"), "7z is not installed")
    def test_archives_are_looked_into_where_they_wait(self) -> None:
        archive = noise_archive(1_500_000)
        lies = bytearray(archive)
        lies[1_000_000] ^= 1
        for content, status in ((archive, 200), (bytes(lies), 400)):
            answer, told = self.ask("PUT", "/files/a.7z", content)
            self.assertEqual(answer.status, status, told)
            body, fields = self.form(
                ("file", "a.txt", b"before\n"), ("file", "a.7z", content), ("file", "b.txt", b"behind\n" * 200_000)
            )
            answer, told = self.ask("POST", "/form", body, fields)
            self.assertEqual(answer.status, status, told)
        for content in (archive, b"before\n", b"behind\n" * 200_000):
            self.assertIn(b"\r\n\r\n" + content + b"\r\n--", self.origin.bodies[-1])


class PastTheCacheFromTheFirstByte(PastTheCache):
    cached = 0


class FullDisk(GatewayTest):
    """A disk that takes no more than a part of each upload."""

    settings = {
        "spool": {"folder": "/var/tmp", "cached": "64 KiB"},
        "routes": [
            {"path": "/files/", "file": {"extensions": ["7z"], "max_size": "32 MiB"}},
            {"path": "/form", "form": {"fields": {"file": {"policy": {"extensions": ["7z"], "max_size": "32 MiB"}}}}},
        ],
    }
    largest_file = 500_000

    @unittest.skipUnless(shutil.which("7z"), "7z is not installed")
    def test_it_is_no_fault_of_the_file(self) -> None:
        for size in (800_000, 1_500_000):  # found when the rules look into the completed file, and before
            archive = noise_archive(size)
            body, fields = self.form(("file", "a.7z", archive))
            for answer, problem in (self.ask("PUT", "/files/a.7z", archive), self.ask("POST", "/form", body, fields)):
                self.assertEqual((answer.status, json.loads(problem)["reason"]), (503, "spool_failed"))


class PastTheCacheInMemory(PastTheCache):
    disk = "/dev/shm"  # a file system without disk


class Memory(GatewayTest):
    settings = {
        "routes": [
            {
                "path": "/digest",
                "form": {
                    "fields": {"file": {"policy": {"extensions": ["txt"], "max_size": "1 GiB"}}},
                    "max_body": "1 GiB",
                },
            }
        ]
    }

    def test_large_uploads_and_answers_take_little_memory(self) -> None:
        size = 200_000_000
        content = b"0123456789abcdef\n" * (size // 17)
        body, fields = self.form(("file", "a.txt", content))
        answer, told = self.ask("POST", "/digest", body, fields)
        self.assertEqual((answer.status, json.loads(told)["length"] > len(content)), (200, True))
        answer, told = self.ask("POST", "/other", content, {"Content-Type": "text/plain"})
        self.assertEqual(json.loads(told)["length"], len(content))
        peak = int(pathlib.Path(f"/proc/{self.process.pid}/status").read_text().split("VmHWM:")[1].split()[0])
        program = self.PROXY.read_bytes()
        if b"__asan_init" not in program and b"__tsan_init" not in program:
            self.assertLess(peak, 64 * 1024)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=1)
