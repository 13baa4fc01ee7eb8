#!/usr/bin/env python3
"""The contract of the command line: command_test.py UPLOADGATE SAMPLES"""

import json
import os
import pathlib
import pty
import subprocess
import sys
import tempfile
import time
import unittest

UPLOADGATE, SAMPLES = (pathlib.Path(a).resolve() for a in sys.argv[1:3])
HONEST, HOSTILE = SAMPLES / "honest", SAMPLES / "hostile"
PHOTO = HONEST / "photo.jpg"


def run(*arguments, stdin: bytes = b"") -> subprocess.CompletedProcess:
    return subprocess.run([UPLOADGATE, *map(str, arguments)], input=stdin, capture_output=True, timeout=60)


def objects(done: subprocess.CompletedProcess) -> list[dict]:
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


class Check(unittest.TestCase):
    def test_an_accepted_file(self) -> None:
        done = run("check", "--json", PHOTO)
        self.assertEqual(done.returncode, 0, done.stderr)
        [seen] = objects(done)
        wanted = {"path": str(PHOTO), "filename": "photo.jpg", "verdict": "accepted", "media_type": "image/jpeg",
                  "extension": "jpg", "safe_name": "photo.jpg", "size": PHOTO.stat().st_size, "examined": "whole",
                  "width": 160, "height": 120}
        self.assertEqual({k: seen.get(k) for k in wanted}, wanted)
        self.assertEqual(len(seen["sha256"]), 64)
        self.assertNotIn("reason", seen)

    def test_every_sample_is_judged_in_order(self) -> None:
        honest, hostile = sorted(HONEST.iterdir()), sorted(HOSTILE.iterdir())
        done = run("check", "--json", *honest, *hostile)
        self.assertEqual(done.returncode, 1)
        seen = objects(done)
        self.assertEqual([o["path"] for o in seen], [str(p) for p in honest + hostile])
        for o in seen[:len(honest)]:
            self.assertEqual(o["verdict"], "accepted", o)
        for o in seen[len(honest):]:
            self.assertEqual(o["verdict"], "rejected", o)
            self.assertTrue(o["rule"] and o["reason"] and o["condition"], o)

    def test_the_hostile_samples_have_their_own_reasons(self) -> None:
        wanted = {"script-named-photo.jpg": "type_mismatch", "photo.php.jpg": "extension_executable",
                  "png-with-zip-behind.png": "trailing_data", "drawing-with-script.svg": "script",
                  "opens-and-runs.pdf": "javascript", "macro-inside.docx": "macros", "climbs-out.zip": "entry_name",
                  "bomb.zip": "ratio_exceeded"}
        for name, reason in wanted.items():
            [seen] = objects(run("check", "--json", HOSTILE / name))
            self.assertEqual(seen["reason"], reason, seen)

    def test_chunk_size_changes_nothing(self) -> None:
        files = sorted(HONEST.iterdir()) + sorted(HOSTILE.iterdir())
        known_at_the_end = ("size", "entries", "unpacked_size", "frames")  # of a rejected file: what was known then
        whole, bytewise = objects(run("check", "--json", *files)), objects(run("check", "--json", "--chunk-size", 1, *files))
        for seen in whole + bytewise:
            if seen["verdict"] == "rejected":
                for key in known_at_the_end:
                    seen.pop(key, None)
        self.assertEqual(whole, bytewise)

    def test_another_name_and_standard_input(self) -> None:
        [seen] = objects(run("check", "--json", "--filename", "a.png", PHOTO))
        self.assertEqual(seen["reason"], "type_mismatch")
        done = run("check", "--json", "--filename", "a.jpg", "-", stdin=PHOTO.read_bytes())
        self.assertEqual((done.returncode, objects(done)[0]["path"]), (0, "-"))
        [seen] = objects(run("check", "--json", "-", stdin=b"x"))
        self.assertEqual(seen["reason"], "name_missing")

    def test_a_contradicting_content_type(self) -> None:
        [seen] = objects(run("check", "--json", "--content-type", "text/html", PHOTO))
        self.assertEqual(seen["reason"], "content_type_mismatch")

    def test_files_from(self) -> None:
        done = run("check", "--json", "--files-from", "-", stdin=f"{PHOTO}\n{HONEST / 'two files.zip'}\n".encode())
        self.assertEqual((done.returncode, len(objects(done))), (0, 2))

    def test_unreadable_files_are_said_and_exit_with_3(self) -> None:
        done = run("check", "--json", "/nonexistent/a.png", HONEST, PHOTO)
        self.assertEqual(done.returncode, 3)
        seen = objects(done)
        self.assertEqual([o["verdict"] for o in seen], ["rejected", "rejected", "accepted"])
        self.assertEqual(seen[1]["detail"], "is a directory")

    def test_wrong_usage_and_wrong_policies_exit_with_2(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            wrong = pathlib.Path(folder) / "wrong.json"
            wrong.write_text('{\n  "extensions": ["png"],\n  "max_sise": "5 MiB"\n}\n')
            done = run("check", "--policy", wrong, PHOTO)
            self.assertEqual(done.returncode, 2)
            self.assertIn("max_size", done.stderr.decode())
            self.assertIn("3", done.stderr.decode())
            self.assertEqual(done.stderr.count(b"\n"), 1)
            self.assertEqual(run("policy", "check", wrong).returncode, 2)
        for arguments in (["check"], ["check", "--nonsense", PHOTO], ["check", "--chunk-size", "0", PHOTO], [],
                          ["check", "--policy", "/nonexistent.json", PHOTO]):
            self.assertEqual(run(*arguments).returncode, 2, arguments)

    def test_colour_and_progress_only_on_a_terminal(self) -> None:
        self.assertNotIn(b"\x1b", run("check", PHOTO).stdout)
        for no_colour in (False, True):
            parent, child = pty.openpty()
            environment = {**os.environ, "TERM": "xterm"}
            environment.pop("NO_COLOR", None)
            if no_colour:
                environment["NO_COLOR"] = "1"
            subprocess.run([UPLOADGATE, "check", PHOTO], stdout=child, stderr=child, env=environment, timeout=60)
            self.assertEqual(b"\x1b[32m" in os.read(parent, 4096), not no_colour)
            os.close(parent)
            os.close(child)

    def test_names_that_steer_terminals_are_escaped(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "a\x1b[31m\nb.png"
            path.write_bytes(b"x")
            self.assertNotIn(b"\x1b", run("check", path).stdout)


class Name(unittest.TestCase):
    def test_names(self) -> None:
        done = run("name", "--json", "photo.jpg", "../x", "CON.txt", "-- résumé.pdf")
        self.assertEqual(done.returncode, 1)
        seen = objects(done)
        self.assertEqual([o["verdict"] for o in seen], ["accepted", "rejected", "rejected", "rejected"])
        self.assertEqual(seen[0], {"name": "photo.jpg", "verdict": "accepted", "safe_name": "photo.jpg"})
        for o in seen:
            self.assertEqual(run("name", o["safe_name"]).returncode, 0, o)

    def test_names_from_are_separated_by_nul(self) -> None:
        done = run("name", "--json", "--names-from", "-", stdin=b"a.txt\0b\nc.txt\0\xff.txt\0")
        self.assertEqual([o["verdict"] for o in objects(done)], ["accepted", "rejected", "rejected"])


class Form(unittest.TestCase):
    TYPE = "multipart/form-data; boundary=x"

    @staticmethod
    def body(*parts: tuple[str, bytes]) -> bytes:
        return b"".join(b"--x\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n" % (head.encode(), data)
                        for head, data in parts) + b"--x--\r\n"

    def test_a_form_without_a_policy_is_judged_by_its_framing(self) -> None:
        body = self.body(('name="title"', b"hello"), ('name="file"; filename="a.jpg"', b"no JPEG"))
        done = run("form", "--json", "--content-type", self.TYPE, stdin=body)
        self.assertEqual(done.returncode, 0, done.stderr)
        [seen] = objects(done)
        self.assertEqual(seen["verdict"], "accepted")
        self.assertEqual([(p["name"], p["filename"], p["size"], p["verdict"]) for p in seen["parts"]],
                         [("title", None, 5, "accepted"), ("file", "a.jpg", 7, "accepted")])
        for part in seen["parts"]:
            self.assertEqual(len(part["sha256"]), 64)
        self.assertEqual(run("form", "--json", "--chunk-size", 1, "--content-type", self.TYPE, stdin=body).stdout, done.stdout)

    def test_an_ambiguous_form_is_refused_at_its_byte(self) -> None:
        body = self.body(('name="a"; name="b"', b"x"))
        done = run("form", "--json", "--content-type", self.TYPE, stdin=body)
        self.assertEqual(done.returncode, 1)
        [seen] = objects(done)
        self.assertEqual(seen["verdict"], "rejected")
        self.assertTrue(seen["reason"].startswith("form_"), seen)
        self.assertIn("offset", seen)

    def test_a_form_policy_judges_the_files(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            policy = pathlib.Path(folder) / "form.json"
            policy.write_text('{"fields": {"photo": {"policy": {"extensions": ["jpg"]}}}}')
            arguments = ("form", "--json", "--policy", policy, "--content-type", self.TYPE)
            good = run(*arguments, stdin=self.body(('name="photo"; filename="a.jpg"', PHOTO.read_bytes())))
            self.assertEqual(good.returncode, 0, good.stdout)
            [seen] = objects(run(*arguments, stdin=self.body(('name="photo"; filename="a.jpg"', b"<?php"))))
            self.assertEqual((seen["verdict"], seen["parts"][0]["reason"]), ("rejected", "type_mismatch"))

    def test_the_content_type_is_required(self) -> None:
        self.assertEqual(run("form", stdin=b"").returncode, 2)
        self.assertEqual(run("form", "--content-type", "text/plain", stdin=b"").returncode, 1)


class Verify(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.keys = self.folder / "keys.json"
        self.keys.write_text(run("receipt", "new-keys", "k1").stdout.decode())
        self.photo = self.folder / "photo.jpg"
        self.photo.write_bytes(PHOTO.read_bytes())
        self.receipt = self.folder / "photo.receipt"
        self.receipt.write_text(run("receipt", "sign", "--keys", self.keys, self.photo).stdout.decode())

    def verify(self, *arguments) -> tuple[int, dict]:
        done = run("verify", "--json", "--keys", self.keys, *arguments)
        return done.returncode, objects(done)[0]

    def test_the_judged_file_passes(self) -> None:
        status, seen = self.verify(self.photo, self.receipt)
        self.assertEqual((status, seen["result"], seen["media_type"], seen["policy"], seen["safe_name"]),
                         (0, "valid", "image/jpeg", "default", "photo.jpg"))
        self.assertEqual(self.verify(self.photo, self.receipt.read_text().strip())[0], 0)  # the text itself
        self.assertIn("valid", run("verify", "--keys", self.keys, self.photo, self.receipt).stdout.decode())

    def test_one_changed_byte_is_refused(self) -> None:
        content = bytearray(self.photo.read_bytes())
        content[len(content) // 2] ^= 1
        self.photo.write_bytes(content)
        status, seen = self.verify(self.photo, self.receipt)
        self.assertEqual((status, seen["result"]), (1, "other_content"))

    def test_a_changed_receipt_another_key_and_another_policy_are_refused(self) -> None:
        text = self.receipt.read_text().strip()
        self.assertEqual(self.verify(self.photo, text[:-5] + ("A" if text[-5] != "A" else "B") + text[-4:])[1]["result"],
                         "bad_signature")
        self.assertEqual(self.verify(self.photo, "ug1.nonsense")[1]["result"], "malformed")
        policy = self.folder / "policy.json"
        policy.write_bytes(run("policy", "default").stdout.replace(b'"version": 1', b'"version": 2'))
        self.assertEqual(self.verify("--policy", policy, self.photo, text)[1]["result"], "other_policy")
        policy.write_bytes(run("policy", "default").stdout)
        self.assertEqual(self.verify("--policy", policy, self.photo, text)[0], 0)
        self.keys.write_text(run("receipt", "new-keys", "k2").stdout.decode())
        self.assertEqual(self.verify(self.photo, text)[1]["result"], "unknown_key")

    def test_a_rejected_file_gets_no_receipt(self) -> None:
        done = run("receipt", "sign", "--keys", self.keys, HOSTILE / "script-named-photo.jpg")
        self.assertEqual((done.returncode, b"ug1." in done.stdout), (1, False))

    def test_wrong_usage(self) -> None:
        self.assertEqual(run("verify", self.photo, self.receipt).returncode, 2)
        self.assertEqual(run("verify", "--keys", self.photo, self.photo, self.receipt).returncode, 2)
        self.assertEqual(run("verify", "--keys", self.keys, "/nonexistent", self.receipt).returncode, 3)
        self.assertEqual(run("verify", "--keys", self.keys, self.photo, "/nonexistent").returncode, 3)


class Others(unittest.TestCase):
    def test_explain_shows_every_rule_and_the_byte(self) -> None:
        done = run("explain", HOSTILE / "png-with-zip-behind.png")
        self.assertEqual(done.returncode, 1)
        text = done.stdout.decode()
        for word in ("path_guard", "magic_type", "structure", "trailing_data", "byte 192", "media type"):
            self.assertIn(word, text)
        text = run("explain", PHOTO).stdout.decode()
        self.assertIn(f"safe name {PHOTO.name}", text)
        self.assertIn("image/jpeg, 160x120, extension jpg, every byte", text)
        line = objects(run("explain", "--json", PHOTO))[0]
        self.assertIn("structure", [rule["by"] for rule in line["rules"]])
        self.assertIn("APP0 JFIF", text)
        self.assertEqual(sum(part["size"] for part in line["parts"]), PHOTO.stat().st_size)

    def test_version_help_and_the_built_in_policy(self) -> None:
        self.assertTrue(run("--version").stdout.startswith(b"uploadgate 0."))
        self.assertEqual(run("--help").returncode, 0)
        with tempfile.NamedTemporaryFile(suffix=".json") as file:
            file.write(run("policy", "default").stdout)
            file.flush()
            self.assertEqual(run("policy", "check", file.name).returncode, 0)


class PolicyVersions(unittest.TestCase):
    def setUp(self) -> None:
        self.home = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.folder = self.home / "avatars"

    def write(self, text: str) -> pathlib.Path:
        path = self.home / "new.json"
        path.write_text(text)
        return path

    def apply(self, text: str, *arguments) -> subprocess.CompletedProcess:
        return run("policy", "apply", self.folder, self.write(text), *arguments)

    def history(self) -> list[dict]:
        return objects(run("policy", "history", self.folder, "--json"))

    def test_apply_history_and_rollback(self) -> None:
        for size in (1, 2, 3):
            done = self.apply('{"name": "avatars", "max_size": "%d MiB"}' % size, "--note", f"{size} MiB", "--json")
            self.assertEqual(done.returncode, 0, done.stderr)
            [change] = objects(done)
            self.assertEqual((change["number"], change["change"], change["name"], change["current"]),
                             (size, "apply", "avatars", True))
            self.assertRegex(change["time"], r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        [back] = objects(run("policy", "rollback", self.folder, "--note", "too large\x1b[31m", "--json"))
        self.assertEqual((back["number"], back["change"]), (2, "rollback"))
        self.assertEqual([(c["number"], c["current"]) for c in self.history()],
                         [(1, False), (2, False), (3, False), (2, True)])
        self.assertEqual(run("check", "--policy", self.folder / "current", PHOTO).returncode, 0)
        shown = run("policy", "history", self.folder).stdout.decode().splitlines()
        self.assertEqual([line[0] for line in shown], [" ", " ", " ", "*"])
        self.assertTrue(shown[3].endswith("rollback  " + back["sha256"][:12] + "  avatars  too large\\x1b[31m"), shown)
        self.assertEqual(objects(run("policy", "rollback", self.folder, "--to", "3", "--json"))[0]["number"], 3)

    def test_appliers_that_are_killed_leave_a_whole_version_in_force(self) -> None:
        self.apply("{}")
        finished = 0
        for delay in range(60):  # at once and up to after the end, three at a time
            new = [self.home / f"{delay}-{n}.json" for n in range(3)]
            for n, path in enumerate(new):
                path.write_text('{"name": "killed", "max_size": %d}' % (1 + 3 * delay + n))
            running = [subprocess.Popen([UPLOADGATE, "policy", "apply", self.folder, path], stdout=subprocess.DEVNULL)
                       for path in new]
            time.sleep(delay / 1000)
            for process in running:
                process.kill()
            finished += sum(process.wait() == 0 for process in running)
            self.assertEqual(run("policy", "check", self.folder / "current").returncode, 0)
            self.assertLessEqual(sum(c["current"] for c in self.history()), 1)
        done = self.apply('{"name": "after"}', "--json")
        self.assertEqual((done.returncode, objects(done)[0]["current"]), (0, True), done.stderr)
        applied = [c["number"] for c in self.history()]
        self.assertEqual(applied, sorted(set(applied)))
        self.assertGreater(len(applied), finished)

    def test_a_wrong_policy_is_refused_and_changes_nothing(self) -> None:
        self.assertEqual(self.apply("{}").returncode, 0)
        done = self.apply('{"max_sise": 5}')
        self.assertEqual(done.returncode, 2)
        self.assertIn('line 1, column 2: unknown key "max_sise"', done.stderr.decode())
        self.assertEqual(len(self.history()), 1)
        done = run("policy", "rollback", self.folder)
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertEqual(run("policy", "rollback", self.folder, "--to", "9").returncode, 2)

    def test_what_is_not_there(self) -> None:
        self.assertEqual(run("policy", "apply", self.folder, self.home / "none.json").returncode, 3)
        self.assertEqual(run("policy", "history", self.folder).returncode, 3)
        self.assertEqual(run("policy", "history").returncode, 2)


class Watch(unittest.TestCase):
    def setUp(self) -> None:
        self.home = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.log = self.home / "audit.ndjson"

    @staticmethod
    def lines(accepted: int, rejected: int, at: str = "2026-11-22T11:22:03.000456Z", rule: str = "extension") -> str:
        refused = {"time": at, "verdict": "rejected", "rule": rule, "reason": "extension_not_allowed", "size": 1,
                   "policy": "photos", "policy_version": 3}
        return "".join(json.dumps(o) + "\n" for o in
                       [{"time": at, "verdict": "accepted", "size": 1}] * accepted + [refused] * rejected)

    def once(self, *arguments) -> tuple[int, dict]:
        done = run("watch", self.log, "--once", "--json", *arguments)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        [report] = objects(done)
        return done.returncode, report

    def test_how_a_log_stands(self) -> None:
        self.log.write_text(self.lines(97, 3) + "no decision\n{}\n" + '{"verdict":"pending"}\n' + '{"verdict":"acc')
        status, seen = self.once()
        self.assertEqual((status, seen["accepted"], seen["rejected"], seen["unfinished"], seen["unreadable"]), (0, 97, 3, 1, 2))
        self.assertEqual(seen["policies"], ["photos 3"])
        self.assertEqual(seen["refusals"], [{"rule": "extension", "reason": "extension_not_allowed", "count": 3,
                                             "share": 0.03, "unusual": False}])

    def test_honest_uploads_that_drop_are_a_warning(self) -> None:
        usual = self.home / "usual.ndjson"
        usual.write_text(self.lines(980, 20))
        for accepted, rejected, warned in ((196, 4, False), (193, 7, False), (180, 20, True), (10, 10, False)):
            self.log.write_text(self.lines(accepted, rejected))
            status, seen = self.once("--baseline", usual)
            self.assertEqual((bool(status), seen["honest_drop"], seen["usual_accepted_share"]), (warned, warned, 0.98),
                             (accepted, rejected))
            self.assertEqual(seen["refusals"][0]["unusual"], warned)
        self.log.write_text(self.lines(180, 20, rule="new_rule"))
        shown = run("watch", self.log, "--once", "--baseline", usual).stdout.decode()
        self.assertRegex(shown, r"new_rule +extension_not_allowed +20 +10.00% +0.00%  more than usual")
        self.assertIn("accepted 90.00% (usually 98.00%), rejected 20", shown)
        self.assertIn("warning: clearly fewer uploads are accepted than usual.", shown)

    def test_it_reads_what_check_and_baseline_write(self) -> None:
        files = sorted(HONEST.iterdir()) + sorted(HOSTILE.iterdir())
        self.log.write_bytes(run("check", "--json", *files).stdout)
        usual = self.home / "usual.ndjson"
        usual.write_bytes(run("baseline", HONEST).stdout)
        status, seen = self.once("--baseline", usual)
        self.assertEqual((seen["accepted"], seen["accepted"] + seen["rejected"]), (len(list(HONEST.iterdir())), len(files)))
        self.assertEqual(seen["usual_accepted_share"], 1.0)

    def test_only_the_window_counts(self) -> None:
        self.log.write_text(self.lines(5, 0, "2026-11-22T11:00:00.000000Z") + self.lines(1, 1, "2026-11-22T11:10:00.5Z"))
        self.assertEqual(self.once("--window", "600")[1]["accepted"], 1)
        self.assertEqual(self.once("--window", "601")[1]["accepted"], 6)
        self.assertEqual(self.once("--window", "0")[1]["accepted"], 6)

    def test_names_of_rules_cannot_steer_the_terminal(self) -> None:
        self.log.write_text(self.lines(1, 1, rule="\x1b[2J"))
        self.assertNotIn(b"\x1b", run("watch", self.log, "--once").stdout)

    def test_it_follows_a_log_through_rotation_and_truncation(self) -> None:
        process = subprocess.Popen([UPLOADGATE, "watch", self.log, "--json", "--interval", "0.1", "--window", "0"],
                                   stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)

        def wait_for(accepted: int) -> None:
            for line in process.stdout:
                seen = json.loads(line)["accepted"]
                self.assertLessEqual(seen, accepted)
                if seen == accepted:
                    return
            self.fail("it ended")

        wait_for(0)  # there is no log yet
        whole, half = self.lines(2, 0), self.lines(1, 0)
        self.log.write_text(whole + half[:20])
        wait_for(2)
        with self.log.open("a") as log:
            log.write(half[20:])
        wait_for(3)
        self.log.rename(self.home / "audit.ndjson.1")
        with (self.home / "audit.ndjson.1").open("a") as log:
            log.write(self.lines(1, 0))
        wait_for(4)
        self.log.write_text(self.lines(3, 0))
        wait_for(7)
        self.log.write_text(self.lines(1, 0))  # cut, as copytruncate does
        wait_for(8)

    def test_what_is_not_there(self) -> None:
        self.assertEqual(run("watch", self.log, "--once").returncode, 3)
        self.log.write_text("")
        self.assertEqual(run("watch", self.log, "--once", "--baseline", self.home / "none").returncode, 3)
        self.assertEqual(run("watch", self.log, "--once").returncode, 0)
        self.assertEqual(run("watch", self.log, "--interval", "0").returncode, 2)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
