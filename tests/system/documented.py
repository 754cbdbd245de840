"""What a page says of softioc's functions, compared with what they are; run by pythonIoc.

    documented.py PAGE

Each `name(parameters)` of a page is looked up: on softioc's own page it is the definition, elsewhere a call that can be
made. So is each row of the table of builder. What differs is printed.
"""

import ast
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from softioc import (
    alarm,
    asyncio_dispatcher,
    autosave,
    builder,
    cothread_dispatcher,
    device,
    device_core,
    imports,
    softioc,
)

CALL = re.compile(r"`((?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*\([^`]*\))`")
PLACES: list[Any] = [
    SimpleNamespace(**vars(softioc)),
    SimpleNamespace(**vars(builder)),
    SimpleNamespace(
        alarm=alarm,
        asyncio_dispatcher=asyncio_dispatcher,
        autosave=autosave,
        cothread_dispatcher=cothread_dispatcher,
        device_core=device_core,
        imports=imports,
        softioc=softioc,
        LookupRecordList=device_core.LookupRecordList,
        db_put_field_process=imports.db_put_field_process,
        db_get_field=imports.db_get_field,
        AsyncioDispatcher=asyncio_dispatcher.AsyncioDispatcher,
        CothreadDispatcher=cothread_dispatcher.CothreadDispatcher,
        close=asyncio_dispatcher.AsyncioDispatcher.close,
        wait_for_quit=asyncio_dispatcher.AsyncioDispatcher.wait_for_quit,
        get=device.Record.get,
        set=device.ProcessDeviceSupportOut.set,
        # Not softioc's: Python's, the script's, and the form of a link.
        require=lambda *requirements: None,
        str=lambda record: None,
        name=lambda severity: None,
        record=lambda specifier: None,
    ),
]
RECORDS = (device.ProcessDeviceSupportIn, device.ProcessDeviceSupportOut)


def found(name: str) -> Iterator[Callable[..., Any]]:
    """What may be meant by it."""
    if name.startswith(("record.", "Out.")):
        kinds = RECORDS if name.startswith("record.") else RECORDS[1:]
        yield from (getattr(kind, name.partition(".")[2]) for kind in kinds)
        return
    for place in PLACES:
        thing = place
        for part in name.split("."):
            thing = getattr(thing, part, None)
        if thing is not None:
            yield thing


def parameters(function: Callable[..., Any]) -> list[tuple[str, Any]]:
    """Names and defaults; without those that take the rest, and that of the object."""
    known = inspect.signature(function).parameters.values()
    kept = [p for p in known if p.name != "self" and p.kind is not p.VAR_KEYWORD]
    return [(p.name, p.default) for p in kept]


def agrees(call: ast.Call, function: Callable[..., Any], defines: bool) -> bool:
    """Whether a definition, of names and name=default, is the function's; or whether a call can be made."""
    if not call.args and not call.keywords:
        return True  # no more than its name
    arguments = [each for each in call.args if ast.unparse(each) != "..."]
    defines = defines and arguments == call.args and all(isinstance(each, ast.Name) for each in arguments)
    if defines:
        told: list[tuple[str, Any]] = [(ast.unparse(each), inspect.Parameter.empty) for each in arguments]
        told += [(str(each.arg), ast.literal_eval(each.value)) for each in call.keywords]
        return told == parameters(function)
    signature = inspect.signature(function)
    values = [object()] * (len(arguments) + ("self" in signature.parameters))
    try:
        signature.bind(*values, **{str(each.arg): object() for each in call.keywords})
    except TypeError:
        return False
    return True


def differs(text: str, defines: bool) -> str:
    """What is wrong with `name(...)`; nothing where it is right."""
    call = ast.parse(text.replace("…", "..."), mode="eval").body
    assert isinstance(call, ast.Call)
    functions = list(found(ast.unparse(call.func)))
    if not functions:
        return "is not there"
    if any(agrees(call, function, defines) for function in functions):
        return ""
    return "is " + " or ".join(str(inspect.signature(function)) for function in functions)


def rows(page: str) -> Iterator[tuple[list[str], list[str]]]:
    """Of builder's table: names of functions, and their positional parameters."""
    table = re.search(r"(?s)\| \| positional \|.*?\n\n", page)
    for line in re.findall(r"(?m)^\| `.*", table[0]) if table else ():
        names, positional = line.strip("| ").split(" | ")[:2]
        groups = [re.findall(r"`(\w+)`", group) for group in names.split(" / ")]
        told = [each.split(", ") for each in positional.split(" / ")]
        for number, group in enumerate(groups):
            yield group, told[min(number, len(told) - 1)]


def positional(function: Callable[..., Any]) -> list[str]:
    kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
    names = [p.name for p in inspect.signature(function).parameters.values() if p.kind in kinds]
    return ["option" if name == "options" else name for name in names]


def main() -> None:
    page = Path(sys.argv[1]).read_text()
    checked = 0
    for text in CALL.findall(page):
        checked += 1
        if wrong := differs(text, defines=page.startswith("# softioc\n")):
            print(f"{text} {wrong}")
    for names, told in rows(page):
        for name in names:
            checked += 1
            there = positional(getattr(builder, name))
            if [each for each in told if not each.startswith("…")] != there:
                print(f"{name} {told} is {there}")
    print(f"{checked} checked")


main()
