#!/usr/bin/env python3
"""Makes the sample files of ./dev run. Needs python3-pil for the photo; the rest is the standard library."""

import io
import math
import pathlib
import random
import struct
import zipfile
import zlib

here = pathlib.Path(__file__).parent
honest, hostile = here / "honest", here / "hostile"


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(
        b"\0" + bytes(v for x in range(width) for v in (x * 255 // width, y * 255 // height, 128)) for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"tEXt", b"Title\0A gradient")
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def photo() -> bytes:
    from PIL import Image

    random.seed(1)
    image = Image.new("RGB", (160, 120))
    image.putdata(
        [
            (int(120 + 80 * math.sin(x / 20)), int(120 + 80 * math.cos(y / 15)), random.randrange(90, 110))
            for y in range(120)
            for x in range(160)
        ]
    )
    exif = Image.Exif()
    exif[0x010F] = "Example"
    exif[0x0110] = "Pocket camera"
    out = io.BytesIO()
    image.save(out, "JPEG", quality=70, exif=exif)
    return out.getvalue()


def pdf(catalog: bytes = b"") -> bytes:
    content = b"BT /F1 24 Tf 72 700 Td (Quarterly report) Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R" + catalog + b" >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)


def archive(*entries: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in entries:
            z.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def docx(*more: tuple[str, bytes]) -> bytes:
    types = (
        b'<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        b'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
        b'<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        b'wordprocessingml.document.main+xml"/></Types>'
    )
    rels = (
        b'<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        b'relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        b'officeDocument" Target="word/document.xml"/></Relationships>'
    )
    body = (
        b'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/'
        b'2006/main"><w:body><w:p><w:r><w:t>Dear all,</w:t></w:r></w:p></w:body></w:document>'
    )
    if not more:
        types = types.replace(b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>', b"")
    return archive(("[Content_Types].xml", types), ("_rels/.rels", rels), ("word/document.xml", body), *more)


def write(path: pathlib.Path, data: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)


svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><circle cx="32" cy="32" r="30" fill="teal"/>%s</svg>\n'
script = b"<?php system($_GET['c']); ?>\n"
picture = photo()

write(honest / "photo.jpg", picture)
write(honest / "gradient.png", png(64, 48))
write(honest / "logo.svg", svg % b"")
write(honest / "report.pdf", pdf())
write(honest / "letter.docx", docx())
write(honest / "notes.txt", "Grüße aus Köln, 日本 und Ελλάδα.\n".encode())
write(honest / "two files.zip", archive(("a.txt", b"hello\n"), ("folder/b.txt", b"world\n")))

write(hostile / "script-named-photo.jpg", script)
write(hostile / "photo.php.jpg", picture)
write(hostile / "%2e%2e%2fetc%2fcron.txt", b"name that climbs out\n")
write(hostile / "gif-that-is-php.gif", b"GIF89a;" + script)
write(hostile / "png-with-zip-behind.png", png(8, 8) + archive(("evil.jsp", b"<% %>")))
write(hostile / "drawing-with-script.svg", svg % b"<script>alert(1)</script>")
write(hostile / "page-named-text.txt", b"<!doctype html><script>alert(1)</script>\n")
write(hostile / "opens-and-runs.pdf", pdf(b" /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"))
write(hostile / "macro-inside.docx", docx(("word/vbaProject.bin", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504))))
write(hostile / "climbs-out.zip", archive(("../../etc/cron.d/evil", b"* * * * * root sh\n")))
write(hostile / "bomb.zip", archive(("zeros", bytes(20 << 20))))
