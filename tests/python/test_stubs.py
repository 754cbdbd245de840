"""The type stubs of the C++ modules have what the modules define, with a docstring for each entry."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "asynPythonApp" / "src"
STUBS = ROOT / "python" / "stubs"
HOST_STUBS = ROOT / "python" / "asynPythonIoc"

#: The stub's file and class, and the sources with its tables.
TABLES = [
    (STUBS / "_asynPython.pyi", None, ["port/module.cpp"]),
    (STUBS / "_asynPython.pyi", "Attribute", ["port/attribute.cpp"]),
    (STUBS / "_records.pyi", None, ["softioc/recordsModule.cpp"]),
    (STUBS / "_records.pyi", "Parameter", ["softioc/recordParameter.cpp"]),
    (HOST_STUBS / "_host.pyi", None, ["host/hostModule.cpp"]),
    (HOST_STUBS / "_pva.pyi", None, ["host/pvaModule.cpp"]),
]

DEFINITION = re.compile(
    r"""\{"(\w+)",\s*python(?:Entry|Method)<   # an entry of PyMethodDef or PyGetSetDef
      | module\.(?:def|attr)\(\s*"(\w+)"        # pybind11
      | PyModule_Add\w+\([^"]*,\s*"(\w+)"       # any other object of the module
    """,
    re.VERBOSE,
)


def defined(sources: list[str]) -> set[str]:
    """The names that C++ gives a module or a class."""
    text = "".join((SOURCES / source).read_text() for source in sources)
    return {next(filter(None, match.groups())) for match in DEFINITION.finditer(text)}


def entries(stub: Path, class_name: str | None) -> dict[str, tuple[ast.stmt, str | None]]:
    """The stub's statements by name, each with its docstring; without those that Python itself names."""
    body = ast.parse(stub.read_text()).body
    if class_name is not None:
        (body,) = [node.body for node in body if isinstance(node, ast.ClassDef) and node.name == class_name]
    found: dict[str, tuple[ast.stmt, str | None]] = {}
    for node, following in zip(body, [*body[1:], None], strict=True):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = node, ast.get_docstring(node)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found[node.target.id] = node, docstring_after(following)
    return {name: entry for name, entry in found.items() if not name.startswith("__")}


def docstring_after(node: ast.stmt | None) -> str | None:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return str(node.value.value)
    return None


def untyped(node: ast.stmt) -> Iterator[str]:
    """What a function's entry gives no type for."""
    if isinstance(node, ast.FunctionDef):
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        yield from (each.arg for each in arguments if each.annotation is None and each.arg != "self")
        if node.returns is None:
            yield "return"


@pytest.mark.parametrize(("stub", "class_name", "sources"), TABLES, ids=lambda value: str(value).rpartition("/")[2])
def test_a_stub_has_what_cpp_defines(stub: Path, class_name: str | None, sources: list[str]) -> None:
    names = defined(sources)
    assert names, f"no table found in {sources}"
    assert set(entries(stub, class_name)) == names


@pytest.mark.parametrize(("stub", "class_name", "sources"), TABLES, ids=lambda value: str(value).rpartition("/")[2])
def test_an_entry_has_types_and_a_docstring(stub: Path, class_name: str | None, sources: list[str]) -> None:
    for name, (node, documentation) in entries(stub, class_name).items():
        assert documentation, f"{stub.name}: {name} has no docstring"
        assert not list(untyped(node)), f"{stub.name}: {name} lacks types of {list(untyped(node))}"
