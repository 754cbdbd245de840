"""Macros in database files, as EPICS' macLib expands them.

``$(NAME)``, ``${NAME}``, ``$(NAME=default)``, names and defaults that contain macros, and
``$(NAME,OTHER=value)``, whose definitions hold inside. Environment variables are macros. A macro that is
not defined stays in the text between two marks, so that its presence can be seen later.
"""

import re
from collections.abc import Mapping

MARK = "\x01"
_CLOSING = {"(": ")", "{": "}"}


def is_undefined(text: str) -> bool:
    """Whether the text depends on a macro that is not defined."""
    return MARK in text


def readable(text: str) -> str:
    """The text as it stands in the file, for messages: with ``$(NAME)`` for each macro that is not defined."""
    return re.sub(f"{MARK}([^{MARK}]*){MARK}", r"$(\1)", text)


def expand(text: str, macros: Mapping[str, str], depth: int = 0) -> str:
    """The text with all macros expanded. Text between single quotes is left as it is, as in macLib."""
    if depth > 20:
        return f"{MARK}recursive{MARK}"
    result = []
    position = 0
    while (start := text.find("$", position)) >= 0:
        opening = text[start + 1 : start + 2]
        end = _closing(text, start + 1) if opening in _CLOSING and opening else -1
        if end < 0:
            result.append(text[position : start + 1])
            position = start + 1
            continue
        result.append(text[position:start])
        result.append(_reference(text[start + 2 : end], macros, depth))
        position = end + 1
    result.append(text[position:])
    return "".join(result)


def _closing(text: str, opening: int) -> int:
    """Where the parenthesis that opens at a position is closed; -1 if nowhere."""
    level = 0
    for position in range(opening, len(text)):
        if text[position] in "({":
            level += 1
        elif text[position] in ")}":
            level -= 1
            if level == 0:
                return position
    return -1


def _reference(inside: str, macros: Mapping[str, str], depth: int) -> str:
    parts = _split(inside)
    name, has_default, default = parts[0].partition("=")
    name = expand(name, macros, depth + 1).strip()
    if len(parts) > 1:
        local = dict(macros)
        for definition in parts[1:]:
            key, _, value = definition.partition("=")
            local[key.strip()] = expand(value, macros, depth + 1)
        macros = local
    if name in macros:
        return expand(macros[name], macros, depth + 1)
    if has_default:
        return expand(default, macros, depth + 1)
    return f"{MARK}{name}{MARK}"


def _split(inside: str) -> list[str]:
    """The parts between commas that are not themselves inside a reference."""
    parts = [""]
    level = 0
    for character in inside:
        if character in "({":
            level += 1
        elif character in ")}":
            level -= 1
        if character == "," and level == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts
