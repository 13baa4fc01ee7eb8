#!/usr/bin/env python3
"""Makes a store as an upload folder looks after some years: make_store.py DIR [VAULT]

Most files are honest, some are odd, a few hostile; the same every time. With VAULT the files of 2026 are put into a
vault too (docs/storage.md), as a policy that asked little would have let them in. The standard library is enough."""

import hashlib
import os
import pathlib
import random
import shutil
import struct
import sys
import zipfile
import zlib

SAMPLES = pathlib.Path(__file__).resolve().parent


def png(width: int, height: int, shade: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes((x * shade + y) % 256 for x in range(width)) for y in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def table(rows: int, first: str = "name") -> bytes:
    return (f"{first},amount\r\n" + "".join(f"customer {i},{i * 7 % 100}\r\n" for i in range(rows))).encode()


def archive(path: pathlib.Path, entries: int) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for i in range(entries):
            out.writestr(zipfile.ZipInfo(f"folder/{i}.txt", (2026, 1, 1, 0, 0, 0)), f"entry {i}\n" * (i + 1))


def make(root: pathlib.Path) -> None:
    random.seed(7)
    for year in ("2024", "2025", "2026"):
        folder = root / year
        folder.mkdir(parents=True)
        for i in range(40):
            side = random.choice((16, 32, 64, 128))
            (folder / f"avatar-{i:02}.png").write_bytes(png(side, side, i + 1))
        for i in range(20):
            shutil.copy(SAMPLES / "honest" / "photo.jpg", folder / f"photo {i:02}.jpg")
        for i in range(10):
            (folder / f"report-{i}.csv").write_bytes(table(20 * i + 1))
            shutil.copy(SAMPLES / "honest" / "report.pdf", folder / f"invoice-{i}.pdf")
        for i in range(3):
            shutil.copy(SAMPLES / "honest" / "letter.docx", folder / f"letter {i}.docx")
            archive(folder / f"bundle-{i}.zip", 3 + i)
        (folder / "README").write_text("Files of this year.\n")
    # What grows in every store: one large picture, a picture under a wrong name, a table with a formula.
    (root / "2025" / "poster.png").write_bytes(png(1200, 900, 3))
    (root / "2025" / "scan.jpg").write_bytes(png(20, 20, 9))
    (root / "2026" / "orders.csv").write_bytes(table(5, "=1+1"))
    (root / "2026" / "empty.txt").write_bytes(b"")
    # And what somebody tried.
    for name in ("photo.php.jpg", "png-with-zip-behind.png", "opens-and-runs.pdf", "macro-inside.docx"):
        shutil.copy(SAMPLES / "hostile" / name, root / "2026" / name)


def make_vault(files: pathlib.Path, root: pathlib.Path, owner: str = "ann") -> None:
    key = root / "keys" / hashlib.sha256(owner.encode()).hexdigest()
    key.mkdir(parents=True, mode=0o700)
    root.chmod(0o700)
    for path in sorted(files.iterdir()):
        content = path.read_bytes()
        if not content or not path.suffix:
            continue
        name = hashlib.sha256(content).hexdigest() + path.suffix
        stored = root / "objects" / name[:2] / name
        stored.parent.mkdir(parents=True, exist_ok=True)
        if not stored.exists():
            stored.write_bytes(content)
            stored.chmod(0o600)
            os.link(stored, key / name)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    make(pathlib.Path(sys.argv[1]))
    if len(sys.argv) == 3:
        make_vault(pathlib.Path(sys.argv[1]) / "2026", pathlib.Path(sys.argv[2]))
