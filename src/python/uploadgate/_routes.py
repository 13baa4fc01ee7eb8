"""Which requests are judged, and by what."""

from __future__ import annotations

import re
from typing import List, Mapping, NamedTuple, Optional, Sequence, Union

from ._native import FormPolicy, Policy
from ._sources import Source, rules_from

Rules = Union[Policy, FormPolicy]

# What carries no body, or none that means anything (RFC 9110, section 9.3).
UNTOUCHED_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "CONNECT", "DELETE"})

_PARAMETER = re.compile(r"{[A-Za-z_]\w*(:path)?}")


class Route(NamedTuple):
    method: Optional[str]
    pattern: "re.Pattern[str]"
    rules: Rules

    def judges(self, method: str, path: str) -> bool:
        if self.method is None and method in UNTOUCHED_METHODS:
            return False
        return self.method in (None, method) and self.pattern.fullmatch(path) is not None


def compile_route(key: str, source: Source) -> Route:
    """A route of "/avatars", "/users/{id}/avatar", "/files/{name:path}" or "PUT /files/{name}"."""
    method, _, path = key.rpartition(" ")
    if not path.startswith("/") or method != method.upper():
        raise ValueError(f"a route is a path, or a method and a path, not {key!r}")
    if set(_PARAMETER.sub("", path)) & set("{}<>?#*"):  # what looks like a pattern must not be taken for text
        raise ValueError(f"a part of a route that varies is {{name}} or {{name:path}}, not as in {key!r}")
    pattern = ""
    end = 0
    for parameter in _PARAMETER.finditer(path):
        pattern += re.escape(path[end : parameter.start()]) + (".+" if parameter[1] else "[^/]+")
        end = parameter.end()
    pattern += re.escape(path[end:].rstrip("/"))
    # Slashes at the end must not lead around the guard: frameworks forgive them.
    return Route(method or None, re.compile(pattern + "/*", re.DOTALL), rules_from(source))


def compile_routes(routes: Mapping[str, Source]) -> List[Route]:
    if not routes:
        raise ValueError("without routes nothing would be judged")
    return [compile_route(key, source) for key, source in routes.items()]


def find_rules(routes: Sequence[Route], method: str, path: str, root: str) -> Optional[Rules]:
    """The rules of the first route that fits; servers differ in whether the path has the root in front."""
    paths = [path]
    if root and path.startswith(root):
        paths.append(path[len(root) :])
    for route in routes:
        if any(route.judges(method, p) for p in paths):
            return route.rules
    return None
