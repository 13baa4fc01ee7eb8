"""A folder of files of several kinds, to be packed by programs and judged."""

import pathlib
import random


def make(home: pathlib.Path) -> pathlib.Path:
    source = home / "files"
    (source / "sub/empty").mkdir(parents=True)
    (source / "nothing.txt").touch()
    (source / "Ünï cödé ☃.txt").write_text("hällo\n")
    (source / "text.txt").write_text("a line that is said again and again\n" * 2000)
    (source / "noise.bin").write_bytes(random.Random(7).randbytes(50_000))
    return source
