#!/usr/bin/env python3
"""Requests that two servers could read differently: each is refused, and nothing of it reaches the application.

smuggling_test.py PROXY SAMPLES
"""

import json
import pathlib
import sys
import unittest

from gateway_harness import GatewayTest

GatewayTest.PROXY, GatewayTest.SAMPLES = (pathlib.Path(a) for a in sys.argv[1:3])

HOST = b"Host: x\r\n"
GET = b"GET / HTTP/1.1\r\n"
POST = b"POST /echo HTTP/1.1\r\n" + HOST
SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"

# name, bytes, status, reason
HEADS = [
    # Two lengths (RFC 9112 section 6)
    ("two equal lengths", POST + b"Content-Length: 4\r\nContent-Length: 4\r\n\r\nabcd", 400, "content_length_repeated"),
    ("two lengths", POST + b"Content-Length: 0\r\nContent-Length: 4\r\n\r\nabcd", 400, "content_length_repeated"),
    ("a list of lengths", POST + b"Content-Length: 4, 4\r\n\r\nabcd", 400, "content_length"),
    ("a signed length", POST + b"Content-Length: +4\r\n\r\nabcd", 400, "content_length"),
    ("a negative length", POST + b"Content-Length: -4\r\n\r\nabcd", 400, "content_length"),
    ("a hexadecimal length", POST + b"Content-Length: 0x4\r\n\r\nabcd", 400, "content_length"),
    ("an empty length", POST + b"Content-Length: \r\n\r\nabcd", 400, "content_length"),
    ("a length with a space inside", POST + b"Content-Length: 4 4\r\n\r\nabcd", 400, "content_length"),
    ("a length beyond 64 bits", POST + b"Content-Length: 18446744073709551620\r\n\r\nabcd", 400, "content_length"),
    ("length, then chunked", POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "length_and_encoding"),
    ("chunked, then length", POST + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n", 400, "length_and_encoding"),
    # Transfer-Encoding other than exactly chunked (RFC 9112 section 6.1)
    ("two encodings", POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n", 400, "transfer_encoding_repeated"),
    ("chunked twice", POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "transfer_encoding_repeated"),
    ("a list of encodings", POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400, "transfer_encoding"),
    ("chunked in a list twice", POST + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 400, "transfer_encoding"),
    ("identity", POST + b"Transfer-Encoding: identity\r\n\r\n0\r\n\r\n", 400, "transfer_encoding"),
    ("xchunked", POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400, "transfer_encoding"),
    ("chunked in quotes", POST + b'Transfer-Encoding: "chunked"\r\n\r\n0\r\n\r\n', 400, "transfer_encoding"),
    ("chunked with a parameter", POST + b"Transfer-Encoding: chunked;a=b\r\n\r\n0\r\n\r\n", 400, "transfer_encoding"),
    ("chunked with a comma", POST + b"Transfer-Encoding: chunked,\r\n\r\n0\r\n\r\n", 400, "transfer_encoding"),
    ("an empty encoding", POST + b"Transfer-Encoding:\r\n\r\n0\r\n\r\n", 400, "transfer_encoding"),
    ("a vertical tab before chunked", POST + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n", 400, "control_character"),
    ("a byte above ASCII before chunked", POST + b"Transfer-Encoding: \xa0chunked\r\n\r\n0\r\n\r\n", 400, "transfer_encoding"),
    ("chunked in HTTP/1.0", b"POST /echo HTTP/1.0\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "transfer_encoding_in_1_0"),
    # Lines (RFC 9112 sections 2.2, 5.1, 5.2)
    ("a space before the colon", POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400, "space_before_colon"),
    ("a tab before the colon", POST + b"Content-Length\t: 4\r\n\r\nabcd", 400, "space_before_colon"),
    ("folding", POST + b"X-A: 1\r\n Transfer-Encoding: chunked\r\n\r\n", 400, "obsolete_folding"),
    ("folding by a tab", POST + b"Transfer-Encoding:\r\n\tchunked\r\n\r\n", 400, "obsolete_folding"),
    ("folding in the first field", GET + b" X-A: 1\r\n" + HOST + b"\r\n", 400, "obsolete_folding"),
    ("a bare LF", POST + b"X-A: 1\nTransfer-Encoding: chunked\r\n\r\n", 400, "bare_line_feed"),
    ("LF alone everywhere", b"GET / HTTP/1.1\nHost: x\n\n", 400, "bare_line_feed"),
    ("a bare LF ends the head", POST + b"Content-Length: 4\n\nabcd", 400, "bare_line_feed"),
    ("a bare CR", POST + b"X-A: 1\rTransfer-Encoding: chunked\r\n\r\n", 400, "bare_carriage_return"),
    ("CR CR LF", POST + b"X-A: 1\r\r\n\r\n", 400, "bare_carriage_return"),
    ("a NUL in a value", POST + b"X-A: 1\x002\r\n\r\n", 400, "nul_byte"),
    ("a NUL in a name", POST + b"X\x00-A: 1\r\n\r\n", 400, "nul_byte"),
    ("a NUL in the target", b"GET /\x00 HTTP/1.1\r\n" + HOST + b"\r\n", 400, "nul_byte"),
    ("DEL in a value", POST + b"X-A: \x7f\r\n\r\n", 400, "control_character"),
    ("no colon", POST + b"X-A\r\n\r\n", 400, "field_line"),
    ("no name", POST + b": 1\r\n\r\n", 400, "field_name"),
    ("a space in a name", POST + b"X A: 1\r\n\r\n", 400, "field_name"),
    ("a byte above ASCII in a name", POST + b"X-\xe4: 1\r\n\r\n", 400, "field_name"),
    ("brackets in a name", POST + b"Content-Length[]: 1\r\n\r\n", 400, "field_name"),
    # The request line (RFC 9112 section 3)
    ("two spaces", b"GET  / HTTP/1.1\r\n" + HOST + b"\r\n", 400, "request_line"),
    ("a tab", b"GET\t/ HTTP/1.1\r\n" + HOST + b"\r\n", 400, "request_line"),
    ("a space behind the version", b"GET / HTTP/1.1 \r\n" + HOST + b"\r\n", 400, "request_line"),
    ("a space in the target", b"GET /a b HTTP/1.1\r\n" + HOST + b"\r\n", 400, "request_line"),
    ("a space in front", b" GET / HTTP/1.1\r\n" + HOST + b"\r\n", 400, "request_line"),
    ("no version", b"GET /\r\n" + HOST + b"\r\n", 400, "request_line"),
    ("a lower-case version", b"GET / http/1.1\r\n" + HOST + b"\r\n", 400, "request_line"),
    ("HTTP/1.10", b"GET / HTTP/1.10\r\n" + HOST + b"\r\n", 400, "request_line"),
    ("a bracket in the method", b"G[T / HTTP/1.1\r\n" + HOST + b"\r\n", 400, "request_line"),
    ("HTTP/2.0", b"GET / HTTP/2.0\r\n" + HOST + b"\r\n", 505, "version"),
    ("HTTP/1.2", b"GET / HTTP/1.2\r\n" + HOST + b"\r\n", 505, "version"),
    ("the preface of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "version"),
    # Host and target (RFC 9112 section 3.2)
    ("no Host", GET + b"\r\n", 400, "host_missing"),
    ("an empty Host", GET + b"Host:\r\n\r\n", 400, "host_missing"),
    ("two Hosts", GET + HOST + b"Host: y\r\n\r\n", 400, "host_repeated"),
    ("two equal Hosts", GET + HOST + HOST + b"\r\n", 400, "host_repeated"),
    ("a Host with a path", GET + b"Host: x/y\r\n\r\n", 400, "host"),
    ("a Host with a user", GET + b"Host: u@x\r\n\r\n", 400, "host"),
    ("a list of Hosts", GET + b"Host: x, y\r\n\r\n", 400, "host"),
    ("a Host with a wrong port", GET + b"Host: x:y\r\n\r\n", 400, "host"),
    ("another authority", b"GET http://y/ HTTP/1.1\r\n" + HOST + b"\r\n", 400, "authority_mismatch"),
    ("another port in the authority", b"GET http://x:81/ HTTP/1.1\r\n" + HOST + b"\r\n", 400, "authority_mismatch"),
    ("a user in the authority", b"GET http://u@x/ HTTP/1.1\r\n" + HOST + b"\r\n", 400, "authority_mismatch"),
    ("another scheme", b"GET gopher://x/ HTTP/1.1\r\n" + HOST + b"\r\n", 400, "target"),
    ("no slash", b"GET x HTTP/1.1\r\n" + HOST + b"\r\n", 400, "target"),
    ("a fragment", b"GET /#a HTTP/1.1\r\n" + HOST + b"\r\n", 400, "target"),
    ("star for GET", b"GET * HTTP/1.1\r\n" + HOST + b"\r\n", 400, "target"),
    ("CONNECT", b"CONNECT x:80 HTTP/1.1\r\n" + HOST + b"\r\n", 405, "method"),
    ("TRACE", b"TRACE / HTTP/1.1\r\n" + HOST + b"\r\n", 405, "method"),
    ("a method in lower case", b"get / HTTP/1.1\r\n" + HOST + b"\r\n", 405, "method"),
    ("dot segments", b"GET /a/../b HTTP/1.1\r\n" + HOST + b"\r\n", 400, "path_dots"),
    ("encoded dot segments", b"GET /a/%2e%2E/b HTTP/1.1\r\n" + HOST + b"\r\n", 400, "path_dots"),
    ("dot segments with a parameter", b"GET /a/..;/b HTTP/1.1\r\n" + HOST + b"\r\n", 400, "path_dots"),
    ("an encoded slash", b"GET /a%2fb HTTP/1.1\r\n" + HOST + b"\r\n", 400, "path_separator"),
    ("a backslash", b"GET /a\\b HTTP/1.1\r\n" + HOST + b"\r\n", 400, "path_separator"),
    ("an encoded backslash", b"GET /a%5cb HTTP/1.1\r\n" + HOST + b"\r\n", 400, "path_separator"),
    ("an encoded NUL", b"GET /a%00 HTTP/1.1\r\n" + HOST + b"\r\n", 400, "path_separator"),
    ("an empty segment", b"GET //a HTTP/1.1\r\n" + HOST + b"\r\n", 400, "path_empty"),
    ("a wrong escape", b"GET /%zz HTTP/1.1\r\n" + HOST + b"\r\n", 400, "path_escape"),
    # Fields that decide, twice or taken away (RFC 9110 sections 5.3, 7.6.1)
    ("two content types", POST + b"Content-Type: text/plain\r\nContent-Type: multipart/form-data; boundary=x\r\n\r\n", 400, "field_repeated"),
    ("Connection names Content-Length", POST + b"Content-Length: 4\r\nConnection: Content-Length\r\n\r\nabcd", 400, "connection_names_end_to_end"),
    ("Connection names Transfer-Encoding", POST + b"Transfer-Encoding: chunked\r\nConnection: close, transfer-encoding\r\n\r\n0\r\n\r\n", 400, "connection_names_end_to_end"),
    ("Connection names Host", GET + HOST + b"Connection: Host\r\n\r\n", 400, "connection_names_end_to_end"),
    ("Connection names X-Forwarded-For", GET + HOST + b"Connection: X-Forwarded-For\r\n\r\n", 400, "connection_names_end_to_end"),
    ("an unknown expectation", POST + b"Expect: 200-ok\r\nContent-Length: 4\r\n\r\nabcd", 417, "expectation"),
    ("a websocket with a body", GET + HOST + b"Connection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 4\r\n\r\nabcd", 400, "upgrade_with_body"),
    # Sizes
    ("too many fields", GET + HOST + b"X-A: 1\r\n" * 100 + b"\r\n", 431, "too_many_fields"),
    ("a head that is too large", GET + HOST + b"X-A: " + bytes([97]) * 40_000 + b"\r\n\r\n", 431, "head_too_large"),
    ("a head without an end", GET + HOST + b"X-A: " + bytes([97]) * 70_000, 431, "head_too_large"),
]

# Bodies whose chunks are not exactly as RFC 9112 section 7.1 writes them.
CHUNKS = [
    ("a size that is no number", b"x\r\nabc\r\n0\r\n\r\n"),
    ("a size with 0x", b"0x3\r\nabc\r\n0\r\n\r\n"),
    ("a negative size", b"-3\r\nabc\r\n0\r\n\r\n"),
    ("a signed size", b"+3\r\nabc\r\n0\r\n\r\n"),
    ("an empty size", b"\r\nabc\r\n0\r\n\r\n"),
    ("a size beyond 64 bits", b"10000000000000003\r\nabc\r\n0\r\n\r\n"),
    ("a space before the size", b" 3\r\nabc\r\n0\r\n\r\n"),
    ("LF behind the size", b"3\nabc\r\n0\r\n\r\n"),
    ("CR behind the size", b"3\rabc\r\n0\r\n\r\n"),
    ("LF in an extension", b"3;a\nb\r\nabc\r\n0\r\n\r\n"),
    ("more bytes than the size", b"3\r\nabcd\r\n0\r\n\r\n"),
    ("LF behind the bytes", b"3\r\nabc\n0\r\n\r\n"),
    ("nothing behind the bytes", b"3\r\nabc0\r\n\r\n"),
    ("a trailer with a space before its colon", b"3\r\nabc\r\n0\r\nX-A : 1\r\n\r\n"),
    ("a trailer with LF LF", b"3\r\nabc\r\n0\r\nX-A: 1\n\n"),
    ("a trailer that frames", b"3\r\nabc\r\n0\r\nContent-Length: 9\r\n\r\n"),
]


class Smuggling(GatewayTest):
    def assert_nothing_passed(self) -> None:
        self.assertEqual(self.ask("GET", "/large?0")[0].status, 200)  # the gateway is alive
        self.assertEqual([r for r in self.origin.seen if r != "GET /large?0"], [])
        self.origin.seen.clear()

    def test_heads_are_refused_with_their_reason(self) -> None:
        for name, request, status, reason in HEADS:
            with self.subTest(name):
                answer = self.raw(request + (SMUGGLED if b"X-A: aaa" not in request else b""))
                head, _, body = answer.partition(b"\r\n\r\n")
                self.assertEqual(head.count(b"HTTP/1.1 "), 1)
                self.assertIn(b"\r\nConnection: close", head)
                problem = json.loads(body)
                self.assertEqual((int(head[9:12]), problem["status"], problem["reason"]), (status, status, reason))
                self.assert_nothing_passed()

    def test_chunks_are_refused_and_no_request_hides_behind_them(self) -> None:
        for path in ("/avatars", "/echo"):
            for name, body in CHUNKS:
                with self.subTest(name, path=path):
                    fields = b"Content-Type: multipart/form-data; boundary=x\r\n" if path == "/avatars" else b""
                    answer = self.raw(b"POST %s HTTP/1.1\r\nHost: x\r\n%sTransfer-Encoding: chunked\r\n\r\n" % (path.encode(), fields)
                                      + body + SMUGGLED)
                    self.assertEqual(answer[9:12], b"400", answer)
                    self.assertEqual(answer.count(b"HTTP/1.1 "), 1)
                    self.assertNotIn("GET /smuggled", self.origin.seen)
                    self.origin.seen.clear()
                    self.assertEqual(self.ask("GET", "/large?0")[0].status, 200)

    def test_look_alikes_of_framing_fields_do_not_pass(self) -> None:
        answer = self.raw(POST + b"Content_Length: 0\r\nTransfer_Encoding: chunked\r\nContent-Length: 4\r\nConnection: close\r\n\r\nabcd")
        told = json.loads(answer.partition(b"\r\n\r\n")[2])
        self.assertEqual(told["length"], 4)
        self.assertFalse([n for n, _ in told["fields"] if "_" in n])

    def test_bodies_are_framed_anew(self) -> None:
        answer = self.raw(POST + b"transfer-encoding: Chunked\r\nConnection: close\r\n\r\n003;x=y\r\nabc\r\n00\r\nX-Trailer: 9\r\n\r\n")
        told = json.loads(answer.partition(b"\r\n\r\n")[2])
        self.assertEqual(told["length"], 3)
        self.assertIn(["Transfer-Encoding", "chunked"], told["fields"])

    def test_an_empty_line_before_a_request_is_skipped(self) -> None:
        answer = self.raw(b"\r\n" + GET + HOST + b"Connection: close\r\n\r\n")
        self.assertTrue(answer.startswith(b"HTTP/1.1 200 "), answer)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=1)
