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

import clients
import clients_compiled

recorded: list[bytes] = []
CLIENTS = {
    name: client
    for module in (clients, clients_compiled)
    for name, client in vars(module).items()
    if callable(client) and not name.startswith("_") and name != "run"
}

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


def main() -> None:
    folder, wanted = pathlib.Path(sys.argv[1]), sys.argv[2:]
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as made:
        files = [pathlib.Path(made, "Bild 1 (übrig).png"), pathlib.Path(made, "notes.txt")]
        files[0].write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
        files[1].write_bytes(b"one\ntwo\r\n")
        for name, client in CLIENTS.items():
            if wanted and name not in wanted:
                continue
            recorded.clear()
            try:
                client(f"http://127.0.0.1:{server.server_port}/post", files)
                (folder / f"{name.replace('_', '-')}-recorded.form").write_bytes(recorded[0])
                print(name, len(recorded[0]))
            except (OSError, subprocess.SubprocessError, RuntimeError, IndexError, ImportError) as why:
                print("without", name, str(why)[:200], (getattr(why, "stderr", "") or "")[:300], file=sys.stderr)


if __name__ == "__main__":
    main()
