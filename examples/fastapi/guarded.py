"""The same service, its handler unchanged, behind the middleware."""

import pathlib

from bare import app

from uploadgate.asgi import UploadGuard

app.add_middleware(UploadGuard, routes={"/avatars": pathlib.Path(__file__).with_name("avatars.form.json")})
