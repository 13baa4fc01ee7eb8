#!/usr/bin/env python3
"""Files as real programs write them, judged by the command: written_test.py UPLOADGATE

Each must pass whole, by the built-in policy. A program that is not installed is passed over.
"""

import bz2
import gzip
import io
import json
import lzma
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest
import zipfile

import sample_folder

UPLOADGATE = pathlib.Path(sys.argv[1]).resolve()

GO_WRITER = """package main

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"os"
)

func main() {
	text := []byte("a line that is said again and again\\n")
	z, _ := os.Create("go.zip")
	archive := zip.NewWriter(z)
	for _, name := range []string{"a.txt", "folder/b.txt"} {
		entry, _ := archive.Create(name)
		entry.Write(text)
	}
	archive.Close()
	z.Close()
	t, _ := os.Create("go.tar.gz")
	packed := gzip.NewWriter(t)
	tape := tar.NewWriter(packed)
	tape.WriteHeader(&tar.Header{Name: "a.txt", Mode: 0644, Size: int64(len(text))})
	tape.Write(text)
	tape.Close()
	packed.Close()
	t.Close()
}
"""

# What ffmpeg writes of a test picture and a tone: the name of the file, and how.
FILMS = {
    "film.mp4": "-c:v mpeg4 -c:a aac",
    "fast.mp4": "-c:v mpeg4 -c:a aac -movflags +faststart",
    "fragments.mp4": "-c:v mpeg4 -c:a aac -movflags frag_keyframe+empty_moov",
    "film.mov": "-c:v mjpeg -c:a pcm_s16le",
    "film.mkv": "-c:v mpeg4 -c:a mp2",
    "film.webm": "-c:v libvpx -c:a libvorbis",
    "film.avi": "-c:v mjpeg -c:a pcm_s16le",
    "film.ogv": "-c:v libtheora -c:a libvorbis",
    "sound.m4a": "-vn -c:a aac",
    "sound.mp3": "-vn -c:a libmp3lame -metadata title=Tone",
    "sound.wav": "-vn -c:a pcm_s16le",
    "sound.flac": "-vn -c:a flac",
    "sound.ogg": "-vn -c:a libvorbis",
    "sound.opus": "-vn -c:a libopus",
    "film.gif": "-an",
    "picture.png": "-an -frames:v 1",
    "picture.jpg": "-an -frames:v 1",
    "picture.bmp": "-an -frames:v 1",
    "picture.tiff": "-an -frames:v 1",
    "picture.webp": "-an -frames:v 1",
}
# What LibreOffice makes of a text, a table and a page.
DOCUMENTS = {
    "text.txt": ("odt", "docx", "doc", "rtf", "pdf", "epub"),
    "table.csv": ("ods", "xlsx", "xls", "pdf"),
    "page.fodp": ("odp", "pptx", "ppt", "pdf"),
}
SLIDE = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"
 office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.presentation">
<office:body><office:presentation><draw:page draw:name="one"><draw:frame svg:width="10cm" svg:height="2cm"
 svg:x="2cm" svg:y="2cm"><draw:text-box><text:p>A slide</text:p></draw:text-box></draw:frame></draw:page>
