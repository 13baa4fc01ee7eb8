"""The exceptions that are not of configuration."""

from __future__ import annotations

from typing import Optional

from ._native import Facts, Verdict


class Rejected(Exception):
    """An upload was not accepted; the verdict says why.

    `facts` is what was learnt about the file until then, `field` the form field it came in; either may be None.
    """

    def __init__(self, verdict: Verdict, facts: Optional[Facts] = None, field: Optional[str] = None) -> None:
        Exception.__init__(self, verdict.message)  # not that of a class beside it
        self.verdict = verdict
        self.facts = facts
        self.field = field


class ReceiptError(Exception):
    """A receipt does not hold.

    `reason` is "malformed", "unknown_key", "bad_signature", "other_content" or "other_policy".
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason.replace("_", " "))
        self.reason = reason
