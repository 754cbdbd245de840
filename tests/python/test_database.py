"""The reader of database files."""

from pathlib import Path

import pytest
from asynPythonIoc._macros import Macros
from PythonDriver import DatabaseError, ParameterError
from PythonDriver._database import Record, is_undefined, read_database
from PythonDriver._link import parse_link
from PythonDriver._template import Collector


def expand(text: str, macros: dict[str, str]) -> str:
    defined = Macros()
    for name, value in macros.items():
        defined.set(name, value)
    return defined.expand(text)


def read(folder: Path, text: str, **macros: str) -> list[Record]:
    path = folder / "x.template"
    path.write_text(text)
    return read_database(path, lambda line: expand(line, macros))


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
        ("'$(A)'\"'$(A)'\"", "'$(A)'\"'1'\""),
        (r"\$(A)", r"\$(A)"),
        ("$(C='a b')", "a b"),
        ("$(LONG)$(LONG)", "ä" * 200),
        ("\udcff$(A)", "\udcff1"),
        ("x${NOT_THERE}y$(A)", "x$(NOT_THERE)y1"),
        ("$(A$(NOT_THERE))", "$(A$(NOT_THERE))"),
        ("$(R)", "$(R)"),
        ("$(ENVIRONMENT)", "e"),
    ],
)
def test_macros(monkeypatch: pytest.MonkeyPatch, text: str, expected: str) -> None:
    monkeypatch.setenv("ENVIRONMENT", "e")
    macros = {"A": "1", "N1": "n", "D": "d$(A)", "LONG": "ä" * 100, "R": "$(R)"}
    assert expand(text, macros) == expected


def test_definitions_are_those_of_a_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A", "environment")
    macros = Macros()
    macros.define("""A=1, B="x,y",C='z $(A)',D=""")
    assert macros.expand("$(A)$(B)$(C)$(D)|") == "1x,yz $(A)|"
    macros.define("A=2")
    assert macros.expand("$(A)$(B)") == "2x,y"


def test_undefined_macros_are_seen() -> None:
    assert is_undefined(expand("x$(NOT_THERE)", {}))
    assert not is_undefined(expand("x$(NOT_THERE=)", {}))
    assert is_undefined(expand("$(A)", {"A": "$(A)"}))


def test_undefined_macros_in_names(tmp_path: Path) -> None:
    text = "record(ai, $(P)X:$(N$(M))_RBV) { field(SCAN, $(SCAN)) info(pyname, $(R)x) alias(${P}Y) }"
    record = one(tmp_path, text, R="r")
    assert record.name == "$(P)X:$(N$(M))_RBV"
    assert (record.fields, record.infos, record.aliases) == ({"SCAN": "$(SCAN)"}, {"pyname": "rx"}, ["$(P)Y"])


def test_a_nul_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match=r"line 1: the character '\\x00' needs quotes"):
        read(tmp_path, "record(ai, $(P)\0)")


def test_links_with_undefined_macros() -> None:
    assert parse_link("@asyn($(PORT),$(A$(B)) , 1)LAMP $(X)") == ("$(PORT)", "LAMP $(X)")
    assert parse_link("@asynMask( P1 0xff)") == ("P1", "")
    assert parse_link("@asyn") is None


def test_messages_show_macros_that_are_not_defined(tmp_path: Path) -> None:
    text = 'record(bi, "$(P)Lamp") { field(DTYP, "asynInt32") field(INP, "@asyn($(PORT))") info(pyname, "lamp") }'
    record = one(tmp_path, text)
    with pytest.raises(ParameterError) as raised:
        Collector(object).add_record(record, "lamp")
    assert (
        "record $(P)Lamp, info(pyname, 'lamp'): expected a link @asyn(port,addr,timeout)drvInfo, got '@asyn($(PORT))'"
        in str(raised.value)
    )
