#!/usr/bin/env python3
"""uploadgate-proxy as its users meet it: requests that stream through, what goes wrong, reload and stop.

gateway_test.py PROXY SAMPLES
"""

import hashlib
import json
import pathlib
import signal
import socket
import sys
import threading
import time
import unittest

from gateway_harness import AVATARS, GatewayTest

GatewayTest.PROXY, GatewayTest.SAMPLES = (pathlib.Path(a) for a in sys.argv[1:3])


class PassingOn(GatewayTest):
    def test_a_request_reaches_the_application_with_the_fields_that_are_its_own(self) -> None:
        answer, body = self.ask(
            "GET",
            "/echo?q=a%20b",
            headers={
                "X-A": "b",
                "Connection": "keep-alive, X-Hop",
                "X-Hop": "1",
                "Keep-Alive": "5",
                "TE": "trailers",
                "Proxy-Authorization": "x",
                "X_Forwarded_For": "6.6.6.6",
                "X-Forwarded-For": "6.6.6.6",
                "X-Real-IP": "6.6.6.6",
                "X-HTTP-Method-Override": "PUT",
                "X-Original-URL": "/admin",
                "Forwarded": "for=6.6.6.6",
                "X-Request-Id": "mine",
            },
        )
        told = json.loads(body)
        fields = {n.lower(): v for n, v in told["fields"]}
        self.assertEqual((answer.status, told["target"]), (200, "/echo?q=a%20b"))
        self.assertEqual(fields.pop("x-request-id"), answer.getheader("X-Request-Id"))
        self.assertNotEqual(answer.getheader("X-Request-Id"), "mine")
        self.assertEqual(
            fields,
            {
                "host": f"127.0.0.1:{self.port}",
                "accept-encoding": "identity",
                "x-a": "b",
                "x-forwarded-for": "127.0.0.1",
                "x-forwarded-proto": "http",
                "via": "1.1 uploadgate",
            },
        )

    def test_bodies_pass_with_a_length_and_in_chunks(self) -> None:
        for body in (b"", b"x", bytes(300_000), iter([b"a", b"bc" * 50_000, b"d"])):
            answer, _ = self.ask("POST", "/echo", body, {"Content-Type": "text/plain"})
            self.assertEqual(answer.status, 200)
        self.assertEqual([len(b) for b in self.origin.bodies], [0, 1, 300_000, 100_002])

    def test_answers_pass_in_every_framing(self) -> None:
        for path, status, want in (
            ("/chunked", 200, b"hello world"),
            ("/until-close", 200, b"to the end"),
            ("/empty", 204, b""),
        ):
            with self.subTest(path):
                answer, body = self.ask("GET", path)
                self.assertEqual((answer.status, body), (status, want))
                self.assertIsNone(answer.getheader("X-Hop"))
        answer = self.raw(b"GET /interim HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        self.assertRegex(
            answer, b"^HTTP/1.1 103 .*\r\nLink: </a.css>\r\n(?s:.*)\r\n\r\nHTTP/1.1 200 OK\r\n(?s:.*)done$"
        )
        answer, body = self.ask("GET", "/large?6553600")
        self.assertEqual(hashlib.sha256(body).digest(), hashlib.sha256(bytes(range(256)) * 25_600).digest())

    def test_http_1_0_clients_get_no_chunks(self) -> None:
        answer = self.raw(b"GET /chunked HTTP/1.0\r\n\r\n")
        self.assertTrue(answer.endswith(b"\r\n\r\nhello world"), answer)
        self.assertNotIn(b"chunked", answer)
        self.assertIn(b"\r\nConnection: close\r\n", answer)

    def test_head_has_the_length_and_no_body(self) -> None:
        answer, body = self.ask("HEAD", "/large?65536")
        self.assertEqual((answer.getheader("Content-Length"), body), ("65536", b""))

    def test_connections_are_kept_on_both_sides(self) -> None:
        s = self.connect()
        reader = s.makefile("rb")
        for _ in range(3):
            s.sendall(b"GET /echo HTTP/1.1\r\nHost: x\r\n\r\n")
            head = b"".join(iter(reader.readline, b"\r\n"))
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            self.assertEqual(len(reader.read(length)), length)
        self.assertEqual((len(self.origin.seen), self.origin.connections), (3, 1))

    def test_pipelined_requests_are_answered_in_order(self) -> None:
        answer = self.raw(
            b"GET /large?0 HTTP/1.1\r\nHost: x\r\n\r\nPOST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
            b"GET /chunked HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        )
        self.assertEqual(answer.count(b"HTTP/1.1 200 OK"), 3, answer)
        self.assertEqual(self.origin.seen, ["GET /large?0", "POST /echo", "GET /chunked"])

    def test_absolute_form_and_options_star(self) -> None:
        answer = self.raw(b"GET http://x/echo?1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        self.assertIn(b'"target": "/echo?1"', answer)
        answer = self.raw(b"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        self.assertIn(b'"target": "*"', answer)

    def test_expectations_are_the_applications_to_meet(self) -> None:
        s = self.connect()
        s.sendall(
            b"POST /continue HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
            b"Content-Length: 4\r\nConnection: close\r\n\r\n"
        )
        self.assertTrue(s.recv(4096).startswith(b"HTTP/1.1 100 "))
        s.sendall(b"body")
        self.assertTrue(s.makefile("rb").read().endswith(b"body"))
        answer = self.raw(b"POST /refuse HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n")
        self.assertTrue(answer.startswith(b"HTTP/1.1 401 "), answer)
        self.assertIn(b"\r\nConnection: close\r\n", answer)

    def test_an_early_answer_reaches_a_client_that_is_still_sending(self) -> None:
        s = self.connect()
        s.sendall(b"POST /early HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n" + bytes(1000))
        answer = s.makefile("rb").read()
        self.assertTrue(answer.startswith(b"HTTP/1.1 413 ") and answer.endswith(b"too much"), answer)

    def test_websockets_become_a_tunnel(self) -> None:
        s = self.connect()
        s.sendall(
            b"GET /socket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\nearly"
        )
        got = b""
        while not got.endswith(b"early"):
            got += s.recv(65536)
        head, _, rest = got.partition(b"\r\n\r\n")
        self.assertTrue(head.startswith(b"HTTP/1.1 101 "), head)
        self.assertEqual(rest, b"helloearly")
        frames = bytes(range(256)) * 4096
        threading.Thread(target=lambda: (s.sendall(frames), s.shutdown(socket.SHUT_WR)), daemon=True).start()
        self.assertEqual(s.makefile("rb").read(), frames)

    def test_other_upgrades_do_not_pass(self) -> None:
        _, body = self.ask(
            "GET",
            "/echo",
            headers={
                "Connection": "Upgrade, HTTP2-Settings",
                "Upgrade": "h2c",
                "HTTP2-Settings": "AAMAAABkAARAAAAAAAIAAAAA",
            },
        )
        self.assertNotIn("upgrade", body.decode().lower())
        self.assertNotIn("http2", body.decode().lower())
        self.assertEqual(self.ask("GET", "/switch")[0].status, 502)

    def test_what_a_client_writes_beyond_its_request_does_not_reach_a_pooled_connection(self) -> None:
        self.raw(b"GET /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n")
        self.ask("GET", "/echo")
        self.assertEqual(self.origin.seen, ["GET /echo", "GET /echo"])


class TrustedProxies(GatewayTest):
    settings = {"trusted_proxies": ["127.0.0.1", "10.0.0.0/8"]}

    def test_a_trusted_proxy_names_the_client_and_the_request(self) -> None:
        answer, body = self.ask(
            "GET",
            "/echo",
            headers={
                "X-Forwarded-For": "6.6.6.6, 198.51.100.7, 10.1.2.3",
                "X-Forwarded-Proto": "https",
                "X-Request-Id": "cdn-17",
                "X-Forwarded-Host": "example.net",
            },
        )
        fields = dict(json.loads(body)["fields"])
        self.assertEqual(
            (fields["X-Forwarded-For"], fields["X-Forwarded-Proto"], fields["X-Forwarded-Host"]),
            ("198.51.100.7", "https", "example.net"),
        )
        self.assertEqual((fields["X-Request-Id"], answer.getheader("X-Request-Id")), ("cdn-17", "cdn-17"))
        self.wait_for_log(id="cdn-17", client="198.51.100.7")

    def test_an_id_that_is_no_token_is_replaced(self) -> None:
        answer, _ = self.ask("GET", "/echo", headers={"X-Request-Id": 'a"b'})
        self.assertRegex(answer.getheader("X-Request-Id"), "^[0-9a-f]{32}$")


class Failing(GatewayTest):
    def test_an_application_that_fails_is_answered_for(self) -> None:
        for path, status, reason in (
            ("/die", 502, "upstream_closed"),
            ("/two-lengths", 502, "upstream_head"),
            ("/length-and-chunked", 502, "upstream_head"),
            ("/folded", 502, "upstream_head"),
        ):
            with self.subTest(path):
                answer, problem = self.ask("GET", path)
                self.assertEqual((answer.status, json.loads(problem)["reason"]), (status, reason))

    def test_an_answer_that_breaks_off_is_not_made_whole(self) -> None:
        answer = self.raw(b"GET /die-midway HTTP/1.1\r\nHost: x\r\n\r\n")
        self.assertTrue(answer.endswith(b"half"), answer)

    def test_no_application_at_all(self) -> None:
        self.origin.close()
        time.sleep(0.1)
        answer, problem = self.ask("GET", "/echo")
        self.assertEqual((answer.status, json.loads(problem)["reason"]), (502, "upstream_unreachable"))
        photo = self.sample("honest/photo.jpg")
        self.assertEqual(self.ask("PUT", "/files/a.jpg", photo)[0].status, 502)
        self.assertEqual(self.ask("GET", "/healthz", port=self.admin)[0].status, 200)

    def test_a_kept_connection_that_was_closed_meanwhile_does_not_show(self) -> None:
        self.assertEqual(self.ask("GET", "/die-after")[0].status, 200)
        for _ in range(3):
            self.assertEqual(self.ask("GET", "/echo")[0].status, 200)
            self.assertEqual(self.ask("GET", "/die-once")[0].status, 200)

    def test_a_request_that_is_not_idempotent_is_sent_once(self) -> None:
        self.ask("GET", "/echo")
        answer, _ = self.ask("POST", "/die-once", b"x", {"Content-Type": "text/plain"})
        self.assertEqual((answer.status, self.origin.seen), (502, ["GET /echo", "POST /die-once"]))


class BeingLate(GatewayTest):
    settings = {"timeouts": {"idle": 3, "head": 1, "body": 1, "upload": 3, "response": 1, "drain": 1}}

    def test_an_application_that_does_not_answer(self) -> None:
        answer, problem = self.ask("GET", "/hang")
        self.assertEqual((answer.status, json.loads(problem)["reason"]), (504, "upstream_late"))

    def test_broken_and_slow_uploads_leave_nothing(self) -> None:
        s = self.connect()
        s.sendall(
            b"PUT /files/a.jpg HTTP/1.1\r\nHost: x\r\nContent-Length: 2000\r\n\r\n"
            + self.sample("honest/photo.jpg")[:1000]
        )
        s.close()
        self.wait_for_log(reason="body_malformed")
        s = self.connect()
        s.sendall(
            b"PUT /files/a.jpg HTTP/1.1\r\nHost: x\r\nContent-Length: 2000\r\n\r\n"
            + self.sample("honest/photo.jpg")[:1000]
        )
        self.assertTrue(s.recv(65536).startswith(b"HTTP/1.1 408 "))
        self.assertEqual(self.origin.seen, [])
        self.assertIn("\nuploadgate_proxy_spool_bytes 0\n", self.metrics())
        self.assertEqual([p.name for p in self.folder.iterdir()], ["gateway.json"])

    def test_an_upload_byte_by_byte_ends_at_the_upload_timeout(self) -> None:
        s = self.connect()
        s.sendall(b"PUT /files/a.txt HTTP/1.1\r\nHost: x\r\nContent-Length: 2000\r\n\r\n")
        started = time.monotonic()
        try:
            while time.monotonic() - started < 10:
                s.sendall(b"a")
                time.sleep(0.2)
        except OSError:
            pass
        self.wait_for_log(reason="body_late", status=408)
        self.assertLess(time.monotonic() - started, 8)

    def test_slow_heads_and_silent_clients_are_let_go(self) -> None:
        started = time.monotonic()
        answer = self.raw(b"GET / HTTP/1.1\r\nHost:")
        self.assertTrue(answer.startswith(b"HTTP/1.1 408 "), answer)
        self.assertLess(time.monotonic() - started, 4)
        self.assertEqual(self.raw(), b"")
        self.assertLess(time.monotonic() - started, 10)

    def test_a_client_that_does_not_read_is_let_go(self) -> None:
        s = self.connect()
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        s.sendall(b"GET /large?655360000 HTTP/1.1\r\nHost: x\r\n\r\n")
        self.wait_for_log(target="/large?655360000", status=200)


class Running(GatewayTest):
    settings = {"max_connections": 20}

    def test_policies_are_reloaded_and_wrong_ones_are_not(self) -> None:
        photo = self.sample("honest/photo.jpg")
        self.assertEqual(self.post_form(("avatar", "a.jpg", photo))[0], 200)
        self.config["routes"][0]["form"] = AVATARS | {"max_body": "1 KiB"}
        self.reload()
        self.wait_for_log(event="reloaded")
        self.assertEqual(self.post_form(("avatar", "a.jpg", photo))[0], 413)
        self.reload('{"routes": [{"path": "/avatars", "form": {"feilds": {}}}]}')
        failed = self.wait_for_log(event="reload_failed")
        self.assertIn("line 1, column", failed["detail"])
        self.assertIn('"fields"', failed["detail"])
        self.assertEqual(self.post_form(("avatar", "a.jpg", photo))[0], 413)
        self.assertIn("reloads_total 1\n", self.metrics())
        self.assertIn("failed_reloads_total 1\n", self.metrics())

    def test_stopping_lets_an_upload_end_and_idle_clients_go(self) -> None:
        photo = self.sample("honest/photo.jpg")
        idle, busy = self.connect(), self.connect()
        busy.sendall(b"PUT /files/a.jpg HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(photo) + photo[:500])
        time.sleep(0.3)
        self.process.send_signal(signal.SIGTERM)
        self.assertEqual(idle.recv(10), b"")
        self.assertEqual(self.ask("GET", "/healthz", port=self.admin)[0].status, 503)
        busy.sendall(photo[500:])
        answer = busy.makefile("rb").read()
        self.assertTrue(answer.startswith(b"HTTP/1.1 200 ") and b"Connection: close" in answer, answer)
        self.assertEqual(self.process.wait(10), 0)
        self.assertEqual(self.origin.bodies, [photo])

    def test_health_and_metrics_are_on_the_admin_listener_only(self) -> None:
        self.assertEqual(self.ask("GET", "/healthz", port=self.admin)[1], b"ok\n")
        self.assertIn("# TYPE uploadgate_proxy_answers_total counter", self.metrics())
        self.ask("GET", "/metrics")
        self.assertEqual(self.origin.seen, ["GET /metrics"])

    def test_connections_beyond_the_limit_are_closed(self) -> None:
        open_ones = [self.connect() for _ in range(20)]
        time.sleep(0.2)
        self.assertEqual(self.connect().recv(10), b"")
        for s in open_ones:
            s.close()


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=1)
