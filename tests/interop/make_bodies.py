#!/usr/bin/env python3
"""The hostile suite: forms that parsers are known, or likely, to read differently.

hostile() gives them; run alone, this prints them as JSON lines: {"name", "class", "content_type", "body_base64"}; content_type is Latin-1. Classes follow published work on
differences between firewalls and the parsers behind them, and bugs that parsers' own trackers tell of.
"""

import base64
import json

TYPE = "multipart/form-data; boundary=X-y"
HEAD = b'Content-Disposition: form-data; name="a"'
FILE = b'Content-Disposition: form-data; name="a"; filename="f.txt"'
CRLF = b"\r\n"

cases: list[dict] = []


def case(kind: str, name: str, body: bytes, content_type: str = TYPE) -> None:
    cases.append({"name": f"{kind}: {name}", "class": kind, "content_type": content_type,
                  "body_base64": base64.b64encode(body).decode()})


def part(headers: bytes, data: bytes = b"data") -> bytes:
    return b"--X-y\r\n" + headers + b"\r\n\r\n" + data + b"\r\n"


def body(*parts: bytes) -> bytes:
    return b"".join(parts) + b"--X-y--\r\n"


def disposition(parameters: bytes) -> bytes:
    return b"Content-Disposition: form-data" + parameters


def show(raw: bytes) -> str:
    return repr(raw)[2:-1]


OK = part(HEAD)


def content_types() -> None:
    plain = body(OK, part(FILE))
    for text in [
        "multipart/form-data", "multipart/form-data;", "multipart/form-data; boundary",
        "multipart/form-data; boundary=",
        'multipart/form-data; boundary=""', "multipart/form-data;boundary=X-y", "multipart/form-data;  boundary=X-y",
        "multipart/form-data;\tboundary=X-y", "multipart/form-data ; boundary=X-y",
        "multipart/form-data; boundary =X-y",
        "multipart/form-data; boundary= X-y", "multipart/form-data; boundary=X-y ",
        "multipart/form-data; boundary=X-y;",
        "multipart/form-data; boundary=X-y; ", "multipart/form-data; BOUNDARY=X-y", "Multipart/Form-Data; boundary=X-y",
        "multipart/mixed; boundary=X-y", "multipart/form-data-x; boundary=X-y", "multipart/form-datax; boundary=X-y",
        "multipart/related; boundary=X-y", "multipart/; boundary=X-y", "multipart; boundary=X-y",
        'multipart/form-data; boundary="X-y"', "multipart/form-data; boundary='X-y'",
        'multipart/form-data; boundary="X-y',
        'multipart/form-data; boundary=X-y"', 'multipart/form-data; boundary="X\\-y"',
        'multipart/form-data; boundary="X-y\\"',
        "multipart/form-data; boundary=X-y; boundary=Z", "multipart/form-data; boundary=Z; boundary=X-y",
        "multipart/form-data; boundary=X-y; Boundary=Z", "multipart/form-data; boundary*=utf-8''X-y",
        "multipart/form-data; boundary*=utf-8''X%2Dy", "multipart/form-data; boundary=Z; boundary*=utf-8''X-y",
        "multipart/form-data; boundary*0=X-; boundary*1=y", "multipart/form-data; boundary=Z; boundary*0=X-y",
        "multipart/form-data; boundary*0*=utf-8''X-; boundary*1=y", "multipart/form-data; xboundary=Z; boundary=X-y",
        "multipart/form-data; x=boundary=Z; boundary=X-y", 'multipart/form-data; x="; boundary=Z"; boundary=X-y',
        "multipart/form-data; boundary=X-y, multipart/form-data; boundary=Z", "multipart/form-data, boundary=X-y",
        "multipart/form-data boundary=X-y", "multipart/form-data; charset=utf-8; boundary=X-y",
        "multipart/form-data; boundary=X-y; charset=utf-8", "multipart/form-data; boundary=X-y; charset=utf-7",
        "multipart/form-data; boundary=X-y; charset=utf-16le", "multipart/form-data; boundary=X-y; charset=ibm037",
        "multipart/form-data; boundary=X-y; charset=ISO-8859-1", "multipart/form-data; charset=us-ascii; boundary=X-y",
        "multipart/form-data; boundary=X-y; charset=utf-8; charset=ibm037", "multipart/form-data; boundary=X-y,Z",
        "multipart/form-data; boundary=X-y\x00Z", "multipart/form-data; boundary=X-y\r\n Z",
        "multipart/form-data; boundary=(comment)X-y", "multipart/form-data (comment); boundary=X-y",
        "multipart/form-data; boundary==X-y", "multipart/form-data; boundary=X-y?Z",
        "multipart/form-data; boundary=--X-y",
        " multipart/form-data; boundary=X-y", "multipart/form-data; boundary=X%2Dy",
        "x; multipart/form-data; boundary=X-y",
        "application/x-www-form-urlencoded; multipart/form-data; boundary=X-y", "text/plain", "",
        "multipart/form-data; boundary=X-y; type=text/html", "multipart/form-data; boundary=\xffX-y",
    ]:
        case("content type", show(text.encode("latin-1")) or "none", plain, text)
    for length in (1, 69, 70, 71, 100, 200, 256, 300, 1024):
        b = b"b" * length
        whole = b"--" + b + CRLF + HEAD + b"\r\n\r\ndata\r\n--" + b + b"--\r\n"
        case("boundary", f"{length} characters", whole, f"multipart/form-data; boundary={b.decode()}")
    for odd in ["'()+_,-./:=?", "a b", "a b ", "-", "--", "----", "a--", "a-", ":", "=", "a;b", "a\"b", "a'b", "é",
        "*", "a%b", "'", "'a", "a'"]:
        raw = odd.encode("latin-1")
        whole = b"--" + raw + CRLF + HEAD + b"\r\n\r\ndata\r\n--" + raw + b"--\r\n"
        case("boundary", f"{show(raw)} unquoted", whole, f"multipart/form-data; boundary={odd}")
        case("boundary", f"{show(raw)} quoted", whole, f'multipart/form-data; boundary="{odd}"')


