"""A FastAPI dependency that takes a form's files while they are judged, without python-multipart.

    avatars = FormGuard("policies/avatars.form.json")

    @app.post("/avatars", openapi_extra=avatars.openapi)
    async def create(form: JudgedForm = Depends(avatars)):
        avatar = form.file("avatar")
        await avatar.save(folder / f"{avatar.facts.sha256}.{avatar.facts.extension}")

    add_problem_handler(app)
"""

import asyncio
import io
import os
import tempfile
from typing import Any, AsyncIterator, Dict, List, Optional

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from ._body import CHUNK, SPOOL_THRESHOLD, make_spool, refused_field
from ._errors import Rejected
from ._native import Facts, FormPolicy, Part, Spool, Verdict
from ._problem import CONTENT_TYPE, Problem, problem_of
from ._sources import Source, rules_from
from .asgi import Incoming, Pace, answer, describe


class RejectedUpload(Rejected, HTTPException):
    """Raised by FormGuard. Without add_problem_handler FastAPI answers its status and message."""

    def __init__(self, verdict: Verdict, facts: Optional[Facts], field: Optional[str], body_ended: bool) -> None:
        Rejected.__init__(self, verdict, facts, field)
        HTTPException.__init__(self, verdict.http_status, verdict.message)
        self.body_ended = body_ended


class RefusedRequest(Problem, HTTPException):
    """Raised by FormGuard where a request cannot be judged: its body is encoded, or there is no room to keep it."""

    body_ended = False

    def __init__(self, problem: Problem) -> None:
        HTTPException.__init__(self, problem.status, str(problem))
        self.status, self.members = problem.status, problem.members


class _Window(io.RawIOBase):
    """One part's range of the spool, as a file."""

    def __init__(self, spool: Spool, offset: int, size: int) -> None:
        self._spool = spool
        self._offset = offset
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError("a position before the beginning")
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        wanted = max(0, min(len(buffer), self._size - self._at))
        got = self._spool.readinto(self._offset + self._at, memoryview(buffer)[:wanted])
        self._at += got
        return got


class JudgedFile:
    """One accepted file. It is kept, in memory or in a file without a name, as long as it is referred to."""

    def __init__(self, part: Part, spool: Spool, offset: int) -> None:
        self.field = part.name
        self.filename = part.filename  # as the client claims
        self.facts = part.facts
        self.safe_name = part.facts.safe_name or "file"
        self.media_type = part.facts.media_type or "application/octet-stream"
        self.size = part.size
        self._spool = spool
        self._offset = offset

    @property
    def file(self) -> io.BufferedReader:
        """A new file object for reading, from the beginning."""
        return io.BufferedReader(_Window(self._spool, self._offset, self.size), CHUNK)

    async def chunks(self) -> AsyncIterator[bytes]:
        pace = Pace()
        for at in range(0, self.size, CHUNK):
            yield await pace(self._spool.read, self._offset + at, min(CHUNK, self.size - at))

    async def read(self) -> bytes:
        """All of it: only where the policy's max_size fits into memory."""
        content: bytes = await Pace()(self._spool.read, self._offset, self.size, size=self.size)
        return content

    async def save(self, path: "os.PathLike[str] | str") -> None:
        """Write it to a path, at once or not at all; what stands there is replaced."""
        await asyncio.get_running_loop().run_in_executor(None, self.save_now, path)

    def save_now(self, path: "os.PathLike[str] | str") -> None:
        """The same for handlers that are not async."""
        folder, name = os.path.split(os.path.abspath(path))
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=f".{name[:100]}-")
        try:
            with open(handle, "wb") as to:
                self._spool.copy(self._offset, self.size, to.fileno())
                os.fchmod(to.fileno(), 0o600)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise

    def __repr__(self) -> str:
        return f"<JudgedFile {self.safe_name}, {self.media_type}, {self.size} bytes>"


