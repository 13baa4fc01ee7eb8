"""Real clients, each made to send a form with a text and a file: client(url, files). record.py runs them, and those of
clients_compiled.py.

A client that is not here raises; record.py says so and goes on.
"""

import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "examples"))
DEBIAN_PYTHON = "/usr/bin/python3"


def chromium(url: str, files: list[pathlib.Path]) -> None:
    from webdriver import Browser

    with Browser() as browser:
        browser.go(url)
        browser.choose_files("input[name=photo]", files)
        browser.run("document.forms[0].submit()")
        browser.wait("return document.body.innerText === 'ok'")


def chromium_form_data(url: str, files: list[pathlib.Path]) -> None:
    from webdriver import Browser

    with Browser() as browser:
        browser.go(url)
        browser.choose_files("input[name=photo]", files)
        browser.run(
            """const f = new FormData(); f.append('title', 'x');
          f.append('blob', new Blob(['b'], {type: 'text/plain'}));
          for (const file of document.forms[0].photo.files) f.append('files[]', file);
          fetch('/post', {method: 'POST', body: f}).then(() => { document.title = 'sent'; })"""
        )
        browser.wait("return document.title === 'sent'")


def run(*command: str, code: str = "") -> None:
    subprocess.run([*command], input=code, text=True, check=True, timeout=60, capture_output=True)


def curl(url: str, files: list[pathlib.Path]) -> None:
    run(
        "curl",
        "-sS",
        "-F",
        "title=Grüße",
        "-F",
        f"photo=@{files[0]};type=image/png",
        "-F",
        f"photo=@{files[1]}",
        "-F",
        "note=<-",
        "--form-string",
        "at=@x",
        "-F",
        'json={"a":1};type=application/json',
        url,
        code="from standard input",
    )


def perl_lwp(url: str, files: list[pathlib.Path]) -> None:
    run(
        "perl",
        "-MLWP::UserAgent",
        "-MHTTP::Request::Common",
        "-e",
        (
            "LWP::UserAgent->new->request(POST $ARGV[0], Content_Type => 'form-data', Content => [title => 'x', photo"
            " => [$ARGV[1]], note => [$ARGV[2], 'a b.txt', 'Content-Type' => 'text/plain']])"
        ),
        url,
        *map(str, files),
    )


def ruby_rest_client(url: str, files: list[pathlib.Path]) -> None:
    run(
        "ruby",
        "-rrest-client",
        "-e",
        "RestClient.post(ARGV[0], title: 'x', photo: File.new(ARGV[1], 'rb'), user: { name: 'y' })",
        url,
        *map(str, files),
    )


def ruby_multipart_post(url: str, files: list[pathlib.Path]) -> None:
    run(
        "ruby",
        "-rnet/http/post/multipart",
        "-e",
        (
            "u = URI(ARGV[0]); r = Net::HTTP::Post::Multipart.new(u.path, 'title' => 'x', 'photo' =>"
            " UploadIO.new(File.new(ARGV[1]), 'image/png', 'a.png'));Net::HTTP.start(u.host, u.port) { |h|"
            " h.request(r) }"
        ),
        url,
        *map(str, files),
    )


def ruby_net_http(url: str, files: list[pathlib.Path]) -> None:
    run(
        "ruby",
        "-rnet/http",
        "-e",
        (
            "u = URI(ARGV[0]); r = Net::HTTP::Post.new(u); r.set_form([['title', 'x'], ['photo',"
            " File.open(ARGV[1])]], 'multipart/form-data');Net::HTTP.start(u.host, u.port) { |h| h.request(r) }"
        ),
        url,
        *map(str, files),
    )


def php_curl(url: str, files: list[pathlib.Path]) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".php") as script:
        script.write(
            f"<?php $c = curl_init('{url}'); curl_setopt($c, CURLOPT_POSTFIELDS, ['title' => 'x', 'photo' => "
            f"new CURLFile('{files[0]}', 'image/png', 'a.png')]); curl_exec($c);"
        )
        script.flush()
        run("php-cgi", "-q", script.name)


def _python(code: str):
    def client(url: str, files: list[pathlib.Path]) -> None:
        run(DEBIAN_PYTHON, "-c", code, url, *map(str, files))

    return client


