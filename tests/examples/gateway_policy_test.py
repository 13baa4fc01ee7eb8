#!/usr/bin/env python3
"""The policies of uploadgate-proxy: which one judged, and policy folders that are followed.

gateway_policy_test.py PROXY SAMPLES UPLOADGATE
"""

import hashlib
import json
import pathlib
import subprocess
import sys
import unittest

from gateway_harness import GatewayTest

GatewayTest.PROXY, GatewayTest.SAMPLES, UPLOADGATE = (pathlib.Path(a) for a in sys.argv[1:4])

PHOTOS = {"name": "photos", "extensions": ["jpg"], "max_size": "1 MiB"}
TIGHT = PHOTOS | {"max_size": "1 KiB"}
FORM = {"fields": {"photo": {"policy": PHOTOS}}}


class Identity(GatewayTest):
    def setUp(self) -> None:
        super().setUp()
        self.photo = self.sample("honest/photo.jpg")

    def decision(self, request_id: str) -> tuple:
        line = self.wait_for_log(request_id=request_id, verdict="accepted")
        return line.get("policy"), line.get("policy_version"), line["policy_sha256"]

    def put(self, path: str) -> str:
        answer, told = self.ask("PUT", path, self.photo)
        self.assertEqual(answer.status, 200, told)
        return dict(json.loads(told)["fields"])["X-Request-Id"]

    def test_a_decision_says_which_policy_judged(self) -> None:
        (self.folder / "photos.json").write_text(json.dumps(PHOTOS | {"version": 4}, indent=3))
        (self.folder / "form.json").write_text(json.dumps(FORM))
        self.config["routes"] += [
            {"path": "/photos/", "file": "photos.json"},
            {"path": "/inline/", "file": PHOTOS | {"version": 4}},
            {"path": "/form", "form": "form.json"},
        ]
        self.reload()
        self.wait_for_log(event="reloaded")
        named, inline = self.decision(self.put("/photos/a.jpg")), self.decision(self.put("/inline/a.jpg"))
        self.assertEqual(named[:2], ("photos", 4))
        self.assertRegex(named[2], "^[0-9a-f]{64}$")
        self.assertEqual(named, inline)  # of the canonical JSON
        status, told = self.post_form(("photo", "a.jpg", self.photo), path="/form")
        self.assertEqual(status, 200)
        text = (self.folder / "form.json").read_bytes()
        self.assertEqual(self.decision(dict(told["fields"])["X-Request-Id"])[2], hashlib.sha256(text).hexdigest())
        status, problem = self.post_form(("other", "a.jpg", self.photo), path="/form")
        self.assertEqual((status, problem["reason"]), (400, "form_field_unknown"))
        refused = self.wait_for_log(request_id=problem["request_id"], verdict="rejected")
        self.assertEqual(refused["policy_sha256"], hashlib.sha256(text).hexdigest())
        self.wait_for_log(id=problem["request_id"], policy_sha256=hashlib.sha256(text).hexdigest())

    def apply(self, policy: dict, folder: str) -> dict:
        new = self.folder / "new.json"
        new.write_text(json.dumps(policy))
        run = subprocess.run(
            [UPLOADGATE, "policy", "apply", self.folder / folder, new, "--json"], capture_output=True, text=True
        )
        self.assertEqual(run.returncode, 0, run.stderr)
        return json.loads(run.stdout)

    def test_a_policy_folder_is_followed_and_the_last_good_version_stays(self) -> None:
        first = self.apply(PHOTOS, "photos")
        self.config["routes"] = [{"path": "/photos/", "file": "photos"}, {"path": "/form", "form": "form"}]
        self.apply(FORM, "form")
        self.reload()
        self.wait_for_log(event="reloaded")
        self.assertEqual(self.decision(self.put("/photos/a.jpg")), ("photos", 1, first["sha256"]))
        second = self.apply(TIGHT, "photos")
        self.wait_for_log(event="policy", route="/photos/", policy_version=2, policy_sha256=second["sha256"])
        answer, problem = self.ask("PUT", "/photos/a.jpg", self.photo)
        self.assertEqual((answer.status, json.loads(problem)["reason"]), (413, "size_exceeded"))
        self.apply(FORM, "photos")  # a form policy is none for a file
        self.wait_for_log(event="policy", route="/photos/", failure=self.WRONG_KIND)
        self.assertEqual(self.ask("PUT", "/photos/a.jpg", self.photo)[0].status, 413)
        back = [UPLOADGATE, "policy", "rollback", self.folder / "photos", "--to", "1"]
        subprocess.run(back, check=True, stdout=subprocess.DEVNULL)
        self.wait_for_log(event="policy", route="/photos/", policy_version=1)
        self.assertEqual(self.decision(self.put("/photos/a.jpg")), ("photos", 1, first["sha256"]))
        (self.folder / "form" / "current").unlink()
        self.wait_for_log(event="policy", route="/form")
        self.assertEqual(self.post_form(("photo", "a.jpg", self.photo), path="/form")[0], 200)

    WRONG_KIND = '"file" needs a policy for files, and the folder has a form policy'

    def test_a_folder_of_the_wrong_kind_is_refused_at_the_start(self) -> None:
        self.apply(PHOTOS, "photos")
        self.config["routes"] = [{"path": "/form", "form": "photos"}]
        self.reload()
        failed = self.wait_for_log(event="reload_failed")
        self.assertIn('"form" needs a form policy', failed["detail"])
        self.assertEqual(self.post_form(("avatar", "a.jpg", self.photo))[0], 200)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[4:], verbosity=1)
