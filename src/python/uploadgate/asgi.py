"""ASGI middleware that judges uploads before the application sees them: for FastAPI, Starlette, Django, Quart...

    app.add_middleware(UploadGuard, routes={"/avatars": "policies/avatars.form.json"})

It needs an event loop of asyncio.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any, Awaitable, Callable, Dict, Iterator, List, Mapping, MutableMapping, Optional, Tuple

from ._body import SPOOL_THRESHOLD, Body, Stream, make_body, make_spool
from ._native import printable
from ._problem import CONTENT_TYPE, Problem, encoded_body, problem_of
from ._routes import Rules, compile_routes, find_rules
from ._sources import Source

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = List[Tuple[bytes, bytes]]

# What is read after a rejection, so that clients that send first and listen afterwards get their answer.
DRAIN_BYTES = 1024 * 1024
DRAIN_SECONDS = 2.0

LONG_STEP = 0.002  # seconds; where the steps take longer, they are taken in a thread
LONG_CHUNK = 1024 * 1024  # bytes; servers do not give so many at once, and who does, means a long step
STEPS_TO_LEARN = 8  # so that one that was only held up does not count

# What describes a body that is written again.
_OF_THE_BODY = frozenset(
    {b"content-type", b"content-length", b"transfer-encoding", b"content-md5", b"digest", b"content-digest", b"trailer"}
)

_log = logging.getLogger("uploadgate")


class Pace:
    """Takes short steps at once, and long ones in a thread: the way there and back costs more than most chunks."""

    def __init__(self) -> None:
        self._average = 0.0

    async def __call__(self, work: Callable[..., Any], *arguments: Any, size: int = 0) -> Any:
        if self._average > LONG_STEP or size > LONG_CHUNK:
            return await asyncio.get_running_loop().run_in_executor(None, self._step, work, arguments)
        return self._step(work, arguments)

    def _step(self, work: Callable[..., Any], arguments: Tuple[Any, ...]) -> Any:
        begun = time.perf_counter()
        try:
            return work(*arguments)
        finally:
            self._average += (time.perf_counter() - begun - self._average) / STEPS_TO_LEARN


class Incoming:
    """The server's receive, which remembers whether the body has ended."""

    def __init__(self, receive: Receive, ended: bool = False) -> None:
        self._receive = receive
        self.ended = ended

    async def __call__(self) -> Message:
        message = await self._receive()
        if message["type"] != "http.request" or not message.get("more_body", False):
            self.ended = True
        return message

    async def drain(self) -> None:
        left = DRAIN_BYTES
        while left > 0 and not self.ended:
            left -= len((await self()).get("body", b""))


class UploadGuard:
    """Judges the uploads of some routes; everything else passes untouched.

    `routes` maps "/avatars", "/users/{id}/avatar", "/files/{name:path}" or "PUT /files/{name}" to a FormPolicy, for
    multipart forms, or a Policy, for bodies that are one file; each as an object, a dict, JSON or a file's path.

    By default the application gets nothing until the whole body is accepted; until then it waits in memory, above
    `spool_threshold` bytes in a file without a name in `spool_folder`. With `streaming` the application reads while
    the body is judged: it must undo what it did when its request ends in a disconnect.
    """

    def __init__(
        self,
        app: Callable[..., Awaitable[None]],
        routes: Mapping[str, Source],
        *,
        streaming: bool = False,
        spool_folder: Optional[str] = None,
        spool_threshold: int = SPOOL_THRESHOLD,
    ) -> None:
        self.app = app
        self._routes = compile_routes(routes)
        self._streaming = streaming
        self._folder = spool_folder
        self._threshold = spool_threshold

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        rules = None
        if scope["type"] == "http":
            rules = find_rules(self._routes, scope["method"], scope["path"], scope.get("root_path", ""))
        if rules is None:
            return await self.app(scope, receive, send)
        incoming = Incoming(receive)
        judge = self._stream if self._streaming else self._keep
        try:
            await judge(rules, *describe(scope), scope, incoming, send)
        except Problem as problem:
            _log.info(
                "refused %s %s: %s", scope["method"], printable(scope["path"]), printable(problem.members["detail"])
            )
            await answer(problem, scope, incoming, send)

    async def _keep(
        self, rules: Rules, content_type: str, length: Optional[int], scope: Scope, incoming: Incoming, send: Send
    ) -> None:
        body = make_body(rules, scope["path"], content_type, length, make_spool(self._folder, self._threshold))
        pace = Pace()
        try:
            if not await _judge(body, pace, incoming):
                return  # the client has gone, and the application never heard of it
            content_type, size, chunks = body.accepted()
            inner = _rewritten(scope, content_type, size)
            inner["uploadgate"] = body.upload()
            await self.app(inner, _receive_from(chunks, pace, incoming), send)
        finally:
            body.close()

    async def _stream(
        self, rules: Rules, content_type: str, length: Optional[int], scope: Scope, incoming: Incoming, send: Send
    ) -> None:
        stream = Stream(rules, scope["path"], content_type, length)
        pace = Pace()
        problem: Optional[Problem] = None
        started = ended = False

        async def judged_receive() -> Message:
            nonlocal problem, ended
            while not ended:
                if not stream.verdict.rejected:
                    message = await incoming()
                    if message["type"] != "http.request":
                        return message
                    chunk = message.get("body", b"")
                    ended = not message.get("more_body", False)
                    ready = await pace(stream.step, chunk, ended, size=len(chunk))
                if stream.verdict.rejected:
                    problem = problem_of(stream.verdict, stream.field)
                    ended = True
                elif ready or ended:
                    return {"type": "http.request", "body": ready, "more_body": not ended}
            return {"type": "http.disconnect"} if problem else await incoming()

        async def watched_send(message: Message) -> None:
            nonlocal started
            if problem is None:
                started = True
                await send(message)

        try:
            if stream.verdict.rejected:
                raise problem_of(stream.verdict, stream.field)
            await self.app(_rewritten(scope, stream.content_type, None), judged_receive, watched_send)
        except Exception:
            if problem is None:
                raise
        if problem is not None:
            if started:
                raise ConnectionAbortedError("the upload was refused after the answer had begun") from problem
            raise problem


