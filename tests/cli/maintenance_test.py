#!/usr/bin/env python3
"""The commands for careful changes, run as their users run them: maintenance_test.py UPLOADGATE SAMPLES"""

import json
import os
import pathlib
import pty
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

UPLOADGATE, SAMPLES = (pathlib.Path(a).resolve() for a in sys.argv[1:3])


def run(*arguments, stdin: bytes = b"", cwd=None) -> subprocess.CompletedProcess:
    return subprocess.run([UPLOADGATE, *map(str, arguments)], input=stdin, capture_output=True, timeout=300, cwd=cwd)


def objects(text: bytes) -> list[dict]:
    return [json.loads(line) for line in text.decode().splitlines()]


def path_of(entry: dict) -> bytes:
    return bytes.fromhex(entry["path_hex"]) if "path_hex" in entry else entry["path"].encode()


class InAFolder(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def make_store(self) -> pathlib.Path:
        store = self.folder / "store"
        subprocess.run(["/usr/bin/python3", SAMPLES / "make_store.py", store], check=True)
        return store

    def policy(self, name: str, **changes) -> pathlib.Path:
        path = self.folder / name
        path.write_text(json.dumps({**json.loads(run("policy", "default").stdout), **changes}))
        return path

    def baseline(self, *arguments) -> list[dict]:
        done = run("baseline", *arguments)
        self.assertIn(done.returncode, (0, 3), done.stderr)
        return objects(done.stdout)


class Baseline(InAFolder):
    def test_one_object_a_file_and_a_summary(self) -> None:
        store, out = self.make_store(), self.folder / "b.ndjson"
        done = run("baseline", store, "--out", out, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        entries, [summary] = objects(out.read_bytes()), objects(done.stdout)
        files = sorted(str(p) for p in store.rglob("*") if p.is_file())
        self.assertEqual(sorted(e["path"] for e in entries), files)
        self.assertEqual((summary["files"], summary["accepted"] + summary["rejected"]), (len(files), len(files)))
        for e in entries:
            digest = subprocess.run(["sha256sum", e["path"]], capture_output=True).stdout.decode().lstrip("\\").split()[0]
            self.assertEqual(e["sha256"], digest)
            break
        [scan] = [e for e in entries if e["path"].endswith("scan.jpg")]
        self.assertEqual((scan["type"], scan["claimed"], scan["mismatch"], scan["reason"]),
                         ("image/png", "jpg", True, "type_mismatch"))
        self.assertEqual(scan["rules"]["extension"], "accepted")
        self.assertEqual(scan["rules"]["structure"], "bad_signature")
        self.assertFalse((self.folder / "b.ndjson.part").exists())

    def test_the_verdicts_are_those_of_check(self) -> None:
        files = sorted(p for kind in ("honest", "hostile") for p in (SAMPLES / kind).iterdir())
        checked = {o["path"]: (o["verdict"], o.get("rule"), o.get("reason"), o.get("offset"))
                   for o in objects(run("check", "--json", *files).stdout)}
        listed = "".join(f"{p}\n" for p in files).encode()
        done = run("baseline", "--files-from", "-", stdin=listed)
        seen = {o["path"]: (o["verdict"], o.get("rule"), o.get("reason"), o.get("offset")) for o in objects(done.stdout)}
        self.assertEqual(seen, checked)

    def test_hostile_paths_come_back_losslessly(self) -> None:
        store = self.folder / "s"
        store.mkdir()
        names = [b"new\nline.txt", b"\xff\xfe.txt", b"tab\t.txt", "gr\u00fc\u00df.txt".encode(), b'quo"te\\.txt', b"\x1b[31m.txt",
                 b"-rf.txt", b"a" * 250 + b".txt"]
        for name in names:
            (store / os.fsdecode(name)).write_text("x")
        wanted = sorted(os.fsencode(store) + b"/" + name for name in names)
        done = run("baseline", store)
        self.assertEqual(sorted(map(path_of, objects(done.stdout))), wanted)
        self.assertNotIn(b"\x1b", done.stderr)
        again = run("baseline", "--null", "--files-from", "-", stdin=b"\0".join(wanted) + b"\0")
        self.assertEqual(sorted(map(path_of, objects(again.stdout))), wanted)

    def test_what_cannot_be_read_is_said_and_exits_with_3(self) -> None:
        store = self.folder / "s"
        store.mkdir()
        (store / "good.txt").write_text("x")
        (store / "link.txt").symlink_to("/etc/passwd")
        os.mkfifo(store / "pipe.txt")
        done = run("baseline", store)
        self.assertEqual(done.returncode, 3)
        seen = {pathlib.Path(o["path"]).name: o.get("unreadable") for o in objects(done.stdout)}
        self.assertEqual(seen, {"good.txt": None, "link.txt": "is a symbolic link", "pipe.txt": "is not a regular file"})
        gone = run("baseline", "--files-from", "-", stdin=b"/nonexistent/a.png\n")
        self.assertEqual((gone.returncode, objects(gone.stdout)[0]["unreadable"]), (3, "No such file or directory"))
        self.assertEqual(run("baseline", self.folder / "nothing").returncode, 3)

    def test_an_interrupted_run_goes_on_where_it_stopped(self) -> None:
        store, out = self.make_store(), self.folder / "b.ndjson"
        part = self.folder / "b.ndjson.part"
        whole = {e["path"]: e for e in self.baseline(store)}
        lines = run("baseline", store).stdout.splitlines(keepends=True)
        for kept, torn in ((0, b""), (50, b""), (50, lines[50][:30]), (len(lines), b"{")):
            part.write_bytes(b"".join(lines[:kept]) + torn)
            done = run("baseline", store, "--out", out, "--json")
            self.assertEqual(done.returncode, 0, done.stderr)
            entries = objects(out.read_bytes())
            self.assertEqual({e["path"]: e for e in entries}, whole)
            self.assertEqual(len(entries), len(whole))
            self.assertEqual(objects(done.stdout)[0]["files"], len(whole))
            if kept:
                self.assertIn(f"going on after {kept} files", done.stderr.decode())

    def test_a_killed_run_goes_on(self) -> None:
        store, out = self.folder / "store", self.folder / "b.ndjson"
        store.mkdir()
        for i in range(400):
            (store / f"{i}.bin").write_bytes(bytes([i % 256]) * 400_000)
        process = subprocess.Popen([UPLOADGATE, "baseline", store, "--out", out], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        part = self.folder / "b.ndjson.part"
        while process.poll() is None and (not part.exists() or part.stat().st_size < 4096):
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        process.wait()
        before = part.read_bytes().count(b"\n") if part.exists() else 0
        done = run("baseline", store, "--out", out, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        entries = objects(out.read_bytes())
        self.assertEqual(sorted(e["path"] for e in entries), sorted(str(p) for p in store.iterdir()))
        self.assertGreater(before, 0)

    def test_a_run_under_another_policy_is_not_gone_on_with(self) -> None:
        store, out = self.make_store(), self.folder / "b.ndjson"
        (self.folder / "b.ndjson.part").write_bytes(run("baseline", store).stdout)
        done = run("baseline", store, "--out", out, "--policy", self.policy("p.json", max_size="1 KiB"))
        self.assertEqual(done.returncode, 2)
        self.assertIn("another policy", done.stderr.decode())

    def test_parts_add_up_to_the_whole(self) -> None:
        store = self.make_store()
        whole = objects(run("baseline", store, "--json", "--out", self.folder / "w").stdout)[0]
        parts = []
        for year in ("2024", "2025", "2026"):
            parts.append(self.folder / year)
            run("baseline", store / year, "--out", parts[-1])
        joined = self.folder / "joined"
        joined.write_bytes(b"".join(p.read_bytes() for p in parts))

        def numbers(summary: dict) -> dict:
            for counts in summary.values():
                for count in counts.values() if isinstance(counts, dict) else []:
                    isinstance(count, dict) and count.pop("examples", None)
            return summary

        for arguments in ([joined], parts):
            summed = objects(run("baseline", "--json", "--summarize", *arguments).stdout)[0]
            self.assertEqual(numbers(summed), numbers(whole))

    @unittest.skipUnless(shutil.which("parallel"), "GNU parallel is not installed")
    def test_under_gnu_parallel(self) -> None:
        store = self.make_store()
        (store / "new\nline.txt").write_text("x")
        whole = {path_of(e): e for e in self.baseline(store)}
        for split in (["-N", "20"], ["--block", "1k"]):
            listed = subprocess.run(["find", store, "-type", "f", "-print0"], capture_output=True, check=True).stdout
            done = subprocess.run(["parallel", "--pipe", "--recend", "\\0", *split, UPLOADGATE, "baseline", "--jobs", "1", "--quiet",
                                   "--null", "--files-from", "-"], input=listed, capture_output=True, timeout=300,
                                  env={**os.environ, "HOME": str(self.folder)})
            self.assertEqual(done.returncode, 0, done.stderr)
            entries = objects(done.stdout)
            self.assertEqual(len(entries), len(whole))
            self.assertEqual({path_of(e): e for e in entries}, whole)

    def test_a_list_is_read_as_it_comes(self) -> None:
        with subprocess.Popen([UPLOADGATE, "baseline", "--jobs", "1", "--files-from", "-"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
            for name in ("photo.jpg", "notes.txt"):
                process.stdin.write(os.fsencode(SAMPLES / "honest" / name) + b"\n")
            process.stdin.close()
            self.assertEqual(len(process.stdout.read().splitlines()), 2)

    def test_progress_only_on_a_terminal(self) -> None:
        store = self.make_store()
        self.assertNotIn(b"\r", run("baseline", store, "--out", self.folder / "b").stderr)

    def test_wrong_usage(self) -> None:
        for arguments in (["baseline"], ["baseline", self.folder, "--files-from", "-"], ["baseline", "--jobs", "-1", self.folder],
                          ["baseline", self.folder, "--policy", "/nonexistent"]):
            self.assertEqual(run(*arguments).returncode, 2, arguments)


class LearnAndDiff(InAFolder):
    def test_the_learned_policy_refuses_nothing_that_was_accepted(self) -> None:
        store, out, learned = self.make_store(), self.folder / "b", self.folder / "learned.json"
        run("baseline", store, "--out", out)
        done = run("learn", out, "--out", learned, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        [said] = objects(done.stdout)
        self.assertEqual(said["policy"], json.loads(learned.read_text()))
        self.assertEqual(said["policy"]["extensions"], ["csv", "docx", "jpg", "pdf", "png", "zip"])
        self.assertEqual(run("policy", "check", learned).returncode, 0)
        default = self.policy("default.json")
        for against in (store, out):
            done = run("diff", default, learned, "--against", against, "--json")
            self.assertEqual(done.returncode, 0, done.stdout)
            numbers = objects(done.stdout)[-1]
            self.assertEqual((numbers["newly_refused"], numbers["newly_accepted"], numbers["unreadable"]), (0, 0, 0))
        reasons = {r["reason"]: r for r in said["refused"]}
        self.assertEqual(reasons["macros"]["settings"], ["document.macros"])
        self.assertEqual(reasons["trailing_data"]["settings"], [])

    def test_loosen_keeps_what_settings_can_keep(self) -> None:
        store, out, learned = self.make_store(), self.folder / "b", self.folder / "learned.json"
        run("baseline", store, "--out", out)
        done = run("learn", out, "--loosen", "--out", learned, "--json")
        refused = {r["reason"] for r in objects(done.stdout)[0]["refused"]}
        self.assertEqual(refused, {"extension_executable", "extension_missing", "trailing_data", "type_mismatch", "empty_file"})
        after = self.baseline(store, "--policy", learned)
        self.assertEqual(sum(e["verdict"] == "rejected" for e in after),
                         sum(r["files"] for r in objects(done.stdout)[0]["refused"]))

    def test_keep_lets_outliers_go(self) -> None:
        store, out = self.make_store(), self.folder / "b"
        run("baseline", store, "--out", out)
        all_kept, most = (json.loads(run("learn", out, *more).stdout) for more in ([], ["--keep", "90%"]))
        self.assertGreater(all_kept["image"]["max_pixels"], most["image"]["max_pixels"])
        learned = self.folder / "l.json"
        run("learn", out, "--keep", "90%", "--out", learned)
        numbers = objects(run("diff", self.policy("d.json"), learned, "--against", store, "--json").stdout)[-1]
        self.assertGreater(numbers["newly_refused"], 0)
        accepted = sum(e["verdict"] == "accepted" for e in objects(out.read_bytes()))
        self.assertLessEqual(numbers["newly_refused"], accepted // 10)
        for wrong in ("101%", "many", "-1%", "99.99999%x"):
            self.assertEqual(run("learn", out, "--keep", wrong).returncode, 2, wrong)

    def test_diff_says_settings_and_files_and_exits_for_ci(self) -> None:
        store = self.make_store()
        old, new = self.policy("old.json"), self.policy("new.json", max_size="1 KiB", document={"formulas": "reject"})
        done = run("diff", old, new, "--against", store)
        self.assertEqual(done.returncode, 1)
        text = done.stdout.decode()
        self.assertIn("max_size: 100 MiB became 1 KiB (tightened)", text)
        self.assertIn("newly refused", text)
        self.assertIn("accepted -> max_size: size_exceeded", text)
        for arguments, status in (((old, old), 0), ((old, new), 1), ((new, old), 0), ((new, old, "--fail-on", "accepted"), 1),
                                  ((new, old, "--against", store), 0), ((new, old, "--against", store, "--fail-on", "accepted"), 1),
                                  ((new, old, "--against", store, "--fail-on", "any"), 1),
                                  ((old, old, "--against", store, "--fail-on", "any"), 0)):
            self.assertEqual(run("diff", *arguments).returncode, status, arguments)
        self.assertEqual(run("diff", old, "/nonexistent").returncode, 2)
        self.assertEqual(run("diff", old, new, "--and", store).returncode, 2)

    def test_two_baselines_are_compared_without_the_files(self) -> None:
        store = self.make_store()
        old, new = self.policy("old.json"), self.policy("new.json", max_size="1 KiB")
        by_files = objects(run("diff", old, new, "--against", store, "--json").stdout)[-1]
        for policy in (old, new):
            run("baseline", store, "--policy", policy, "--out", f"{policy}.b")
        shutil.rmtree(store)
        done = run("diff", old, new, "--against", f"{old}.b", "--and", f"{new}.b", "--json")
        self.assertEqual((done.returncode, objects(done.stdout)[-1]), (1, by_files))
        gone = run("diff", old, new, "--against", f"{old}.b", "--json")
        self.assertEqual(gone.returncode, 3)
        self.assertEqual(objects(gone.stdout)[-1]["unreadable"], by_files["files"])

    def test_a_wrong_baseline_is_refused_with_its_line(self) -> None:
        wrong = self.folder / "b"
        wrong.write_text('{"path":"a","verdict":"accepted","policy":"x"}\nnonsense\n')
        for arguments in (("learn", wrong), ("baseline", "--summarize", wrong),
                          ("diff", self.policy("a.json"), self.policy("b.json"), "--against", wrong)):
            done = run(*arguments)
            self.assertEqual(done.returncode, 2, (arguments, done.stderr))
        self.assertIn("another policy", run("learn", "/dev/stdin", stdin=b'{"path":"a","verdict":"accepted","policy":"x"}\n').stderr.decode()
                      .replace("under policy x, not under", "another policy"))


class Rescan(InAFolder):
    def setUp(self) -> None:
        super().setUp()
        self.vault = self.folder / "vault"
        subprocess.run(["/usr/bin/python3", SAMPLES / "make_store.py", self.folder / "store", self.vault], check=True)
        self.before = self.stored()
        # What the policy refuses, told by another command.
        listed = "".join(f"{p}\n" for p in self.objects()).encode()
        judged = objects(run("baseline", "--files-from", "-", stdin=listed).stdout)
        self.refused = {pathlib.Path(e["path"]).name: e["reason"] for e in judged if e["verdict"] == "rejected"}
        self.policy_file = self.policy("p.json")

    def objects(self) -> list[pathlib.Path]:
        return sorted(p for p in (self.vault / "objects").rglob("*") if p.is_file())

    def stored(self) -> dict[str, bytes]:
        return {str(p.relative_to(self.vault)): p.read_bytes() for folder in ("objects", "keys")
                for p in (self.vault / folder).rglob("*") if p.is_file() and p.name != "generation"}

    def rescan(self, *more) -> subprocess.CompletedProcess:
        return run("rescan", self.vault, "--policy", self.policy_file, "--url-prefix", "https://files.example.net/f/", *more)

    def test_a_dry_run_changes_nothing(self) -> None:
        done = self.rescan("--dry-run", "--json")
        self.assertEqual(done.returncode, 1, done.stderr)
        *refused, numbers = objects(done.stdout)
        self.assertEqual({r["id"]: r["reason"] for r in refused}, self.refused)
        self.assertEqual((numbers["refused"], numbers["files"]), (len(self.refused), len(self.objects())))
        self.assertGreater(len(refused), 2)
        self.assertEqual(self.stored(), self.before)

    def test_exactly_what_is_refused_is_withdrawn_and_purged_and_comes_back(self) -> None:
        done = self.rescan()
        self.assertEqual(done.returncode, 1)
        self.assertEqual({p.name for p in self.objects()},
                         {pathlib.Path(p).name for p in self.before if p.startswith("objects")} - set(self.refused))
        self.assertEqual(self.rescan().returncode, 0)
        listed = objects(run("rescan", self.vault, "--withdrawn", "--json").stdout)
        self.assertEqual({w["id"] for w in listed}, set(self.refused))
        restored = run("rescan", self.vault, "--restore", "all")
        self.assertEqual(restored.returncode, 0, restored.stdout)
        self.assertEqual(self.stored(), self.before)

    def test_the_purge_list_is_exact(self) -> None:
        keys = self.rescan("--dry-run", "--purge-list", "keys").stdout.decode().split()
        self.assertEqual(sorted(keys), sorted({name[:64] for name in self.refused}))
        urls = self.rescan("--dry-run", "--purge-list", "urls").stdout.decode().split()
        self.assertEqual(sorted(urls), sorted(f"https://files.example.net/f/{name}" for name in self.refused))

    def test_an_interrupted_rescan_goes_on_and_forgets_no_purge(self) -> None:
        out = self.folder / "rescan.ndjson"
        first = self.rescan("--out", out, "--json")
        lines = out.read_bytes().splitlines(keepends=True)
        whole = objects(first.stdout)[:-1]
        # As if it had been stopped after half of the lines, with all withdrawals done: none of them may be forgotten.
        (self.folder / "rescan.ndjson.part").write_bytes(b"".join(lines[:len(lines) // 2]) + b'{"id":"tor')
        again = self.rescan("--out", out, "--json")
        self.assertEqual(again.returncode, 1, again.stderr)
        self.assertEqual(objects(again.stdout)[:-1], whole)

    def test_wrong_usage(self) -> None:
        self.assertEqual(run("rescan", self.vault).returncode, 2)
        self.assertEqual(run("rescan", self.folder / "nothing", "--policy", self.policy_file).returncode, 2)
        self.assertEqual(run("rescan", self.vault, "--restore", "../../x").returncode, 3)


class Evidence(InAFolder):
    def test_table_json_and_page(self) -> None:
        policy = self.policy("p.json", extensions=["png"], archive={"links": "reject"}, document={"formulas": "reject"})
        table = run("evidence", policy)
        self.assertEqual(table.returncode, 0)
        self.assertIn("5.2.2", table.stdout.decode())
        [said] = objects(run("evidence", policy, "--json").stdout)
        self.assertEqual(said["counts"]["not_met"], 0)
        self.assertEqual(sum(r["source"] == "OWASP ASVS 5.0" for r in said["rows"]), 13)
        self.assertTrue(run("evidence", policy, "--markdown").stdout.startswith(b"# Evidence for the policy default"))
        self.assertEqual((run("evidence", policy, "--strict").returncode, run("evidence", "--strict").returncode), (0, 1))


class Note(InAFolder):
    def test_the_note_as_page_and_text(self) -> None:
        store = self.make_store()
        old, new = self.policy("old.json"), self.policy("new.json", max_size="1 KiB", version=2)
        for policy in (old, new):
            run("baseline", store, "--policy", policy, "--out", f"{policy}.b")
        html, markdown = self.folder / "note.html", self.folder / "note.md"
        done = run("note", old, new, "--before", f"{old}.b", "--after", f"{new}.b", "--store", store, "--title", "Smaller <files>",
                   "--author", "Ann", "--html", html, "--markdown", markdown)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("<h1>Smaller &lt;files&gt;</h1>", html.read_text())
        for text in (html.read_text(), markdown.read_text()):
            self.assertIn("are newly refused", text)
            self.assertIn(f"uploadgate diff {old} {new} --against {old}.b", text)
        without = run("note", old, new, "--before", f"{old}.b", "--date", "2026-01-01", "--rollback", "cp a b")
        self.assertIn("2026-01-01", without.stdout.decode())
        self.assertIn("cp a b", without.stdout.decode())
        self.assertEqual(run("note", old, new).returncode, 2)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
