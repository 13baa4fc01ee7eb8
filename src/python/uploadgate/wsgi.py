"""WSGI middleware that judges uploads before the application sees them: for Flask, Django...

    app.wsgi_app = UploadGuard(app.wsgi_app, routes={"/avatars": "policies/avatars.form.json"})
"""

from __future__ import annotations

import io
import logging
from http import HTTPStatus
from typing import Any, Callable, Dict, Iterable, Iterator, Mapping, Optional

from ._body import SPOOL_THRESHOLD, Body, make_body, make_spool
from ._native import printable
from ._problem import CONTENT_TYPE, Problem, encoded_body, problem_of
from ._routes import compile_routes, find_rules
from ._sources import Source

Environ = Dict[str, Any]

READ = 256 * 1024  # bytes of a body that are judged at a time
DRAIN_BYTES = 1024 * 1024  # read after a rejection, so that the client gets its answer

_log = logging.getLogger("uploadgate")


class UploadGuard:
    """Judges the uploads of some routes; everything else passes untouched. See uploadgate.asgi.UploadGuard.

    The application gets nothing until the whole body is accepted. `environ["uploadgate.upload"]` tells what was learnt.
    """

    def __init__(
        self,
        app: Callable[..., Iterable[bytes]],
        routes: Mapping[str, Source],
        *,
        spool_folder: Optional[str] = None,
        spool_threshold: int = SPOOL_THRESHOLD,
    ) -> None:
        self.app = app
        self._routes = compile_routes(routes)
        self._folder = spool_folder
        self._threshold = spool_threshold

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        root, path = _text(environ, "SCRIPT_NAME"), _text(environ, "PATH_INFO") or "/"
        rules = find_rules(self._routes, environ["REQUEST_METHOD"], root + path, root)
        if rules is None:
            return self.app(environ, start_response)
        incoming = _Incoming(environ)
        body: Optional[Body] = None
        try:
            encoding = environ.get("HTTP_CONTENT_ENCODING", "").strip().lower()
            if encoding not in ("", "identity"):
                raise encoded_body(encoding)
            spool = make_spool(self._folder, self._threshold)
            body = make_body(rules, path, environ.get("CONTENT_TYPE", ""), incoming.length, spool)
            _judge(body, incoming)
        except Problem as problem:
            if body is not None:
                body.close()
            _log.info("refused %s %s: %s", environ["REQUEST_METHOD"], printable(path), printable(str(problem)))
            incoming.drain()
            status = f"{problem.status} {HTTPStatus(problem.status).phrase}"
            start_response(status, [("Content-Type", CONTENT_TYPE), ("Content-Length", str(len(problem.body)))])
            return [problem.body]
        return self.app(_rewritten(environ, body), start_response)


class _Incoming:
    """The body as the server gives it: of the announced length, or up to its end where the server knows that."""

    def __init__(self, environ: Environ) -> None:
        self._input = environ["wsgi.input"]
        length = environ.get("CONTENT_LENGTH") or ""
        self.length: Optional[int] = int(length) if length.isascii() and length.isdigit() else None
        self._left = self.length
        if self._left is None and not environ.get("wsgi.input_terminated"):
            self._left = 0

    def read(self) -> bytes:
        wanted = READ if self._left is None else min(READ, self._left)
        chunk: bytes = self._input.read(wanted) if wanted else b""
        if self._left is not None:
            self._left = self._left - len(chunk) if chunk else 0
        return chunk

    def drain(self) -> None:
        left = DRAIN_BYTES
        while left > 0:
            chunk = self.read()
            if not chunk:
                return
            left -= len(chunk)


def _text(environ: Environ, name: str) -> str:
    return str(environ.get(name, "")).encode("latin-1").decode("utf-8", "replace")


def _judge(body: Body, incoming: _Incoming) -> None:
    try:
        while body.verdict.pending:
            chunk = incoming.read()
            if not chunk:
                break
            body.feed(chunk)
        verdict = body.finish()
    except OSError as error:  # no room to keep it, or the client has gone
        raise Problem(503, "the upload could not be kept", rule="spool", reason="spool_failed") from error
    if not verdict.accepted:
        raise problem_of(verdict, body.field)


class _Chunks(io.RawIOBase):
    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk)
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


def _rewritten(environ: Environ, body: Body) -> Environ:
    content_type, size, chunks = body.accepted()
    inner = {key: value for key, value in environ.items() if key not in ("HTTP_TRANSFER_ENCODING", "HTTP_CONTENT_MD5")}
    inner["CONTENT_TYPE"] = content_type
    inner["CONTENT_LENGTH"] = str(size)
    inner["wsgi.input"] = io.BufferedReader(_Chunks(chunks), READ)
    inner["uploadgate.upload"] = body.upload()
    return inner
