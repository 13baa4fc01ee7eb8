#!/usr/bin/env python3
"""The whole chain for real: curl, httpx and a browser, through nginx and the gateway, into FastAPI on uvicorn.

chain_test.py BUILD ALBUM [MIDDLEWARE]   ALBUM is examples/behind_a_cdn, MIDDLEWARE the folder of the Python package
"""

import hashlib
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

BUILD, ALBUM = (pathlib.Path(a).resolve() for a in sys.argv[1:3])
MIDDLEWARE = pathlib.Path(sys.argv[3]).resolve() if len(sys.argv) > 3 else None
sys.path.insert(0, str(ALBUM))

import httpx  # noqa: E402
from attacks import AMBIGUOUS, ATTACKS, HONEST, SMUGGLED, sample  # noqa: E402
from chain import Chain  # noqa: E402
from webdriver import Browser  # noqa: E402


class TheChain(unittest.TestCase):
    options: dict = {}

    @classmethod
    def setUpClass(cls) -> None:
        cls.chain = cls.enterClassContext(Chain(BUILD, **cls.options))
        cls.url = f"http://127.0.0.1:{cls.chain.edge}"

    def setUp(self) -> None:
        for path in self.chain.album.iterdir():
            path.unlink()

    def entries(self):
        """Where an attacker may come in: through the edge, and past it."""
        return {"the edge": self.chain.edge, "the gateway": self.chain.gateway}


class WithTheGateway(TheChain):
    def test_honest_files_arrive_byte_for_byte_by_curl(self) -> None:
        for honest in HONEST:
            with self.subTest(honest.filename), tempfile.TemporaryDirectory() as folder:
                path = pathlib.Path(folder) / honest.filename
                path.write_bytes(honest.content)
                done = subprocess.run(
                    ["curl", "-sS", "-F", f"{honest.field}=@{path}", self.url + honest.path],
                    capture_output=True,
                    text=True,
                    check=True,
                )
                told = json.loads(done.stdout)
                self.assertEqual(
                    (told["name"], told["id"]), (honest.filename, hashlib.sha256(honest.content).hexdigest())
                )
                self.assertIn(honest.content, self.chain.stored())

    def test_honest_files_arrive_byte_for_byte_by_httpx(self) -> None:
        with httpx.Client(base_url=self.url, timeout=20) as client:
            for honest in HONEST:
                with self.subTest(honest.filename):
                    answer = client.post(honest.path, files={honest.field: (honest.filename, honest.content)})
                    self.assertEqual((answer.status_code, answer.json()["size"]), (200, len(honest.content)))
                    self.assertIn(honest.content, self.chain.stored())
                    served = client.get("/files/" + answer.json()["id"])
                    self.assertEqual(served.content, honest.content)

    @unittest.skipUnless(shutil.which("chromedriver"), "chromium-driver is not installed")
    def test_a_browser_sends_a_photo_and_shows_it(self) -> None:
        with Browser() as browser:
            browser.go(self.url + "/")
            browser.choose_files("#photo", [ALBUM.parent / "samples/honest/photo.jpg"])
            browser.wait("return document.querySelector('#shown').naturalWidth === 160")
            self.assertTrue(browser.run("return document.querySelector('#answer').textContent").startswith("200 "))
            browser.choose_files("#photo", [ALBUM.parent / "samples/hostile/script-named-photo.jpg"])
            self.assertTrue(
                browser.wait("return document.querySelector('#answer').textContent === '415 type_mismatch'")
            )
        self.assertEqual(self.chain.stored(), [sample("honest/photo.jpg")])

    def test_each_attack_is_stopped_at_the_gateway(self) -> None:
        for entry, port in self.entries().items():
            for attack in ATTACKS:
                with self.subTest(attack.what, entry=entry):
                    status, told = self.chain.post(port, attack.path, attack.field, attack.filename, attack.content)
                    self.assertEqual((status, told.get("rule")), (attack.status, attack.rule), told)
                    recorded = next(d for d in self.chain.log() if d["request_id"] == told["request_id"])
                    self.assertEqual((recorded["verdict"], recorded["reason"]), ("rejected", told["reason"]))
        self.assertEqual(self.chain.stored(), [])

    def test_forms_that_two_parsers_read_differently_are_stopped(self) -> None:
        for entry, port in self.entries().items():
            for what, body in AMBIGUOUS.items():
                with self.subTest(what, entry=entry):
                    status, told = self.chain.post_body(port, "/documents", body)
                    self.assertEqual((status, told.get("rule")), (400, "form"), told)
        self.assertEqual(self.chain.stored(), [])

    def test_requests_that_two_servers_read_differently_are_stopped(self) -> None:
        for entry, port in self.entries().items():
            for what, request in SMUGGLED.items():
                with self.subTest(what, entry=entry):
                    answer = self.chain.send(port, request)
                    self.assertIn(answer[9:12], (b"400", b"501"), answer)
                    self.assertEqual(answer.count(b"HTTP/1.1 "), 1)

    def test_the_client_is_who_the_edge_says(self) -> None:
        with httpx.Client(base_url=self.url) as client:
            told = client.post(
                "/avatars", files={"avatar": ("a.jpg", b"x")}, headers={"X-Forwarded-For": "198.51.100.9"}
            ).json()
        recorded = next(d for d in self.chain.log() if d["request_id"] == told["request_id"])
        self.assertEqual(recorded["client"], "127.0.0.1")

    def test_the_cache_keeps_files_and_never_makes_a_page_of_one(self) -> None:
        page = b"<script>document.title = 'run'</script>\n"
        digest = hashlib.sha256(page).hexdigest()
        (self.chain.album / digest).write_bytes(page)  # as if it had come in before there was a gateway
        (self.chain.album / f"{digest}.json").write_text(json.dumps({"name": "a.html", "type": "text/html"}))
        ids = [digest]
        for honest in HONEST:
            ids.append(
                self.chain.post(self.chain.edge, honest.path, honest.field, honest.filename, honest.content)[1]["id"]
            )
        with httpx.Client(base_url=self.url) as client:
            for id in ids:
                for cached in ("MISS", "HIT"):
                    with self.subTest(id, cached=cached):
                        answer = client.get("/files/" + id, headers={"Accept": "text/html"})
                        if cached == "HIT":
                            self.assertEqual(answer.headers["X-Cache"], "HIT")
                        self.assert_safe(answer)
                        self.assertEqual(hashlib.sha256(answer.content).hexdigest(), id)

    def assert_safe(self, answer: httpx.Response) -> None:
        self.assertEqual(answer.status_code, 200)
        self.assertIn(answer.headers["Content-Type"], ("image/png", "image/jpeg", "application/octet-stream"))
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
        self.assertEqual(answer.headers["Content-Security-Policy"], "default-src 'none'; sandbox")
        if answer.headers["Content-Type"] == "application/octet-stream":
            self.assertTrue(answer.headers["Content-Disposition"].startswith("attachment"))

    def test_the_vault_is_served_through_the_cache(self) -> None:
        with httpx.Client() as client:
            photo = sample("honest/photo.jpg")
            stored = client.put(f"http://127.0.0.1:{self.chain.vault}/files/photo.jpg", content=photo)
            self.assertEqual(stored.status_code, 201, stored.text)
            put = stored.json()
            for cached in ("MISS", "HIT"):
                answer = client.get(f"{self.url}/vault/{put['id']}")
                self.assertEqual((answer.content, answer.headers["X-Cache"]), (photo, cached))
                self.assert_safe(answer)
            self.assertEqual(client.put(f"{self.url}/vault/photo.jpg", content=photo).status_code, 403)

    @unittest.skipUnless(shutil.which("chromedriver"), "chromium-driver is not installed")
    def test_no_browser_runs_what_was_uploaded(self) -> None:
        drawing = sample("hostile/drawing-with-script.svg")
        digest = hashlib.sha256(drawing).hexdigest()
        (self.chain.album / digest).write_bytes(drawing)
        (self.chain.album / f"{digest}.json").write_text(json.dumps({"name": "a.svg", "type": "image/svg+xml"}))
        with Browser() as browser:
            browser.go(self.url + "/")
            browser.run(f"location.href = '/files/{digest}'")
            time.sleep(1)  # a download changes no page
            self.assertEqual(browser.run("return document.title"), "Photo album")

    def test_answers_to_uploads_are_not_kept_by_the_cache(self) -> None:
        for _ in range(2):
            request = urllib.request.Request(self.url + "/", method="GET")
            with urllib.request.urlopen(request) as answer:
                self.assertIsNone(answer.headers["X-Cache"])


