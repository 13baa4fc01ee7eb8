"""What policies may be made of: JSON, dicts, keyword arguments, files."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Mapping, Union

from ._native import ConfigurationError, FormPolicy, Policy

Source = Union[Policy, FormPolicy, Mapping[str, Any], str, "os.PathLike[str]"]


def _plain(value: Any) -> Any:
    if isinstance(value, Policy):
        return json.loads(value.json)
    raise TypeError(f"{type(value).__name__} cannot stand in a policy")


def _merged(source: Any, rules: Mapping[str, Any]) -> Any:
    """The source as JSON text where nothing must be added, and otherwise as a dict."""
    if source is None:
        return dict(rules)
    if isinstance(source, (str, bytes)) and not rules:
        return source
    if isinstance(source, (str, bytes)):
        source = json.loads(source)
    if not isinstance(source, Mapping):
        raise TypeError(f"a policy is made of JSON or a dict, not of {type(source).__name__}")
    return {**source, **rules}


def policy_json(source: Any, rules: Mapping[str, Any]) -> Union[str, bytes]:
    if isinstance(source, Policy):
        source = source.json
    made = _merged(source, rules)
    return made if isinstance(made, (str, bytes)) else json.dumps(made, default=_plain)


def _field(value: Any) -> Any:
    if isinstance(value, Policy):
        return {"policy": value}
    return value if isinstance(value, Mapping) else {"text": value}


def form_policy_json(source: Any, rules: Mapping[str, Any]) -> "tuple[Union[str, bytes], str]":
    made = _merged(source, rules)
    if isinstance(made, Mapping) and isinstance(made.get("fields"), Mapping):
        made = {**made, "fields": {name: _field(field) for name, field in made["fields"].items()}}
    return (made if isinstance(made, (str, bytes)) else json.dumps(made, default=_plain)), os.curdir


def rules_from(source: Source) -> Union[Policy, FormPolicy]:
    """A FormPolicy, or a Policy, of an object, a dict, JSON, or a file's path; what has "fields" is of a form."""
    if isinstance(source, (Policy, FormPolicy)):
        return source
    if isinstance(source, Mapping):
        return FormPolicy(source) if "fields" in source else Policy(source)
    if isinstance(source, str) and source.lstrip().startswith("{"):
        return FormPolicy(source) if _has_fields(source) else Policy(source)
    path = Path(source)
    try:
        text = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}") from error
    return FormPolicy.load(path) if _has_fields(text) else Policy.load(path)


def _has_fields(text: Union[str, bytes]) -> bool:
    try:
        return "fields" in json.loads(text)
    except (ValueError, TypeError):
        return False  # the strict reader will say what is wrong, and where
