#!/usr/bin/env python3
"""Finds a function that CPython or EPICS calls without a wrapper that keeps C++ exceptions from them.

- What stands in CPython's tables is behind pythonEntry, pythonMethod or pythonSlot (asynPythonApp/src/interpreter/pythonEntry.h).
- What is given to EPICS is behind epicsEntry or epicsGuarded (asynPortApp/src/common/epicsEntry.h).
- A lock is given back by a guard's destructor, or by the function that is itself the unlock.
- A class is defined once.

Prints file:line for each, and exits with 1 if there is one.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("asynPortApp/src", "asynPythonApp/src")

# Functions that take another one to be called by EPICS, and which argument that is.
REGISTRARS = {
    "epicsThreadCreate": 3,
    "epicsThreadMustCreate": 3,
    "epicsThreadCreateOpt": 1,
    "epicsAtExit": 0,
    "epicsAtThreadExit": 0,
    "on_exit": 0,
    "atexit": 0,
    "initHookRegister": 0,
    "iocshRegister": 1,
    "callbackSetCallback": 0,
    "asTrapWriteRegisterListener": 0,
    "errlogAddListener": 0,
}
WRAPPED = re.compile(r"^(epicsEntry<|call_$)")  # call_: of ShellCommand, whose constructor wraps
PYTHON = re.compile(r"^(python(Entry<.*>|(Method|Slot)<.*>\(\))|nullptr|0|NULL)$", re.S)
# Which members of a row, or of the table itself, are functions.
TABLES = {"PyMethodDef": (1,), "PyGetSetDef": (1, 2), "PyType_Slot": (1,), "PyModuleDef_Slot": (1,)}
MODULE_FUNCTIONS = (6, 7, 8)  # of a PyModuleDef: traverse, clear, free
DATA_SLOTS = {"Py_tp_doc", "Py_tp_methods", "Py_tp_members", "Py_tp_getset", "Py_tp_base", "Py_tp_bases",
              "Py_mod_multiple_interpreters", "Py_mod_gil", "0"}  # fmt: skip
VIRTUALS = {"epicsTimerNotify": "expire", "epicsThreadRunable": "run"}
UNLOCK = re.compile(r"(?:(?P<object>[\w.>()-]+?)(?:\.|->))?(?P<call>unlock|unlockPort|queueUnlockPort|dbScanUnlock)\(")
# The functions that are an unlock, and those that hand a lock from one of them to the next.
UNLOCKERS = {"asynPortApp/src/manager/lock.cpp", "asynPortApp/src/manager/queue.cpp"}


def without_comments(text: str) -> str:
    """The same lines without comments, and with strings empty."""

    def blank(match: re.Match[str]) -> str:
        found = match[0]
        return '""' if found.startswith('"') else re.sub(r"[^\n]", " ", found)

    return re.sub(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', blank, text, flags=re.S)


def enclosed(text: str, start: int) -> str:
    """What stands between the bracket at start and its counterpart."""
    depth = 0
    for position in range(start, len(text)):
        depth += {"(": 1, "{": 1, "[": 1, ")": -1, "}": -1, "]": -1}.get(text[position], 0)
        if depth == 0:
            return text[start + 1 : position]
    return text[start + 1 :]


def parts(text: str) -> list[str]:
    """Split at the commas that are in no bracket; <…> of templates counts as one."""
    result, depth, last = [], 0, 0
    for position, character in enumerate(text):
        before = text[position - 1 : position]
        if character in "({[" or (character == "<" and before not in (" ", "<")):
            depth += 1
        elif character in ")}]" or (character == ">" and before not in (" ", "-")):
            depth -= 1
        elif character == "," and depth == 0:
            result.append(text[last:position].strip())
            last = position + 1
    rest = text[last:].strip()
    return [*result, rest] if rest else result


def python_tables(text: str) -> Iterator[tuple[int, str]]:
    for match in re.finditer(r"\b(" + "|".join(TABLES) + r")\s+\w+(\[\])?\s*=\s*(?=\{)", text):
        body = enclosed(text, match.end())
        rows = [row.strip("{} \n") for row in parts(body)] if match[2] else [body]
        for row in rows:
            members = parts(row)
            if "Slot" in match[1] and members[0] in DATA_SLOTS:
                continue
            for index in TABLES[match[1]]:
                if index < len(members) and not PYTHON.match(members[index]):
                    yield match.start(), f"{match[1]}: {members[index]} is not behind pythonEntry"
    for match in re.finditer(r"\bPyModuleDef\s+\w+\s*=\s*(?=\{)", text):
        members = parts(enclosed(text, match.end()))
        for index in MODULE_FUNCTIONS:
            if index < len(members) and not PYTHON.match(members[index]):
                yield match.start(), f"PyModuleDef: {members[index]} is not behind pythonEntry"


def epics_registrations(text: str) -> Iterator[tuple[int, str]]:
    for match in re.finditer(r"\b(" + "|".join(REGISTRARS) + r")(?=\()", text):
        arguments = parts(enclosed(text, match.end()))
        index = REGISTRARS[match[1]]
        if index < len(arguments) and not WRAPPED.match(arguments[index]):
            yield match.start(), f"{match[1]}: {arguments[index]} is not behind epicsEntry"
    for match in re.finditer(r"epicsExportRegistrar\((\w+)\)", text):
        if not re.search(rf"void {match[1]}\(\)\s*\{{\s*epicsEntry<", text):
            yield match.start(), f"registrar: {match[1]} does nothing but call epicsEntry<…>()"
    for match in re.finditer(r"epicsExportAddress\(\w+, (?!NAME\))(\w+)\)", text):  # NAME: of a macro in records/dset.h
        table = re.search(rf"\b{match[1]}\s*=\s*(?=\{{)", text)
        for member in parts(enclosed(text, table.end())) if table else [match[1]]:
            if not re.match(r"(\d+|nullptr|NULL|epicsEntry<.*>)$", member):
                yield match.start(), f"epicsExportAddress: {member} is not behind epicsEntry"
    for base, method in VIRTUALS.items():
        for match in re.finditer(rf"\b(class|struct) \w+[^;{{]*: [^;{{]*\b{base}\b[^;{{]*(?=\{{)", text):
            body = enclosed(text, match.end())
            found = re.search(rf"\b{method}\([^)]*\) override\s*(?=\{{)", body)
            if not found or "epicsGuarded(" not in enclosed(body, found.end()):
                yield match.start(), f"{base}: {method}() does nothing but call epicsGuarded(…)"


def unguarded_locks(text: str) -> Iterator[tuple[int, str]]:
    """Each unlock is in a destructor or an unlock, or ends a std::unique_lock early, which has a destructor."""
    for match in UNLOCK.finditer(text):
        start = text.rfind("\n", 0, match.start()) + 1
        if re.match(r"\s*(static |inline )?(void|asynStatus) [\w:]*\w+\(", text[start : match.end() + 1]):
            continue  # its own declaration or definition
        if match["object"] and re.fullmatch(r"\w*(guard|held|Held|lock)", match["object"].rsplit(".", 1)[-1]):
            if re.search(rf"std::unique_lock<[^;]*\b{match['object']}\b", text):
                continue
        header = re.findall(
            r"^[ \t]*(?:[\w:*&<> ]+[ *&])?(~?\w+(?:::~?\w+)*)\([^;]*?\)[^;{}]*\{",
            text[: match.start()],
            re.M,
        )
        name = header[-1].rsplit("::", 1)[-1] if header else ""
        if name.startswith("~") or "unlock" in name.lower() or name in ("if", "for", "while") and _in_unlock(header):
            continue
        yield match.start(), f"{match[0]}…) is not in the destructor of a guard"


def _in_unlock(headers: list[str]) -> bool:
    names = [header for header in headers if header not in ("if", "for", "while", "switch")]
    return bool(names) and (names[-1].rsplit("::", 1)[-1].startswith("~") or "unlock" in names[-1].lower())


def classes(text: str) -> Iterator[tuple[int, str]]:
    """The classes that other files could name."""
    spaces: list[str] = []
    for match in re.finditer(
        r"^(?:namespace(?P<space> [\w:]+)?\s*\{|\} // namespace.*|(?:class|struct) (?:[A-Z_]+ )?(?P<name>\w+(?:::\w+)*)[^;{(]*\{)",
        text,
        re.M,
    ):
        if match[0].startswith("namespace"):
            spaces.append((match["space"] or " (anonymous)").strip())
        elif match[0].startswith("}"):
            spaces and spaces.pop()
        elif "(anonymous)" not in spaces:
            yield match.start(), "::".join([*spaces, match["name"]])


def problems(files: dict[str, str]) -> list[str]:
    """files: text by path. What is wrong with them, each with path and line."""
    found: list[str] = []
    known: dict[tuple[str, str], str] = {}
    for path, raw in files.items():
        text = without_comments(raw)
        commented = re.sub(r'"(?:\\.|[^"\\\n])*"', '""', raw)  # namespaces end with a comment
        checks = [*python_tables(text), *epics_registrations(text)]
        if path not in UNLOCKERS:
            checks += unguarded_locks(text)
        for position, what in checks:
            found.append(f"{path}:{text.count(chr(10), 0, position) + 1}: {what}")
        library = path.split("/")[0]  # which hides its names from others
        for position, name in classes(commented):
            place = f"{path}:{commented.count(chr(10), 0, position) + 1}"
            if (library, name) in known:
                found.append(f"{place}: class {name} is defined in {known[library, name]}, too")
            known.setdefault((library, name), place)
    return found


def sources() -> dict[str, str]:
    return {
        str(path.relative_to(ROOT)): path.read_text()
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in (".cpp", ".h", ".c")
    }


if __name__ == "__main__":
    everything = problems(sources())
    print("\n".join(everything))
    sys.exit(1 if everything else 0)
