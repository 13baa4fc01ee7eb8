#!/usr/bin/env python3
"""PHP in the consensus test: php-cgi as a FastCGI server, as behind nginx; php-cli does not read forms."""

import base64
import os
import pathlib
import socket
import struct
import subprocess
import sys
import tempfile
import time

SCRIPT = pathlib.Path(__file__).with_name("php_form.php").resolve()
BEGIN, END, PARAMS, STDIN, STDOUT = 1, 3, 4, 5, 6  # FastCGI 1.0, section 8


def record(kind: int, content: bytes) -> bytes:
    return struct.pack(">BBHHBB", 1, kind, 1, len(content), 0, 0) + content


def stream(kind: int, content: bytes) -> bytes:
    pieces = [content[i:i + 60000] for i in range(0, len(content), 60000)]
    return b"".join(record(kind, piece) for piece in pieces + [b""])


def ask(path: str, content_type: bytes, body: bytes) -> str:
    variables = {b"REQUEST_METHOD": b"POST", b"SCRIPT_FILENAME": os.fsencode(SCRIPT), b"CONTENT_TYPE": content_type,
                 b"CONTENT_LENGTH": str(len(body)).encode(), b"REDIRECT_STATUS": b"200",
                 b"GATEWAY_INTERFACE": b"CGI/1.1"}
    params = b"".join(struct.pack(">II", len(k) | 1 << 31, len(v) | 1 << 31) + k + v for k, v in variables.items())
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(10)
        s.connect(path)
        s.sendall(record(BEGIN, struct.pack(">HB5x", 1, 0)) + stream(PARAMS, params) + stream(STDIN, body))
        out, file = b"", s.makefile("rb")
        while len(head := file.read(8)) == 8:
            _, kind, _, length, padding, _ = struct.unpack(">BBHHBB", head)
            content = file.read(length)
            file.read(padding)
            if kind == STDOUT:
                out += content
            if kind == END:
                break
    return out.partition(b"\r\n\r\n")[2].decode() or '{"accepted":false,"error":"no answer"}'


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = folder + "/php"
        settings = {"display_errors": 0, "log_errors": 0, "upload_tmp_dir": folder, "max_file_uploads": 2000,
                    "max_input_vars": 5000, "post_max_size": "64M", "upload_max_filesize": "64M",
                    "max_input_nesting_level": 128, "enable_post_data_reading": 1}
        command = ["php-cgi", "-n", "-b", path] + [w for k, v in settings.items() for w in ("-d", f"{k}={v}")]
        server = subprocess.Popen(command, env={**os.environ, "PHP_FCGI_MAX_REQUESTS": "0"},
                                  stderr=subprocess.DEVNULL)
        try:
            for _ in range(200):
                if os.path.exists(path):
                    break
                time.sleep(0.05)
            print("{}", flush=True)
            for line in sys.stdin:
                content_type, body = (base64.b64decode(s) for s in line.rstrip("\n").split(" "))
                try:
                    print(ask(path, content_type, body), flush=True)
                except OSError as why:
                    print(f'{{"accepted":false,"error":"{type(why).__name__}"}}', flush=True)
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
