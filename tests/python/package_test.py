"""The package around the module: its stubs say what is there, and its Python passes the checkers."""

from __future__ import annotations

import ast
import pathlib
import shutil
import subprocess
import sys
from typing import Dict, Set

import pytest
from conftest import ROOT

import uploadgate._native

PACKAGE = ROOT / "src" / "python"
CHECKED = [
    str(ROOT / "examples" / "fastapi"),
    str(PACKAGE),
    str(ROOT / "tests" / "python"),
    str(ROOT / "tests/bench/python_bench.py"),
    str(ROOT / "examples/fastapi"),
]
ALWAYS_THERE = {"__init__", "__doc__", "__module__"}


def stubs() -> Dict[str, Set[str]]:
    tree = ast.parse((PACKAGE / "uploadgate" / "_native.pyi").read_text())
    found: Dict[str, Set[str]] = {"": set()}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            found[""].add(node.name)
        if isinstance(node, ast.ClassDef):
            found[""].add(node.name)
            found[node.name] = {member.name for member in node.body if isinstance(member, ast.FunctionDef)}
    return found


def test_the_stubs_name_what_the_module_has() -> None:
    native = uploadgate._native
    there = {name for name in vars(native) if not name.startswith("_")}
    declared = stubs()
    assert declared.pop("") == there
    for name, members in declared.items():
        real = {m for m in vars(getattr(native, name)) if not m.startswith("__") and m != "_pybind11_conduit_v1_"}
        assert {m for m in members if not m.startswith("__")} == real, name
        assert all(hasattr(getattr(native, name), m) for m in members), name


def test_the_package_is_typed() -> None:
    assert (pathlib.Path(uploadgate.__file__).parent / "py.typed").exists()


@pytest.mark.parametrize(
    "command",
    [
        ["black", "--check", "--config", str(PACKAGE / "pyproject.toml"), *CHECKED],
        ["flake8", "--config", str(ROOT / ".flake8"), *CHECKED],
        ["mypy", "--config-file", str(PACKAGE / "pyproject.toml"), "--cache-dir", "/dev/null", "-p", "uploadgate"],
    ],
    ids=lambda command: command[0],
)
def test_the_checkers_pass(command: "list[str]") -> None:
    if not shutil.which(command[0]):
        pytest.skip(f"{command[0]} is not here")
    done = subprocess.run([sys.executable, "-m", *command], cwd=PACKAGE, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
