"""python -m uploadgate check: as the command `uploadgate check`."""

from __future__ import annotations

import argparse
import io
import json
import os
import stat
import sys
from typing import List, Optional

from . import ConfigurationError, Facts, Policy, Verdict, __version__, printable, to_json

ALL_ACCEPTED, SOME_REJECTED, WRONG_USAGE, UNREADABLE = range(4)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m uploadgate", description=__doc__)
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="judge files by a policy")
    check.add_argument("--policy", metavar="FILE", help="without it the built-in policy `default`")
    check.add_argument("--filename", metavar="NAME", help="judge under this name")
    check.add_argument("--content-type", metavar="T", default="", help="the type that the client claims")
    check.add_argument("--json", action="store_true", help="one JSON object a line")
    check.add_argument("--chunk-size", metavar="N", type=int, default=64 * 1024)
    check.add_argument("--files-from", metavar="FILE", help="paths, one a line (`-`: standard input)")
    check.add_argument("paths", metavar="PATH", nargs="*", help="files (`-`: standard input)")
    return parser


def _open(path: str) -> "tuple[io.FileIO, Optional[int]]":
    """The file, and its size; that of standard input is not known."""
    if path == "-":
        return io.FileIO(0, closefd=False), None
    file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
    status = os.fstat(file)
    if not stat.S_ISREG(status.st_mode):
        os.close(file)
        raise OSError(0, "is a directory" if stat.S_ISDIR(status.st_mode) else "is not a regular file")
    return io.FileIO(file), status.st_size


def _judge(path: str, policy: Policy, filename: str, options: argparse.Namespace) -> "tuple[Verdict, Facts]":
    file, size = _open(path)
    inspection = policy.inspect(filename=filename, content_type=options.content_type, size=size)
    chunk = memoryview(bytearray(options.chunk_size))
    with file:
        while inspection.verdict.pending:
            read = file.readinto(chunk)
            if not read:
                break
            inspection.feed(chunk[:read])
        verdict = inspection.finish() if size is None else inspection.finish(file)
    return verdict, inspection.facts


def _line(path: str, verdict: Verdict, facts: Facts) -> str:
    if verdict.accepted:
        return f"accepted    {printable(path)}  {facts.media_type or 'unknown type'}, {facts.size} bytes"
    at = "" if verdict.offset is None else f" (byte {verdict.offset})"
    return f"rejected    {printable(path)}  {verdict.rule}: {printable(verdict.message)}{at}"


def _unreadable(path: str, why: str, as_json: bool) -> str:
    if not as_json:
        return f"unreadable  {printable(path)}  {why}"
    shown = path.encode(errors="surrogateescape").decode(errors="replace")
    members = {"path": shown, "verdict": "rejected", "reason": "unreadable", "condition": "not_checked", "detail": why}
    return json.dumps(members, ensure_ascii=False, separators=(",", ":"))


def _check_one(path: str, policy: Policy, options: argparse.Namespace) -> int:
    filename = options.filename if options.filename is not None else "" if path == "-" else path.rpartition("/")[2]
    try:
        verdict, facts = _judge(path, policy, filename, options)
    except OSError as error:
        print(_unreadable(path, error.strerror, options.json))
        return UNREADABLE
    if options.json:
        print(to_json(verdict, facts, {"path": path, "filename": filename}))
    else:
        print(_line(path, verdict, facts))
    return ALL_ACCEPTED if verdict.accepted else SOME_REJECTED


def main(arguments: Optional[List[str]] = None) -> int:
    parser = _parser()
    options = parser.parse_args(arguments)
    paths = list(options.paths)
    try:
        policy = Policy.load(options.policy) if options.policy else Policy()
        if options.files_from:
            file = sys.stdin if options.files_from == "-" else open(options.files_from, errors="surrogateescape")
            with file:
                paths += [line.rstrip("\n") for line in file if line != "\n"]
    except (ConfigurationError, OSError) as error:
        print(f"uploadgate: {error}", file=sys.stderr)
        return WRONG_USAGE
    if not paths and not options.files_from:
        parser.error("a PATH, or --files-from, is required")
    if not 1 <= options.chunk_size <= 64 * 1024 * 1024:
        parser.error("--chunk-size is 1 to 64 MiB")
    return max((_check_one(path, policy, options) for path in paths), default=ALL_ACCEPTED)


if __name__ == "__main__":
    sys.exit(main())
