"""uploadgate decides, while the bytes are still arriving, whether an uploaded file may come in.

    images = uploadgate.Policy(extensions=["png", "jpg"], max_size="5 MiB")
    inspection = images.inspect(filename=name, content_type=type_)
    for chunk in chunks:
        if not inspection.feed(chunk):
            break
    facts = inspection.accept()  # raises Rejected

`uploadgate.asgi` and `uploadgate.wsgi` judge the uploads of a whole application, `uploadgate.fastapi` those of one
route. Policies are immutable and shared by all threads; an inspection belongs to one thread at a time.
"""

from ._errors import ReceiptError, Rejected
from ._native import (
    ConfigurationError,
    Events,
    Facts,
    Form,
    FormEvent,
    FormPolicy,
    Inspection,
    Part,
    Policy,
    Receipt,
    ReceiptKeys,
    Rewriter,
    Spool,
    Verdict,
    printable,
    safe_name,
    to_json,
)

__version__ = "0.1.0"

__all__ = [
    "ConfigurationError",
    "Events",
    "Facts",
    "Form",
    "FormEvent",
    "FormPolicy",
    "Inspection",
    "Part",
    "Policy",
    "Receipt",
    "ReceiptError",
    "ReceiptKeys",
    "Rejected",
    "Rewriter",
    "Spool",
    "Verdict",
    "printable",
    "safe_name",
    "to_json",
]
