#!/usr/bin/env python3
"""The Python parsers of the consensus test, one a process: python_peers.py PEER. protocol.py tells the protocol."""

import base64
import hashlib
import importlib.metadata
import io
import json
import sys


def part(name, filename, data: bytes) -> dict:
    """One part; names are text (as UTF-8) or bytes, filename None for a field."""
    def encode(s):
        return base64.b64encode(s if isinstance(s, bytes) else s.encode("utf-8", "surrogateescape")).decode()
    return {"name": None if name is None else encode(name), "filename": None if filename is None else encode(filename),
            "sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}


def as_bytes(value, charset="utf-8") -> bytes:
    return value if isinstance(value, bytes) else value.encode(charset, "surrogateescape")


def python_multipart():
    """python-multipart's FormParser (FastAPI without Starlette's own reader)."""
    from multipart.multipart import FormParser, parse_options_header

    def read(content_type: bytes, body: bytes):
        kind, options = parse_options_header(content_type.decode("latin-1"))
        if kind != b"multipart/form-data" or b"boundary" not in options:
            raise ValueError("no form")
        if b"content-disposition:" in body:  # Dart's and old undici's spelling; see normalise.SET_ASIDE
            raise ValueError("lower case")
        parts, ended = [], []

        def on_file(f):
            f.file_object.seek(0)
            parts.append(part(f.field_name, f.file_name, f.file_object.read()))

        parser = FormParser("multipart/form-data", lambda f: parts.append(part(f.field_name, None, f.value or b"")),
                            on_file, on_end=lambda: ended.append(1), boundary=options[b"boundary"],
                            config={"MAX_MEMORY_FILE_SIZE": 1 << 24})
        parser.write(body)
        parser.finalize()
        if not ended:
            raise ValueError("no end")
        if any(p["name"] is None for p in parts):
            raise ValueError("a part without a name")
        return parts
    return read


def starlette():
    """Starlette's MultiPartParser, which FastAPI uses."""
    import asyncio

    from starlette.datastructures import Headers, UploadFile
    from starlette.formparsers import MultiPartParser
    loop = asyncio.new_event_loop()

    async def parse(content_type, body):
        async def stream():
            yield body
            yield b""
        form = await MultiPartParser(Headers(raw=[(b"content-type", content_type)]), stream()).parse()
        out = []
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                out.append(part(name, value.filename, await value.read()))
            else:
                out.append(part(name, None, as_bytes(value)))
        return out

    def read(content_type, body):
        if not content_type.lower().startswith(b"multipart/form-data"):
            raise ValueError("no form")
        return loop.run_until_complete(parse(content_type, body))
    return read


def werkzeug():
    """Werkzeug's form parser (Flask); files and fields come apart."""
    from werkzeug.formparser import FormDataParser
    from werkzeug.http import parse_options_header

    def read(content_type, body):
        kind, options = parse_options_header(content_type.decode("latin-1"))
        if kind != "multipart/form-data":
            raise ValueError("no form")
        _, form, files = FormDataParser(silent=False).parse(io.BytesIO(body), kind, len(body), options)
        out = [part(name, None, as_bytes(v)) for name, values in form.lists() for v in values]
        return out + [part(n, f.filename, f.read()) for n, values in files.lists() for f in values]
    return read


def django():
    """Django's MultiPartParser; files and fields come apart."""
    from django.conf import settings
    settings.configure(DATA_UPLOAD_MAX_NUMBER_FIELDS=None, DATA_UPLOAD_MAX_NUMBER_FILES=None,
                       FILE_UPLOAD_HANDLERS=["django.core.files.uploadhandler.MemoryFileUploadHandler"])
    from django.core.files.uploadhandler import MemoryFileUploadHandler
    from django.http.multipartparser import MultiPartParser

    def read(content_type, body):
        meta = {"CONTENT_TYPE": content_type.decode("latin-1"), "CONTENT_LENGTH": str(len(body))}
        form, files = MultiPartParser(meta, io.BytesIO(body), [MemoryFileUploadHandler()], "utf-8").parse()
        out = [part(name, None, as_bytes(v)) for name, values in form.lists() for v in values]
        return out + [part(n, f.name, f.read()) for n, values in files.lists() for f in values]
    return read


def email():
    """The standard library's email package, as cgi's replacement is documented."""
    from email.parser import BytesParser
    from email.policy import HTTP

    def read(content_type, body):
        message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + content_type + b"\r\n\r\n" + body)
        if not message.is_multipart() or message.get_content_type() != "multipart/form-data":
            raise ValueError("no form")
        defects = [type(d).__name__ for m in message.walk() for d in m.defects]
        if defects:
            raise ValueError(defects[0])
        return [part(p.get_param("name", header="content-disposition"), p.get_filename(),
                     p.get_payload(decode=True) or b"") for p in message.iter_parts()]
    return read


def cgi():
    """The standard library's cgi.FieldStorage, gone from Python 3.13 on."""
    import warnings
    warnings.simplefilter("ignore")
    from cgi import FieldStorage

    def read(content_type, body):
        form = FieldStorage(fp=io.BytesIO(body), headers={"content-type": content_type.decode("latin-1"),
                                                         "content-length": str(len(body))},
                            environ={"REQUEST_METHOD": "POST"}, keep_blank_values=True, strict_parsing=True)
        if not form.list and form.type != "multipart/form-data":
            raise ValueError("no form")
        return [part(p.name, p.filename, as_bytes(p.value)) for p in form.list or []]
    return read


