#!/usr/bin/env python3
"""Runs the commands of a page in its order, in one empty folder: guide_test.py UPLOADGATE SOURCES PAGE

A block ```sh is run by bash. `exit=N` behind it is the status that the page says; without it 0. The block ```text that
follows is what it prints: every line must come, in this order; an ellipsis stands for anything, blanks for any blanks.
With --show the page's commands are run and what they print is shown, to write the page from."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

SHOW = "--show" in sys.argv
UPLOADGATE, SOURCES, PAGE = (pathlib.Path(a) for a in sys.argv[1:4])


def blocks(page: str) -> list[tuple[str, str]]:
    return re.findall(r"^```([^\n]*)\n(.*?)^```$", page, re.M | re.S)


def pattern(line: str) -> re.Pattern:
    words = [".*?".join(map(re.escape, word.split("…"))) for word in line.split()]
    return re.compile(r"\s*" + r"\s+".join(words) + r"\s*$")


def missing(wanted: str, printed: str) -> str:
    lines = iter(printed.splitlines())
    for line in filter(str.strip, wanted.splitlines()):
        if line.strip() == "…":
            continue
        matching = pattern(line)
        if not any(matching.match(given) for given in lines):
            return line
    return ""


def main() -> None:
    ran, compared = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "examples").symlink_to((SOURCES / "examples").resolve())
        environment = {**os.environ, "PATH": f"{UPLOADGATE.resolve().parent}:/usr/bin:/bin", "HOME": folder, "LC_ALL": "C.UTF-8"}
        printed = ""
        for kind, text in blocks((SOURCES / PAGE).read_text()):
            if kind.split(" ")[0] == "sh":
                status = int(kind.partition("exit=")[2] or 0)
                done = subprocess.run(["bash", "-uo", "pipefail", "-c", text], cwd=folder, env=environment, timeout=300,
                                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
                printed = done.stdout
                ran += 1
                if SHOW:
                    print(f"$ {text}{printed}[{done.returncode}]\n")
                elif done.returncode != status:
                    sys.exit(f"{PAGE}: status {done.returncode} and not {status} of\n{text}\n{printed}")
            elif kind == "text" and not SHOW:
                compared += 1
                if line := missing(text, printed):
                    sys.exit(f"{PAGE}: this line is not printed, or not in this place:\n{line}\n\nThe output was\n{printed}")
    if not ran or not (SHOW or compared):
        sys.exit(f"{PAGE}: nothing was run")
    print(f"{PAGE}: {ran} blocks run, {compared} outputs compared")


if __name__ == "__main__":
    main()
