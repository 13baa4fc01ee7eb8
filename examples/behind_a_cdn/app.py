"""A photo album on FastAPI that looks at nothing it is sent. The gateway in front of it does, or the middleware.

ALBUM names the folder for its files. UPLOADGATE_FORMS may name a folder of form policies: then uploadgate's middleware
guards the same routes from inside.
"""

import hashlib
import json
import os
import pathlib

from fastapi import FastAPI, HTTPException, UploadFile
from fastapi.responses import HTMLResponse, Response

ALBUM = pathlib.Path(os.environ["ALBUM"])
PAGE = pathlib.Path(__file__).with_name("page.html").read_text()

app = FastAPI()


async def keep(upload: UploadFile) -> dict:
    content = await upload.read()
    digest = hashlib.sha256(content).hexdigest()
    (ALBUM / digest).write_bytes(content)
    (ALBUM / f"{digest}.json").write_text(json.dumps({"name": upload.filename, "type": upload.content_type}))
    return {"id": digest, "name": upload.filename, "type": upload.content_type, "size": len(content)}


@app.get("/", response_class=HTMLResponse)
def page() -> str:
    return PAGE


@app.post("/avatars")
async def avatar(avatar: UploadFile) -> dict:
    return await keep(avatar)


@app.post("/documents")
async def document(file: UploadFile) -> dict:
    return await keep(file)


@app.get("/files/{digest}")
def file(digest: str) -> Response:
    """The headers of docs/serving.md: whatever got in, no browser and no cache makes a page of it."""
    if len(digest) != 64 or not digest.isalnum() or not (ALBUM / digest).exists():
        raise HTTPException(404)
    known = json.loads((ALBUM / f"{digest}.json").read_text())
    shown = known["type"] in ("image/png", "image/jpeg", "image/gif", "image/webp")
    return Response(
        (ALBUM / digest).read_bytes(),
        media_type=known["type"] if shown else "application/octet-stream",
        headers={
            "Content-Disposition": "inline" if shown else "attachment",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "public, max-age=31536000, immutable, no-transform",
            "ETag": f'"{digest}"',
        },
    )


if policies := os.environ.get("UPLOADGATE_FORMS"):
    from uploadgate.asgi import UploadGuard

    app.add_middleware(
        UploadGuard,
        routes={"/avatars": f"{policies}/avatars.form.json", "/documents": f"{policies}/documents.form.json"},
    )
