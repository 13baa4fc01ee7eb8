"""A service as it is often written: the file is stored as it comes, under the name that the client chose."""

import os
import pathlib
import shutil
from typing import Any, Dict

from fastapi import FastAPI, UploadFile

FOLDER = pathlib.Path(os.environ.get("AVATARS", "/tmp/avatars"))
FOLDER.mkdir(exist_ok=True)

app = FastAPI()


@app.post("/avatars")
def create(avatar: UploadFile) -> Dict[str, Any]:
    name = os.path.basename(avatar.filename)
    with open(FOLDER / name, "wb") as to:
        shutil.copyfileobj(avatar.file, to)
    return {"stored": name, "type": avatar.content_type}
