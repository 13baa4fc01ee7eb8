#!/usr/bin/env python3
"""A bad policy applied to a running server and rolled back, under load: not one wrong answer, not one failed request.

policy_switch_test.py SERVER UPLOADGATE SAMPLES SCHEMA
"""

import base64
import collections
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

SERVER, UPLOADGATE, SAMPLES, SCHEMA = (pathlib.Path(a).resolve() for a in sys.argv[1:5])
CLIENTS = 4
ROUNDS = 4

GOOD = {"name": "photos", "extensions": ["jpg", "png", "zip", "txt"], "max_size": "5 MiB"}
BAD = {"name": "photos", "extensions": ["png"], "max_size": "5 MiB"}  # somebody forgot the rest
BROKEN = {"name": "photos", "extension": ["jpg"]}

FILES = [SAMPLES / "honest" / name for name in ("photo.jpg", "gradient.png", "two files.zip", "notes.txt")]
FILES += [SAMPLES / "hostile" / name for name in ("script-named-photo.jpg", "png-with-zip-behind.png", "climbs-out.zip",
                                                  "photo.php.jpg")]


def uploadgate(*arguments) -> subprocess.CompletedProcess:
    return subprocess.run([UPLOADGATE, *map(str, arguments)], capture_output=True, text=True, timeout=60)


def form_of(file: pathlib.Path) -> tuple[bytes, dict]:
    head = ('--X\r\nContent-Disposition: form-data; name="title"\r\n\r\nHoliday\r\n--X\r\n'
            f'Content-Disposition: form-data; name="files"; filename="{file.name}"\r\n\r\n')
    return head.encode() + file.read_bytes() + b"\r\n--X--\r\n", {"Content-Type": "multipart/form-data; boundary=X"}


