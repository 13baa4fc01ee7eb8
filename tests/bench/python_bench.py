#!/usr/bin/env python3
"""What uploads cost a Python service: megabytes for each CPU second of the server, and its memory.

python_bench.py [--size MIB] [--rounds N] [--loop auto|asyncio|uvloop]     with PYTHONPATH=build/release/src/python

One file in a multipart form is sent over loopback to uvicorn: to an ASGI application that only reads, to FastAPI's own
UploadFile, to the same handler behind UploadGuard, and to a handler that takes its files by FormGuard. The processor
time is that of the whole server process, user and system.
"""

from __future__ import annotations

import argparse
import pathlib
import socket
import sys
import tempfile
from typing import Dict, List, NamedTuple

TESTS = pathlib.Path(__file__).parents[1] / "python"
sys.path.insert(0, str(TESTS))

from conftest import CONTENT_TYPE, Server  # noqa: E402
from server_test import wav_form  # noqa: E402

CASES = {
    "bare uvicorn": ("apps:reader", "/sizes"),
    "UploadFile": ("apps:bare", "/sizes"),
    "UploadFile behind UploadGuard": ("apps:guarded", "/sizes"),
    "... streaming": ("apps:streaming", "/sizes"),
    "FormGuard": ("apps:dependent", "/sizes"),
    "FormGuard without a digest": ("apps:dependent", "/sizes-undigested"),
}


class Cost(NamedTuple):
    rate: float  # megabytes (10^6) a CPU second
    memory: float  # MiB at most


def send(port: int, path: str, size: int) -> None:
    length = size + sum(map(len, wav_form(0)))
    with socket.create_connection(("127.0.0.1", port)) as s:
        request = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {CONTENT_TYPE}\r\nContent-Length: {length}\r\n\r\n"
        s.sendall(request.encode())
        for block in wav_form(size):
            s.sendall(block)
        answer = s.recv(65536)
    assert answer.startswith(b"HTTP/1.1 200"), answer


def measure(app: str, path: str, size: int, loop: str) -> Cost:
    server = Server(app, TESTS, "--loop", loop, "--log-level", "info", "--no-access-log")
    try:
        send(server.port, path, 1 << 20)
        before = server.cpu_seconds
        send(server.port, path, size)
        spent = server.cpu_seconds - before
        return Cost(size / spent / 1e6, server.peak_memory / 2**20)
    finally:
        server.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=1024, help="MiB of the file")
    parser.add_argument("--rounds", type=int, default=3, help="the best one counts")
    parser.add_argument("--loop", default="auto")
    parser.add_argument("--only", default="", help="cases whose name has this in it")
    options = parser.parse_args()
    found: Dict[str, List[Cost]] = {name: [] for name in CASES if options.only in name}
    for _ in range(options.rounds):
        for name in found:
            found[name].append(measure(*CASES[name], options.size << 20, options.loop))
    best = {name: max(costs) for name, costs in found.items()}
    own = best.get("UploadFile")
    print(f"{options.size} MiB, files in {tempfile.gettempdir()}, loop {options.loop}")
    print(f"{'':32} {'MB/CPU-s':>10} {'of UploadFile':>14} {'CPU more':>9} {'memory':>9}")
    for name, cost in best.items():
        ratio = f"{cost.rate / own.rate:13.2f}x {100 * (own.rate / cost.rate - 1):8.0f}%" if own else " " * 24
        print(f"{name:32} {cost.rate:10.0f} {ratio} {max(c.memory for c in found[name]):5.0f} MiB")


if __name__ == "__main__":
    main()
