#!/usr/bin/env python3
"""The consensus test: whenever uploadgate accepts a form, every other parser that accepts it gives the same parts.

consensus.py --build FOLDER --reader PROGRAM [--mutations N] [--seed N] [--write FILE] [--details]
"""

import argparse
import base64
import collections
import concurrent.futures
import pathlib
import sys
import time

import client_forms
import make_bodies
import mutations
import normalise
import protocol
import report

FORMS = protocol.HERE.parent / "data" / "forms"


def honest() -> list[dict]:
    """The recorded bodies of real clients; the first line is the Content-Type."""
    out = []
    for path in sorted(FORMS.glob("*.form")):
        content_type, body = path.read_bytes().split(b"\n", 1)
        out.append({"name": path.stem, "class": "real clients", "type": content_type, "body": body})
    return out


def hostile() -> list[dict]:
    return [{"name": c["name"], "class": c["class"], "type": c["content_type"].encode("latin-1"),
             "body": base64.b64decode(c["body_base64"])} for c in make_bodies.hostile()]


def parts_of(answer: dict) -> list[tuple] | None:
    """The reading in an answer, or None where it refuses."""
    if not answer["accepted"]:
        return None
    def bytes_of(text):
        return None if text is None else base64.b64decode(text)
    return [(bytes_of(p["name"]), bytes_of(p["filename"]), p["sha256"], p["size"]) for p in answer["parts"]]


def accepted_mutations(reader, seeds: list[dict], wanted: int, seed: int) -> tuple[list[dict], int]:
    """Mutations that uploadgate accepts: only those can break the promise. And how many were tried."""
    found, known, tried = [], {(c["type"], c["body"]) for c in seeds}, 0
    for content_type, body in mutations.near(seed, [(c["type"], c["body"]) for c in seeds]):
        if len(found) == wanted:
            break
        tried += 1
        if (content_type, body) in known:
            continue
        known.add((content_type, body))
        reading = parts_of(reader.ask(content_type, body))
        if reading is not None:
            found.append({"name": f"mutation {tried}", "class": "mutations", "type": content_type, "body": body,
                "ours": reading})
    return found, tried


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--build", type=pathlib.Path, required=True)
    arguments.add_argument("--reader", type=pathlib.Path, required=True)
    arguments.add_argument("--mutations", type=int, default=1500, help="mutations that uploadgate accepts")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--write", type=pathlib.Path, help="write the matrix into this page")
    arguments.add_argument("--details", action="store_true", help="show every disagreement")
    options = arguments.parse_args()
    options.build = options.build.resolve()
    began = time.monotonic()

    reader = protocol.Process(protocol.Peer("uploadgate", [str(options.reader.resolve())]))
    peers = protocol.present(options.build, lambda text: print(text, file=sys.stderr))
    if len(peers) < 3:
        print("too few parsers to compare with", file=sys.stderr)
        return 1
    suite = honest() + client_forms.all_forms() + hostile()
    for c in suite:
        answer = reader.ask(c["type"], c["body"])
        c["ours"], c["why"] = parts_of(answer), answer.get("error", "")
    mutants, tried = accepted_mutations(reader, [c for c in suite if c["ours"] is not None and len(c["body"]) < 2000],
                                        options.mutations, options.seed)
    cases = suite + mutants
    print(f"{len(suite)} bodies, {len(mutants)} accepted mutations of {tried}, {len(peers)} parsers", file=sys.stderr)

    def run(process):
        return [parts_of(process.ask(c["type"], c["body"])) for c in cases]
    with concurrent.futures.ThreadPoolExecutor(len(peers)) as pool:
        answers = dict(zip((p.peer.name for p in peers), pool.map(run, peers)))
    for process in [*peers, reader]:
        process.stop()

    matrix, disagreements = collections.defaultdict(collections.Counter), []
    for process in peers:
        for c, theirs in zip(cases, answers[process.peer.name]):
            if c["ours"] is None:
                continue
            verdict = "refused" if normalise.refused(process.peer, c["ours"],
                theirs) else "same" if normalise.same(process.peer, c["ours"], theirs) else "different"
            matrix[process.peer.name, c["class"]][verdict] += 1
            if verdict == "different":
                disagreements.append((process.peer.name, c, theirs))
    page = report.Report([p.peer for p in peers], cases, answers, matrix)
    print(page.matrix(options.details))
    for name, c, theirs in disagreements if options.details else disagreements[:40]:
        ours = [p for p in c["ours"] if p not in theirs]
        other = [p for p in theirs if p not in c["ours"]]
        print(f"\n{name} reads differently: {c['name']}\n  type {c['type']!r}\n  body {c['body'][:600]!r}"
              f"\n  uploadgate alone: {ours[:4]}\n  {name} alone: {other[:4]}")
    print(f"{len(disagreements)} disagreements, {time.monotonic() - began:.0f} s", file=sys.stderr)
    if options.write:
        options.write.write_text(page.page(tried))
    return 1 if disagreements else 0


if __name__ == "__main__":
    sys.exit(main())