</office:presentation></office:body></office:document>
"""


def needs(*programs: str):
    missing = [program for program in programs if not shutil.which(program)]
    return unittest.skipIf(missing, f"{missing} not installed")


class Written(unittest.TestCase):
    def setUp(self) -> None:
        self.home = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        source = sample_folder.make(self.home)
        self.files = sorted(p.relative_to(self.home) for p in source.rglob("*") if p.is_file())
        self.unpacked = sum((self.home / p).stat().st_size for p in self.files)

    def shell(self, command: str) -> None:
        subprocess.run(
            command, shell=True, cwd=self.home, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def passes(self, name: str, **facts: object) -> None:
        run = subprocess.run([UPLOADGATE, "check", "--json", self.home / name], capture_output=True, text=True)
        answer = json.loads(run.stdout)
        wanted = {"verdict": "accepted", **facts}
        self.assertEqual({key: answer.get(key) for key in wanted}, wanted, answer)

    def is_whole(self, name: str, **facts: object) -> None:
        self.passes(name, examined="whole", **facts)

    @needs("zip")
    def test_info_zip(self) -> None:
        for options in ("-r", "-r0", "-r9", "-rD", "-rX", "-r -fz", "-r -fd"):
            with self.subTest(options):
                name = "by" + options.replace(" ", "") + ".zip"
                self.shell(f"zip {options} {name} files")
                self.is_whole(name, unpacked_size=self.unpacked)
        self.shell("zip -r - files > piped.zip; echo a comment | zip -z piped.zip")
        self.is_whole("piped.zip", unpacked_size=self.unpacked)

    @needs("7z", "bsdtar")
    def test_zips_of_others(self) -> None:
        self.shell(
            "7z a -bd -tzip by_7zip.zip files; bsdtar -a -cf by_bsdtar.zip files; bsdtar --format zip -c files > stream.zip"
        )
        for name in ("by_7zip.zip", "by_bsdtar.zip", "stream.zip"):
            with self.subTest(name):
                self.is_whole(name, unpacked_size=self.unpacked)

    def test_python(self) -> None:
        class Pipe(io.RawIOBase):  # what cannot seek has data descriptors
            def __init__(self, to: io.BufferedWriter) -> None:
                self.to = to

            def writable(self) -> bool:
                return True

            def write(self, data) -> int:
                return self.to.write(data)

        for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            for piped in (False, True):
                with self.subTest(method=method, piped=piped):
                    with open(self.home / "python.zip", "wb") as file:
                        with zipfile.ZipFile(Pipe(file) if piped else file, "w", method) as archive:
                            for path in self.files:
                                archive.write(self.home / path, path)
                    self.is_whole("python.zip", entries=len(self.files), unpacked_size=self.unpacked)
        for kind in (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
            for packing in ("", ":gz", ":bz2", ":xz"):
                with self.subTest(kind=kind, packing=packing):
                    name = "python.tar" + packing.replace(":", ".")
                    with tarfile.open(self.home / name, "w" + packing, format=kind) as archive:
                        archive.add(self.home / "files", "files")
                    self.is_whole(name)
        text = (self.home / "files/text.txt").read_bytes()
        for name, module in (("text.txt.gz", gzip), ("text.txt.bz2", bz2), ("text.txt.xz", lzma)):
            with self.subTest(name):
                (self.home / name).write_bytes(module.compress(text))
                self.is_whole(name, unpacked_size=len(text))

    @needs("tar", "gzip", "bzip2", "xz", "zstd", "bsdtar")
    def test_tar_and_its_packers(self) -> None:
        for kind in ("gnu", "oldgnu", "posix", "ustar", "v7"):
            with self.subTest(kind):
                self.shell(f"tar --format={kind} -cf {kind}.tar files")
                self.is_whole(f"{kind}.tar")
        self.shell("bsdtar -cf bsd.tar files")
        self.is_whole("bsd.tar")
        for ending, packer in (("gz", "gzip"), ("bz2", "bzip2"), ("xz", "xz"), ("zst", "zstd"), ("gz", "gzip -1")):
            with self.subTest(packer):
                self.shell(
                    f"tar -cf - files | {packer} > a.tar.{ending}; {packer} -c files/text.txt > text.txt.{ending}"
                )
                self.is_whole(f"a.tar.{ending}")
                self.is_whole(f"text.txt.{ending}")

    @needs("go")
    def test_go(self) -> None:
        (self.home / "write.go").write_text(GO_WRITER)
        self.shell(f"GOCACHE={self.home}/cache GOFLAGS=-mod=mod go run write.go")
        self.is_whole("go.zip", entries=2)
        self.is_whole("go.tar.gz")

    @needs("soffice")
    def test_libreoffice(self) -> None:
        (self.home / "text.txt").write_text("A text\n\nof two lines.\n")
        (self.home / "table.csv").write_text("name,number\nfirst,1\nsecond,2\n")
        (self.home / "page.fodp").write_text(SLIDE)
        for source, endings in DOCUMENTS.items():
            for ending in endings:
                with self.subTest(source, to=ending):
                    self.shell(
                        f"soffice -env:UserInstallation=file://{self.home}/profile --headless --convert-to {ending} {source}"
                    )
                    name = f"{pathlib.Path(source).stem}.{ending}"
                    if ending in ("doc", "xls", "ppt"):  # compound files are only searched
                        self.passes(name)
                    else:
                        self.is_whole(name)

    @needs("ffmpeg")
    def test_ffmpeg(self) -> None:
        pictures = "-f lavfi -i testsrc=duration=1:size=160x120:rate=5"
        tone = "-f lavfi -i sine=frequency=440:duration=1"
        for name, how in FILMS.items():
            with self.subTest(name):
                sound = "" if "-an" in how else tone
                self.shell(f"ffmpeg -v error {'' if '-vn' in how else pictures} {sound} {how} -y {name}")
                self.is_whole(name)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
