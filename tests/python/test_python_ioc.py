"""The parts of pythonIoc that need no process of their own."""

import pytest
from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion
from pythonIoc import _environment, _main_names, _options, _requirements


@pytest.mark.parametrize(
    ("arguments", "options", "rest"),
    [
        ([], [], []),
        (["script.py", "-I"], [], ["script.py", "-I"]),
        (["-uB", "script.py"], ["-u", "-B"], ["script.py"]),
        (["-Bc", "code", "-E"], ["-B"], ["-c", "code", "-E"]),
        (["-mname", "-E"], [], ["-mname", "-E"]),
        (["-W", "-E", "x.py"], ["-W-E"], ["x.py"]),
        (["-WE", "-Xdev", "-X", "utf8", "-"], ["-WE", "-Xdev", "-Xutf8"], ["-"]),
        (["-BX", "dev"], ["-B", "-Xdev"], []),
        (["-i", "--", "-E"], ["-i"], ["--", "-E"]),
        (["--check-hash-based-pycs", "always", "-s"], ["--check-hash-based-pycs", "always", "-s"], []),
        (["-X"], ["-X"], []),
    ],
)
def test_options_end_where_python_ends_them(arguments: list[str], options: list[str], rest: list[str]) -> None:
    assert _options.split(arguments) == (options, rest)


def test_without_environment() -> None:
    assert _options.without_environment(["-B", "-I", "-E", "-u"]) == ["-B", "-P", "-s", "-u"]


def test_the_environment_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    before = {"PYTHONPATH": "a:b", "PYTHONUTF8": "1", "HOME": "/"}
    monkeypatch.setattr(_environment, "_of_command", False)
    for ignored in (False, True):
        started = _environment.outgoing(before, ["x", "y"], ignored)
        assert started["PYTHONPATH"] == ("x:y" if ignored else "x:y:a:b")
        assert ("PYTHONUTF8" in started) != ignored
        monkeypatch.setattr(_environment.os, "environ", started)
        assert _environment.restore()
        assert started == before
        assert not _environment.restore()


def test_nothing_is_offered_outside_of_the_command() -> None:
    import __main__

    _main_names.offer("a_name_of_this_test", 1)
    assert not hasattr(__main__, "a_name_of_this_test")


@pytest.mark.parametrize(
    ("text", "yes", "no"),
    [
        ("a", ["1", "0.0.1", "what?"], []),
        ("a==2.12", ["2.12", "2.12.0", "v2.12", "2.12+local"], ["2.1.2", "2.13", "2.12rc1", "what?"]),
        ("a==2-6", ["2-6", "2.post6"], ["2.6"]),
        ("a===what?", ["what?"], ["1"]),
        ("a == 1.*", ["1", "1.9.3"], ["2.1", "10.0"]),
        ("a!=1.0.*", ["1.1"], ["1.0.3"]),
        ("a>=1.9,<2", ["1.9", "1.10.5"], ["1.8.9", "2.0", "2.0.1"]),
        ("a[x, y] >= 1.9", ["1.10"], ["1.9a1", "1.9.dev3"]),
        ("a (>=2)", ["2"], ["1"]),
        ("a~=1.4.2", ["1.4.2", "1.4.9"], ["1.5", "1.4.1"]),
        ("a>1", ["1.0.1", "1!0"], ["1.0", "1.post1", "1rc1"]),
        ("a<=1.0b2", ["1.0a9", "1.0b2", "1.0.dev1"], ["1.0b3", "1.0"]),
        ("a===1.0", ["1.0"], ["1.0.0"]),
        ("a>=1.0", [], ["what?"]),
    ],
)
def test_versions(text: str, yes: list[str], no: list[str]) -> None:
    requirement = _requirements.parse(text)
    assert requirement is not None and requirement.name == "a" and _requirements.applies(requirement)
    assert [version for version in yes + no if _requirements.accepts(requirement, version)] == yes


def test_versions_that_older_releases_of_packaging_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    def contains(*_: object, **__: object) -> bool:
        raise InvalidVersion

    monkeypatch.setattr(SpecifierSet, "contains", contains)
    for text, accepted in (("a", True), ("a===what?", True), ("a===1", False), ("a>=1", False)):
        requirement = _requirements.parse(text)
        assert requirement is not None
        assert _requirements.accepts(requirement, "what?") == accepted


def test_markers() -> None:
    for text, applies in (
        ('a>=1; python_version < "3"', False),
        ('a>=1; python_version >= "3"', True),
        ('a; extra == "x"', False),
        ("a @ file:///somewhere", True),
    ):
        requirement = _requirements.parse(text)
        assert requirement is not None and _requirements.applies(requirement) == applies, text


def test_texts_that_are_not_requirements() -> None:
    for text in ("==1", "a=1", "a b", "a >= 1 2", "a==what?", ""):
        assert _requirements.parse(text) is None, text


def test_lines_of_requirements() -> None:
    given = ("a==1  # why\n# no\n\nb", ["c", ("d",)])
    assert list(_requirements.lines(given)) == ["a==1", "b", "c", "d"]