def framing() -> None:
    two = body(OK, part(FILE))
    for name, text in {
        "a preamble": b"hello\r\n" + two, "a preamble without a line break": b"hello" + two,
        "CRLF before": CRLF + two, "LF before": b"\n" + two, "two CRLF before": CRLF * 2 + two,
        "a space before": b" " + two,
        "NUL before": b"\0" + two, "a byte order mark before": b"\xef\xbb\xbf" + two,
        "a part in the preamble": b"--Z\r\n" + HEAD + b"\r\n\r\nx\r\n" + two,
        "headers in the preamble": HEAD + CRLF * 2 + two,
        "the boundary in the preamble": b"X-y\r\n" + two, "a preamble with half a delimiter": b"--X-\r\n" + two,
    }.items():
        case("preamble", name, text)
    for name, tail in {
        "text": b"hello", "CRLF and text": b"\r\nhello", "another part": CRLF + OK + b"--X-y--",
        "two CRLF": b"\r\n\r\n",
        "a form": CRLF + two, "spaces": b"   ", "NUL": b"\0", "LF": b"\n", "CR": b"\r",
        "a second close": b"\r\n--X-y--\r\n",
        "one hyphen": b"-", "a delimiter": b"\r\n--X-y\r\n" + FILE + b"\r\n\r\nevil\r\n--X-y--",
        "a delimiter glued": b"--X-y\r\n" + FILE + b"\r\n\r\nevil\r\n--X-y--",
    }.items():
        case("epilogue", name, OK + b"--X-y--" + tail)
    for name, text in {
        "no close": OK, "close without hyphens": OK + b"--X-y\r\n", "close with one hyphen": OK + b"--X-y-\r\n",
        "close without CRLF": OK + b"--X-y--", "data to the end": b"--X-y\r\n" + HEAD + b"\r\n\r\ndata",
        "cut in headers": b"--X-y\r\n" + HEAD, "cut behind headers": b"--X-y\r\n" + HEAD + b"\r\n\r\n", "nothing": b"",
        "cut in the close": OK + b"--X-y"[:4], "only the close": b"--X-y--", "only the close and CRLF": b"--X-y--\r\n",
        "only a delimiter": b"--X-y\r\n", "an empty part": b"--X-y\r\n\r\n--X-y--\r\n", "no boundary at all": b"hello",
        "an empty part and a good one": b"--X-y\r\n" + two,
        "two delimiters": b"--X-y\r\n--X-y\r\n" + HEAD + b"\r\n\r\nd\r\n--X-y--",
        "no headers": b"--X-y\r\n\r\ndata\r\n--X-y--\r\n", "close before a part": b"--X-y--\r\n" + two,
        "close in the midst": OK + b"--X-y--\r\n" + part(FILE) + b"--X-y--\r\n",
    }.items():
        case("ends", name, text)
    for raw in [b" ", b"\t", b"  \t ", b"\x0b", b"\x0c", b"\0", b"x", b"-", b"--", b"-x", b";", b"\r", b"\n", b" --",
        b"\xa0", b"\x85"]:
        case("delimiter line", f"{show(raw)} behind the first",
            b"--X-y" + raw + CRLF + HEAD + b"\r\n\r\ndata\r\n--X-y--\r\n")
        case("delimiter line", f"{show(raw)} behind the second",
            OK + b"--X-y" + raw + CRLF + FILE + b"\r\n\r\nevil\r\n--X-y--\r\n")
        case("delimiter line", f"{show(raw)} behind the last", OK + b"--X-y--" + raw + CRLF)
        case("delimiter line", f"{show(raw)} before the hyphens of the last", OK + b"--X-y" + raw + b"--" + CRLF)
    for raw in [b"\n", b"\r", b"\n\r", b"\r\r\n", b"\r\n\n", b"\x0b", b"\x0c", b"\0", b"\x85", b"\xe2\x80\xa8", b" ",
        b"", b"\r\n ", b"\r\n\t"]:
        inside = b"data" + raw + b"--X-y" + CRLF + FILE + b"\r\n\r\nevil"
        case("line break before a delimiter", show(raw) or "none", body(part(HEAD, inside)))
        case("line break before the close", show(raw) or "none",
            b"--X-y\r\n" + HEAD + b"\r\n\r\ndata" + raw + b"--X-y--\r\n")
    for end in [b"\n", b"\r", b"\r\r\n", b"\n\r"]:
        case("line ends", f"{show(end)} everywhere", two.replace(CRLF, end))
        case("line ends", f"{show(end)} behind the delimiter", two.replace(b"--X-y\r\n", b"--X-y" + end, 1))
        case("line ends", f"{show(end)} behind the header", two.replace(HEAD + CRLF, HEAD + end, 1))
        case("line ends", f"{show(end)} as the empty line", two.replace(CRLF * 2, CRLF + end, 1))
        case("line ends", f"{show(end)} twice behind the header", two.replace(CRLF * 2, end * 2, 1))
        case("line ends", f"{show(end)} behind the data", two.replace(b"data\r\n", b"data" + end, 1))
    for data in [b"--X-y", b"--X-y--", b"x--X-y", b"--X-", b"\r\n--X-", b"\r\n--X-yz", b"\r\n--X-yz\r\n",
        b"\r\n--x-y\r\n", b"\r\n--X-Y\r\n",
                 b"\r\n-X-y\r\n", b"\r\nX-y\r\n", b"\r\n---X-y\r\n", b"\r\n-\r\n--X-", b"\r\n\r\n--X-\r\n",
                 b"\r\n--\r\n", b"\r\n--", b"\r",
                 b"\n", b"\r\n", b"\r\n\r\n", b"", b"-", b"--", b"\r\n-", b"\r\n--X-\r\n--X-", b"\r\r\n", b"\n\n",
                 b"\0", b"\x1a", b"\r\n.\r\n",
                 b"\r\n --X-y\r\n", b"\r\n--X-y\xff\r\n", b"\r\n--X- y\r\n", b"\r\n--X-y-\r\n", b"\r\n--X-yX-y--\r\n"]:
        case("data like a delimiter", show(data) or "nothing", body(part(HEAD, data)))
        case("data like a delimiter", f"{show(data) or 'nothing'} in a file", body(part(FILE, data), OK))
    for data in [HEAD + CRLF * 2 + b"x", FILE, b"Content-Type: text/html\r\n\r\n<script>",
        b"\r\n" + FILE + b"\r\n\r\nevil", b"a: b\r\n\r\nc", b"a=b&c=d"]:
        case("data like headers", show(data)[-30:], body(part(HEAD, data)))


