"""The WSGI middleware before Flask, Django, and a real server of the standard library."""

from __future__ import annotations

import hashlib
import io
import socket
import threading
import wsgiref.validate
from typing import Any, Dict, Iterator, List, Tuple
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
import django.conf
import flask
import httpx
import pytest
from conftest import CONTENT_TYPE, FORM, HOSTILE_PNG, PNG, file_part, form_body, text_part
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, JsonResponse
from django.urls import path as django_path

from uploadgate.wsgi import UploadGuard

HONEST = form_body(text_part("hello"), file_part(PNG))
HOSTILE = form_body(text_part("hello"), file_part(HOSTILE_PNG))
ROUTES = {"/avatars": FORM, "PUT /files/{name}": {"extensions": ["png"]}}


def flask_app() -> Any:
    app = flask.Flask("tests")

    @app.post("/avatars")
    def avatars() -> Any:
        file = flask.request.files["avatar"]
        upload = flask.request.environ.get("uploadgate.upload")
        return {
            "title": flask.request.form["title"],
            "sha256": hashlib.sha256(file.read()).hexdigest(),
            "width": upload and upload.part("avatar").facts.width,
        }

    @app.put("/files/<name>")
    def put(name: str) -> Any:
        return {"sha256": hashlib.sha256(flask.request.get_data()).hexdigest()}

    @app.post("/other")
    def other() -> Any:
        return flask.request.get_data()

    app.wsgi_app = UploadGuard(app.wsgi_app, routes=ROUTES)  # type: ignore[assignment]
    return app


def django_avatars(request: HttpRequest) -> JsonResponse:
    content = request.FILES["avatar"].read()
    return JsonResponse({"title": request.POST["title"], "sha256": hashlib.sha256(content).hexdigest(), "width": 64})


urlpatterns = [django_path("avatars", django_avatars)]


def django_app() -> Any:
    if not django.conf.settings.configured:
        django.conf.settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="tests")
        django.setup()
    return UploadGuard(get_wsgi_application(), routes=ROUTES)


def call(app: Any, path: str, body: bytes, **environ: Any) -> Tuple[str, Dict[str, str], bytes]:
    said: List[Any] = []
    request: Dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "x",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": CONTENT_TYPE,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **environ,
    }
    answer = app(request, lambda status, headers, error=None: said.append((status, dict(headers))))
    return (*said[0], b"".join(answer))


@pytest.mark.parametrize("make", [flask_app, django_app])
def test_honest_forms_arrive_and_hostile_ones_do_not(make: Any) -> None:
    app = make()
    status, _, body = call(app, "/avatars", HONEST)
    assert status == "200 OK"
    assert flask.json.loads(body) == {"title": "hello", "sha256": hashlib.sha256(PNG).hexdigest(), "width": 64}
    status, headers, body = call(app, "/avatars", HOSTILE)
    assert status.startswith("4") and headers["Content-Type"] == "application/problem+json"
    assert flask.json.loads(body)["rule"] == "structure"


class Reads:
    """A body that comes in small steps, and may break off."""

    def __init__(self, body: bytes, step: int) -> None:
        self._file = io.BytesIO(body)
        self._step = step

    def read(self, size: int) -> bytes:
        return self._file.read(min(size, self._step))


@pytest.mark.parametrize("step", [1, 13, 4096])
def test_short_reads_and_early_ends(step: int) -> None:
    app = flask_app()
    assert call(app, "/avatars", HONEST, **{"wsgi.input": Reads(HONEST, step)})[0] == "200 OK"
    assert call(app, "/avatars", HONEST, **{"wsgi.input": Reads(HONEST[:-9], step)})[0].startswith("400")


def test_a_body_without_length_ends_where_the_server_says() -> None:
    app = flask_app()
    chunked = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
    assert call(app, "/avatars", HONEST, **chunked, **{"wsgi.input_terminated": True})[0] == "200 OK"
    assert call(app, "/avatars", HONEST, **chunked)[0].startswith("400"), "and is empty where it does not"


def test_other_requests_pass_untouched_and_raw_bodies_are_judged() -> None:
    app = flask_app()
    assert call(app, "/other", b"<?php", CONTENT_TYPE="text/plain")[2] == b"<?php"
    assert call(app, "/files/a.png", PNG, CONTENT_TYPE="image/png", REQUEST_METHOD="PUT")[0] == "200 OK"
    assert call(app, "/files/a.png", HOSTILE_PNG, CONTENT_TYPE="", REQUEST_METHOD="PUT")[0].startswith("4")
    assert call(app, "/avatars", HONEST, HTTP_CONTENT_ENCODING="gzip")[0].startswith("415")
    no_room = UploadGuard(app, routes=ROUTES, spool_folder="/no/such", spool_threshold=1)
    assert call(no_room, "/avatars", HONEST)[0].startswith("503")


def test_the_application_reads_in_any_way() -> None:
    ways = []

    def app(environ: Dict[str, Any], start_response: Any) -> List[bytes]:
        stream = environ["wsgi.input"]
        how = environ["HTTP_HOW"]
        ways.append(how)
        start_response("200 OK", [("Content-Type", "text/plain")])
        if how == "read":
            return [stream.read()]
        if how == "sized":
            return list(iter(lambda: stream.read(7), b""))
        return [b"".join(stream)] if how == "lines" else [b"".join(stream.readlines())]

    guard = UploadGuard(app, routes=ROUTES)
    lengths = {len(call(guard, "/avatars", HONEST, HTTP_HOW=how)[2]) for how in ("read", "sized", "lines", "readlines")}
    assert len(lengths) == 1 and len(ways) == 4
    assert PNG in call(guard, "/avatars", HONEST, HTTP_HOW="read")[2]


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def url() -> Iterator[str]:
    checked = wsgiref.validate.validator(UploadGuard(wsgiref.validate.validator(flask_app()), routes=ROUTES))
    with make_server("127.0.0.1", 0, checked, handler_class=_Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_real_server(url: str) -> None:
    headers = {"content-type": CONTENT_TYPE}
    assert httpx.post(url + "/avatars", content=HONEST, headers=headers).json()["title"] == "hello"
    answer = httpx.post(url + "/avatars", content=HOSTILE, headers=headers)
    assert answer.status_code >= 400 and answer.json()["field"] == "avatar"
    host, _, port = url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as s:  # gone in the middle
        head = f"POST /avatars HTTP/1.1\r\nHost: x\r\nContent-Type: {CONTENT_TYPE}\r\nContent-Length: 9999\r\n\r\n"
        s.sendall(head.encode() + b"x")
    assert httpx.post(url + "/avatars", content=HONEST, headers=headers).status_code == 200
