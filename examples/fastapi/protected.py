"""The same service with the dependency: no python-multipart, and the facts at hand."""

import os
import pathlib
from typing import Any, Dict

from fastapi import Depends, FastAPI

from uploadgate.fastapi import FormGuard, JudgedForm, add_problem_handler

FOLDER = pathlib.Path(os.environ.get("AVATARS", "/tmp/avatars"))
FOLDER.mkdir(exist_ok=True)

app = FastAPI()
add_problem_handler(app)
avatars = FormGuard(pathlib.Path(__file__).with_name("avatars.form.json"))


@app.post("/avatars", openapi_extra=avatars.openapi)
async def create(form: JudgedForm = Depends(avatars)) -> Dict[str, Any]:
    avatar = form.file("avatar")
    facts = avatar.facts
    stored = f"{facts.sha256}.{facts.extension}"  # a name of the server's own making
    await avatar.save(FOLDER / stored)
    return {
        "stored": stored,
        "type": avatar.media_type,
        "name": avatar.safe_name,
        "pixels": [facts.width, facts.height],
    }
