#!/usr/bin/env python3
"""The library in servers that are not Beast's: other_servers_test.py KIND PROGRAM SAMPLES"""

import http.client
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

KIND, PROGRAM, SAMPLES = sys.argv[1], *(pathlib.Path(a) for a in sys.argv[2:4])
FORM = {"fields": {"files": {"policy": {"extensions": "known"}, "max_files": 5}, "title": {"text": "1 KiB"}}}


class OtherServer(unittest.TestCase):
    def setUp(self) -> None:
        arguments = []
        if KIND == "poco":
            policy = tempfile.NamedTemporaryFile("w", suffix=".json")
            self.addCleanup(policy.close)
            json.dump(FORM, policy)
            policy.flush()
            arguments = [policy.name]
        self.process = subprocess.Popen([PROGRAM, *arguments], stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.stop)
        self.port = int(self.process.stdout.readline().split("127.0.0.1:")[1].split("/")[0])

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()

    def send(self, name: str, content: bytes) -> tuple[int, dict]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        self.addCleanup(connection.close)
        if KIND == "poco":
            body = (
                (
                    '--b\r\nContent-Disposition: form-data; name="title"\r\n\r\nx\r\n'
                    "--b\r\nContent-Disposition: form-data; "
                    f'name="files"; filename="{name}"\r\nContent-Type: application/octet-stream\r\n\r\n'
                ).encode()
                + content
                + b"\r\n--b--\r\n"
            )
            connection.request("POST", "/forms", body, {"Content-Type": "multipart/form-data; boundary=b"})
        else:
            connection.request("PUT", "/files/" + name, content)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read().splitlines()[-1])

    def test_an_honest_photo_is_accepted(self) -> None:
        photo = (SAMPLES / "honest/photo.jpg").read_bytes()
        status, told = self.send("photo.jpg", photo)
        self.assertEqual(
            (status, told["verdict"], told["media_type"], told["size"]), (201, "accepted", "image/jpeg", len(photo))
        )

    def test_a_renamed_script_is_refused(self) -> None:
        status, told = self.send("photo.jpg", (SAMPLES / "hostile/script-named-photo.jpg").read_bytes())
        self.assertEqual((status, told["reason"]), (415, "type_mismatch"))

    def test_bytes_behind_the_image_are_refused(self) -> None:
        status, told = self.send("photo.jpg", (SAMPLES / "honest/photo.jpg").read_bytes() + b"<?php")
        self.assertEqual((status, told["reason"]), (400, "trailing_data"))

    def test_a_large_file_streams_through(self) -> None:
        status, told = self.send("notes.txt", b"a line of text\n" * 1_000_000)
        self.assertEqual((status, told.get("size")), (201, 15_000_000))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
