#!/usr/bin/env python3
"""7z archives as real tools write them, judged by the command: archives_test.py UPLOADGATE

A tool that is not installed is passed over.
"""

import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import sample_folder

UPLOADGATE = pathlib.Path(sys.argv[1]).resolve()


def check(*arguments: object, **keywords) -> dict:
    run = subprocess.run([UPLOADGATE, "check", "--json", *arguments], capture_output=True, text=True, **keywords)
    return json.loads(run.stdout)


class SevenZip(unittest.TestCase):
    def setUp(self) -> None:
        self.home = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        source = sample_folder.make(self.home)
        shutil.copy(os.path.realpath("/proc/self/exe"), source / "program")
        with open(source / "program", "r+b") as program:
            program.truncate(300_000)
        self.unpacked = sum(p.stat().st_size for p in source.rglob("*") if p.is_file())
        self.entries = sum(1 for _ in source.rglob("*")) + 1

    def run_in_home(self, *command: str) -> None:
        subprocess.run(command, cwd=self.home, check=True, stdout=subprocess.DEVNULL)

    def is_whole(self, name: str) -> None:
        answer = check(self.home / name)
        wanted = {"verdict": "accepted", "examined": "whole", "entries": self.entries, "unpacked_size": self.unpacked}
        self.assertEqual({key: answer.get(key) for key in wanted}, wanted, answer)

    @unittest.skipUnless(shutil.which("7z"), "no 7z")
    def test_7zip(self) -> None:
        settings = [[f"-mx{n}"] for n in (0, 1, 3, 5, 7, 9)]
        settings += [["-m0=" + m] for m in ("LZMA", "LZMA2", "BZip2", "Deflate")]
        settings += [["-ms=off"], ["-mhc=off"], ["-mf=off", "-m0=PPMd"], ["-m0=BCJ2", "-m1=LZMA"], ["-m0=Delta:4", "-m1=LZMA2"]]
        for setting in settings:
            with self.subTest(setting):
                name = "by" + "".join(setting).replace(":", "-") + ".7z"
                self.run_in_home("7z", "a", "-bd", *setting, name, "files")
                self.is_whole(name)

    @unittest.skipUnless(shutil.which("bsdtar"), "no bsdtar")
    def test_libarchive(self) -> None:
        for method in ("store", "deflate", "bzip2", "lzma1", "lzma2", "ppmd"):
            with self.subTest(method):
                self.run_in_home("bsdtar", "--format=7zip", f"--options=7zip:compression={method}", "-cf", method + ".7z", "files")
                self.is_whole(method + ".7z")

    @unittest.skipUnless(importlib.util.find_spec("py7zr"), "no py7zr")
    def test_py7zr(self) -> None:
        import py7zr

        with py7zr.SevenZipFile(self.home / "by_python.7z", "w") as archive:
            archive.writeall(self.home / "files", "files")
        self.is_whole("by_python.7z")

    @unittest.skipUnless(shutil.which("7z"), "no 7z")
    def test_what_is_refused(self) -> None:
        (self.home / "with_link").mkdir()
        (self.home / "with_link/link").symlink_to("text.txt")
        cases = {
            "encrypted": (["-psecret"], "encrypted"),
            "encrypted_names": (["-psecret", "-mhe=on"], "encrypted"),
            "links": (["-snl", "with_link"], "entry_link"),
            "another_method": (["-m0=Deflate64", "-mf=off"], "not_examined"),
        }
        for name, (setting, reason) in cases.items():
            with self.subTest(name):
                self.run_in_home("7z", "a", "-bd", name + ".7z", "files", *setting)
                self.assertEqual(check(self.home / (name + ".7z")).get("reason"), reason)

    @unittest.skipUnless(shutil.which("7z"), "no 7z")
    def test_standard_input_is_looked_into_where_it_is_a_file(self) -> None:
        self.run_in_home("7z", "a", "-bd", "a.7z", "files")
        with open(self.home / "a.7z", "rb") as file:
            self.assertEqual(check("--filename", "a.7z", "-", stdin=file)["verdict"], "accepted")
            file.seek(1)
            self.assertEqual(check("--filename", "a.7z", "-", stdin=file)["verdict"], "rejected")
        piped = subprocess.Popen(["cat", self.home / "a.7z"], stdout=subprocess.PIPE)
        self.assertEqual(check("--filename", "a.7z", "-", stdin=piped.stdout)["reason"], "not_examined")
        piped.stdout.close()
        piped.wait()


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
