"""Rejections as HTTP answers (RFC 9457, problem details)."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any, Dict, Optional

from ._native import Verdict

CONTENT_TYPE = "application/problem+json"


class Problem(Exception):
    """Why a request gets no further: a status, and the members of the answer."""

    def __init__(self, status: int, detail: str, **members: Any) -> None:
        Exception.__init__(self, detail)  # not that of a class beside it
        self.status = status
        self.members: Dict[str, Any] = {
            "type": "about:blank",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": detail,
        }
        self.members.update((name, value) for name, value in members.items() if value is not None)

    @property
    def body(self) -> bytes:
        return json.dumps(self.members).encode()


def problem_of(verdict: Verdict, field: Optional[str] = None) -> Problem:
    """Names the rule, the reason, and the byte at which it was seen."""
    return Problem(
        verdict.http_status,
        verdict.message,
        rule=verdict.rule,
        reason=verdict.reason,
        condition=verdict.condition,
        offset=verdict.offset,
        field=field,
    )


def encoded_body(encoding: str) -> Problem:
    """Judged would be other bytes than those that the application unpacks."""
    return Problem(
        415, "the request's body has a content coding", rule="request", reason="content_encoding", coding=encoding
    )
