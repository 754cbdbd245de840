"""Finds the templates of a driver's ``__db__`` and collects the parameters of their records."""

import keyword
import os
import sys
from collections.abc import Callable, Collection
from pathlib import Path

from ._database import Record, is_undefined, read_database
from ._errors import DatabaseError, ParameterError
from ._link import parameter_type, parse_link


class Parameter:
    """A parameter of the port that records with a pyname refer to."""

    def __init__(self, pyname: str, drvinfo: str, type_: str, limit: int, place: str) -> None:
        self.pyname = pyname
        self.drvinfo = drvinfo
        self.type = type_
        self.limit = limit  # largest length of a string in bytes; 0 if unknown
        self.place = place  # file, line and name of the first record, for messages


def find_template(name: str, cls: type) -> Path:
    """Return the path of a template that ``__db__`` names.

    Searches the folder of the class's module, the current directory, ``$TOP/db`` and ``EPICS_DB_INCLUDE_PATH``.
    Raises DatabaseError, which lists these folders, if none has the file.
    """
    folders = search_path(cls)
    for folder in folders:
        candidate = folder / name
        if candidate.is_file():
            return candidate
    places = "".join(f"\n    {folder}" for folder in folders)
    raise DatabaseError(f"{cls.__module__}.{cls.__qualname__}.__db__: {name} was not found in{places}")


def search_path(cls: type) -> list[Path]:
    """Return the folders that are searched for templates, each once."""
    # A class defined by exec() or typed at a prompt has no file.
    file = getattr(sys.modules.get(cls.__module__), "__file__", None)
    folders = [Path(file).resolve().parent] if file else []
    folders.append(Path.cwd())
    if top := os.environ.get("TOP"):
        folders.append(Path(top) / "db")
    include = os.environ.get("EPICS_DB_INCLUDE_PATH", "")
    folders.extend(Path(entry) for entry in include.split(os.pathsep) if entry)
    return list(dict.fromkeys(folders))


def read_template(name: str, cls: type, expand: Callable[[str], str]) -> list[Parameter]:
    """Return the parameters of a template's records with ``info(pyname, …)``, each once.

    ``expand`` expands the macros of a line. A record whose pyname, DTYP or drvInfo contains an undefined macro is left
    out. It gets its attribute at iocInit. Raises DatabaseError or ParameterError.
    """
    path = find_template(name, cls)
    collector = Collector(cls)
    for record in read_database(path, expand, search_path(cls)):
        if (pyname := record.infos.get("pyname")) is not None:
            collector.add_record(record, pyname)
    return list(collector.parameters.values())


class Collector:
    """Checks records and collects their parameters.

    ``known`` are the names of Attribute objects that the class already has. They are not checked against the class,
    because a derived class may have replaced one, for example by a property.
    """

    def __init__(self, cls: type, known: Collection[str] = ()) -> None:
        self._known = known
        self.parameters: dict[tuple[str, str], Parameter] = {}  # by lower-case drvInfo and pyname
        self._names: dict[str, Parameter] = {}  # by pyname
        self._drvinfos: dict[str, Parameter] = {}  # the first parameter of each lower-case drvInfo
        self._cls = cls

    def add_record(self, record: Record, pyname: str) -> None:
        """Add a template's record. Raises ParameterError."""
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
        """Add a parameter or find it. Raises ParameterError if it contradicts an earlier one."""
        if pyname not in self._known:
            check_name(pyname, self._cls, where)
        named = self._names.get(pyname)
        if named is not None and named.drvinfo.lower() != drvinfo.lower():
            raise ParameterError(
                f"{where}: pyname {pyname!r}: expected drvInfo {named.drvinfo} as in {named.place}, got {drvinfo}"
            )
        first = self._drvinfos.get(drvinfo.lower())
        if first is not None and first.type != type_:
            raise ParameterError(
                f"{where}: drvInfo {drvinfo}: expected type {first.type} as in {first.place}, got {type_}"
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
    """Raise ParameterError if a name cannot become an attribute of the class."""
    if not pyname.isidentifier() or keyword.iskeyword(pyname):
        raise ParameterError(f"{where}: expected a Python identifier as pyname, got {pyname!r}")
    existing = static_attribute(cls, pyname)
    if existing is not None and not is_attribute(existing):
        raise ParameterError(
            f"{where}: class {cls.__qualname__} already has a {type(existing).__name__} of the name {pyname!r}; "
            "choose another pyname"
        )


def static_attribute(cls: type, name: str) -> object:
    """Return a class attribute, also from a base class, without calling descriptors; None if there is none."""
    return next((vars(base)[name] for base in cls.__mro__ if name in vars(base)), None)


def is_attribute(thing: object) -> bool:
    """Return whether it is an Attribute of some port's ``_asynPython``."""
    return type(thing).__module__ == "_asynPython" and type(thing).__name__ == "Attribute"


def string_limit(record: Record) -> int:
    """Return the length of the longest string that a record holds, in bytes; 0 if unknown or not a string."""
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
