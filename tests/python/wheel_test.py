"""A wheel is built without network, installed into an environment of its own, and works there."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys

from conftest import ROOT, SAMPLES


def test_a_wheel_is_built_and_works(tmp_path: pathlib.Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    pip = [sys.executable, "-m", "pip", "wheel", "--no-index", "--no-build-isolation", "--no-deps"]
    subprocess.run([*pip, "--wheel-dir", tmp_path, ROOT / "src" / "python"], check=True, env=environment)
    (wheel,) = tmp_path.glob("uploadgate-*.whl")
    assert wheel.stat().st_size < 16 << 20
    subprocess.run([sys.executable, "-m", "venv", "--system-site-packages", tmp_path / "venv"], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--no-index", "--quiet", wheel], check=True, env=environment)
    show = "import uploadgate, uploadgate.asgi, uploadgate.fastapi, uploadgate.wsgi; print(uploadgate.__file__)"
    where = subprocess.run(
        [python, "-c", show], check=True, env=environment, capture_output=True, text=True, cwd=tmp_path
    )
    assert str(tmp_path / "venv") in where.stdout
    assert (pathlib.Path(where.stdout.strip()).parent / "_native.pyi").exists()
    check = [python, "-m", "uploadgate", "check", "--json", SAMPLES / "honest" / "gradient.png"]
    done = subprocess.run(check, env=environment, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0 and json.loads(done.stdout)["media_type"] == "image/png"