class WithoutAnything(TheChain):
    options = {"gateway": False}

    def test_the_bare_application_takes_the_attacks(self) -> None:
        for attack in ATTACKS:
            with self.subTest(attack.what):
                status, _ = self.chain.post(self.chain.edge, attack.path, attack.field, attack.filename, attack.content)
                self.assertEqual(status, 200)


@unittest.skipUnless(MIDDLEWARE, "the Python package is not built")
class WithTheMiddleware(TheChain):
    options = {"gateway": False, "middleware": MIDDLEWARE}

    def test_honest_files_arrive_byte_for_byte(self) -> None:
        for honest in HONEST:
            with self.subTest(honest.filename):
                status, told = self.chain.post(
                    self.chain.edge, honest.path, honest.field, honest.filename, honest.content
                )
                self.assertEqual((status, told.get("size")), (200, len(honest.content)), told)
                self.assertIn(honest.content, self.chain.stored())

    def test_the_same_attacks_are_stopped(self) -> None:
        for attack in ATTACKS:
            with self.subTest(attack.what):
                status, told = self.chain.post(
                    self.chain.edge, attack.path, attack.field, attack.filename, attack.content
                )
                self.assertEqual((status, told.get("rule")), (attack.status, attack.rule), told)
        for what, body in AMBIGUOUS.items():
            with self.subTest(what):
                status, told = self.chain.post_body(self.chain.edge, "/documents", body)
                self.assertEqual((status, told.get("rule")), (400, "form"), told)
        self.assertEqual(self.chain.stored(), [])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
