"""What the consensus test takes for the same reading. Each allowance has its reason; nothing else is allowed.

A reading is a list of parts (name, filename or None, sha256, size), names as bytes.
"""

import re

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"  # SHA-256 of nothing


def ordered(parts):
    """The parts in their order."""
    return parts


def apart(parts):
    """The peer's interface gives fields and files apart, by name; the order within a name stays."""
    groups = {}
    for name, filename, *data in parts:
        groups.setdefault((filename is not None, name), []).append((filename, *data))
    return groups


def grouped(parts):
    """The peer's interface gives the values of a name together; the order within a name stays."""
    groups = {}
    for name, *rest in parts:
        groups.setdefault(name, []).append(tuple(rest))
    return groups


def no_empty_filename(parts):
    """The peer's interface has no difference between an empty file name and none."""
    return [(name, filename or None, *data) for name, filename, *data in parts]


def plus_is_space(parts):
    """The peer reads names as HTML's other encoding of forms writes them, where `+` is a space."""
    return [(name.replace(b"+", b" "), filename and filename.replace(b"+", b" "), *data) for name, filename, *data in parts]


def marks_are_spaces(parts):
    """The peer makes spaces of `:`, `,`, `=` and `;` in names, and cuts spaces off."""
    marks = bytes.maketrans(b":,=;", b"    ")
    def clean(text):
        return text and text.translate(marks).strip()
    return [(clean(name), clean(filename), *data) for name, filename, *data in parts]


def php_names(parts):
    """PHP makes variables of names: dots and spaces become `_`, `a[]` a list, and of two values the last stays.

    It does so for every encoding of a form and for query strings, so that a PHP application knows these names.
    """
    found, next_index = {}, {}
    for name, filename, *data in parts:
        base, bracket, rest = name.partition(b"[")
        base = re.sub(rb"[ .]", b"_", base.lstrip(b" "))
        path = base
        for key in re.findall(rb"\[([^]]*)\]", bracket + rest):
            if key == b"":
                kind = (filename is not None, path)
                key = b"%d" % next_index.get(kind, 0)
            if re.fullmatch(rb"0|[1-9]\d*", key):
                kind = (filename is not None, path)
                next_index[kind] = max(next_index.get(kind, 0), int(key) + 1)
            path += b"[" + key + b"]"
        kind = (filename is not None, path)
        for other in [k for k in found if k[0] == kind[0]
                      and (k[1] == path or k[1].startswith(path + b"[") or path.startswith(k[1] + b"["))]:
            del found[other]
        found[kind] = (filename, *data)
    return found


SHAPES = {"ordered": ordered, "apart": apart, "grouped": grouped, "php": php_names}

# What else a peer is allowed, on both sides of the comparison.
ALLOWANCES = {
    "httplib": [no_empty_filename],
    "cgicc": [plus_is_space],
    "netty": [marks_are_spaces],
}

# These give a file input for which no file was chosen (an empty file name and no byte) as an empty field, or leave it
# out: there is nothing in it that could be read differently.
NO_FILE_CHOSEN = {"busboy", "django", "tornado", "webob", "bottle", "cgicc", "node_fetch", "rack", "cgi_pm", "http_body",
                  "http_entity_parser"}

# What a peer is not asked, and why; it counts as refused.
SET_ASIDE = {
    "cgicc": "forms without a line break behind the closing delimiter, which RFC 2046 allows and undici writes: it drops "
             "the last part.",
    "parse_multipart_data": "boundaries with `=` in them, as JavaMail and Python's email write them: it takes what stands "
                            "behind the last one for the boundary.",
    "python_multipart": "parts whose header is written in lower case, as Dart and undici do: the FormParser of this "
                        "version looks for one spelling only, and gives such a part the names of the part before. "
                        "Starlette, through which python-multipart is mostly used, reads them like all others.",
}

# These have no way to say that a body is refused, and give no part at all.
SILENT = {"parse_multipart_data", "cgicc"}


def without_unchosen(ours, theirs):
    unchosen = {name for name, filename, _, size in ours if filename == b"" and size == 0}
    return [[p for p in parts if not (p[0] in unchosen and not p[1] and p[3] == 0)] for parts in (ours, theirs)]


def refused(peer, ours, theirs) -> bool:
    return theirs is None or (peer.name in SILENT and not theirs and bool(ours))


def same(peer, ours, theirs) -> bool:
    if peer.name in NO_FILE_CHOSEN:
        ours, theirs = without_unchosen(ours, theirs)
    for allowance in ALLOWANCES.get(peer.name, ()):
        ours, theirs = allowance(ours), allowance(theirs)
    if peer.shape == "php":
        return php_names(ours) == {(f is not None, n): (f, *d) for n, f, *d in theirs}
    shape = SHAPES[peer.shape]
    return shape(ours) == shape(theirs)
