#!/usr/bin/env python3
"""The upload server as its users meet it: by curl, by slow and broken clients, and in a real browser.

upload_server_test.py SERVER SAMPLES SCREENSHOT
"""

import base64
import http.client
import json
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

from webdriver import Browser

SERVER, SAMPLES, SCREENSHOT = (pathlib.Path(a) for a in sys.argv[1:4])


# A 7z archive of one stored file.
SEVEN = base64.b64decode(
    "N3q8ryccAASvdIxwBQAAAAAAAAAkAAAAAAAAAKEW2VNoZWxsbwEEBgABCQUABwsBAAEBAAwFCgGGphA2AAAFAREFAGEAAAAAAA=="
)


class UploadServer(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.start()
        self.addCleanup(self.stop)

    def start(self) -> None:
        self.process = subprocess.Popen(
            [SERVER, "--port", "0", "--folder", self.folder], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.port = int(self.process.stdout.readline().split("://127.0.0.1:")[1].split("/")[0])

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        self.process.communicate(timeout=40)
        self.process.stdout.close()
        self.process.stderr.close()

    def stored(self) -> list[bytes]:
        return sorted(p.read_bytes() for p in self.folder.glob("objects/*/*"))

    def get(self, path: str, method: str = "GET", headers: dict | None = None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request(method, path, headers=headers or {})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer, body

    def put(self, name: str, body, headers: dict | None = None) -> tuple[int, dict]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("PUT", "/files/" + name, body, headers or {})
        answer = connection.getresponse()
        result = answer.status, json.loads(answer.read())
        connection.close()
        return result

    def test_an_honest_photo_is_stored_whole(self) -> None:
        photo = (SAMPLES / "honest/photo.jpg").read_bytes()
        status, answer = self.put("photo.jpg", photo)
        self.assertEqual((status, answer["verdict"], answer["media_type"]), (201, "accepted", "image/jpeg"))
        self.assertEqual(self.stored(), [photo])

    def test_an_archive_that_needs_seeking_is_looked_into(self) -> None:
        status, answer = self.put("a.7z", SEVEN)
        self.assertEqual((status, answer["examined"], answer["entries"]), (201, "whole", 1), answer)
        changed = SEVEN.replace(b"hello", b"hullo")
        status, answer = self.put("a.7z", changed)
        self.assertEqual((answer["verdict"], answer["reason"]), ("rejected", "checksum_mismatch"))
        file = self.folder / "b.7z"
        file.write_bytes(SEVEN)
        url = f"http://127.0.0.1:{self.port}/forms"
        done = subprocess.run(["curl", "-sS", "-F", f"files=@{file}", url], capture_output=True, text=True, check=True)
        self.assertEqual(json.loads(done.stdout)["verdict"], "accepted", done.stdout)
        self.assertEqual(self.stored(), [SEVEN])

    def test_stored_files_are_listed_served_safely_and_deleted(self) -> None:
        photo = (SAMPLES / "honest/photo.jpg").read_bytes()
        _, put = self.put("photo.jpg", photo)
        listed = json.loads(self.get("/files")[1])
        self.assertEqual([(f["id"], f["name"], f["media_type"], f["receipt"]) for f in listed],
                         [(put["id"], "photo.jpg", "image/jpeg", put["receipt"])])
        answer, body = self.get("/files/" + put["id"])
        self.assertEqual((answer.status, body), (200, photo))
        for name, value in {"Content-Type": "image/jpeg", "X-Content-Type-Options": "nosniff",
                            "Content-Security-Policy": "default-src 'none'; sandbox",
                            "Content-Disposition": 'inline; filename="photo.jpg"',
                            "ETag": f'"{put["sha256"]}"'}.items():
            self.assertEqual(answer.getheader(name), value)
        answer, body = self.get("/files/" + put["id"], headers={"Range": "bytes=10-19"})
        self.assertEqual((answer.status, body), (206, photo[10:20]))
        answer, body = self.get("/files/" + put["id"], headers={"If-None-Match": f'"{put["sha256"]}"'})
        self.assertEqual((answer.status, body), (304, b""))
        answer, body = self.get("/files/" + put["id"], "HEAD")
        self.assertEqual((answer.status, answer.getheader("Content-Length"), body), (200, str(len(photo)), b""))
        self.assertEqual(self.get("/files/" + put["id"], "DELETE")[0].status, 200)
        self.assertEqual(self.get("/files/" + put["id"])[0].status, 404)
        self.assertEqual(self.get("/files/..%2Freceipt-keys.json")[0].status, 404)
        self.assertEqual(self.stored(), [])

    def test_a_killed_server_keeps_exactly_what_it_acknowledged(self) -> None:
        photo = (SAMPLES / "honest/photo.jpg").read_bytes()
        _, put = self.put("photo.jpg", photo)
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as s:
            s.sendall(b"PUT /files/gradient.png HTTP/1.1\r\nHost: x\r\nContent-Length: 2000\r\n\r\n")
            s.sendall((SAMPLES / "honest/gradient.png").read_bytes()[:100])
            time.sleep(0.3)
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()
        self.start()
        self.assertEqual([f["id"] for f in json.loads(self.get("/files")[1])], [put["id"]])
        self.assertEqual(self.stored(), [photo])
        self.assertEqual(list(self.folder.glob("quarantine/*")), [])

    def test_a_renamed_script_is_refused_and_not_stored(self) -> None:
        status, answer = self.put("holiday.jpg", (SAMPLES / "hostile/script-named-photo.jpg").read_bytes())
        self.assertEqual((status, answer["reason"]), (415, "type_mismatch"))
        self.assertEqual(self.stored(), [])

    def part(self, method: str, path: str, body: bytes = b"", **headers: str):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        fields = {"Tus-Resumable": "1.0.0"} | {k.replace("_", "-"): v for k, v in headers.items()}
        connection.request(method, path, body or None, fields)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer, text

    def begin(self, name: str, size: int):
        metadata = "filename " + base64.b64encode(name.encode()).decode() + ",filetype aW1hZ2UvanBlZw=="
        return self.part("POST", "/uploads", Upload_Length=str(size), Upload_Metadata=metadata)[0]

    def go_on(self, path: str, offset: int, body: bytes):
        return self.part("PATCH", path, body, Upload_Offset=str(offset), Content_Type="application/offset+octet-stream")

    def test_an_upload_goes_on_over_requests_and_a_killed_server(self) -> None:
        photo = (SAMPLES / "honest/photo.jpg").read_bytes()
        begun = self.begin("photo.jpg", len(photo))
        self.assertEqual(begun.status, 201)
        path = begun.getheader("Location")
        answer, _ = self.go_on(path, 0, photo[:100])
        self.assertEqual((answer.status, answer.getheader("Upload-Offset")), (204, "100"))
        self.assertEqual(self.go_on(path, 50, photo[50:])[0].status, 409)
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()
        self.start()
        answer, _ = self.part("HEAD", path)
        self.assertEqual((answer.getheader("Upload-Offset"), answer.getheader("Upload-Length")),
                         ("100", str(len(photo))))
        answer, text = self.go_on(path, 100, photo[100:])
        self.assertEqual((answer.status, json.loads(text)["verdict"]), (201, "accepted"))
        self.assertEqual(self.stored(), [photo])
        self.assertEqual(self.part("HEAD", path)[0].status, 404)

    def test_a_resumable_upload_is_refused_where_the_byte_comes_that_decides(self) -> None:
        photo = (SAMPLES / "honest/photo.jpg").read_bytes()
        self.assertEqual(self.begin("photo.php", 10).status, 415)
        self.assertEqual(self.begin("photo.jpg", 1 << 40).status, 413)
        path = self.begin("photo.jpg", len(photo) + 5).getheader("Location")
        self.assertEqual(self.go_on(path, 0, photo)[0].status, 204)
        answer, text = self.go_on(path, len(photo), b"<?php")
        self.assertEqual((answer.status, json.loads(text)["reason"]), (400, "trailing_data"))
        self.assertEqual(self.part("HEAD", path)[0].status, 404)
        path = self.begin("photo.jpg", 10).getheader("Location")
        self.assertEqual(self.go_on(path, 0, photo)[0].status, 413)
        self.assertEqual(self.part("DELETE", path)[0].status, 204)
        self.assertEqual(self.part("HEAD", path)[0].status, 404)
        self.assertEqual(self.part("PATCH", path, Tus_Resumable="0.2")[0].status, 412)
        self.assertEqual(self.stored(), [])

    def test_an_announced_size_over_the_limit_is_refused_before_the_body(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.putrequest("PUT", "/files/a.png")
        connection.putheader("Content-Length", str(1 << 40))
        connection.putheader("Expect", "100-continue")
        connection.endheaders()
        answer = connection.getresponse()
        self.assertEqual(answer.status, 413)
        self.assertEqual(json.loads(answer.read())["reason"], "size_exceeded")

    def test_chunked_bodies_are_judged_by_what_comes(self) -> None:
        photo = (SAMPLES / "honest/photo.jpg").read_bytes()
        status, answer = self.put("photo.jpg", iter([photo[:1], photo[1:100], photo[100:]]))
        self.assertEqual((status, answer["size"]), (201, len(photo)))
        status, answer = self.put("photo.jpg", iter([photo, b"<?php"]))
        self.assertEqual((status, answer["reason"]), (400, "trailing_data"))

    def test_a_client_that_sends_on_reads_its_rejection(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as s:
            s.sendall(b"PUT /files/a.png HTTP/1.1\r\nHost: x\r\nContent-Length: 600000\r\n\r\n")
            s.sendall(b"MZ" + bytes(499998))
            answer = b""
            while piece := s.recv(65536):
                answer += piece
        self.assertTrue(answer.startswith(b"HTTP/1.1 415"), answer[:80])

    def test_an_upload_that_breaks_off_leaves_nothing(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as s:
            s.sendall(b"PUT /files/photo.jpg HTTP/1.1\r\nHost: x\r\nContent-Length: 2000\r\n\r\n")
            s.sendall((SAMPLES / "honest/photo.jpg").read_bytes()[:1000])
        time.sleep(0.3)
        self.assertEqual(self.stored(), [])

    def test_names_are_decoded_once_and_judged(self) -> None:
        status, answer = self.put("..%2F..%2Fetc%2Fpasswd.txt", b"x")
        self.assertEqual((status, answer["rule"]), (422, "path_guard"))
        status, answer = self.put("caf%C3%A9%20menu.txt", b"hello\n")
        self.assertEqual((status, answer["safe_name"]), (201, "café menu.txt"))

    def test_curl_uploads_and_keeps_the_connection(self) -> None:
        photo = SAMPLES / "honest/photo.jpg"
        url = f"http://127.0.0.1:{self.port}/files/"
        done = subprocess.run(["curl", "-sS", "-w", "%{http_code} %{num_connects}\n", "-o", "/dev/null", "-T", photo, url,
                               "-o", "/dev/null", "-T", photo, url], capture_output=True, text=True, check=True)
        self.assertEqual(done.stdout, "201 1\n201 0\n")
        self.assertEqual(len(self.stored()), 1)

    def test_the_server_stops_gracefully(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as s:
            photo = (SAMPLES / "honest/photo.jpg").read_bytes()
            s.sendall(b"PUT /files/photo.jpg HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(photo))
            s.sendall(photo[:500])
            time.sleep(0.3)
            self.process.send_signal(signal.SIGTERM)
            time.sleep(0.3)
            s.sendall(photo[500:])
            self.assertTrue(s.recv(65536).startswith(b"HTTP/1.1 201"))
        self.process.wait(10)
        self.assertEqual(self.process.returncode, 0)

    def test_curl_sends_a_form(self) -> None:
        url = f"http://127.0.0.1:{self.port}/forms"
        photo, script = SAMPLES / "honest/photo.jpg", SAMPLES / "hostile/script-named-photo.jpg"

        def post(*files: pathlib.Path) -> tuple[str, dict]:
            fields = [word for file in files for word in ("-F", f"files=@{file}")]
            done = subprocess.run(["curl", "-sS", "-w", "\n%{http_code}", "-F", "title=Holiday", *fields, url],
                                  capture_output=True, text=True, check=True)
            body, _, status = done.stdout.rpartition("\n")
            return status, json.loads(body)

        status, answer = post(photo)
        self.assertEqual((status, answer["verdict"]), ("201", "accepted"))
        self.assertEqual([p["verdict"] for p in answer["parts"]], ["accepted", "accepted"])
        self.assertEqual(self.stored(), [photo.read_bytes()])
        status, answer = post(SAMPLES / "honest/gradient.png", script)
        self.assertEqual((status, answer["verdict"], answer["reason"]), ("415", "rejected", "type_mismatch"))
        self.assertEqual(self.stored(), [photo.read_bytes()])  # nothing of a refused form is kept

    @unittest.skipUnless(shutil.which("chromedriver"), "chromium-driver is not installed")
    def test_the_page_sends_three_files_and_two_fields(self) -> None:
        with Browser() as browser:
            browser.go(f"http://127.0.0.1:{self.port}/")
            browser.choose_files("#form input[type=file]", [SAMPLES / "honest" / name for name in
                                                            ("photo.jpg", "gradient.png", "two files.zip")])
            browser.run("document.querySelector('#form button').click()")
            browser.wait("return document.querySelectorAll('#results dl').length === 5")
            verdicts = browser.run("return [...document.querySelectorAll('#results > li')].map(e => e.className)")
            browser.screenshot(SCREENSHOT.with_name("form_page.png"))
        self.assertEqual(verdicts, ["accepted"] * 5)
        self.assertEqual(len(self.stored()), 3)

    @unittest.skipUnless(shutil.which("chromedriver"), "chromium-driver is not installed")
    def test_the_page_shows_each_verdict(self) -> None:
        with Browser() as browser:
            browser.go(f"http://127.0.0.1:{self.port}/")
            browser.choose_files("#files", [SAMPLES / "honest/photo.jpg", SAMPLES / "hostile/script-named-photo.jpg",
                                            SAMPLES / "hostile/gif-that-is-php.gif"])
            browser.wait("return document.querySelectorAll('#results dl').length === 3")
            seen = browser.run("return [...document.querySelectorAll('#results > li')].map(e => "
                               "[e.querySelector('.name').textContent, e.className, e.querySelector('.why')?.textContent])")
            browser.screenshot(SCREENSHOT)
        verdicts = {name: (verdict, why) for name, verdict, why in seen}
        self.assertEqual(verdicts["photo.jpg"][0], "accepted")
        self.assertEqual(verdicts["script-named-photo.jpg"][0], "rejected")
        self.assertIn("type mismatch", verdicts["script-named-photo.jpg"][1])
        self.assertEqual(verdicts["gif-that-is-php.gif"][0], "rejected")
        self.assertEqual(len(self.stored()), 1)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
