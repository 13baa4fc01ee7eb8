"""docs/fastapi.md, followed word for word: its commands are run, and what they print is what the page shows."""

from __future__ import annotations

import json
import os
import pathlib
import re
import subprocess
import sys
from typing import Any, List, Tuple

from conftest import ROOT

sys.path.insert(0, str(ROOT / "examples" / "behind_a_cdn"))
from chain import free_ports  # noqa: E402

PAGE = (ROOT / "docs" / "fastapi.md").read_text()
BLOCKS: List[Tuple[str, str]] = re.findall(r"^```(\w+[^\n]*)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def commands_and_answers() -> List[Tuple[str, Any]]:
    found: List[Tuple[str, Any]] = []
    for kind, text in BLOCKS:
        if kind == "sh" and "./dev wheel" not in text:  # wheel_test.py does that
            found.append((text, None))
        elif kind == "json":
            found[-1] = (found[-1][0], json.loads(text))
    return found


def test_the_commands_print_what_the_page_shows(tmp_path: pathlib.Path) -> None:
    steps = commands_and_answers()
    script = "\n".join(f"{command}\necho; echo '=== end'" for command, _ in steps)
    script = script.replace("/tmp/try/bin/python", sys.executable)
    for written, port in zip(("8001", "8002", "8003"), free_ports(3)):
        script = script.replace(written, str(port))
    environment = {**os.environ, "AVATARS": str(tmp_path)}
    done = subprocess.run(
        ["bash", "-e"], input=script, capture_output=True, text=True, cwd=ROOT, env=environment, timeout=120
    )
    assert done.returncode == 0, done.stderr
    printed = done.stdout.split("=== end")
    for (command, answer), text in zip(steps, printed):
        if answer is not None:
            assert json.loads(text) == answer, command
    stored = {path.name for path in tmp_path.iterdir()}
    assert "script-named-photo.jpg" in stored, "the bare service takes it"
    assert len([answer for _, answer in steps if answer]) == 7


def test_the_files_that_the_page_quotes_are_those_of_the_example() -> None:
    for kind, text in BLOCKS:
        if " file=" in kind:
            assert text == (ROOT / kind.split(" file=")[1]).read_text()
    sources = "\n".join(path.read_text() for path in (ROOT / "examples" / "fastapi").glob("*.py"))
    quoted = [
        line for kind, text in BLOCKS if kind == "python" and "inspect(" not in text for line in text.splitlines()
    ]
    assert len(quoted) > 10 and [line for line in quoted if line not in sources] == []