def headers() -> None:
    for name, text in {
        "a space fold": b"Content-Disposition: form-data;\r\n name=\"a\"",
        "a tab fold": b"Content-Disposition: form-data;\r\n\tname=\"a\"",
        "a fold before filename": HEAD + b";\r\n filename=\"e.php\"", "a fold in filename": FILE[:-3] + b"\r\n .php\"",
        "a fold at once": b"Content-Disposition:\r\n form-data; name=\"a\"",
        "an empty fold": HEAD + b"\r\n \r\nContent-Type: text/plain",
        "a fold in the type": HEAD + b"\r\nContent-Type: text/plain;\r\n charset=utf-8",
        "a fold of a filename alone": HEAD + b"\r\n ; filename=\"e.php\"",
        "a fold first": b" " + HEAD, "a fold with LF": HEAD + b";\n filename=\"e.php\"",
        "a fold with CR": HEAD + b";\r filename=\"e.php\"",
        "a fold after a blank": HEAD + b";\r\n\r\n filename=\"e.php\"",
    }.items():
        case("folding", name, body(part(text)))
    for name, text in {
        "two dispositions": HEAD + b"\r\n" + FILE, "two, the file first": FILE + b"\r\n" + HEAD,
        "two in other case": HEAD + b"\r\n" + FILE.lower(),
        "two, names differ": HEAD + b"\r\n" + HEAD.replace(b'"a"', b'"b"'),
        "two types": FILE + b"\r\nContent-Type: text/plain\r\nContent-Type: image/png",
        "two encodings": HEAD + b"\r\nContent-Transfer-Encoding: 8bit\r\nContent-Transfer-Encoding: base64",
        "two apart": HEAD + b"\r\nContent-Type: text/plain\r\n" + FILE,
        "disposition with an x": b"X-" + FILE + b"\r\n" + HEAD,
        "disposition joined by a comma": HEAD + b", form-data; name=\"b\"; filename=\"e.php\"",
    }.items():
        case("duplicate headers", name, body(part(text)))
    for spelling in [b"Content-Disposition :", b"Content-Disposition\t:", b" Content-Disposition:",
        b"Content-Disposition:\t", b"Content-Disposition:  ",
                     b"Content-Disposition:", b"content-disposition:", b"CONTENT-DISPOSITION:",
                     b"Content-disposition:", b"Content_Disposition:",
                     b"Content-Disposition\0:", b"Content-Disposition;", b"Content-Disposition =",
                     b"Content-Disposition", b"Content-Dispositio:",
                     b"Content-Dispositionx:", b"XContent-Disposition:", b"Content Disposition:",
                     b"Content-\xc3\xa9Disposition:", b":Content-Disposition:",
                     b"Content-Disposition::", b"\xef\xbb\xbfContent-Disposition:", b"\0Content-Disposition:",
                     b"Content-Disposition: :", b"\"Content-Disposition\":",
                     b"Content-Disposition\xa0:", b"Content-Disposition:\xa0", b"Content-Disposition:\x0b",
                     b"Content-Disposition:\0"]:
        case("header name", show(spelling), body(part(spelling + b' form-data; name="a"; filename="f.txt"')))
    for kind in [b"form-data", b"Form-Data", b"FORM-DATA", b"attachment", b"file", b"inline", b"form-data ", b"",
        b"form_data", b"form-datax", b"*",
                 b"xform-data", b"form-data,", b"\"form-data\"", b"form-data form-data", b"mixed",
                 b"form-data(comment)", b"a/b", b"form-data;"]:
        case("disposition type", show(kind) or "none",
            body(part(b"Content-Disposition: " + kind + b'; name="a"; filename="f.txt"')))
    for extra in [b"Content-Type: text/plain", b"Content-Type:", b"Content-Type: ", b"Content-Type: text",
        b"Content-Type: text/plain;", b"Content-Type: text/plain; x",
                  b"Content-Type: text/plain; charset=utf-8", b"Content-Type: text/plain; charset=utf-7",
                  b"Content-Type: text/plain; charset=utf-16",
                  b"Content-Type: text/plain; charset=\"utf-8\"", b"Content-Type: text/plain; charset=iso-2022-kr",
                  b"Content-Type: text/plain; charset=ibm037",
                  b"Content-Type: text/plain; charset=iso-8859-1", b"Content-Type: text/plain; charset=nonsense",
                  b"Content-Type: multipart/mixed; boundary=Z",
                  b"Content-Type: multipart/form-data; boundary=Z", b"Content-Type: multipart/mixed",
                  b"Content-Type: message/rfc822", b"Content-Type: text/plain; boundary=Z",
                  b"Content-Type: application/x-www-form-urlencoded", b"Content-Type: application/json",
                  b"Content-Type: application/octet-stream", b"Content-Type: application/http",
                  b"Content-Type: message/partial; id=1; number=1; total=1", b"Content-Type: message/external-body",
                  b"Content-Type: text/html", b"Content-Type: image/svg+xml",
                  b"Content-Type: x-multipart/mixed", b"Content-Type: a/b; c=\"multipart/mixed; boundary=Z\"",
                  b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: quoted-printable",
                  b"Content-Transfer-Encoding: binary", b"Content-Transfer-Encoding: 7bit",
                  b"Content-Transfer-Encoding: 8bit", b"Content-Transfer-Encoding: x-uuencode",
                  b"Content-Transfer-Encoding: x", b"Content-Transfer-Encoding: BASE64",
                  b"Content-Transfer-Encoding:base64", b"content-transfer-encoding: base64",
                  b"Content-Encoding: gzip", b"Transfer-Encoding: chunked", b"Content-Length: 4",
                  b"Content-Length: 2", b"Content-Length: 400", b"Content-Length: -1", b"Content-Length: 4x",
                  b"Content-Length: 0", b"Content-Length: 0x4", b"Content-ID: <x>",
                  b"Content-Location: /etc/passwd", b"Content-Range: bytes 0-1/4", b"Content-Description: x",
                  b"MIME-Version: 1.0", b"X-Custom: y", b"Content-Language: de",
                  b"Content-Disposition-X: y", b"nonsense", b"a:b", b":", b": x", b"a: \0", b"a: \xff", b"a: \x01",
                  b"a: \r", b"From x", b"--X", b"a: b\rContent-Type: text/html",
                  b"a: " + b"b" * 500, b"a: " + b"b" * 1000, b"a: " + b"b" * 5000,
                  b"\r\n".join(b"H%d: x" % i for i in range(20)), b"\r\n".join(b"H%d: x" % i for i in range(120))]:
        name = show(extra) if len(extra) < 60 else show(extra[:12]) + f"... ({len(extra)})"
        case("other headers", f"{name} of a field", body(part(HEAD + CRLF + extra, b"ZGF0")))
        case("other headers", f"{name} of a file", body(part(FILE + CRLF + extra, b"ZGF0")))
        case("other headers", f"{name} before the disposition", body(part(extra + CRLF + FILE, b"ZGF0")))
    inner = b'--Z\r\nContent-Disposition: file; filename="e.php"\r\n\r\nevil\r\n--Z--\r\n'
    case("nested", "multipart/mixed in a field", body(part(HEAD + b"\r\nContent-Type: multipart/mixed; boundary=Z",
        inner)))
    case("nested", "multipart/mixed in a file", body(part(FILE + b"\r\nContent-Type: multipart/mixed; boundary=Z",
        inner)))
    case("nested", "a form in a form", body(part(HEAD + b"\r\nContent-Type: multipart/form-data; boundary=Z",
        inner.replace(b"file;", b'form-data; name="b";'))))
    case("nested", "a form of the same boundary",
        body(part(HEAD + b"\r\nContent-Type: multipart/form-data; boundary=X-y", body(part(FILE)))))
    case("nested", "a mail", body(part(FILE + b"\r\nContent-Type: message/rfc822", b"Subject: x\r\n\r\nhello")))