requests = _python(
    "import requests, sys; requests.post(sys.argv[1], data={'title': 'Grüße', 'tags[]': ['a', 'b']}, "
    "files=[('photo', open(sys.argv[2], 'rb')), ('note', ('a b.txt', b'x', 'text/plain'))])"
)
requests_toolbelt = _python(
    "import requests, sys; from requests_toolbelt import MultipartEncoder as E; m = E([('title', 'x'), "
    "('photo', ('a b.png', open(sys.argv[2], 'rb'), 'image/png'))]); "
    "requests.post(sys.argv[1], data=m, headers={'Content-Type': m.content_type})"
)
urllib3 = _python(
    "import urllib3, sys; urllib3.PoolManager().request('POST', sys.argv[1], fields={'title': 'Grüße', "
    "'photo': ('Bild (übrig).png', open(sys.argv[2], 'rb').read()), 'j': ('j.json', '{}', 'application/json')})"
)
httpx = _python(
    "import httpx, sys; httpx.post(sys.argv[1], data={'title': 'Grüße', 'tags': ['a', 'b']}, "
    "files={'photo': open(sys.argv[2], 'rb'), 'note': ('a b.txt', b'x', 'text/plain')})"
)
treq = _python(
    """
import sys, treq
from twisted.internet import defer, task
@defer.inlineCallbacks
def main(reactor):
    yield treq.post(sys.argv[1], data={'title': 'x'}, files={'photo': ('a.png', open(sys.argv[2], 'rb'))})
task.react(main)"""
)
aiohttp = _python(
    """
import aiohttp, asyncio, sys
async def main():
    form = aiohttp.FormData()
    form.add_field('title', 'x')
    form.add_field('photo', open(sys.argv[2], 'rb'), filename='a.png', content_type='image/png')
    async with aiohttp.ClientSession() as session, session.post(sys.argv[1], data=form): pass
asyncio.run(main())"""
)
qt = _python(
    """
import sys
from PyQt5.QtCore import QCoreApplication, QByteArray, QUrl
from PyQt5.QtNetwork import QHttpMultiPart, QHttpPart, QNetworkAccessManager, QNetworkRequest
app = QCoreApplication([])
form = QHttpMultiPart(QHttpMultiPart.FormDataType)
png = open(sys.argv[2], 'rb').read()
for disposition, kind, data in (('form-data; name="title"', None, b'x'),
                                ('form-data; name="photo"; filename="a.png"', 'image/png', png)):
    part = QHttpPart()
    if kind: part.setHeader(QNetworkRequest.ContentTypeHeader, kind)
    part.setHeader(QNetworkRequest.ContentDispositionHeader, disposition)
    part.setBody(QByteArray(data))
    form.append(part)
manager = QNetworkAccessManager()
reply = manager.post(QNetworkRequest(QUrl(sys.argv[1])), form)
reply.finished.connect(app.quit)
app.exec_()"""
)


def httpie(url: str, files: list[pathlib.Path]) -> None:
    run(
        "http",
        "--ignore-stdin",
        "--form",
        "POST",
        url,
        "title=Grüße",
        f"photo@{files[0]}",
        f"note@{files[1]};type=text/csv",
    )


def mojolicious(url: str, files: list[pathlib.Path]) -> None:
    run(
        "perl",
        "-MMojo::UserAgent",
        "-e",
        (
            "Mojo::UserAgent->new->post($ARGV[0] => form => {title => 'x', photo => {file => $ARGV[1]}, note =>"
            " {content => 'x', filename => 'a b.txt', 'Content-Type' => 'text/plain'}})"
        ),
        url,
        *map(str, files),
    )


def faraday(url: str, files: list[pathlib.Path]) -> None:
    run(
        "ruby",
        "-rfaraday",
        "-e",
        (
            "c = Faraday.new { |f| f.request :multipart; f.adapter :net_http }; "
            "c.post(ARGV[0], { title: 'x', photo: Faraday::FilePart.new(ARGV[1], 'image/png'), user: { name: 'y' } })"
        ),
        url,
        *map(str, files),
    )


def httparty(url: str, files: list[pathlib.Path]) -> None:
    run(
        "ruby",
        "-rhttparty",
        "-e",
        "HTTParty.post(ARGV[0], multipart: true, body: { title: 'x', photo: File.open(ARGV[1]) })",
        url,
        *map(str, files),
    )


def http_rb(url: str, files: list[pathlib.Path]) -> None:
    run(
        "ruby",
        "-rhttp",
        "-e",
        "HTTP.post(ARGV[0], form: { title: 'x', photo: HTTP::FormData::File.new(ARGV[1]) }).to_s",
        url,
        *map(str, files),
    )


def _php(code: str, url: str, files: list[pathlib.Path]) -> None:
    run("php", "-r", code, "--", url, *map(str, files))


def guzzle(url: str, files: list[pathlib.Path]) -> None:
    _php(
        (
            "require 'GuzzleHttp/autoload.php'; (new GuzzleHttp\\Client)->post($argv[1], ['multipart' => [['name' =>"
            " 'title', 'contents' => 'x'], ['name' => 'photo', 'contents' => fopen($argv[2], 'r')]]]);"
        ),
        url,
        files,
    )


def symfony(url: str, files: list[pathlib.Path]) -> None:
    _php(
        (
            "require 'Symfony/Component/HttpClient/autoload.php'; require 'Symfony/Component/Mime/autoload.php'; $f ="
            " new Symfony\\Component\\Mime\\Part\\Multipart\\FormDataPart(['title' => 'Grüße', 'photo' =>"
            " Symfony\\Component\\Mime\\Part\\DataPart::fromPath($argv[2])]);"
            " Symfony\\Component\\HttpClient\\HttpClient::create()->request('POST', $argv[1], ['headers' =>"
            " $f->getPreparedHeaders()->toArray(), 'body' => $f->bodyToIterable()])->getStatusCode();"
        ),
        url,
        files,
    )
