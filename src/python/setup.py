"""Builds the compiled module by the CMake project that this folder is part of."""

import os
import pathlib
import shutil
import subprocess
import sys

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

SOURCE = pathlib.Path(__file__).resolve().parents[2]


# A build folder that is configured already; otherwise one is made.
CONFIGURED = os.environ.get("UPLOADGATE_CMAKE_BUILD")

OPTIONS = {
    "CMAKE_BUILD_TYPE": "Release",
    "UPLOADGATE_PYTHON": sys.executable,
    "UPLOADGATE_BUILD_PYTHON": "ON",
    "BUILD_SHARED_LIBS": "OFF",
    "UPLOADGATE_BUILD_TESTS": "OFF",
    "UPLOADGATE_BUILD_EXAMPLES": "OFF",
    "UPLOADGATE_BUILD_COMMAND": "OFF",
}


class CMakeBuild(build_ext):
    def build_extension(self, ext: Extension) -> None:
        build = pathlib.Path(CONFIGURED or self.build_temp).resolve()
        if not CONFIGURED:
            defines = [f"-D{name}={value}" for name, value in OPTIONS.items()]
            subprocess.run(["cmake", "-S", SOURCE, "-B", build, "-G", "Ninja", *defines], check=True)
        jobs = os.environ.get("CMAKE_BUILD_PARALLEL_LEVEL", str(os.cpu_count() or 1))
        subprocess.run(["cmake", "--build", build, "--target", "uploadgate_python", "-j", jobs], check=True)
        stage = pathlib.Path(self.build_temp).resolve() / "stage"
        shutil.rmtree(stage, ignore_errors=True)  # of another build
        install = ["cmake", "--install", build, "--component", "python", "--strip", "--prefix", stage]
        subprocess.run(install, check=True)
        target = pathlib.Path(self.get_ext_fullpath(ext.name)).resolve().parent
        target.mkdir(parents=True, exist_ok=True)
        (module,) = stage.rglob("uploadgate/_native*.so")
        self.copy_file(str(module), str(target / module.name))


# Nothing is left in the source folder.
BUILD = SOURCE / "build" / "wheel"
BUILD.mkdir(parents=True, exist_ok=True)
setup(
    ext_modules=[Extension("uploadgate._native", [])],
    cmdclass={"build_ext": CMakeBuild},
    options={"build": {"build_base": str(BUILD)}, "egg_info": {"egg_base": str(BUILD)}},
)