def describe(scope: Scope) -> "Tuple[str, Optional[int]]":
    """The content type, and the length where it is known. What stands twice is put together, and so refused."""
    types: List[bytes] = []
    length: Optional[int] = None
    for name, value in scope["headers"]:
        if name == b"content-type":
            types.append(value)
        elif name == b"content-length" and value.isdigit():
            length = int(value)
        elif name == b"content-encoding" and value.strip().lower() not in (b"", b"identity"):
            raise encoded_body(value.decode("latin-1"))
    return b", ".join(types).decode("latin-1"), length


async def _judge(body: Body, pace: Pace, incoming: Incoming) -> bool:
    """True where the body is accepted, false where the client has gone. Raises Problem."""
    more = body.verdict.pending
    try:
        while more:
            message = await incoming()
            if message["type"] == "http.disconnect":
                return False
            chunk = message.get("body", b"")
            more = message.get("more_body", False)
            if chunk and not await pace(body.feed, chunk, size=len(chunk)):
                break
        verdict = await pace(body.finish)
    except OSError as error:  # no room to keep it
        raise Problem(503, "the upload could not be kept", rule="spool", reason="spool_failed") from error
    if not verdict.accepted:
        raise problem_of(verdict, body.field)
    return True


def _rewritten(scope: Scope, content_type: str, size: Optional[int]) -> Dict[str, Any]:
    headers: Headers = [(name, value) for name, value in scope["headers"] if name not in _OF_THE_BODY]
    headers.append((b"content-type", content_type.encode("latin-1")))
    if size is not None:
        headers.append((b"content-length", str(size).encode()))
    else:
        headers.append((b"transfer-encoding", b"chunked"))
    return {**scope, "headers": headers}


def _receive_from(chunks: Iterator[bytes], pace: Pace, receive: Receive) -> Receive:
    ended = False
    one_at_a_time = asyncio.Lock()  # some frameworks read while they wait for the disconnect

    async def judged_receive() -> Message:
        nonlocal ended
        async with one_at_a_time:
            if not ended:
                chunk = await pace(next, chunks, None)
                ended = chunk is None
                return {"type": "http.request", "body": chunk or b"", "more_body": not ended}
        return await receive()  # for the disconnect

    return judged_receive


async def answer(problem: Problem, scope: Scope, incoming: Incoming, send: Send) -> None:
    body = problem.body
    headers: Headers = [(b"content-type", CONTENT_TYPE.encode()), (b"content-length", str(len(body)).encode())]
    if not incoming.ended and scope.get("http_version", "1.1").startswith("1"):
        headers.append((b"connection", b"close"))  # the rest of the body is not read
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": True})
    try:
        await asyncio.wait_for(incoming.drain(), DRAIN_SECONDS)
    except asyncio.TimeoutError:
        pass
    await send({"type": "http.response.body", "body": b"", "more_body": False})
