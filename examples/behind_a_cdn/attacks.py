"""One attack of each class, and the honest files beside them. The album, bare, takes almost all of them."""

import dataclasses
import pathlib
import random
import struct
import zlib

SAMPLES = pathlib.Path(__file__).resolve().parent.parent / "samples"


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def large_png() -> bytes:
    """A valid picture of 6 MB of noise."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    noise = random.Random(1)
    rows = b"".join(b"\0" + noise.randbytes(1500 * 3) for _ in range(1400))
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1500, 1400, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(rows, 0)) + chunk(b"IEND", b"")


@dataclasses.dataclass(frozen=True)
class Attack:
    what: str
    path: str
    field: str
    filename: str
    content: bytes
    status: int
    rule: str


@dataclasses.dataclass(frozen=True)
class Honest:
    path: str
    field: str
    filename: str
    content: bytes


HONEST = [
    Honest("/avatars", "avatar", "photo.jpg", sample("honest/photo.jpg")),
    Honest("/avatars", "avatar", "gradient.png", sample("honest/gradient.png")),
    Honest("/documents", "file", "report.pdf", sample("honest/report.pdf")),
    Honest("/documents", "file", "letter.docx", sample("honest/letter.docx")),
    Honest("/documents", "file", "notes.txt", sample("honest/notes.txt")),
    Honest("/documents", "file", "logo.svg", sample("honest/logo.svg")),
    Honest("/documents", "file", "two files.zip", sample("honest/two files.zip")),
]

ATTACKS = [
    Attack(
        "a script named photo.jpg",
        "/avatars",
        "avatar",
        "photo.jpg",
        sample("hostile/script-named-photo.jpg"),
        415,
        "magic_type",
    ),
    Attack(
        "a GIF that is PHP", "/avatars", "avatar", "fun.gif", sample("hostile/gif-that-is-php.gif"), 422, "structure"
    ),
    Attack(
        "a PNG with a ZIP behind it",
        "/avatars",
        "avatar",
        "fun.png",
        sample("hostile/png-with-zip-behind.png"),
        400,
        "structure",
    ),
    Attack(
        "a script between two extensions",
        "/avatars",
        "avatar",
        "photo.php.jpg",
        sample("honest/photo.jpg"),
        415,
        "extension",
    ),
    Attack("a bomb", "/documents", "file", "bomb.zip", sample("hostile/bomb.zip"), 413, "structure"),
    Attack(
        "an archive that climbs out",
        "/documents",
        "file",
        "album.zip",
        sample("hostile/climbs-out.zip"),
        422,
        "structure",
    ),
    Attack(
        "a name that climbs out", "/documents", "file", "../../etc/cron.txt", sample("honest/notes.txt"), 400, "form"
    ),
    Attack(
        "an SVG with a script",
        "/documents",
        "file",
        "logo.svg",
        sample("hostile/drawing-with-script.svg"),
        422,
        "structure",
    ),
    Attack(
        "a document with a macro",
        "/documents",
        "file",
        "letter.docx",
        sample("hostile/macro-inside.docx"),
        422,
        "structure",
    ),
    Attack(
        "a PDF that runs a program",
        "/documents",
        "file",
        "report.pdf",
        sample("hostile/opens-and-runs.pdf"),
        422,
        "structure",
    ),
    Attack(
        "a page named notes.txt",
        "/documents",
        "file",
        "notes.txt",
        sample("hostile/page-named-text.txt"),
        422,
        "structure",
    ),
    Attack("a picture that is too large", "/avatars", "avatar", "noise.png", large_png(), 413, "max_size"),
]


def part(headers: str, content: bytes, boundary: str = "XyZ") -> bytes:
    return f"--{boundary}\r\n{headers}\r\n\r\n".encode() + content + b"\r\n"


_TEXT = b"honest text\n"
_PHOTO = 'Content-Disposition: form-data; name="file"; '

# Bodies that two parsers read differently; each goes to /documents.
AMBIGUOUS = {
    "two file names": part(_PHOTO + 'filename="a.txt"; filename="b.php"', _TEXT) + b"--XyZ--\r\n",
    "filename* beside filename": part(_PHOTO + "filename=\"a.txt\"; filename*=UTF-8''b.php", _TEXT) + b"--XyZ--\r\n",
    "two dispositions": part(_PHOTO + 'filename="a.txt"\r\n' + _PHOTO + 'filename="b.php"', _TEXT) + b"--XyZ--\r\n",
    "lines that end in LF": (part(_PHOTO + 'filename="a.txt"', _TEXT) + b"--XyZ--\r\n").replace(b"\r\n", b"\n"),
    "an encoded part": part(_PHOTO + 'filename="a.txt"\r\nContent-Transfer-Encoding: base64', b"aGk=") + b"--XyZ--\r\n",
    "a part behind the end": part(_PHOTO + 'filename="a.txt"', _TEXT)
    + b"--XyZ--\r\n"
    + part(_PHOTO + 'filename="b.php"', _TEXT),
    "no end": part(_PHOTO + 'filename="a.txt"', _TEXT),
}

# Requests that two servers read differently.
_POST = b"POST /documents HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=XyZ\r\n"
_HIDDEN = b"GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n"
SMUGGLED = {
    "a length beside chunks": _POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + _HIDDEN,
    "two lengths": _POST + b"Content-Length: 5\r\nContent-Length: 0\r\n\r\nhello" + _HIDDEN,
    "a blank before the colon": _POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + _HIDDEN,
    "a folded encoding": _POST + b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n" + _HIDDEN,
    "a coding that looks like chunked": _POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + _HIDDEN,
    "two hosts": b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n" + _HIDDEN,
}
