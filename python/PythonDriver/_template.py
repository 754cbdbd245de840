"""From a driver's ``__db__`` to the parameters of its records."""

import keyword
import os
import sys
from collections.abc import Callable, Collection
from pathlib import Path

from ._database import Record, is_undefined, read_database
from ._errors import DatabaseError, ParameterError
from ._link import parameter_type, parse_link


class Parameter:
    """A parameter of the port, and the records that stand for it."""

    def __init__(self, pyname: str, drvinfo: str, type_: str, limit: int, place: str) -> None:
        self.pyname = pyname
        self.drvinfo = drvinfo
        self.type = type_
        self.limit = limit  # largest length of a string in bytes; 0 where none is known
        self.place = place  # of the first record, for messages


def find_template(name: str, cls: type) -> Path:
    """The file named by ``__db__``.

    Looked for beside the class's module, in the current directory, in ``$TOP/db`` and on
    ``EPICS_DB_INCLUDE_PATH``. Raises DatabaseError with all the places.
    """
    folders = search_path(cls)
    for folder in folders:
        candidate = folder / name
        if candidate.is_file():
            return candidate
    places = "".join(f"\n    {folder}" for folder in folders)
    raise DatabaseError(f"{cls.__module__}.{cls.__qualname__}.__db__: {name} is in none of{places}")


def search_path(cls: type) -> list[Path]:
    """The folders in which templates are looked for, each once."""
    # None: a class without a file, made by exec() or typed in.
    file = getattr(sys.modules.get(cls.__module__), "__file__", None)
    folders = [Path(file).resolve().parent] if file else []
    folders.append(Path.cwd())
    if top := os.environ.get("TOP"):
        folders.append(Path(top) / "db")
    include = os.environ.get("EPICS_DB_INCLUDE_PATH", "")
    folders.extend(Path(entry) for entry in include.split(os.pathsep) if entry)
    return list(dict.fromkeys(folders))


def read_template(name: str, cls: type, expand: Callable[[str], str]) -> list[Parameter]:
    """The parameters that a template's ``info(pyname, …)`` items name, each once.

    expand expands the macros of a line. A record whose pyname or drvInfo contains a macro that is not defined is left
    to iocInit.
    """
    path = find_template(name, cls)
    collector = Collector(cls)
    for record in read_database(path, expand, search_path(cls)):
        if (pyname := record.infos.get("pyname")) is not None:
            collector.add_record(record, pyname)
    return list(collector.parameters.values())


class Collector:
    """Checks records one by one and gathers their parameters.

    known are names of attributes that the class has. A derived class may have put something else, such as a
    property, in the place of one.
    """

    def __init__(self, cls: type, known: Collection[str] = ()) -> None:
        self._known = known
        self.parameters: dict[tuple[str, str], Parameter] = {}  # by drvInfo in lower case and pyname
        self._names: dict[str, Parameter] = {}
        self._drvinfos: dict[str, Parameter] = {}  # the first of each
        self._cls = cls

    def add_record(self, record: Record, pyname: str) -> None:
        """A record of a template."""
        dtyp = record.fields.get("DTYP", "")
        link = record.fields.get("INP") or record.fields.get("OUT") or ""
        where = f"{record.place}, record {record.name}"
        if is_undefined(pyname) or is_undefined(dtyp):
            return
        type_ = parameter_type(dtyp)
        if type_ is None:
            raise ParameterError(
                f"{where}, info(pyname, {pyname!r}): expected a DTYP of asyn for an attribute, "
                f"got {dtyp or 'Soft Channel'}"
            )
        parsed = parse_link(link)
        if parsed is None or not parsed.drvinfo:
            raise ParameterError(
                f"{where}, info(pyname, {pyname!r}): expected a link @asyn(port,addr,timeout)drvInfo, got {link!r}"
            )
        if not is_undefined(parsed.drvinfo):
            self.add(pyname, parsed.drvinfo, type_, string_limit(record), where)

    def add(self, pyname: str, drvinfo: str, type_: str, limit: int, where: str) -> Parameter:
        """A parameter, new or known. Raises ParameterError where it does not fit what is known."""
        if pyname not in self._known:
            check_name(pyname, self._cls, where)
        named = self._names.get(pyname)
        if named is not None and named.drvinfo.lower() != drvinfo.lower():
            raise ParameterError(
                f"{where}: pyname {pyname!r} has drvInfo {drvinfo} here and {named.drvinfo} in {named.place}"
            )
        first = self._drvinfos.get(drvinfo.lower())
        if first is not None and first.type != type_:
            raise ParameterError(
                f"{where}: drvInfo {drvinfo} is of type {type_} here and of type {first.type} in {first.place}"
            )
        known = self.parameters.get((drvinfo.lower(), pyname))
        if known is None:
            known = Parameter(pyname, drvinfo, type_, limit, where)
            self.parameters[drvinfo.lower(), pyname] = known
            self._drvinfos.setdefault(drvinfo.lower(), known)
        known.limit = max(known.limit, limit) if known.limit and limit else 0
        self._names[pyname] = known
        return known


def check_name(pyname: str, cls: type, where: str) -> None:
    """Raises ParameterError where a name cannot be an attribute of the class."""
    if not pyname.isidentifier() or keyword.iskeyword(pyname):
        raise ParameterError(f"{where}: expected a Python identifier as pyname, got {pyname!r}")
    existing = static_attribute(cls, pyname)
    if existing is not None and not is_attribute(existing):
        raise ParameterError(
            f"{where}: pyname {pyname!r} is a {type(existing).__name__} of class {cls.__qualname__} "
            "already; choose another name"
        )


def static_attribute(cls: type, name: str) -> object:
    """What a class or one of its bases has under that name, without calling descriptors; else None."""
    return next((vars(base)[name] for base in cls.__mro__ if name in vars(base)), None)


def is_attribute(thing: object) -> bool:
    """Whether it is a parameter of the port."""
    return type(thing).__module__ == "_asynPython" and type(thing).__name__ == "Attribute"


def string_limit(record: Record) -> int:
    """The longest string that a record can hold, in bytes; 0 where a macro decides, or for no string."""
    if parameter_type(record.fields.get("DTYP", "")) != "Octet":
        return 0
    match record.type:
        case "stringin" | "stringout":
            return 39
        case "lsi" | "lso" | "printf":
            size = record.fields.get("SIZV", "41")
            return max(int(size) - 1, 0) if size.isdigit() else 0
        case _:
            size = record.fields.get("NELM", "1")
            return int(size) if size.isdigit() else 0
