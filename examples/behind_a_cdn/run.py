#!/usr/bin/env python3
"""Starts the chain, sends the honest files and the attacks through it, and serves on until Ctrl-C.

run.py BUILD [--once] [--without-gateway]
"""

import pathlib
import signal
import sys

from attacks import AMBIGUOUS, ATTACKS, HONEST, SMUGGLED
from chain import Chain


def show(what: str, status: int, why: str) -> None:
    print(f"  {status}  {what:38} {why}")


def show_attack(what: str, status: int, told: dict) -> bool:
    """Gives whether it was taken."""
    why = f"{told['rule']}: {told['reason']}" if "rule" in told else "taken" if status == 200 else "refused"
    show(what, status, why)
    return status == 200


def main() -> int:
    words = [w for w in sys.argv[1:] if not w.startswith("--")]
    with Chain(pathlib.Path(words[0]).resolve(), gateway="--without-gateway" not in sys.argv) as chain:
        print(f"Honest files, through nginx{' and the gateway' if chain.with_gateway else ''} into FastAPI:")
        for h in HONEST:
            status, told = chain.post(chain.edge, h.path, h.field, h.filename, h.content)
            show(h.filename, status, "arrived byte for byte" if h.content in chain.stored() else str(told))
        print("Attacks:")
        taken = 0
        for a in ATTACKS:
            status, told = chain.post(chain.edge, a.path, a.field, a.filename, a.content)
            taken += show_attack(a.what, status, told)
        for what, body in AMBIGUOUS.items():
            status, told = chain.post_body(chain.edge, "/documents", body)
            taken += show_attack("a form with " + what, status, told)
        for what, request in SMUGGLED.items():
            answer = chain.send(chain.gateway if chain.with_gateway else chain.app, request)
            taken += show_attack(what, int(answer[9:12] or 0), {})
        print(f"The application took {taken} of {len(ATTACKS) + len(AMBIGUOUS) + len(SMUGGLED)} attacks.")
        if "--once" in sys.argv:
            return 0
        print(f"\nThe album:   http://127.0.0.1:{chain.edge}/   (through nginx)")
        if chain.with_gateway:
            print(f"The metrics: http://127.0.0.1:{chain.admin}/metrics\nThe log:     {chain.folder}/audit.jsonl")
        print("Ctrl-C stops all of it.", flush=True)
        try:
            signal.pause()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
