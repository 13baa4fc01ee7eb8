"""A request's body while it is judged, and given on afterwards. One thread at a time."""

from __future__ import annotations

import tempfile
from typing import Iterator, List, Optional, Tuple, Union

from ._native import Facts, Form, FormPolicy, Inspection, Part, Policy, Rewriter, Spool, Verdict
from ._routes import Rules

SPOOL_THRESHOLD = 1024 * 1024  # bytes that wait in memory; above, in a file without a name
CHUNK = 256 * 1024  # bytes of an accepted body that are given on at a time

Piece = Union[bytes, Tuple[int, int]]  # bytes, or offset and size in the spool


class Upload:
    """What is told about the accepted body, as `scope["uploadgate"]` or `environ["uploadgate.upload"]`."""

    def __init__(self, parts: List[Part], facts: Optional[Facts]) -> None:
        self.parts = parts  # of a form
        self.facts = facts  # of a raw body

    def part(self, name: str) -> Part:
        """The first part of this name."""
        for part in self.parts:
            if part.name == name:
                return part
        raise KeyError(name)


def make_spool(folder: Optional[str], threshold: int) -> Spool:
    return Spool(folder or tempfile.gettempdir(), threshold)


def spooled_chunks(spool: Spool, pieces: List[Piece]) -> Iterator[bytes]:
    """The pieces in chunks of CHUNK and more. Each step may read a file."""
    gathered: List[bytes] = []
    for piece in pieces:
        if isinstance(piece, bytes):
            gathered.append(piece)
            continue
        offset, left = piece
        while left:
            size = min(left, CHUNK)
            gathered.append(spool.read(offset, size))
            offset, left = offset + size, left - size
            if size == CHUNK:
                yield b"".join(gathered)
                gathered.clear()
    yield b"".join(gathered)


def refused_field(form: Form) -> Optional[str]:
    """The field of the file that was refused; None where it was the form itself."""
    parts = form.parts
    return parts[-1].name if parts and parts[-1].verdict.rejected else None


class FormBody:
    """A form, kept until all of it is accepted, and then written in one spelling."""

    def __init__(self, rules: FormPolicy, content_type: str, length: Optional[int], spool: Spool) -> None:
        self._spool = spool
        self._form = rules.inspect(content_type, length, to=spool)
        self.feed = self._form.feed
        self.finish = self._form.finish

    @property
    def verdict(self) -> Verdict:
        return self._form.verdict

    @property
    def field(self) -> Optional[str]:
        return refused_field(self._form)

    def accepted(self) -> "Tuple[str, int, Iterator[bytes]]":
        """The new content type, the length, and the chunks."""
        content_type, size, headings, closing = self._form._layout()
        pieces: List[Piece] = []
        offset = 0
        for heading, part in zip(headings, self._form.parts):
            pieces += [heading, (offset, part.size)]
            offset += part.size
        return content_type, size, spooled_chunks(self._spool, [*pieces, closing])

    def upload(self) -> Upload:
        return Upload(self._form.parts, None)

    def close(self) -> None:
        self._spool.close()


class RawBody:
    """A body that is one file, as PUT sends it."""

    field = None

    def __init__(self, rules: Policy, filename: str, content_type: str, length: Optional[int], spool: Spool) -> None:
        self._spool = spool
        self._content_type = content_type
        self._inspection = rules.inspect(filename=filename, content_type=content_type, size=length)

    def finish(self) -> Verdict:
        return self._inspection.finish(self._spool)

    def feed(self, chunk: bytes) -> bool:
        pending = self._inspection.feed(chunk)
        if pending:
            self._spool.write(chunk)
        return pending

    @property
    def verdict(self) -> Verdict:
        return self._inspection.verdict

    def accepted(self) -> "Tuple[str, int, Iterator[bytes]]":
        size = len(self._spool)
        content_type = self._inspection.facts.media_type or self._content_type or "application/octet-stream"
        return content_type, size, spooled_chunks(self._spool, [(0, size)])

    def upload(self) -> Upload:
        return Upload([], self._inspection.facts)

    def close(self) -> None:
        self._spool.close()


Body = Union[FormBody, RawBody]


def make_body(rules: Rules, path: str, content_type: str, length: Optional[int], spool: Spool) -> Body:
    if isinstance(rules, FormPolicy):
        return FormBody(rules, content_type, length, spool)
    # A raw body has no name of its own: it is judged by that which it is put under.
    return RawBody(rules, path.rstrip("/").rpartition("/")[2], content_type, length, spool)


class Stream:
    """A body that is given on while it is judged. A form is written in one spelling on the way."""

    def __init__(self, rules: Rules, path: str, content_type: str, length: Optional[int]) -> None:
        self._rewriter: Optional[Rewriter] = None
        self.content_type = content_type
        self._form: Optional[Form] = None
        if isinstance(rules, FormPolicy):
            self._rewriter = Rewriter()
            self.content_type = self._rewriter.content_type
            self._form = rules.inspect(content_type, length, to=self._rewriter)
            self._judge: Union[Form, Inspection] = self._form
        else:
            filename = path.rstrip("/").rpartition("/")[2]
            self._judge = rules.inspect(filename=filename, content_type=content_type, size=length)

    def step(self, chunk: bytes, last: bool) -> bytes:
        """What may go on now. The verdict is to be asked before it does."""
        pending = self._judge.feed(chunk) if chunk else self._judge.verdict.pending
        if pending and last:
            self._judge.finish()
        return self._rewriter.take(last) if self._rewriter else chunk

    @property
    def verdict(self) -> Verdict:
        return self._judge.verdict

    @property
    def field(self) -> Optional[str]:
        return refused_field(self._form) if self._form else None