class Running(unittest.TestCase):
    """A server over a policy folder, and its audit."""

    def setUp(self) -> None:
        self.home = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.policies, self.audit = self.home / "policy", self.home / "audit.ndjson"
        self.apply(GOOD)

    def start(self, *arguments) -> None:
        with (self.home / "stderr").open("wb") as stderr:
            self.process = subprocess.Popen(
                [SERVER, "--port", "0", "--threads", "2", "--folder", self.home / "uploads", *arguments],
                stdout=subprocess.PIPE, stderr=stderr, text=True)
        self.addCleanup(self.stop)
        self.port = int(self.process.stdout.readline().split("://127.0.0.1:")[1].split("/")[0])

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        self.process.communicate(timeout=40)

    def follow(self, *arguments) -> None:
        self.start("--policy-folder", self.policies, "--audit", self.audit, *arguments)

    def apply(self, policy: dict) -> subprocess.CompletedProcess:
        new = self.home / "new.json"
        new.write_text(json.dumps(policy))
        return uploadgate("policy", "apply", self.policies, new, "--json")

    def ask(self, method: str, path: str, body=None, headers=None) -> tuple[int, str, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        result = answer.status, answer.getheader("Content-Type"), answer.read().decode()
        connection.close()
        return result

    def put(self, file: pathlib.Path, name: str = "", headers=None) -> tuple[int, dict]:
        status, _, text = self.ask("PUT", "/files/" + (name or file.name).replace(" ", "%20"), file.read_bytes(), headers)
        return status, json.loads(text)

    def wait_for(self, what, seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while not what():
            self.assertLess(time.monotonic(), end, (self.home / "stderr").read_text())
            time.sleep(0.02)

    def wait_for_version(self, number: int) -> None:
        self.wait_for(lambda: self.put(FILES[0])[1]["policy_version"] == str(number))

    def lines(self, path: pathlib.Path | None = None) -> list[dict]:
        return [json.loads(line) for line in (path or self.audit).read_text().splitlines()]


class UnderLoad(Running):
    def client(self, number: int) -> None:
        turn = number
        while not self.done.is_set():
            turn += 1
            file = FILES[turn % len(FILES)]
            request = f"{number}-{turn}"
            try:
                if turn % 3:
                    status, answer = self.put(file, headers={"X-Request-Id": request})
                else:
                    body, headers = form_of(file)
                    status, _, text = self.ask("POST", "/forms", body, headers | {"X-Request-Id": request})
                    answer = json.loads(text)
                self.answers.append((request, file, status, answer))
            except Exception as e:  # every one is a failure of the test
                self.failures.append((request, file.name, repr(e)))

    def expected(self) -> dict:
        """What each version must say of each file, by the command."""
        wanted = {}
        for path in sorted((self.policies / "versions").glob("0*.json")):
            seen = uploadgate("check", "--json", "--policy", path, *FILES).stdout.splitlines()
            for file, line in zip(FILES, map(json.loads, seen), strict=True):
                wanted[str(int(path.stem)), file] = line["verdict"], line.get("rule"), line.get("reason")
        return wanted

    def test_a_bad_policy_comes_and_goes(self) -> None:
        self.follow()
        self.answers, self.failures, self.done = [], [], threading.Event()
        clients = [threading.Thread(target=self.client, args=(n,)) for n in range(CLIENTS)]
        for c in clients:
            c.start()
        for round in range(ROUNDS):
            self.assertEqual(self.apply(BROKEN).returncode, 2)
            applied = json.loads(self.apply(BAD).stdout)
            if round % 2:
                self.process.send_signal(signal.SIGHUP)
            self.wait_for_version(applied["number"])
            if round == 1:  # a rotation in the middle
                self.audit.rename(self.home / "audit.ndjson.1")
            back = json.loads(uploadgate("policy", "rollback", self.policies, "--json").stdout)
            self.assertEqual(back["number"], 1)
            self.wait_for_version(1)
        time.sleep(0.5)
        self.done.set()
        for c in clients:
            c.join()
        self.assertEqual(self.failures, [])
        wanted, judged_by = self.expected(), collections.Counter()
        for request, file, status, answer in self.answers:
            verdict, rule, reason = wanted[answer["policy_version"], file]
            self.assertEqual((answer["verdict"], answer.get("rule"), answer.get("reason")), (verdict, rule, reason), answer)
            self.assertEqual(status == 201, verdict == "accepted", answer)
            self.assertEqual(answer["policy"], "photos")
            judged_by[answer["policy_version"]] += 1
        print(f"{len(self.answers)} answers, by version: {dict(sorted(judged_by.items()))}")
        self.assertEqual(set(judged_by), {str(n) for n in range(1, ROUNDS + 2)})
        self.stop()
        self.check_audit(wanted)

    def check_audit(self, wanted: dict) -> None:
        recorded = {d["request_id"]: d for d in self.lines() + self.lines(self.home / "audit.ndjson.1")}
        for request, file, status, answer in self.answers:
            d = recorded[request]
            self.assertEqual((str(d["policy_version"]), d["verdict"], d.get("reason"), d["filename"]),
                             (answer["policy_version"], answer["verdict"], answer.get("reason"), file.name))
            self.assertEqual(d["client"], "127.0.0.1")
            self.assertGreater(d["duration_us"], 0)
        stored = {p.read_bytes() for p in (self.home / "uploads/objects").glob("*/*")}
        self.assertEqual(stored, {f.read_bytes() for f in FILES if wanted["1", f][0] == "accepted"})


class Following(Running):
    def test_a_wrong_version_in_the_folder_leaves_the_last_good_one(self) -> None:
        self.follow()
        (self.policies / "versions/000002.json").write_text("{")
        beside = self.policies / "by-hand"
        beside.symlink_to("versions/000002.json")
        beside.rename(self.policies / "current")
        self.wait_for(lambda: "line 1, column 2" in (self.home / "stderr").read_text())
        self.assertEqual(self.put(FILES[0])[1]["policy_version"], "1")
        time.sleep(1.5)
        self.assertEqual((self.home / "stderr").read_text().count("line 1, column 2"), 1)  # said once
        self.assertEqual(json.loads(self.apply(BAD).stdout)["number"], 3)
        self.wait_for_version(3)

    def test_an_upload_keeps_the_version_that_it_began_with(self) -> None:
        self.follow()
        content = FILES[0].read_bytes()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.putrequest("PUT", "/files/photo.jpg")
        connection.putheader("Content-Length", str(len(content)))
        connection.endheaders(content[:100])
        self.wait_for(lambda: self.put(FILES[0])[1]["policy_version"] == "1")
        self.apply(BAD)
        self.wait_for_version(2)
        connection.send(content[100:])
        answer = connection.getresponse()
        seen = json.loads(answer.read())
        connection.close()
        self.assertEqual((answer.status, seen["policy_version"]), (201, "1"))

    def test_an_upload_in_parts_keeps_the_version_that_it_began_with(self) -> None:
        self.follow()
        content = FILES[0].read_bytes()
        tus = {"Tus-Resumable": "1.0.0"}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("POST", "/uploads", headers=tus | {
            "Upload-Length": str(len(content)), "Upload-Metadata": "filename " + base64.b64encode(b"photo.jpg").decode()})
        created = connection.getresponse()
        created.read()
        connection.close()
        self.apply(BAD)
        self.wait_for_version(2)
        status, _, text = self.ask("PATCH", created.getheader("Location"), content, tus | {
            "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream", "X-Request-Id": "in-parts"})
        self.assertEqual((status, json.loads(text)["policy_version"]), (201, "1"))
        [line] = [d for d in self.lines() if d["request_id"] == "in-parts"]
        self.assertEqual((line["policy_version"], line["verdict"], line["safe_name"]), (1, "accepted", "photo.jpg"))

    def test_a_candidate_is_recorded_and_decides_nothing(self) -> None:
        candidate = self.home / "candidate.json"
        candidate.write_text(json.dumps(BAD | {"name": "next", "version": 8}))
        self.follow("--candidate", candidate)
        for file in FILES:
            self.put(file)
        by_name = {d["filename"]: d for d in self.lines()}
        photo = by_name["photo.jpg"]
        self.assertEqual((photo["verdict"], photo["candidate"]["verdict"], photo["candidate"]["reason"]),
                         ("accepted", "rejected", "extension_not_allowed"))
        self.assertEqual((photo["candidate"]["policy"], photo["candidate"]["policy_version"]), ("next", 8))
        self.assertEqual(by_name["gradient.png"]["candidate"]["verdict"], "accepted")
        self.assertIn('uploadgate_candidate_decisions_total{policy="next",outcome="would_reject"} 3',
                      self.ask("GET", "/metrics")[2])

    def test_nothing_comes_in_unrecorded_where_that_is_wanted(self) -> None:
        self.audit = pathlib.Path("/dev/full")
        self.follow("--audit-required")
        status, answer = self.put(FILES[0])
        self.assertEqual(status, 500, answer)
        self.assertEqual(list((self.home / "uploads").glob("objects/*/*")), [])

    def test_a_full_log_stops_nothing(self) -> None:
        self.audit = pathlib.Path("/dev/full")
        self.follow()
        self.assertEqual(self.put(FILES[0])[0], 201)
        self.assertIn('uploadgate_audit_lost_lines_total{sink="file",number="0"} 1', self.ask("GET", "/metrics")[2])

    def test_a_name_forges_no_line(self) -> None:
        self.follow()
        self.put(FILES[0], "a%0A%7B%22verdict%22%3A%22accepted%22%7D%0A.jpg")
        [line] = self.lines()
        self.assertEqual((line["verdict"], line["filename"]), ("rejected", 'a\n{"verdict":"accepted"}\n.jpg'))

    def test_lines_and_metrics_are_what_they_claim_to_be(self) -> None:
        candidate = self.home / "candidate.json"
        candidate.write_text(json.dumps(BAD))
        self.follow("--candidate", candidate)
        for file in FILES:
            self.put(file)
            self.ask("POST", "/forms", *form_of(file))
        plain_type, plain = self.ask("GET", "/metrics")[1:]
        open_type, opened = self.ask("GET", "/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})[1:]
        self.assertEqual((plain_type, open_type), ("text/plain; version=0.0.4; charset=utf-8",
                                                   "application/openmetrics-text; version=1.0.0; charset=utf-8"))
        self.assertIn('uploadgate_decisions_total{policy="photos",verdict="accepted"} 8', plain)
        self.assertIn('rule="extension",reason="extension_executable"} 2', opened)
        try:
            import jsonschema
        except ImportError:
            self.skipTest("python3-jsonschema is not installed")
        check = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text()))
        for line in self.lines():
            check.validate(line)
        try:
            import prometheus_client.openmetrics.parser
            import prometheus_client.parser
        except ImportError:
            self.skipTest("python3-prometheus-client is not installed")
        families = {f.name for f in prometheus_client.openmetrics.parser.text_string_to_metric_families(opened)}
        self.assertEqual(families, {f.name for f in prometheus_client.parser.text_string_to_metric_families(plain)})
        if promtool := shutil.which("promtool") or os.environ.get("PROMTOOL"):
            done = subprocess.run([promtool, "check", "metrics"], input=plain, capture_output=True, text=True)
            self.assertEqual((done.returncode, re.sub(r"\s", "", done.stderr)), (0, ""), done.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
