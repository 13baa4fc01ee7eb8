"""The matrix of the consensus test, for a terminal and for docs/interop.md."""

import collections
import textwrap

import normalise


class Report:
    def __init__(self, peers, cases, answers, matrix) -> None:
        self.peers, self.cases, self.answers, self._matrix = peers, cases, answers, matrix
        self._classes = list(dict.fromkeys(c["class"] for c in cases if c["ours"] is not None))

    def _groups(self) -> dict[str, list[str]]:
        suite = [c for c in self._classes if c not in ("real clients", "client styles", "mutations")]
        return {"real clients": ["real clients", "client styles"], "hostile suite": suite, "mutations": ["mutations"]}

    def _count(self, peer, classes) -> collections.Counter:
        return sum((self._matrix[peer.name, c] for c in classes), collections.Counter())

    def matrix(self, by_class: bool) -> str:
        """How many of the bodies that uploadgate accepts each parser reads the same, refuses, reads otherwise."""
        groups = {c: [c] for c in self._classes} if by_class else self._groups()
        width = max(map(len, groups)) + 2
        lines = [f"{'same / refused / different':28}" + "".join(p.rjust(width) for p in (g for g in groups))]
        if by_class:  # a line a class and parser: the table would be too wide
            lines = ["same / refused / different"]
            for group, classes in groups.items():
                lines += [f"{group:32}{peer.name:22}{self._cell(peer, classes)}" for peer in self.peers]
            return "\n".join(lines)
        for peer in self.peers:
            lines.append(f"{peer.name:28}" + "".join(self._cell(peer, g).rjust(width) for g in groups.values()))
        return "\n".join(lines)

    def _cell(self, peer, classes) -> str:
        n = self._count(peer, classes)
        return f"{n['same']}/{n['refused']}/{n['different']}"

    def _refused(self) -> tuple[int, int]:
        """Of the bodies that uploadgate refuses: all, and those read in more than one way."""
        total = split = 0
        for i, c in enumerate(self.cases):
            if c["ours"] is not None:
                continue
            total += 1
            readings = [self.answers[p.name][i] for p in self.peers if p.name != "php"]  # which changes names
            kinds = {tuple(sorted((n or b"", f or b"", sha256) for n, f, sha256, _ in r)) for r in readings if r}
            split += len(kinds) > 1
        return total, split

    def page(self, tried: int) -> str:
        """docs/interop.md."""
        accepted = [c for c in self.cases if c["ours"] is not None]
        suite = [c for c in self.cases if c["class"] != "mutations"]
        total, split = self._refused()
        rows = []
        for peer in self.peers:
            cells = (self._cell(peer, classes).replace("/", " / ") for classes in self._groups().values())
            rows.append(f"| {peer.name} {peer.version}".rstrip() + " | " + " | ".join(cells) + " |")
        allowances = [f"- {', '.join(f'`{n}`' for n in sorted(names))}: {_plain(text)}" for names, text in (
            ({p.name for p in self.peers if p.shape == "apart"}, normalise.apart.__doc__),
            ({p.name for p in self.peers if p.shape == "grouped"}, normalise.grouped.__doc__),
            ({"httplib"}, normalise.no_empty_filename.__doc__),
            ({"cgicc"}, normalise.plus_is_space.__doc__),
            ({"netty"}, normalise.marks_are_spaces.__doc__),
            ({"php"}, normalise.php_names.__doc__),
            (normalise.NO_FILE_CHOSEN,
                "A file input for which no file was chosen (an empty file name, no byte) comes as an empty field or not at all."),
            (normalise.SILENT,
                "It has no way to say that it refuses, and gives no part at all; that counts as refused."),
        )]
        allowances += [f"- `{name}` is not asked about {text}" for name, text in normalise.SET_ASIDE.items()]
        allowances = [textwrap.fill(line, 118, subsequent_indent="  ") for line in allowances]
        styled = [c for c in self.cases if c["class"] == "client styles"]
        return PAGE.format(peers=len(self.peers), suite=len(suite), styled=len(styled),
            clients=len({c["client"] for c in styled}), forms=len({c["what"] for c in styled}),
            passed=sum(c["ours"] is not None for c in styled),
            recorded=sum(c["class"] == "real clients" for c in self.cases),
            accepted=sum(c["class"] != "mutations" for c in accepted), mutants=len(self.cases) - len(suite),
                           tried=tried, refused=total, split=split, rows="\n".join(rows),
                               allowances="\n".join(allowances))


def _plain(text: str) -> str:
    return " ".join(text.split())


