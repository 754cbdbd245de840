"""Macros are expanded as EPICS' macLib expands them."""

import ctypes
from pathlib import Path

import pytest
from PythonDriver._macros import expand, readable

epicscorelibs = pytest.importorskip("epicscorelibs")

MACROS = {
    "A": "1",
    "N1": "n",
    "D": "d$(A)",
    "SINGLE": "'$(A)'",
    "DOUBLE": '"$(A)"',
    "ESCAPED": r"a\$(A)\'x",
    "APOSTROPHE": "it's",
}


def mac_lib(text: str) -> str:
    """The same text, expanded by macLib."""
    (library,) = (Path(epicscorelibs.__path__[0]) / "lib").glob("libCom.so.*")
    com = ctypes.CDLL(str(library))
    handle = ctypes.c_void_p()
    assert com.macCreateHandle(ctypes.byref(handle), None) == 0
    com.macSuppressWarning(handle, 1)
    for name, value in MACROS.items():
        com.macPutValue(handle, name.encode(), value.encode())
    result = ctypes.create_string_buffer(200)
    com.macExpandString(handle, text.encode(), result, ctypes.c_long(len(result)))
    com.macDeleteHandle(handle)
    return result.value.decode()


@pytest.mark.parametrize(
    "text",
    [
        # quotes of the text
        "'$(A)'", '"$(A)"', '"it\'s $(A)"', "it's $(A)", "'a\"$(A)'", "'$(A", r"\'$(A)\'", r"'\'$(A)'",
        # quotes and backslashes of values, names and defaults
        "$(SINGLE)", "$(DOUBLE)", "$(ESCAPED)", "$(APOSTROPHE) $(A)", "$('A')", "$(X=a'b'c)", r"$(X=x\,y)",
        "$(X='$(A)')", "$(X=')')", "$(D,A='5,6')",
        # backslashes of the text
        r"\$(A)", r"a\b",
        # ends of defaults
        "$(X=f(x))", "$(X=f(x,y))", "$(A=x(y)z)", "$(X=a,b=c,d)", "$(X= $(A))",
        # references in references
        "$(N$(A))", "$(X=$(A))", "$(X=${N1=2})", "$(X=$(B),B=3)", "$(D,A=$(N1))", "$(A,A=x$(A))", "$(D, A = 5 )",
        # undefined macros
        "$(Y)", "$(Y$(Z))", "$(X=$(Y))", "$()", "$(A )", "$",
    ],
)  # fmt: skip
def test_the_result_is_that_of_mac_lib(text: str) -> None:
    assert readable(expand(text, MACROS)) == mac_lib(text)
