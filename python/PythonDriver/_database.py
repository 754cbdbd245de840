"""A reader of EPICS database files: records, their fields and info items.

It follows the grammar of database definitions. EPICS' own static database library is not used, because it cannot read
a database after iocInit and refuses record names with undefined macros.
"""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from ._errors import DatabaseError

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\f]+)
      | (?P<comment>\#.*)
      | (?P<string>"(?:[^"\\\x00]|\\.)*")
      | (?P<mark>[{}(),])
      | (?P<word>(?:\$\((?:[^()]|\([^()]*\))*\)|[a-zA-Z0-9_\-+:./\\\[\]<>;$])+)""",
    re.VERBOSE,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
_DEPTH = 20  # of includes


class Record:
    """One record of a database file."""

    def __init__(self, type_: str, name: str, path: Path, line: int) -> None:
        self.type = type_
        self.name = name
        self.path = path
        self.line = line
        self.fields: dict[str, str] = {}
        self.infos: dict[str, str] = {}
        self.aliases: list[str] = []

    @property
    def place(self) -> str:
        """The file and line, for messages."""
        return f"{self.path}, line {self.line}"


class _Token(NamedTuple):
    kind: str  # "string", "word", "mark" or "json"
    text: str
    path: Path
    line: int


def is_undefined(text: str) -> bool:
    """Return whether the text refers to an undefined macro, for which macLib leaves ``$(NAME)``."""
    return "$(" in text


def read_database(path: Path, expand: Callable[[str], str], search: Sequence[Path] = ()) -> list[Record]:
    """Return the records of a file and of the files that it includes, in their order.

    ``expand`` returns a line with its macros expanded by macLib. ``search`` are the folders for included files, after
    the folder of the including file. Raises DatabaseError with the file and line.
    """
    reader = _Reader(expand, list(search))
    reader.read(path, 0)
    return list(reader.records.values())


class _Reader:
    def __init__(self, expand: Callable[[str], str], search: list[Path]) -> None:
        self.records: dict[str, Record] = {}
        self._expand = expand
        self._search = search

    def read(self, path: Path, depth: int) -> None:
        if depth > _DEPTH:
            raise DatabaseError(f"{path}: includes are nested more than {_DEPTH} deep")
        try:
            text = path.read_text(encoding="utf-8", errors="surrogateescape")
        except OSError as error:
            raise DatabaseError(f"{path} cannot be read: {error.strerror}") from error
        tokens = _Tokens(_tokenize(path, text, self._expand), path)
        while (token := tokens.take_or_none()) is not None:
            self._statement(token, tokens, depth)

    def _statement(self, token: _Token, tokens: "_Tokens", depth: int) -> None:
        match token.text:
            case "record" | "grecord":
                self._record(token, tokens)
            case "include":
                self._include(tokens.value(), depth)
            case "path" | "addpath":
                entries = tokens.value().text.split(os.pathsep)
                self._search = [Path(entry) for entry in entries if entry] + (
                    self._search if token.text == "addpath" else []
                )
            case "alias":
                name, alias = tokens.arguments(2)
                if name.text in self.records:
                    self.records[name.text].aliases.append(alias.text)
            case _ if token.kind == "word":
                tokens.skip_statement(token)
            case _:
                raise tokens.error(token, f"expected a statement such as record, got {token.text!r}")

    def _include(self, name: _Token, depth: int) -> None:
        for folder in [name.path.parent, *self._search]:
            candidate = folder / name.text
            if candidate.is_file():
                self.read(candidate, depth + 1)
                return
        places = ", ".join(dict.fromkeys(str(folder) for folder in [name.path.parent, *self._search]))
        raise DatabaseError(f"{name.path}, line {name.line}: {name.text} was not found in {places}")

    def _record(self, keyword: _Token, tokens: "_Tokens") -> None:
        type_, name = tokens.arguments(2)
        known = self.records.get(name.text)
        if known is None:
            known = Record(type_.text, name.text, keyword.path, keyword.line)
            self.records[name.text] = known
        elif type_.text not in ("*", known.type):
            raise tokens.error(type_, f"record {name.text}: expected type {known.type} as before, got {type_.text}")
        body = tokens.take_or_none()
        if body is None or body.text != "{" or body.kind != "mark":
            if body is not None:
                tokens.put_back(body)
            return
        while (token := tokens.take()).text != "}" or token.kind != "mark":
            self._item(token, known, tokens)

    def _item(self, token: _Token, record: Record, tokens: "_Tokens") -> None:
        match token.text:
            case "field":
                name, value = tokens.arguments(2)
                record.fields[name.text] = value.text
            case "info":
                name, value = tokens.arguments(2)
                record.infos[name.text] = value.text
            case "alias":
                record.aliases.append(tokens.arguments(1)[0].text)
            case _:
                raise tokens.error(token, f"expected field, info or alias, got {token.text!r}")


class _Tokens:
    """The tokens of one file, with the parts of the grammar that several statements share."""

    def __init__(self, tokens: Iterator[_Token], path: Path) -> None:
        self._tokens = tokens
        self._back: list[_Token] = []
        self._path = path
        self._line = 1

    def take_or_none(self) -> _Token | None:
        token = self._back.pop() if self._back else next(self._tokens, None)
        if token is not None:
            self._line = token.line
        return token

    def take(self) -> _Token:
        token = self.take_or_none()
        if token is None:
            raise DatabaseError(f"{self._path}, line {self._line}: the file ends inside a statement")
        return token

    def put_back(self, token: _Token) -> None:
        self._back.append(token)

    def error(self, token: _Token, message: str) -> DatabaseError:
        return DatabaseError(f"{token.path}, line {token.line}: {message}")

    def value(self) -> _Token:
        """Take a string, a word or a JSON value."""
        token = self.take()
        if token.kind == "mark" and token.text == "{":
            return self._json(token)
        if token.kind == "mark":
            raise self.error(token, f"expected a value, got {token.text!r}")
        return token

    def arguments(self, count: int) -> list[_Token]:
        """Take a list of ``count`` values in parentheses."""
        self._expect("(")
        values = [self.value()]
        for _ in range(count - 1):
            self._expect(",")
            values.append(self.value())
        self._expect(")")
        return values

    def skip_statement(self, keyword: _Token) -> None:
        """Skip a statement that does not concern records: arguments in parentheses and at most one body in braces."""
        while (token := self.take_or_none()) is not None:
            if token.kind == "mark" and token.text == "{":
                self._json(token)
                return
            if token.kind == "mark" and token.text == ")":
                following = self.take_or_none()
                if following is None:
                    return
                self.put_back(following)
                if following.text != "{":
                    return
            elif token.kind == "word" and token.line != keyword.line:
                raise self.error(keyword, f"expected a statement such as record, got {keyword.text!r}")

    def _expect(self, mark: str) -> None:
        token = self.take()
        if token.kind != "mark" or token.text != mark:
            raise self.error(token, f"expected {mark!r}, got {token.text!r}")

    def _json(self, opening: _Token) -> _Token:
        text = "{"
        level = 1
        while level:
            token = self.take()
            if token.kind == "mark" and token.text in "{}":
                level += 1 if token.text == "{" else -1
            text += f'"{token.text}"' if token.kind == "string" else token.text
        return _Token("json", text, opening.path, opening.line)


def _tokenize(path: Path, text: str, expand: Callable[[str], str]) -> Iterator[_Token]:
    for number, raw in enumerate(text.split("\n"), 1):
        if raw.startswith("%"):
            continue
        # A NUL, which the text for macLib cannot hold, is an error below.
        line = expand(raw) if "$" in raw and "\0" not in raw and not raw.lstrip().startswith("#") else raw
        position = 0
        while position < len(line):
            match = _TOKEN.match(line, position)
            if match is None:
                raise DatabaseError(f"{path}, line {number}: {_reason(line[position])} in: {raw.strip()}")
            position = match.end()
            kind = str(match.lastgroup)
            if kind in ("space", "comment"):
                continue
            token = match[0]
            yield _Token(kind, _unquote(token) if kind == "string" else token, path, number)


def _reason(character: str) -> str:
    if character == '"':
        return "a string is not closed"
    return f"the character {character!r} needs quotes around it"


def _unquote(token: str) -> str:
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), token[1:-1])
