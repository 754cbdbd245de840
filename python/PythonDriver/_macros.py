"""Macro expansion in database files and startup scripts, as EPICS' macLib does it.

A reference is ``$(NAME)``, ``${NAME}``, ``$(NAME=default)``, or ``$(NAME,OTHER=value)``, which defines OTHER while NAME
is expanded. Names, defaults and values may contain references. Environment variables are macros.

Quotes and backslashes work as in macLib. A reference between single quotes is not expanded; a single quote between
double quotes is an ordinary character. The quotes and backslashes of the text itself stay in the result. Those in a
name, a default or a macro's value are removed.

This module differs from macLib in two cases. An undefined macro's name stays in the text between two marks, so that
later code can recognise it; see :func:`is_undefined`. A reference without a closing parenthesis is not expanded.
"""

import re
from collections.abc import Mapping

MARK = "\x01"
_CLOSING = {"(": ")", "{": "}"}
_DEPTH = 20  # of values that refer to other macros


def is_undefined(text: str) -> bool:
    """Return whether the text refers to an undefined macro."""
    return MARK in text


def readable(text: str) -> str:
    """Return the text for a message: each undefined macro is shown as ``$(NAME)``."""
    return re.sub(f"{MARK}([^{MARK}]*){MARK}", r"$(\1)", text)


def expand(text: str, macros: Mapping[str, str], depth: int = 0) -> str:
    """Return the text with all references expanded. ``depth`` is 0 for the text and larger for a macro's value."""
    if depth > _DEPTH:
        return f"{MARK}recursive{MARK}"
    return _expand_until(text, 0, "", macros, depth)[0]


def _expand_until(text: str, start: int, ends: str, macros: Mapping[str, str], depth: int) -> tuple[str, int]:
    """Expand from ``start`` to the first character of ``ends``. Return the result and that character's position."""
    result = []
    quote = ""
    position = start
    while position < len(text) and text[position] not in ends:
        character = text[position]
        length = 1
        if character == quote or (not quote and character in "\"'"):
            quote = "" if quote else character
            result.append("" if depth else character)
        elif character == "$" and quote != "'" and (found := _reference(text, position, macros, depth)):
            result.append(found[0])
            length = found[1] - position
        elif character == "\\" and position + 1 < len(text):
            length = 2
            result.append(text[position + bool(depth) : position + length])
        else:
            result.append(character)
        position += length
    return "".join(result), position


def _reference(text: str, start: int, macros: Mapping[str, str], depth: int) -> tuple[str, int] | None:
    """Return the value of the reference at ``start`` and the position after it; None if there is no reference."""
    closing = _CLOSING.get(text[start + 1 : start + 2])
    if closing is None:
        return None
    inner = depth + 1
    name, position = _expand_until(text, start + 2, f"=,{closing}", macros, inner)
    default = None
    default_start = position + 1
    if text[position : position + 1] == "=":
        default, position = _expand_until(text, default_start, f",{closing}", macros, inner)
    local = dict(macros) if text[position : position + 1] == "," else macros
    while text[position : position + 1] == ",":
        key, position = _expand_until(text, position + 1, f"=,{closing}", macros, inner)
        if text[position : position + 1] == "=":
            value, position = _expand_until(text, position + 1, f",{closing}", macros, inner)
            local = {**local, key: value}
    if text[position : position + 1] != closing:
        return None
    if name in local:
        return expand(local[name], local, inner), position + 1
    if default is None:
        return f"{MARK}{readable(name)}{MARK}", position + 1
    if local is not macros:  # the default may use the reference's own definitions
        default = _expand_until(text, default_start, f",{closing}", local, inner)[0]
    return default, position + 1
