"""How each client writes a form, after its source."""

import base64
import dataclasses
import urllib.parse


def whatwg(text: str) -> str:
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def backslash(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def mark_only(text: str) -> str:
    return text.replace('"', '\\"')


def nothing(text: str) -> str:
    return text


def percent(text: str) -> str:
    return urllib.parse.quote(text, safe="")


def ascii_only(text: str) -> str:
    return mark_only(text.encode("ascii", "replace").decode())


def encoded_word(text: str) -> str:
    return text if text.isascii() else f"=?utf-8?B?{base64.b64encode(text.encode()).decode()}?="


def token(text: str) -> str:
    """Quoted only where it is no token."""
    return (
        text
        if all(c.isascii() and (c.isalnum() or c in "!#$%&'*+-.^_`|~") for c in text)
        else f'"{encoded_word(text)}"'
    )


def quoted(escape):
    return lambda key, text: f'{key}="{escape(text)}"'


def extended(escape):
    """RFC 2231 where the text is not ASCII, as urllib3 wrote it before 1.25."""
    return lambda key, text: f'{key}="{escape(text)}"' if text.isascii() else f"{key}*=utf-8''{percent(text)}"


def rust(key, text):
    """reqwest: a field's name as a segment of a path, or as it is."""
    if key == "filename":
        return f'filename="{backslash(text)}"'
    same = text.isascii() and not set(text) & set(' "#<>?`{}%/')
    return f'{key}="{text}"' if same else f"{key}*=utf-8''{percent(text)}"


def dotnet(key, text):
    return f"{key}={token(text)}" + (f"; filename*=utf-8''{percent(text)}" if key == "filename" else "")


def bare(key, text):
    """Ktor: in quotation marks only where it must be."""
    return (
        f"{key}={text}"
        if text.replace(".", "").replace("_", "").replace("-", "").isalnum() and text.isascii()
        else f'{key}="{backslash(text)}"'
    )


DISPOSITION = "Content-Disposition: form-data; {name}"
FILE = DISPOSITION + "; {filename}"
TYPE = "Content-Type: {type}"
LENGTH = "Content-Length: {size}"
ESCAPES = {
    "form_parameter_escape"
}  # what any client writes for a quotation mark, or for a name that has an escape itself
SLASHES = ESCAPES | {"form_parameter_backslash"}
UNESCAPED = ESCAPES | {"form_parameter_quoting"}
RAW = {"parameter": quoted(nothing), "refusals": UNESCAPED}
MARK = {"parameter": quoted(mark_only), "refusals": SLASHES}
BACKSLASH = {"parameter": quoted(backslash), "refusals": SLASHES}
PERCENT = {"parameter": quoted(percent)}


@dataclasses.dataclass
class Style:
    client: str
    boundary: str
    field: list[str]
    file: list[str]
    parameter: object = quoted(whatwg)
    refusals: set[str] = dataclasses.field(default_factory=lambda: ESCAPES)
    content_type: str = "multipart/form-data; boundary={boundary}"
    end: str = "--\r\n"

    def form(self, entries) -> tuple[bytes, bytes]:
        body = b""
        for name, *rest in entries:
            data = rest[-1] if len(rest) > 1 else rest[0].encode()
            said = {"name": self.parameter("name", name), "size": len(data)}
            if len(rest) > 1:
                said |= {"filename": self.parameter("filename", rest[0]), "type": rest[1]}
            head = "\r\n".join(self.file if len(rest) > 1 else self.field).format(**said)
            body += f"--{self.boundary}\r\n{head}\r\n\r\n".encode() + data + b"\r\n"
        return (
            self.content_type.format(boundary=self.boundary).encode(),
            body + f"--{self.boundary}{self.end}".encode(),
        )


def usual(client: str, boundary: str, **more) -> Style:
    return Style(client, boundary, [DISPOSITION], [FILE, TYPE], **more)


TEXT = "Content-Type: text/plain; charset=utf-8"
STYLES = [
    usual("Chrome, Edge, Safari", "----WebKitFormBoundary7MA4YWxkTrZu0gWA"),
    usual("Firefox", "---------------------------9051914041544843365972754266"),
    usual("Firefox since 2023", "----geckoformboundary1c3f4b2a9d8e7f60a1b2c3d4e5f60718"),
    usual("Firefox before 2021", "---------------------------735323031399963166993862150", **MARK),
    usual("curl", "------------------------dZ1bJYxP1V2uGgLbAT0bjv"),
    usual("curl before 7.81", "------------------------74e44ee2a35a6fd1", **BACKSLASH),
    Style("requests, urllib3", "c7cbfdd911b4e720f1dd8f479c50bc7f", [DISPOSITION], [FILE]),
    usual(
        "urllib3 before 1.25",
        "c7cbfdd911b4e720f1dd8f479c50bc7f",
        parameter=extended(backslash),
        refusals=SLASHES | {"form_parameter_extended"},
    ),
    usual("httpx, HTTPie, requests-toolbelt", "0a1b2c3d4e5f60718293a4b5c6d7e8f9"),
    Style("aiohttp", "b1946ac92492d2347c6235b4d2611184", [TEXT, DISPOSITION], [TYPE, FILE], **PERCENT),
    Style(
        "aiohttp before 3.9",
        "b1946ac92492d2347c6235b4d2611184",
        [TEXT, LENGTH, DISPOSITION],
        [TYPE, LENGTH, FILE],
        **PERCENT,
    ),
    Style(
        "Go",
        "4c8eb55e1b2d1d1f0a7c2f9f3b6a5d4e3c2b1a09f8e7d6c5b4a392817060",
        [DISPOSITION],
        [FILE, "Content-Type: application/octet-stream"],
        **BACKSLASH,
    ),
    usual("Go's resty", "4c8eb55e1b2d1d1f0a7c2f9f3b6a5d4e3c2b1a09f8e7d6c5b4a392817060", **BACKSLASH),
    usual("undici, Node's fetch", "----formdata-undici-012345678901", end="--"),
    usual("node-fetch", "----formdata-polyfill-0.1234567890123456"),
    usual(
        "form-data, superagent, got 11, Postman, Bruno", "--------------------------515890814546601021194782", **RAW
    ),
    usual("axios", "axios-0.21-form-data-boundary-Y2xpZW50"),
    Style(
        "form-data-encoder, got", "form-data-boundary-p6qgh4ptjkaqmsgy", [DISPOSITION, LENGTH], [FILE, TYPE, LENGTH]
    ),
    Style(
        "needle",
        "--------------------NODENEEDLEHTTPCLIENT",
        [DISPOSITION],
        [FILE, "Content-Transfer-Encoding: binary", TYPE],
        parameter=lambda key, text: f'{key}="{percent(text) if key == "filename" else text}"',
        end="--",
    ),
    usual("Insomnia", "X-INSOMNIA-BOUNDARY", **MARK),
    Style(
        "Apache HttpClient, strict",
        "x3Zk-hFwq_7yB1TtUeV9sNdQpLmKjRo",
        [DISPOSITION, "Content-Type: text/plain; charset=ISO-8859-1", "Content-Transfer-Encoding: 8bit"],
        [FILE, TYPE, "Content-Transfer-Encoding: binary"],
        parameter=quoted(ascii_only),
        refusals=SLASHES | {"form_charset"},
    ),
    Style(
        "Apache HttpClient 5",
        "AjEy2L58URk6HtZYJHsxb9aBpb8xDh99ByPTxJj",
        [DISPOSITION, "Content-Type: text/plain; charset=ISO-8859-1"],
        [FILE, TYPE],
        parameter=quoted(ascii_only),
        refusals=SLASHES | {"form_charset"},
        content_type="multipart/form-data; charset=ISO-8859-1; boundary={boundary}",
    ),
    usual(
        "Apache HttpClient, browser-compatible",
        "x3Zk-hFwq_7yB1TtUeV9sNdQpLmKjRo",
        **MARK,
        content_type="multipart/form-data; boundary={boundary}; charset=UTF-8",
    ),
    Style("OkHttp", "8d1a7b9e-4f4e-4f7b-9c64-0d5e8e6b5a3c", [DISPOSITION, LENGTH], [FILE, TYPE, LENGTH]),
    Style(
        "Retrofit",
        "8d1a7b9e-4f4e-4f7b-9c64-0d5e8e6b5a3c",
        [DISPOSITION, "Content-Transfer-Encoding: binary", TEXT, LENGTH],
        [FILE, TYPE, LENGTH],
    ),
    Style(
        "Spring RestTemplate",
        "aJ3mF-x_Kq8TzWvY0rLpNcBdEgHiUsOe",
        [DISPOSITION, "Content-Type: text/plain;charset=UTF-8", LENGTH],
        [FILE, TYPE, LENGTH],
        parameter=lambda key, text: f'{key}="{mark_only(encoded_word(text) if key == "filename" else text)}"',
        refusals=SLASHES,
        content_type="multipart/form-data;boundary={boundary}",
    ),
    Style(
        "Spring WebClient",
        "aJ3mF-x_Kq8TzWvY0rLpNcBdEgHiUsOe",
        ["Content-Type: text/plain;charset=UTF-8", DISPOSITION],
        [TYPE, FILE, LENGTH],
        **BACKSLASH,
        content_type='multipart/form-data;boundary="{boundary}"',
    ),
    Style(
        "Jersey",
        "Boundary_1_1403450133_1700000000000",
        ["Content-Type: text/plain", DISPOSITION],
        [
            TYPE,
            (
                'Content-Disposition: form-data; {filename}; modification-date="Sun, 22 Nov 2026 12:00:00 GMT";'
                " size={size}; {name}"
            ),
        ],
        parameter=quoted(backslash),
        refusals=SLASHES | {"form_parameter_order"},
        content_type="multipart/form-data;boundary={boundary}",
    ),
    Style(
        "Netty, Micronaut, Vert.x",
        "4dbd8ee9e6dfcd51",
        [
            "content-disposition: form-data; {name}",
            "content-length: {size}",
            "content-type: text/plain; charset=UTF-8",
        ],
        [
            "content-disposition: form-data; {name}; {filename}",
            "content-length: {size}",
            "content-type: {type}",
            "content-transfer-encoding: binary",
        ],
        **RAW,
    ),
    Style(
        "AsyncHttpClient",
        "kX9vQ2mT7bLr4sWz1cNp8yHf",
        [DISPOSITION, "Content-Type: text/plain; charset=UTF-8"],
        [FILE, TYPE, "Content-Transfer-Encoding: binary"],
        **RAW,
    ),
    Style(
        ".NET HttpClient",
        "0f8fad5b-d9cb-469f-a165-70867728950e",
        [TEXT, "Content-Disposition: form-data; {name}"],
        [TYPE, "Content-Disposition: form-data; {name}; {filename}"],
        parameter=dotnet,
        content_type='multipart/form-data; boundary="{boundary}"',
        refusals=ESCAPES | {"form_parameter_unquoted", "form_parameter_lookalike"},
    ),
    Style(
        ".NET, names quoted by hand",
        "0f8fad5b-d9cb-469f-a165-70867728950e",
        [TEXT, DISPOSITION],
        [FILE, TYPE],
        parameter=quoted(encoded_word),
        content_type='multipart/form-data; boundary="{boundary}"',
        refusals=UNESCAPED | {"form_parameter_lookalike"},
    ),
    usual("RestSharp before 107", "-----------------------------28947758029299", **RAW),
    Style("Guzzle", "b3e2f8c1d4a5968778695a4b3c2d1e0f01234567", [DISPOSITION, LENGTH], [FILE, LENGTH, TYPE], **RAW),
    usual("PHP's curl", "------------------------8f0c4d2e1b3a5967"),
    Style(
        "Symfony HttpClient",
        "aB3_xY9-",
        [TEXT, "Content-Transfer-Encoding: 8bit", DISPOSITION],
        [TYPE, "Content-Transfer-Encoding: 8bit", FILE],
    ),
    usual("rest-client", "----RubyFormBoundaryL6rQ4nXyW2cTzKpB"),
    Style(
        "Faraday, multipart-post",
        "-----------RubyMultipartPost-1f2e3d4c5b6a79880123456789abcdef",
        [DISPOSITION],
        [FILE, LENGTH, TYPE, "Content-Transfer-Encoding: binary"],
        parameter=quoted(nothing),
        end="--\r\n\r\n",
        refusals=UNESCAPED,
    ),
    usual("HTTParty", "------------------------1a2b3c4d5e6f7a8b"),
    usual("http.rb", "---------------------a1b2c3d4e5f60718293a4b5c6d7e8f901234567890", **RAW),
    usual("Net::HTTP", "Kt9FJpXjS0o2m5G1qQ7dRyV3nB8wZcLhTeUaIxM4PfYsNkE6"),
    usual(
        "reqwest",
        "f3b1c9d2e4a56780-1a2b3c4d5e6f7081-9abcdef012345678-0fedcba987654321",
        parameter=rust,
        refusals=SLASHES | {"form_parameter_extended"},
    ),
    Style(
        "Dart http",
        "dart-http-boundary-jPNXf2mY.qLr_z0Sv+Wc-KtUdHbEaG1iO3x5B7T9M8pQ4sRy",
        ["content-disposition: form-data; {name}"],
        ["content-type: {type}", "content-disposition: form-data; {name}; {filename}"],
    ),
    Style(
        "Dio",
        "--dio-boundary-0123456789",
        ["content-disposition: form-data; {name}"],
        ["content-disposition: form-data; {name}; {filename}", "content-type: {type}"],
    ),
    usual("Alamofire", "alamofire.boundary.9c3b1f4a2d5e6078", **RAW),
    usual("AFNetworking", "Boundary+0A1B2C3D4E5F6071", **RAW),
    usual("URLSession by hand", "Boundary-3F2504E0-4F89-41D3-9A0C-0305E82C3301", **RAW),
    usual("Perl's LWP", "xYzZY", **BACKSLASH),
    usual("Mojolicious", "Dd3xY"),
    Style(
        "Qt",
        "boundary_.oOo._MTIzNDU2Nzg5MDEyMzQ1Njc4/+A",
        [DISPOSITION],
        [TYPE, FILE],
        **RAW,
        content_type='multipart/form-data; boundary="{boundary}"',
    ),
    Style(
        "POCO",
        "MIME_boundary_1F2E3D4C5B6A7988",
        [DISPOSITION],
        [TYPE, FILE],
        **MARK,
        content_type='multipart/form-data; boundary="{boundary}"',
    ),
    usual("cpp-httplib", "--cpp-httplib-multipart-data-abCD12efGH34ijKL", **RAW),
    usual("Volley", "apiclient-1700000000000", **RAW),
    Style(
        "Android Async Http",
        "xj2K9vQmT7bLr4sWz1cNp8yHfGdEaUo",
        [DISPOSITION, "Content-Type: text/plain; charset=UTF-8"],
        [FILE, TYPE, "Content-Transfer-Encoding: binary"],
        **RAW,
    ),
    Style(
        "Ktor",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855012345",
        [DISPOSITION, LENGTH],
        [FILE, TYPE, LENGTH],
        parameter=bare,
        refusals=SLASHES | {"form_parameter_unquoted"},
    ),
    Style(
        "hackney, HTTPoison",
        "---------------------------kzqhvbxwjrmtydng",
        ["content-length: {size}", "content-disposition: form-data; {name}"],
        ["content-length: {size}", "content-disposition: form-data; {name}; {filename}", "content-type: {type}"],
        **RAW,
    ),
]
