"""Bodies near the honest ones, from a seed: the same for the same seed on every machine."""

import random
import re

# What some parser gives a meaning to.
PIECES = [bytes([b]) for b in range(256)] + [
    b"\r\n", b"\n\n", b"\r\r\n", b"--", b"\r\n--", b"; ", b'"; ', b'; name="x"', b'; filename="e.php"',
    b"filename*=utf-8''e.php", b"%41", b"%2e", b"%00",
    b"%u0041", b"&#x41;", b"&amp;", b"+", b"[", b"]", b"[]", b"[0]", b"[a]", b"].", b"..", b"./", b"::$DATA",
    b"=?utf-8?Q?a?=", b"=?", b"?=", b"''", b"utf-8''",
    "é".encode(), "\u00a0".encode(), "\u00ad".encode(), "\u0085".encode(), "\u2028".encode(), "\u200b".encode(),
    "\u202e".encode(), "\ufeff".encode(), "\u3000".encode(),
    "\uff0f".encode(), "\uff02".encode(), "e\u0301".encode(), "\U0001f600".encode(), "\u0130".encode(),
    "\ufffd".encode(), "\x7f".encode(), b"name=", b"name", b"filename",
    b"form-data", b"boundary=", b":", b"; charset=utf-8", b"; charset=us-ascii", b"text/plain", b"a" * 60,
    b"_charset_", b"constructor", b"__proto__", b"()", b"(", b"<a>", b"<", b"#", b"~", b"*0", b"'", b"`",
    b"\\", b"\\\"", b"$", b"^", b"|", b"{}", b",", b" , ", b"  ", b" ", b"\t", b".", b"-", b"=", b"==", b"/", b"0",
    b"00", b"-1"]
HEADERS = [b"Content-Type: text/plain", b"Content-Type: application/octet-stream", b"Content-Type: application/json",
    b"Content-Type: text/html; charset=utf-8",
           b"content-type: image/png", b"Content-Transfer-Encoding: binary", b"Content-Transfer-Encoding: 8bit",
           b"Content-Transfer-Encoding: 7bit",
           b'Content-Type: text/plain; charset="utf-8"', b"Content-Type: text/plain;charset=UTF-8",
           b"Content-Type: text/plain; format=flowed", b"Content-Type: text/csv; header=present",
           b"Content-Type: application/x-www-form-urlencoded", b"Content-Type: application/http",
           b"Content-Type: text/plain; charset=us-ascii", b"Content-Type: text/plain; charset=iso-8859-1",
           b"Content-Type: application/vnd.x+xml; a=b", b"Content-Type: video/webm;codecs=vp8,opus",
           b'Content-Type: a/b; c="d; e=f"', b'Content-Type: a/b; name="x"', b'Content-Type: a/b; filename="x"',
           b"Content-Type: x-multipart/mixed", b'Content-Type: a/b; c="multipart/mixed; boundary=X-y"',
           b"Content-Type: application/x-multipart", b"Content-Type: multipart/x", b"Content-Type: xmessage/rfc822",
           b"Content-Type: text/plain; charset=utf8", b"Content-Type: text/plain; Charset=windows-1252",
           b"Content-Type: text/plain; charset=\"us-ascii\"; x=y", b"Content-Type: a/b;c=d;e=f", b"Content-Type: a/b; c='d'",
           b"Content-Type: A/B", b"Content-Type: text/rfc822-headers", b"Content-Type: application/vnd.a--b",
           b"content-transfer-encoding: BINARY", b"content-length: 4",
           b"Content-Type: x/y; name=e.php", b"Content-Length: 0", b"Content-Length: 4", b"Content-Length: 1"]


def split(body: bytes, boundary: bytes) -> list[bytes]:
    return body.split(b"--" + boundary)


def boundary_of(content_type: bytes) -> bytes:
    found = re.search(rb'boundary="?([^";]+)', content_type)
    return found[1] if found else b"X"


def mutate(random_: random.Random, content_type: bytes, body: bytes) -> tuple[bytes, bytes]:
    """One step away."""
    boundary = boundary_of(content_type)
    what = random_.randrange(13)
    if what == 12:  # a piece in the request's own header
        words = PIECES + [b"; charset=utf-8", b";charset=UTF-8", b'; charset="utf-8"', b"; boundary=Z", b"multipart/",
            b"; charset=ISO-8859-1", b"; charset=us-ascii"]
        i = random_.choice([m.start() for m in re.finditer(rb"[;=\"]|$", content_type)])
        return content_type[:i] + random_.choice(words) + content_type[i + random_.choice((0, 0, 0, 1)):], body
    if what <= 4:  # a piece somewhere, mostly into a header
        quoted = [m.span() for m in re.finditer(rb'(?<==")[^"\r\n]*(?=")', body)]
        lines = [m.span() for m in re.finditer(rb"(?i)content-[^\r\n]*", body)]
        spans = quoted if what <= 2 and quoted else lines if what == 3 and lines else [(0, len(body))]
        begin, end = random_.choice(spans)
        i = random_.randint(begin, end)
        drop = random_.choice((0, 0, 0, 1, end - i if what <= 2 else 2))
        return content_type, body[:i] + random_.choice(PIECES) + body[i + drop:]
    if what == 5:  # flip a byte
        i = random_.randrange(len(body) or 1)
        return content_type, body[:i] + bytes([random_.randrange(256)]) + body[i + 1:]
    pieces = split(body, boundary)
    parts = [i for i in range(1, len(pieces)) if b"\r\n\r\n" in pieces[i]]
    if not parts:
        return content_type, body
    i = random_.choice(parts)
    head, data = pieces[i].split(b"\r\n\r\n", 1)
    lines = head.split(b"\r\n")[1:]
    if what == 6:
        lines.insert(random_.randint(0, len(lines)), random_.choice(HEADERS))
    elif what == 7:
        random_.shuffle(lines)
    elif what == 8:
        k = random_.randrange(len(lines) or 1)
        if lines:
            name, colon, value = lines[k].partition(b":")
            lines[k] = random_.choice((name.lower(), name.upper(), name.title(), name)) + colon + random_.choice((b"",
                b" ")) + value.lstrip()
    elif what == 9:
        data = b"".join(random_.choice(PIECES + [b"\r\n--" + boundary[:-1], b"\r\n--",
            boundary]) for _ in range(random_.randint(0, 6))) + b"\r\n"
    elif what == 10:
        pieces.insert(random_.choice(parts), pieces[i])
    else:  # another boundary throughout
        new = bytes(random_.choice(b"abcXYZ019'()+_,-./:=?") for _ in range(random_.choice((1, 2, 3, 30, 69, 70))))
        quoted = random_.random() < 0.6
        return (b'multipart/form-data; boundary="%s"' if quoted else b"multipart/form-data; boundary=%s") % new, (b"--" + new).join(pieces)
    if what != 10:
        pieces[i] = b"\r\n".join([b"", *lines]) + b"\r\n\r\n" + data
    return content_type, (b"--" + boundary).join(pieces)


def near(seed: int, bodies: list[tuple[bytes, bytes]]):
    """Without end: bodies one to three steps away from the given ones."""
    random_ = random.Random(seed)
    while True:
        content_type, body = random_.choice(bodies)
        for _ in range(random_.choice((1, 1, 2, 3))):
            content_type, body = mutate(random_, content_type, body)
        yield content_type, body