class JudgedForm:
    """An accepted form: its texts, and its files in the order of the body. Empty file inputs are left out."""

    def __init__(self, parts: List[Part], spool: Spool) -> None:
        self.parts = parts
        self.files: List[JudgedFile] = []
        self.texts: Dict[str, str] = {}  # the last one of each name
        offset = 0
        for part in parts:
            if part.filename is None:
                self.texts[part.name] = part.text
            elif part.filename:
                self.files.append(JudgedFile(part, spool, offset))
            offset += part.size

    def file(self, field: str) -> JudgedFile:
        """The first file of the field; KeyError where there is none."""
        for file in self.files:
            if file.field == field:
                return file
        raise KeyError(field)

    def text(self, field: str, default: str = "") -> str:
        return self.texts.get(field, default)


class FormGuard:
    """A dependency that gives a JudgedForm, or raises RejectedUpload at the first byte that decides.

    The policy is a FormPolicy, a dict, JSON or a file's path. Memory stays small whatever the form's size: above
    `spool_threshold` bytes the files wait in a file without a name in `spool_folder`.
    """

    def __init__(
        self, policy: Source, *, spool_folder: Optional[str] = None, spool_threshold: int = SPOOL_THRESHOLD
    ) -> None:
        rules = rules_from(policy)
        if not isinstance(rules, FormPolicy):
            raise TypeError("a FormGuard needs the policy of a form")
        self.policy = rules
        self._folder = spool_folder
        self._threshold = spool_threshold

    async def __call__(self, request: Request) -> JudgedForm:
        try:
            return await self._judge(request)
        except Problem as problem:
            raise RefusedRequest(problem) from problem

    async def _judge(self, request: Request) -> JudgedForm:
        content_type, length = describe(request.scope)
        spool = make_spool(self._folder, self._threshold)
        form = self.policy.inspect(content_type, length, to=spool)
        incoming = Incoming(request.receive)
        pace = Pace()
        pending = form.verdict.pending
        while pending and not incoming.ended:
            message = await incoming()
            if message["type"] == "http.disconnect":
                raise HTTPException(400, "the client has gone")  # for nobody, and quietly
            chunk = message.get("body", b"")
            pending = not chunk or await pace(form.feed, chunk, size=len(chunk))
        verdict = await pace(form.finish)
        parts = form.parts
        if not verdict.accepted:
            field = refused_field(form)
            raise RejectedUpload(verdict, parts[-1].facts if field else None, field, incoming.ended)
        return JudgedForm(parts, spool)

    @property
    def openapi(self) -> Dict[str, Any]:
        """What a route gives as `openapi_extra`, so that its documentation shows the form."""
        files = set(self.policy.file_fields)
        schema = {"type": "string"}
        fields = {name: {**schema, "format": "binary"} if name in files else schema for name in self.policy.fields}
        form = {"schema": {"type": "object", "properties": fields}}
        return {"requestBody": {"required": True, "content": {"multipart/form-data": form}}}


class _ProblemResponse(Response):
    def __init__(self, problem: Problem, body_ended: bool) -> None:
        super().__init__(problem.body, problem.status, media_type=CONTENT_TYPE)
        self._problem = problem
        self._body_ended = body_ended

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await answer(self._problem, scope, Incoming(receive, self._body_ended), send)


async def _answer(request: Request, error: Exception) -> Response:
    if isinstance(error, Rejected):
        # Whoever raises another Rejected has read the body.
        return _ProblemResponse(problem_of(error.verdict, error.field), getattr(error, "body_ended", True))
    assert isinstance(error, RefusedRequest)
    return _ProblemResponse(error, error.body_ended)


def add_problem_handler(app: FastAPI) -> None:
    """Let the application answer every Rejected with application/problem+json (RFC 9457)."""
    app.add_exception_handler(Rejected, _answer)
    app.add_exception_handler(RefusedRequest, _answer)