def parameters() -> None:
    for text in [
        b'; name="a"; name="b"', b'; name="a"; NAME="b"', b'; name=a; name="b"', b'; filename="f"; name="a"',
        b'; name="a"; filename="f"; filename="e.php"',
        b'; name="a"; filename="f"; FileName="e.php"', b'; name="a"; filename=f; filename="e.php"',
        b'; name="a"; filename="f"; filename*=utf-8\'\'e.php',
        b'; name="a"; filename*=utf-8\'\'e.php', b'; name="a"; filename*=utf-8\'\'e.php; filename="f"',
        b'; name="a"; filename*=UTF-8\'en\'e%2ephp',
        b'; name="a"; filename*="utf-8\'\'e.php"', b'; name="a"; filename*=e.php',
        b"; name=\"a\"; filename*=iso-8859-1''%e9.php", b"; name=\"a\"; filename*=utf-8''%2fe%00.php",
        b'; name="a"; filename*0="e"; filename*1=".php"', b'; name="a"; filename*1=".php"; filename*0="e"',
        b'; name="a"; filename*0*=utf-8\'\'e; filename*1=".php"',
        b'; name="a"; filename="f"; filename*0="e.php"', b'; name="a"; filename*00="e.php"', b"; name*=utf-8''b",
        b"; name=\"a\"; name*=utf-8''b", b'; name*0="b"',
        b'; name="a"; name*0="b"', b'; name="a"; filename*=utf-8\'\'f; filename*=utf-8\'\'g',
        b'; name="a"; filename ="f"', b'; name="a"; filename= "f"', b'; name="a"; filename = "f"',
        b'; name ="a"', b'; name= "a"', b';name="a"', b';  name="a"', b';\tname="a"', b' ; name="a"', b'; name="a" ',
        b'; name="a";', b'; name="a"; ', b'; name="a";;', b';; name="a"',
        b'; ; name="a"', b', name="a"', b' name="a"', b'name="a"', b'; name="a" filename="f"',
        b'; name="a"filename="f"', b'; name="a", filename="f"', b'; name="a";filename="f"',
        b'; name="a";\tfilename="f"', b'; name="a"; x="y"; filename="f"', b'; name="a"; x; filename="f"',
        b'; name="a"; =y; filename="f"', b'; x="; name=b"; name="a"', b"; x='; name=b'; name=\"a\"",
        b'; x="\\"; name=\\"b"; name="a"', b"; name=a", b"; name=a; filename=f.txt", b"; name=a b; filename=f g.txt",
        b"; name='a'; filename='f.txt'", b"; name='a; filename=f'",
        b'; name="a', b'; name=a"', b'; name="a"b', b'; name=""a""', b'; name="a" b; filename="f"',
        b'; name="a"; filename="f', b'; name="a"; filename=f"', b'; name="a"; filename="', b'; name="a; filename="f"',
        b'; name="a""b"', b'; name="a"; filename="f"x"', b'; name="a"; filename="f".php',
        b'; name="a"; filename="f";.php"', b'; name="a"; filename=f.txt;.php', b'; name="a"; filename="f.txt;.php"',
        b'; name="a;b"', b'; name="a; filename=f"', b'; name="a; filename=\\"f\\""', b'; name="a=b"',
        b'; name="name=b"', b'; name="; name=b"', b'; name="a"; filename="; filename=e.php"',
        b'; name="a"; filename="filename=e.php"',
        b'; name="a"; filename=" filename=e.php"', b'; name="a"; filename="x; name=b"', b'; name="a\\"b"',
        b'; name="a\\\\b"', b'; name="a\\b"', b'; name="a\\"', b'; name="a\\"; filename="f"',
        b'; name="a\\\\"; filename="f"',
        b'; name="a"; filename="f\\".php"', b'; name="a"; filename="C:\\\\x\\\\f.txt"',
        b'; name="a"; filename="C:\\x\\f.txt"', b'; name="a"; filename="\\\\host\\f.txt"',
        b'; name="a"; filename="f\\\\"', b'; name="a"; filename="f\\"',
        b'; name="a"; filename="x/f.txt"', b'; name="a"; filename="/x/f.txt"', b'; name="a"; filename="../f.txt"',
        b'; name="a"; filename="."', b'; name="a"; filename=".."', b'; name="a"; filename="f/"',
        b'; name="a"; filename="/"',
        b'; name="a%22b"', b'; name="a%0d%0ab"', b'; name="a%20b"', b'; name="a%"', b'; name="a%2"', b'; name="a%41"',
        b'; name="a%00"', b'; name="a+b"', b'; name="a&b"', b'; name="a&#34;b"', b'; name="a&quot;b"',
        b'; name="a&amp;b"',
        b'; name="a"; filename="f%22.php"', b'; name="a"; filename="f%0d.php"', b'; name="a"; filename="f%5c"',
        b'; name="a"; filename="%2e%2e%2ff"', b'; name="a"; filename="f&#34;.php"', b'; name="a"; filename="f%00.php"',
        b'; name="=?utf-8?Q?b?="', b'; name="=?utf-8?B?Yg==?="', b'; name="a"; filename="=?utf-8?Q?e.php?="',
        b'; name="a"; filename="=?utf-8?B?ZS5waHA=?="', b'; name="a"; filename="x =?utf-8?Q?e.php?= y"',
        b'; name="a"; filename="=?x"',
        b'; name=""', b'; name=', b"; name", b"", b';', b'; name=""; filename=""', b'; name="a"; filename=""',
        b'; name="a"; filename=', b'; name="a"; filename', b'; filename="f"', b'; name=" "', b'; name=" a"',
        b'; name="a "', b'; name="a"; filename=" f"', b'; name="a"; filename="f "',
        b'; name="a"; filename="f."', b'; name="\ta"', b'; name="a\tb"', b'; name="a\0b"',
        b'; name="a"; filename="f\0.php"', b'; name="a\x01b"', b'; name="a\x7fb"', b'; name="a\x80b"',
        b'; name="a\xffb"', b'; name="\xe9"', b'; name="\xc3\xa9"', b'; name="a"; filename="\xe9.txt"',
        b'; name="a"; filename="\xc3\xa9.txt"',
        b'; name="a"; filename="\xc0\xae\xc0\xae/f"', b'; name="a"; filename="\xed\xa0\x80"',
        b'; name="a"; filename="\xf0\x9f\x98\x80.txt"', b'; name="a"; filename="e\xcc\x81.txt"',
        b'; name="a"; filename="\xe2\x80\xaefdp.exe"', b'; name="\xef\xbb\xbfa"',
        b'; name="a"; filename="\xef\xbb\xbff"', b'; name="a\xc2\xa0"', b'; name="\xe2\x80\xa8a"',
        b'; name="a\xc2\x85b"', b'; name="a\xe2\x80\xa9"', b'; name="a"; filename="f\xe2\x80\xa8.php"',
        b'; name="a"; filename="f\xef\xbc\x8ftxt"', b'; name="a\xef\xbc\x82"', b'; name="\xc4\xb0"',
        b'; name="a"; filename="\xe3\x80\x80f"', b'; name="a"; filename="f\xc2\xad"',
        b'; name="_charset_"', b'; name="__proto__"', b'; name="constructor"', b'; name="toString"',
        b'; name="hasOwnProperty"', b'; name="a[]"', b'; name="a[b]"', b'; name="a[b"', b'; name="a]b"',
        b'; name="[a]"', b'; name="[]"', b'; name="a[b]c"', b'; name="a[][]"', b'; name="a[0]"', b'; name="a[b][c]"',
        b'; name="a[[b]"', b'; name="a[b]]"', b'; name="a[__proto__]"', b'; name="a[ ]"', b'; name="a[b c]"',
        b'; name="a."', b'; name=".a"', b'; name="a.b"', b'; name="a b"', b'; name="a-b"', b'; name="a:b"',
        b'; name="a/b"', b'; name="*"', b'; name="a,b"', b"; name=\"a'b\"", b'; name="<a>"', b'; name="(a)"',
        b'; name="a(b"', b'; name="a"; filename="(f)"', b'; name="a"; filename="f(1).txt"',
        b'; name="a"; filename="f,g.txt"', b"; name=\"a\"; filename=\"'f'\"", b"; name=\"a\"; filename=\"f'g.txt\"",
        b'; name="a"; filename="<f>"', b'; name="a"; filename="f:g"', b'; name="a"; filename="f*"',
        b'; name="a"; filename="f?"', b'; name="a"; filename="f|g"', b'; name="a"; filename="f+g"',
        b'; name="a"; filename="f%20g"', b'; name="a"; filename="f=g"', b'; name="a"; filename="f#g"',
        b'; name="a"; filename="f\'\'g"', b'; name="a"; filename="utf-8\'\'g"', b'; name="a"; filename="f;g;h"',
        b'; name="a"; filename="f&amp;g"', b'; name="a"; filename="f&ltg"', b'; name="a"; filename="f&g"',
        b'; name="a"; filename="f;g"', b'; name="a"; filename="f; g=h"', b'; name="0"', b'; name="null"',
        b'; name="undefined"', b'; name="MAX_FILE_SIZE"', b'; name="_method"', b'; name="A"', b'; Name="a"',
        b'; NAME="a"; FILENAME="f"', b'; name="a"; Filename="f"', b'; name="a"; size=4',
        b'; name="a"; filename="f"; size=4', b'; name="a"; creation-date="x"',
        b'; name="a"; filename="f"; handling=x', b'; name="a"; path="/x"', b'; xname="b"; name="a"',
        b'; name="a"; xfilename="e.php"', b'; name="a"; x-filename="e.php"', b'; name="a"; filename2="e.php"',
        b'; name="a"; file="e.php"', b'; "name"="a"', b'; name:"a"', b'; name="a"; filename:"f"', b'; name\0="a"',
        b'; name="a"; filename\0="f"', b'; name="a"; \0filename="f"', b'; name="a"; file\0name="f"',
        b'; name=\xe2\x80\x9ca\xe2\x80\x9d', b'; name=`a`', b'; name=(a)', b'; name=<a>', b'; (c) name="a"',
        b'; name="a" (c)', b'; name="a"; filename="f" (c)', b'; name="a"; filename=(c)f', b'; name="a"; filename=f(c)',
    ]:
        case("parameters", show(text) or "none", body(part(disposition(text))))
    for size in (255, 256, 512, 513, 1000, 4096, 9000):
        case("sizes", f"a name of {size}", body(part(disposition(b'; name="' + b"n" * size + b'"'))))
        case("sizes", f"a file name of {size}", body(part(disposition(b'; name="a"; filename="' + b"n" * size + b'"'))))
        case("sizes", f"{size} bytes of data", body(part(FILE, b"d" * size)))


