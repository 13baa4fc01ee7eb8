#!/usr/bin/env python3
"""How fast a baseline is, beside sha256sum over the same files with as many processes: baseline_bench.py
UPLOADGATE [DIR]. Without DIR it makes a store of pictures, documents and text of 1 GiB in a temporary folder. It
fails below the ratio that the project promises."""

import pathlib
import random
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib

PROMISED = 0.8
ROUNDS = 5


def png(pixels: bytes, side: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + pixels[i * side:(i + 1) * side] for i in range(side))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b""))


def make_store(root: pathlib.Path, megabytes: int) -> None:
    random.seed(3)
    words = [bytes(random.choices(b"abcdefghijklmnopqrstuvwxyz", k=random.randint(2, 9))) for _ in range(2000)]
    for i in range(megabytes // 4):
        folder = root / f"{i % 16:02}"
        folder.mkdir(exist_ok=True)
        (folder / f"{i}.png").write_bytes(png(random.randbytes(1024 * 1024), 1024))
        (folder / f"{i}.txt").write_bytes(b" ".join(random.choices(words, k=170_000)) + b"\n")
        with zipfile.ZipFile(folder / f"{i}.zip", "w", zipfile.ZIP_STORED) as out:
            out.writestr("a.bin", random.randbytes(1024 * 1024))
        for k in range(16):
            (folder / f"{i}-{k}.csv").write_bytes(b"name,number\r\n" + b"".join(b"%s,%d\r\n" % (w, len(w)) for w in
                                                                            random.choices(words, k=5_000)))


def seconds(command: str) -> float:
    begin = time.perf_counter()
    subprocess.run(command, shell=True, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begin


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        store = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else temporary)
        if len(sys.argv) < 3:
            make_store(store, 1024)
        size = sum(p.stat().st_size for p in store.rglob("*") if p.is_file())
        jobs = int(subprocess.run(["nproc"], capture_output=True, check=True).stdout)
        hashing = f"find '{store}' -type f -print0 | xargs -0 -P {jobs} -n 32 sha256sum"
        capturing = f"'{sys.argv[1]}' baseline '{store}' --jobs {jobs} --quiet"
        seconds(hashing)  # so that both read from the page cache
        pairs = [(seconds(hashing), seconds(capturing)) for _ in range(ROUNDS)]
    slow, fast = (statistics.median(p[i] for p in pairs) for i in (1, 0))
    ratio = fast / slow
    print(f"{size / 2**20:.0f} MiB, {jobs} at a time: sha256sum {size / fast / 2**20:.0f} MiB/s, "
          f"baseline {size / slow / 2**20:.0f} MiB/s, ratio {ratio:.2f} (at least {PROMISED} is promised)")
    sys.exit(0 if ratio >= PROMISED else 1)


if __name__ == "__main__":
    main()