def tornado():
    """Tornado's parse_body_arguments, which logs what it refuses; files and fields come apart."""
    from tornado.httputil import parse_body_arguments
    from tornado.log import gen_log
    trouble = []
    gen_log.warning = lambda *a: trouble.append(a)

    def read(content_type, body):
        fields, files = {}, {}
        trouble.clear()
        if not content_type.startswith(b"multipart/form-data"):
            raise ValueError("no form")
        parse_body_arguments(content_type.decode("latin-1"), body, fields, files)
        if trouble:
            raise ValueError(str(trouble[0][0]))
        out = [part(name, None, v) for name, values in fields.items() for v in values]
        return out + [part(n, f.filename, f.body) for n, values in files.items() for f in values]
    return read


def aiohttp():
    """aiohttp's MultipartReader."""
    import asyncio

    from aiohttp import MultipartReader
    from aiohttp.streams import StreamReader
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)

    class Protocol:
        _reading_paused = False

        def pause_reading(self): pass

        def resume_reading(self): pass

    async def parse(content_type, body):
        stream = StreamReader(Protocol(), 1 << 16, loop=loop)
        stream.feed_data(body)
        stream.feed_eof()
        out = []
        reader = MultipartReader({"Content-Type": content_type.decode("latin-1")}, stream)
        while (p := await reader.next()) is not None:
            if isinstance(p, MultipartReader):
                raise ValueError("nested")
            data = await p.read(decode=True)
            out.append(part(p.name, p.filename, bytes(data)))
        return out

    def read(content_type, body):
        if not content_type.lower().startswith(b"multipart/form-data"):
            raise ValueError("no form")
        return loop.run_until_complete(parse(content_type, body))
    return read


def bottle():
    """Bottle's own FormsDict, over cgi.FieldStorage in Debian's version."""
    from bottle import LocalRequest

    def read(content_type, body):
        request = LocalRequest({"REQUEST_METHOD": "POST", "CONTENT_TYPE": content_type.decode("latin-1"),
                                "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body)})
        if not content_type.lower().startswith(b"multipart/form-data"):
            raise ValueError("no form")
        out = []
        for name, value in request.POST.allitems():
            if hasattr(value, "raw_filename"):
                out.append(part(name, value.raw_filename, value.file.read()))
            else:
                out.append(part(name, None, as_bytes(value)))
        return out
    return read


def webob():
    """WebOb (Pyramid), over cgi.FieldStorage."""
    from webob import Request

    def read(content_type, body):
        request = Request({"REQUEST_METHOD": "POST", "CONTENT_TYPE": content_type.decode("latin-1"),
                           "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body)})
        if not content_type.lower().startswith(b"multipart/form-data"):
            raise ValueError("no form")
        return [part(n, v.filename, v.file.read()) if hasattr(v, "filename") else part(n, None, as_bytes(v))
                for n, v in request.POST.items()]
    return read


def falcon():
    """Falcon's MultipartFormHandler."""
    from falcon.media import MultipartFormHandler
    handler = MultipartFormHandler()

    def read(content_type, body):
        if not content_type.lower().startswith(b"multipart/form-data"):
            raise ValueError("no form")
        form = handler.deserialize(io.BytesIO(body), content_type.decode("latin-1"), len(body))
        return [part(p.name, p.filename, p.get_data() or b"") for p in form]
    return read


def cherrypy():
    """CherryPy's request body."""
    from cherrypy import _cpreqbody
    from cherrypy.lib.httputil import HeaderMap

    def read(content_type, body):
        headers = HeaderMap({"Content-Type": content_type.decode("latin-1"), "Content-Length": str(len(body))})
        form = _cpreqbody.Entity(_cpreqbody.SizedReader(io.BytesIO(body), len(body), None), headers)
        if form.content_type.value != "multipart/form-data":
            raise ValueError("no form")
        _cpreqbody.process_multipart(form)
        out = []
        for p in form.parts:
            name, filename = (s and s.encode("latin-1") for s in (p.name, p.filename))
            if p.file:
                p.file.seek(0)
            out.append(part(name, filename, p.file.read() if p.file else as_bytes(p.fullvalue())))
        return out
    return read


PEERS = (python_multipart, starlette, werkzeug, django, email, cgi, tornado, aiohttp, webob, falcon, bottle, cherrypy)


def main() -> None:
    by_name = {f.__name__: f for f in PEERS}
    if sys.argv[1:] == ["--list"]:
        print(*by_name)
        return
    try:
        read = by_name[sys.argv[1]]()
    except ImportError as why:
        sys.exit(f"missing: {why}")
    package = sys.argv[1].replace("_", "-")
    try:
        version = importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:  # of the standard library
        version = "Python " + sys.version.split()[0]
    print(json.dumps({"version": version}), flush=True)
    for line in sys.stdin:
        content_type, body = (base64.b64decode(s) for s in line.rstrip("\n").split(" "))
        try:
            answer = {"accepted": True, "parts": read(content_type, body)}
        except Exception as why:  # whatever a parser throws is its refusal
            answer = {"accepted": False, "error": f"{type(why).__name__}: {why}"[:80]}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