def whole_forms() -> None:
    case("many", "1000 parts", body(*[part(disposition(b'; name="a%d"' % i), b"") for i in range(1000)]))
    case("many", "1001 parts", body(*[part(disposition(b'; name="a%d"' % i), b"") for i in range(1001)]))
    case("many", "3000 parts", body(*[part(disposition(b'; name="a%d"' % i), b"") for i in range(3000)]))
    case("many", "200 files", body(*[part(disposition(b'; name="a"; filename="%d"' % i), b"x") for i in range(200)]))
    case("many", "a name thrice", body(OK, part(HEAD, b"2"), part(HEAD, b"3")))
    case("many", "a name as field and file", body(OK, part(FILE, b"2")))
    case("many", "names that differ in case", body(OK, part(disposition(b'; name="A"'), b"2")))
    case("many", "names that PHP makes one", body(part(disposition(b'; name="a.b"'), b"1"),
        part(disposition(b'; name="a_b"'), b"2")))
    case("many", "an empty file between fields", body(OK,
        part(disposition(b'; name="f"; filename=""') + b"\r\nContent-Type: application/octet-stream", b""), OK))
    case("many", "an empty file name with content",
        body(part(disposition(b'; name="f"; filename=""') + b"\r\nContent-Type: application/octet-stream", b"x")))
    case("many", "_charset_ and a field", body(part(disposition(b'; name="_charset_"'), b"utf-16"), part(HEAD,
        b"\xe4")))
    case("many", "MAX_FILE_SIZE and a file", body(part(disposition(b'; name="MAX_FILE_SIZE"'), b"1"), part(FILE,
        b"four")))
    case("many", "a file of 70000 bytes with line breaks", body(part(FILE, b"\r\n--X-" * 10000)))
    case("many", "UTF-16 data", body(part(HEAD, "data".encode("utf-16"))))
    case("many", "Latin-1 data in a field", body(part(HEAD, b"\xe4\xf6\xfc")))
    case("many", "NUL in a field", body(part(HEAD, b"a\0b")))
    case("many", "chunked framing inside", b"5\r\n--X-y\r\n0\r\n\r\n" + body(OK))


def hostile() -> list[dict]:
    if not cases:
        content_types()
        framing()
        headers()
        parameters()
        whole_forms()
    names = [c["name"] for c in cases]
    assert len(set(names)) == len(names), sorted(n for n in names if names.count(n) > 1)
    return cases


if __name__ == "__main__":
    for one in hostile():
        print(json.dumps(one))
