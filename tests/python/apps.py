"""Applications for the tests and the bench, each bare and behind uploadgate."""

from __future__ import annotations

import asyncio
import copy
import hashlib
import json
import os
from typing import Any, Dict, List

from fastapi import BackgroundTasks, Depends, FastAPI, File, Form, Request, UploadFile, WebSocket
from fastapi.responses import StreamingResponse

from uploadgate.asgi import UploadGuard
from uploadgate.fastapi import FormGuard, JudgedForm, add_problem_handler

FORM: Dict[str, Any] = {
    "fields": {
        "avatar": {"policy": {"extensions": ["png", "jpg", "wav", "txt"], "max_size": "4 GiB"}, "max_files": 3},
        "title": {"text": "1 KiB"},
    },
    "max_body": "4 GiB",
}
seen: List[str] = []  # what the application was told, for the tests


def digest(file: Any) -> str:
    found = hashlib.sha256()
    while chunk := file.read(256 * 1024):
        found.update(chunk)
    return found.hexdigest()


bare = FastAPI()


@bare.post("/avatars")
async def upload(avatar: UploadFile, tasks: BackgroundTasks, title: str = Form("none")) -> Dict[str, Any]:
    seen.append("upload")
    tasks.add_task(seen.append, "background")
    return {"name": avatar.filename, "type": avatar.content_type, "size": avatar.size, "title": title}


@bare.post("/sizes")
async def sizes(avatar: UploadFile = File(...)) -> Dict[str, Any]:
    return {"size": avatar.size}


@bare.post("/digests")
async def digests(request: Request, avatar: UploadFile = File(...)) -> Dict[str, Any]:
    judged = request.scope.get("uploadgate")
    facts = judged.part("avatar").facts if judged else None
    return {"sha256": digest(avatar.file), "judged": facts and facts.sha256, "width": facts and facts.width}


@bare.put("/files/{name}")
async def put(name: str, request: Request) -> Dict[str, Any]:
    body = await request.body()
    return {"name": name, "sha256": hashlib.sha256(body).hexdigest(), "type": request.headers["content-type"]}


@bare.post("/stream")
async def stream(request: Request) -> Dict[str, int]:
    seen.append("stream")
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
    return {"size": size}


@bare.post("/echo")
async def echo(request: Request) -> StreamingResponse:
    body = await request.body()

    async def pieces() -> Any:
        for at in range(0, len(body), 1000):
            yield body[at : at + 1000]

    return StreamingResponse(pieces(), media_type="application/octet-stream")


@bare.post("/slow-answer")
async def slow_answer(avatar: UploadFile) -> StreamingResponse:
    async def lines() -> Any:
        for number in range(3):
            yield f"{number}\n"
            await asyncio.sleep(0.01)

    return StreamingResponse(lines(), media_type="text/plain")


@bare.get("/seen")
async def told() -> List[str]:
    return seen


@bare.websocket("/socket")
async def socket(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text(await websocket.receive_text())
    await websocket.close()


@bare.on_event("startup")
async def startup() -> None:
    seen.append("startup")


ROUTES = {path: FORM for path in ("/avatars", "/sizes", "/digests", "/stream", "/echo", "/slow-answer")}
FILES = {"PUT /files/{name}": {"extensions": ["png"], "max_size": "5 MiB"}}
guarded = UploadGuard(bare, routes={**ROUTES, **FILES})
streaming = UploadGuard(bare, routes={**ROUTES, **FILES}, streaming=True)

dependent = FastAPI()
add_problem_handler(dependent)
guard = FormGuard(FORM)


@dependent.post("/avatars", openapi_extra=guard.openapi)
async def take(tasks: BackgroundTasks, form: JudgedForm = Depends(guard)) -> Dict[str, Any]:
    avatar = form.file("avatar")
    tasks.add_task(lambda: seen.append(digest(avatar.file)))
    return {"name": avatar.safe_name, "type": avatar.media_type, "size": avatar.size, "title": form.text("title")}


@dependent.post("/sizes")
async def judged_sizes(form: JudgedForm = Depends(guard)) -> Dict[str, Any]:
    return {"size": form.file("avatar").size}


undigested = copy.deepcopy(FORM)
undigested["fields"]["avatar"]["policy"]["content"] = {"digest": False}


@dependent.post("/sizes-undigested")
async def undigested_sizes(form: JudgedForm = Depends(FormGuard(undigested))) -> Dict[str, Any]:
    return {"size": form.file("avatar").size, "sha256": form.file("avatar").facts.sha256}


@dependent.post("/digests")
def digest_now(form: JudgedForm = Depends(guard)) -> Dict[str, Any]:
    return {"sha256": [digest(file.file) for file in form.files], "judged": [file.facts.sha256 for file in form.files]}


@dependent.post("/kept")
async def keep(form: JudgedForm = Depends(guard)) -> Dict[str, Any]:
    path = os.path.join(os.environ["UPLOADGATE_TEST_FOLDER"], "kept")
    await form.file("avatar").save(path)
    return {"read": hashlib.sha256(await form.file("avatar").read()).hexdigest()}


@dependent.get("/seen")
async def dependent_seen() -> List[str]:
    return seen


async def reader(scope: Any, receive: Any, send: Any) -> None:
    """What uvicorn itself costs: the body is read and forgotten."""
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    size, more = 0, True
    while more:
        message = await receive()
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    body = json.dumps({"size": size}).encode()
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", str(len(body)).encode())]}
    )
    await send({"type": "http.response.body", "body": body})
