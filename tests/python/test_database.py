"""The reader of database files."""

from pathlib import Path

import pytest
from PythonDriver import DatabaseError, ParameterError
from PythonDriver._database import Record, read_database
from PythonDriver._macros import expand, is_undefined, readable
from PythonDriver._template import Collector


def read(folder: Path, text: str, **macros: str) -> list[Record]:
    path = folder / "x.template"
    path.write_text(text)
    return read_database(path, macros)


def one(folder: Path, text: str, **macros: str) -> Record:
    (record,) = read(folder, text, **macros)
    return record


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ('record(ai, "X") { field(VAL, 5) }', {"VAL": "5"}),
        ('record("ai", "X") { field("VAL", "5") }', {"VAL": "5"}),
        ("grecord(ai, X:Y_RBV) { field(INP, a.b<c>;d) }", {"INP": "a.b<c>;d"}),
        ('record(ai, "X") {\n# field(VAL, 5)\n field(PREC, "3") # behind\n}', {"PREC": "3"}),
        (r'record(ai, "X") { field(DESC, "a \"b\" # c, {d}") }', {"DESC": 'a "b" # c, {d}'}),
        ('record(ai, "X") { field(INP, {pva:{pv:"A:B", proc:true}}) }', {"INP": '{pva:{pv:"A:B",proc:true}}'}),
        ('record(ai, "X") { field(VAL, 1) }\nrecord("*", "X") { field(PREC, 2) }', {"VAL": "1", "PREC": "2"}),
        ('% C code\nrecord(ai, "X") { field(FOO, "FOO(3) 5") }', {"FOO": "FOO(3) 5"}),
        ("record(ai,X)", {}),
    ],
)
def test_fields(tmp_path: Path, text: str, fields: dict[str, str]) -> None:
    assert one(tmp_path, text).fields == fields


def test_names_keep_their_ends(tmp_path: Path) -> None:
    assert [r.name for r in read(tmp_path, 'record(ai, "SERVER_RBV") {}\nrecord(bi, "_RBV_") {}')] == [
        "SERVER_RBV",
        "_RBV_",
    ]


def test_infos_and_aliases(tmp_path: Path) -> None:
    record = one(tmp_path, 'record(ai, "X") { info(Q:form, "Hex") info(pyname, x) alias("Y") }\nalias("X", "Z")')
    assert record.infos == {"Q:form": "Hex", "pyname": "x"}
    assert record.aliases == ["Y", "Z"]
    assert record.line == 1


def test_what_is_no_record_is_skipped(tmp_path: Path) -> None:
    text = 'breaktable(t) { 0 0\n1 1 }\nmenu(m) { choice(a, "b") }\nvariable(v, int)\nrecord(ai, "X") {}\n'
    assert [record.name for record in read(tmp_path, text)] == ["X"]


def test_include(tmp_path: Path) -> None:
    (tmp_path / "inner.db").write_text('record(ai, "$(P)IN") {}')
    assert [r.name for r in read(tmp_path, 'include "inner.db"\nrecord(ai, "OUT") {}', P="A:")] == ["A:IN", "OUT"]
    with pytest.raises(DatabaseError, match=r"x.template, line 2: nothing.db was not found in"):
        read(tmp_path, '\ninclude "nothing.db"')
    with pytest.raises(DatabaseError, match=r"line 1: \$\(KIND\)\.db was not found in"):
        read(tmp_path, 'include "$(KIND).db"')


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('record(ai, "X") {\n field(VAL "5")\n}', "line 2: expected ','"),
        ('record(ai, "X") {\n field(VAL, "5)\n}', "line 2: a string is not closed"),
        ('record(ai, "X") {\n field(VAL, 5)\n', "line 2: the file ends"),
        ('record(ai, "X") {\n fild(VAL, 5)\n}', "line 2: expected field, info or alias"),
        ('record(ai, "X") {}\nrecord(bi, "X") {}', "line 2: record X: expected type ai as before, got bi"),
        ("record(ai, X Y) {}", "line 1: expected '\\)'"),
        ("record(ai, X€) {}", "line 1: the character '€' needs quotes"),
    ],
)
def test_errors_name_file_and_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DatabaseError, match=f"x.template, {message}"):
        read(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$(A)", "1"),
        ("${A}-$(B=2)", "1-2"),
        ("$(C=$(A))", "1"),
        ("$(N$(A))", "n"),
        ("$(D,A=7)", "d7"),
        ("a$b", "a$b"),
        ("$(A", "$(A"),
    ],
)
def test_macros(text: str, expected: str) -> None:
    assert expand(text, {"A": "1", "N1": "n", "D": "d$(A)"}) == expected


def test_undefined_macros_are_seen() -> None:
    assert is_undefined(expand("x$(NOT_THERE)", {}))
    assert not is_undefined(expand("x$(NOT_THERE=)", {}))
    assert "recursive" in expand("$(A)", {"A": "$(A)"})


def test_messages_show_macros_that_are_not_defined(tmp_path: Path) -> None:
    assert readable(expand("@asyn($(PORT),${A=})$(P)Lamp $", {})) == "@asyn($(PORT),)$(P)Lamp $"
    path = tmp_path / "d.template"
    path.write_text(
        'record(bi, "$(P)Lamp") { field(DTYP, "asynInt32") field(INP, "@asyn($(PORT))") info(pyname, "lamp") }'
    )
    (record,) = read_database(path, {})
    with pytest.raises(ParameterError) as raised:
        Collector(object).add_record(record, "lamp")
    assert (
        "record $(P)Lamp, info(pyname, 'lamp'): expected a link @asyn(port,addr,timeout)drvInfo, got '@asyn($(PORT))'"
        in str(raised.value)
    )
