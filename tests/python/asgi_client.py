"""Requests to an ASGI application without a server, so that every chunk and disconnect is chosen by the test."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Dict, List, Optional, Sequence, Tuple

Headers = List[Tuple[bytes, bytes]]


class Answer:
    def __init__(self) -> None:
        self.status: Optional[int] = None
        self.headers: Dict[bytes, bytes] = {}
        self.body = b""
        self.reads = 0  # how often the server was asked for input

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def scope(path: str, headers: Headers, method: str = "POST", **more: Any) -> Dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        **more,
    }


async def ask(app: Any, request: Dict[str, Any], chunks: Sequence[bytes], disconnect: bool = False) -> Answer:
    """Sends the chunks, and then the end of the body or a disconnect."""
    answer = Answer()
    messages = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    if disconnect:
        messages.append({"type": "http.disconnect"})
    elif messages:
        messages[-1]["more_body"] = False
    else:
        messages.append({"type": "http.request", "body": b"", "more_body": False})
    answered = asyncio.Event()

    async def receive() -> Dict[str, Any]:
        answer.reads += 1
        if messages:
            return messages.pop(0)
        await answered.wait()
        return {"type": "http.disconnect"}

    async def send(message: Dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            assert answer.status is None, "two answers"
            answer.status = message["status"]
            answer.headers = dict(message["headers"])
        else:
            answer.body += message.get("body", b"")
            if not message.get("more_body", False):
                answered.set()

    await asyncio.wait_for(app(request, receive, send), 30)
    return answer


def post(app: Any, path: str, content_type: str, chunks: Sequence[bytes], **options: Any) -> Answer:
    length = str(sum(map(len, chunks))).encode()
    headers = [(b"content-type", content_type.encode()), (b"content-length", length)]
    headers += options.pop("headers", [])
    method = options.pop("method", "POST")
    return asyncio.run(ask(app, scope(path, headers, method), chunks, **options))
