#!/usr/bin/env python3
"""Forms as clients write them, after their sources: each client's style with each of the forms below.

client_forms.py --reader PROGRAM [--table] asks uploadgate about all of them. Each must pass, or be refused for a reason
that its client's style lists; those are in docs/interop.md. consensus.py puts the same forms before all parsers.
"""

import argparse
import sys

import protocol
from client_styles import STYLES

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
# (what, [(name, value) or (name, filename, type, data)])
FORMS = [
    ("a field and a picture", [("title", "hello"), ("photo", "a.png", "image/png", PNG)]),
    ("spaces and parentheses", [("a note", "x"), ("photo", "My photo (1).png", "image/png", PNG)]),
    ("umlauts", [("größe", "süß"), ("datei", "Übung.pdf", "application/pdf", b"%PDF-1.7\n")]),
    ("Japanese", [("題", "値"), ("file", "報告書.docx", "application/octet-stream", b"PK\3\4")]),
    ("an emoji", [("text", "😀"), ("file", "😀.jpg", "image/jpeg", b"\xff\xd8\xff")]),
    ("marks in a file name", [("file", "Tom's R&D + Q&A, #1 @home!.txt", "text/plain", b"x")]),
    ("a semicolon and an equals sign", [("file", "a;b=c.txt", "text/plain", b"x")]),
    ("a percent sign", [("file", "100% done.txt", "text/plain", b"x")]),
    (
        "names in brackets",
        [
            ("user[name]", "a"),
            ("tags[]", "b"),
            ("tags[]", "c"),
            ("files[]", "1.txt", "text/plain", b"1"),
            ("files[]", "2.txt", "text/plain", b"2"),
        ],
    ),
    (
        "dots and hyphens",
        [
            ("user.first-name", "a"),
            ("file_1", ".gitignore", "text/plain", b"x"),
            ("file_2", "IMG_0001.tar.gz", "application/gzip", b"\x1f\x8b"),
        ],
    ),
    ("empty ones", [("field", ""), ("file", "empty.bin", "application/octet-stream", b"")]),
    (
        "lines",
        [
            ("text", "one\r\ntwo\r\n\r\n--three--\r\n"),
            ("file", "unix.txt", "text/plain", b"one\ntwo\n--\nthree\r\r\n"),
        ],
    ),
    ("near delimiters", [("file", "x.bin", "application/octet-stream", b"\r\n--\r\n----\r\n--x--\r\n\0\xff")]),
    ("a long name", [("file", "n" * 240 + ".txt", "text/plain", b"x")]),
    ("many fields", [(f"field{i}", str(i)) for i in range(100)]),
    (
        "an office document",
        [
            (
                "doc",
                "Plan.docx",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                b"PK\3\4",
            ),
            ("svg", "logo.svg", "image/svg+xml", b"<svg/>"),
        ],
    ),
    (
        "no name before the dot",
        [("file", "blob", "application/octet-stream", b"x"), ("other", "README", "text/markdown", b"# x\n")],
    ),
    ("a quotation mark", [("file", 'say "hi".txt', "text/plain", b"x")]),
    ("an escape in a name", [("file", "a%20b.txt", "text/plain", b"x")]),
]


def all_forms() -> list[dict]:
    """As consensus.py takes its bodies, with the reasons for which uploadgate may refuse them."""
    out = []
    for style in STYLES:
        for what, entries in FORMS:
            content_type, body = style.form(entries)
            out.append(
                {
                    "name": f"{style.client}: {what}",
                    "class": "client styles",
                    "type": content_type,
                    "body": body,
                    "client": style.client,
                    "what": what,
                    "refusals": style.refusals,
                }
            )
    return out


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--reader", required=True)
    arguments.add_argument("--table", action="store_true", help="print what is refused")
    options = arguments.parse_args()
    reader = protocol.Process(protocol.Peer("uploadgate", [options.reader]))
    wrong, passed = 0, 0
    for form in all_forms():
        answer = reader.ask(form["type"], form["body"])
        passed += answer["accepted"]
        reason = answer.get("error", "")
        if reason and options.table:
            print(f"{form['client']:46}{form['what']:32}{reason}")
        if reason and reason not in form["refusals"]:
            print(f"{form['name']}: refused with {reason}")
            wrong += 1
    reader.stop()
    print(
        f"{passed} of {len(STYLES) * len(FORMS)} forms in {len(STYLES)} styles pass; {wrong} refusals that no"
        " list has"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
