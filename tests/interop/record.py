#!/usr/bin/env python3
"""Records the forms of real clients as tests/data/forms has them: record.py FOLDER [CLIENT...]

Each client that is here sends a form to a server of ours; its Content-Type and body become FOLDER/CLIENT.form.
"""

import http.server
import pathlib
import subprocess
import sys
import tempfile
import threading

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "examples"))
recorded: list[bytes] = []

PAGE = """<!doctype html><meta charset=utf-8><form method=post enctype=multipart/form-data action=/post>
<input name=title value="Grüße"><textarea name="a note">two
lines</textarea><input type=file name=photo multiple><input type=file name=none></form>"""


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer(PAGE.encode())

    def do_POST(self) -> None:
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers["Content-Length"]))
        recorded.append(self.headers["Content-Type"].encode("latin-1") + b"\n" + body)
        self._answer(b"ok")

    def _answer(self, text: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        pass


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
        browser.run("""const f = new FormData(); f.append('title', 'x'); f.append('blob', new Blob(['b'], {type: 'text/plain'}));
          for (const file of document.forms[0].photo.files) f.append('files[]', file);
          fetch('/post', {method: 'POST', body: f}).then(() => { document.title = 'sent'; })""")
        browser.wait("return document.title === 'sent'")


def run(*command: str, code: str = "") -> None:
    subprocess.run([*command], input=code, text=True, check=True, timeout=60, capture_output=True)


def curl(url: str, files: list[pathlib.Path]) -> None:
    run("curl", "-sS", "-F", "title=Grüße", "-F", f"photo=@{files[0]};type=image/png", "-F", f"photo=@{files[1]}",
        "-F", "note=<-", "--form-string", "at=@x", "-F", "json={\"a\":1};type=application/json", url,
        code="from standard input")


def perl_lwp(url: str, files: list[pathlib.Path]) -> None:
    run("perl", "-MLWP::UserAgent", "-MHTTP::Request::Common", "-e",
        "LWP::UserAgent->new->request(POST $ARGV[0], Content_Type => 'form-data', "
        "Content => [title => 'x', photo => [$ARGV[1]], note => [$ARGV[2], 'a b.txt', 'Content-Type' => 'text/plain']])",
        url, *map(str, files))


def ruby_rest_client(url: str, files: list[pathlib.Path]) -> None:
    run("ruby", "-rrest-client", "-e",
        "RestClient.post(ARGV[0], title: 'x', photo: File.new(ARGV[1], 'rb'), user: { name: 'y' })", url, *map(str,
        files))


def ruby_multipart_post(url: str, files: list[pathlib.Path]) -> None:
    run("ruby", "-rnet/http/post/multipart", "-e",
        "u = URI(ARGV[0]); r = Net::HTTP::Post::Multipart.new(u.path, 'title' => 'x', 'photo' => UploadIO.new(File.new(ARGV[1]), 'image/png', 'a.png'));"
        "Net::HTTP.start(u.host, u.port) { |h| h.request(r) }", url, *map(str, files))


def ruby_net_http(url: str, files: list[pathlib.Path]) -> None:
    run("ruby", "-rnet/http", "-e",
        "u = URI(ARGV[0]); r = Net::HTTP::Post.new(u); r.set_form([['title', 'x'], ['photo', File.open(ARGV[1])]], 'multipart/form-data');"
        "Net::HTTP.start(u.host, u.port) { |h| h.request(r) }", url, *map(str, files))


def php_curl(url: str, files: list[pathlib.Path]) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".php") as script:
        script.write(f"<?php $c = curl_init('{url}'); curl_setopt($c, CURLOPT_POSTFIELDS, ['title' => 'x', 'photo' => "
                     f"new CURLFile('{files[0]}', 'image/png', 'a.png')]); curl_exec($c);")
        script.flush()
        run("php-cgi", "-q", script.name)


def go(url: str, files: list[pathlib.Path]) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".go") as script:
        script.write('package main\nimport ("bytes"; "mime/multipart"; "net/http"; "os")\nfunc main() { var b bytes.Buffer; '
                     'w := multipart.NewWriter(&b); w.WriteField("title", "x"); f, _ := w.CreateFormFile("photo", "a b.png"); '
                     'd, _ := os.ReadFile(os.Args[2]); f.Write(d); w.Close(); http.Post(os.Args[1], w.FormDataContentType(), &b) }')
        script.flush()
        run("go", "run", script.name, url, str(files[0]))


def apache_httpmime(url: str, files: list[pathlib.Path]) -> None:
    jars = ":".join(f"/usr/share/java/{j}.jar" for j in ("httpclient", "httpcore", "httpmime", "commons-logging",
        "commons-codec"))
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder, "Send.java")
        source.write_text("import org.apache.http.client.methods.HttpPost; import org.apache.http.entity.mime.MultipartEntityBuilder;"
                          "import org.apache.http.impl.client.HttpClients; public class Send { public static void main(String[] a) throws Exception {"
                          "HttpPost p = new HttpPost(a[0]); p.setEntity(MultipartEntityBuilder.create().addTextBody(\"title\", \"x\")"
                          ".addBinaryBody(\"photo\", new java.io.File(a[1])).build()); HttpClients.createDefault().execute(p).close(); } }")
        run("java", "-cp", jars, str(source), url, str(files[0]))


CLIENTS = (chromium, chromium_form_data, curl, perl_lwp, ruby_rest_client, ruby_multipart_post, ruby_net_http,
    php_curl, go, apache_httpmime)


def main() -> None:
    folder, wanted = pathlib.Path(sys.argv[1]), sys.argv[2:]
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as made:
        files = [pathlib.Path(made, "Bild 1 (übrig).png"), pathlib.Path(made, "notes.txt")]
        files[0].write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
        files[1].write_bytes(b"one\ntwo\r\n")
        for client in CLIENTS:
            if wanted and client.__name__ not in wanted:
                continue
            recorded.clear()
            try:
                client(f"http://127.0.0.1:{server.server_port}/post", files)
                name = "recorded-" + client.__name__.replace("_", "-")
                (folder / f"{name}.form").write_bytes(recorded[0])
                print(name, len(recorded[0]))
            except (OSError, subprocess.SubprocessError, RuntimeError, IndexError, ImportError) as why:
                print("without", client.__name__, str(why)[:200], getattr(why, "stderr", "") or "", file=sys.stderr)


if __name__ == "__main__":
    main()
