"""python -m uploadgate check keeps the contract of the command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any, List

import pytest
from conftest import SAMPLES

COMMAND = os.environ.get("UPLOADGATE_COMMAND", "")
FILES = sorted(str(path) for path in SAMPLES.glob("*/*") if path.is_file())


def run(*arguments: str, **options: Any) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-B", "-m", "uploadgate", "check", *arguments], capture_output=True, text=True, **options
    )


def objects(text: str) -> List[Any]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.skipif(not COMMAND, reason="the command was not built")
@pytest.mark.parametrize("more", [[], ["--chunk-size", "1"], ["--filename", "a.png"], ["--content-type", "image/png"]])
def test_it_says_what_the_command_says(more: List[str]) -> None:
    files = [*FILES, "/no/such/file", str(SAMPLES)]
    python = run("--json", *more, *files)
    command = subprocess.run([COMMAND, "check", "--json", *more, *files], capture_output=True, text=True)
    assert objects(python.stdout) == objects(command.stdout)
    assert python.returncode == command.returncode == 3


def test_exit_status() -> None:
    honest = [path for path in FILES if "/honest/" in path]
    assert run(*honest).returncode == 0
    assert run(*FILES).returncode == 1
    assert run().returncode == 2
    assert run("--policy", "/no/such/policy", *honest).returncode == 2
    assert run("--chunk-size", "0", *honest).returncode == 2
    assert run("/no/such/file").returncode == 3


def test_standard_input_and_lists() -> None:
    with open(SAMPLES / "honest" / "gradient.png", "rb") as file:
        found = run("--json", "--filename", "x.png", "-", stdin=file)
    assert objects(found.stdout)[0]["safe_name"] == "x.png" and found.returncode == 0
    found = run("--json", "--files-from", "-", input="\n".join(FILES) + "\n")
    assert [o["path"] for o in objects(found.stdout)] == FILES