PAGE = """# Does everyone read a form the same?

uploadgate promises that *a form it accepts by default is read the same by every parser behind it*: the same parts with
the same names, file names and bytes. `tests/interop/consensus.py` puts that to the test on each run of `./dev test`,
with the real parsers that Debian and npm give. This page is written by `consensus.py --write docs/interop.md`.

The run behind this page: {peers} parsers; {suite} bodies, of which uploadgate accepts {accepted} and refuses {refused};
and {mutants} mutations that it accepts, of {tried} tried. Of the refused bodies the parsers read {split} in more than
one way among themselves (PHP aside, and those that find no part).

A cell says on how many of the bodies that uploadgate accepts a parser reads *the same / refuses / reads otherwise*.
That another parser refuses a form is no danger: nothing comes in that was not judged.

| parser | real clients | hostile suite | mutations |
|---|---|---|---|
{rows}

## What counts as the same

{allowances}

`php` runs with `max_file_uploads` 2000: as it is delivered it leaves out what comes after 20 files. Django refuses more than
100 files or 1,000 fields. `max_parts` (1,000) is below what the others cut; give it, or a field's `max_files`, the number
that your application takes.

`busboy`'s names are read as UTF-8 (`defParamCharset`), and those of parsers that give one character a byte are taken as
bytes. Node's dicer was tried and left out: it leaves reading headers to its users.

## Rules that came from here

| difference | who | reason |
|---|---|---|
| a line `--` or a longer beginning of the delimiter right before the delimiter: the delimiter is missed, and the next part becomes content | POCO | `form_delimiter_partial` |
| header names in capitals or mixed case are not found | CGI.pm, HTTP::Body, python-multipart | `form_header_case` |
| no space behind a header's colon: the header is not found | Falcon, CGI.pm | `form_header_whitespace` |
| no space before a parameter: it is not found | HTTP::Body | `form_disposition_invalid` |
| `&amp;` and other character references in a file name are undone | Django | `form_parameter_escape` |
| `name=` or `filename=` in a part's Content-Type counts as the file's name | Python's email, Rack | `form_parameter_lookalike` |
| `;` or `=` in a field's name; `;` first or twice in a file's | HTTP::Body, aiohttp, parse-multipart-data | `form_parameter_lookalike` |
| `/` first in a field's name is cut off; the file name `0` is none | aiohttp, CGI.pm | `form_name_reserved` |
| `a[ ]` is a list | PHP | `form_name_brackets` |
| a field of type application/octet-stream is a file | busboy, @fastify/busboy | `form_field_type` |
| a file's character set is used for its name | WebOb | `form_charset` |
| `multipart/mixed` in the midst of a part's type (`x-multipart/mixed`) makes a file of a field, its headers content | CGI.pm | `form_nested` |
| single quotation marks are taken off both ends of the boundary | parse-multipart-data | `form_boundary_invalid` |
| bytes of a field that are not UTF-8 are replaced, or dropped | Django, Starlette, undici and others | `form_text_encoding` |
| a file name beyond 255 is cut | Django | `form_filename_too_long` |

## Honest clients that are refused by default

`tests/interop/client_styles.py` has how {clients} clients write a form, after their sources, and
`client_forms.py --table` what uploadgate says to each of {forms} forms in each style. Of these {styled} bodies {passed}
pass; the forms of the matrix's first column are those and the {recorded} recorded ones. The others:

- A file name with a quotation mark in it. Browsers, curl, OkHttp and Node write `%22` (and `%0D`, `%0A` for line
  breaks), which Rack and cgicc undo and others do not; Go, Java, Perl, older Firefox and curl before 7.81 write a
  backslash before it, at which some parsers end the name; some clients write it bare.
- A file name that has a percent escape itself (`a%20b.txt`), for the same reason: `lenient.percent_escapes`. aiohttp
  and needle write all names so.
- .NET's HttpClient (and RestSharp and Refit through it) writes `name=x; filename=a.png; filename*=utf-8''a.png`. That
  both file names agree does not make it safe: cpp-httplib finds no name without quotation marks, HTTP::Body takes
  `a.png; filename*=utf-8''a.png` for the file's name, CGI.pm ends a name at a hyphen, and cgicc drops the part. Where the
  parser behind is another: `lenient.token_values` and `lenient.matching_filename_star`. Or set the part's
  `ContentDisposition` in the client, with `Name` and `FileName` in quotation marks and no `FileNameStar`, which passes.
  Ktor writes unquoted names too.
- Names beyond ASCII as encoded words (.NET, Spring's RestTemplate) or as `name*` and `filename*` (reqwest for field
  names with a space, urllib3 before 1.25).
- Jersey's file parts have the file name first, and its date and size.
- Names or fields beyond ASCII in a part or a form that is said to be ISO-8859-1, as Apache HttpClient does where it is
  not given UTF-8.
- Unity writes a line break before the first delimiter: `lenient.leading_crlf`.
- Forms made by hand: the boundary `*****` of many Android examples, which RFC 2046 does not allow; no space before
  `filename=`; files as `base64` or `quoted-printable` (Indy's text fields).
- curl's `-F "x=@a,b"` and other nested parts (`multipart/mixed`), and `.mht` files from browsers, whose type is
  `multipart/related`.
- Paths in file names, as a browser's folder input writes them: many servers cut them off.
- A field of type application/octet-stream without a file name: busboy makes a file of it, others a field. Give it a file
  name.
- Fields that are not UTF-8, or that begin with a byte order mark: `lenient.binary_fields`, where all that read them take
  bytes.
"""
