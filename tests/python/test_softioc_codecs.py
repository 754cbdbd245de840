"""What softioc makes of the values that scripts give records, without an IOC."""

import enum
from typing import Any

import numpy as np
import pytest
import pythonIoc  # noqa: F401  (the path of softioc)
from softioc._codecs import Choice, Float, Integer, LongText, Strings, Text, Truth, Valued, ValueTooLong

STATES = {"ZRVL": 0, "ZRST": "off", "ONVL": "0x10", "ONST": "on", "TWVL": 16, "TWST": "again"}


def test_a_float_takes_numbers() -> None:
    encoded = [Float().encode(value) for value in (1, True, 2.5, np.float32(0.5), np.int16(-3))]
    assert encoded == [1.0, 1.0, 2.5, 0.5, -3.0]
    assert all(type(value) is float for value in encoded)
    assert np.isnan(Float().encode(float("nan")))


@pytest.mark.parametrize("value", ["1.5", b"1", None, [1.0]])
def test_a_float_refuses_what_is_not_a_number(value: Any) -> None:
    with pytest.raises(TypeError, match=f"expected a number, got .*{type(value).__name__}"):
        Float().encode(value)


def test_a_float_refuses_an_integer_that_no_double_holds() -> None:
    with pytest.raises(OverflowError):
        Float().encode(10**400)


def test_an_integer_takes_whole_numbers() -> None:
    values = (7, True, 7.0, np.bool_(True), np.float64(7.0), np.uint8(7))
    assert [Integer().encode(value) for value in values] == [7, 1, 7, 1, 7, 7]
    assert Integer("Int64").type == "Int64"


@pytest.mark.parametrize("value", [1.5, float("nan"), float("inf"), np.float32(0.5), "7", None, [7]])
def test_an_integer_refuses_other_values(value: Any) -> None:
    with pytest.raises(TypeError, match="expected an integer, got"):
        Integer().encode(value)


@pytest.mark.parametrize(("value", "expected"), [(0, 0), (1, 1), (7, 1), (-1, 1), (False, 0), (0.0, 0)])
def test_a_bi_is_0_or_1(value: Any, expected: int) -> None:
    assert Truth().encode(value) == expected


def test_a_choice_takes_the_numbers_of_its_states() -> None:
    assert [Choice(STATES).encode(number) for number in (0, 1, 2)] == [0, 1, 2]
    with pytest.raises(ValueError, match=r"expected one of 0 \(off\), 1 \(on\), 2 \(again\), got 3"):
        Choice(STATES).encode(3)


def test_a_choice_without_states_takes_what_its_field_holds() -> None:
    assert Choice({}).encode(65535) == 65535
    for number in (-1, 65536):
        with pytest.raises(ValueError, match="from 0 to 65535"):
            Choice({}).encode(number)


def test_a_choice_reads_its_states_again_before_it_refuses_a_number() -> None:
    choice = Choice(STATES)
    choice.field = {**STATES, "THST": "new"}.get
    assert choice.encode(3) == 3


def test_a_valued_choice_takes_the_values_of_its_states() -> None:
    assert [Valued(STATES).encode(value) for value in (0, 16)] == [0, 16]
    with pytest.raises(ValueError, match=r"expected one of 0 \(off\), 16 \(on\), got 1"):
        Valued(STATES).encode(1)


@pytest.mark.parametrize("field", ["NOBT", "MASK", "SHFT"])
def test_with_a_mask_a_valued_choice_takes_any_integer(field: str) -> None:
    assert Valued({**STATES, field: 4}).encode(-5) == -5


class Colour(enum.StrEnum):
    RED = "red"


def test_a_text_takes_str_alone() -> None:
    assert Text().encode("é") == "é"
    assert type(Text().encode(Colour.RED)) is str and Text().encode(Colour.RED) == "red"
    for value in (b"red", 1, None):
        with pytest.raises(TypeError, match="expected a str"):
            Text().encode(value)


def test_a_text_has_at_most_39_bytes() -> None:
    assert Text().encode("x" * 39) == "x" * 39
    for value in ("x" * 40, "é" * 20):
        with pytest.raises(ValueTooLong, match="expected at most 39 bytes, got 40: "):
            Text().encode(value)


def test_a_message_shows_the_start_of_a_long_value() -> None:
    with pytest.raises(ValueTooLong) as caught:
        Text().encode("x" * 1000)
    assert str(caught.value).endswith("x...") and len(str(caught.value)) < 130


def test_strings_come_back() -> None:
    strings = Strings(3)
    assert len(strings.encode(["a", "é"])) == 80
    assert strings.decode(strings.encode(["a", b"b", 3])) == ["a", "b", "3"]
    assert strings.decode(strings.encode("alone")) == ["alone"]
    assert strings.decode(strings.encode([])) == []


def test_strings_refuse_what_does_not_fit() -> None:
    with pytest.raises(ValueTooLong, match="at most 2 elements"):
        Strings(2).encode(["a", "b", "c"])
    assert Strings(2).encode(["x" * 39])
    with pytest.raises(ValueTooLong, match="at most 39 bytes"):
        Strings(2).encode(["x" * 40])


def test_a_long_text_comes_back() -> None:
    text = LongText(4)
    assert text.encode("xé") == "xé".encode() + b"\0"
    assert text.decode(text.encode("xé")) == "xé"
    assert text.decode(b"a\0b\0") == "a"
    assert text.decode(text.encode("\udcff")) == "\udcff"


def test_a_long_text_has_room_for_its_nul() -> None:
    with pytest.raises(ValueTooLong, match="at most 4 bytes with the NUL"):
        LongText(4).encode("four")
    with pytest.raises(TypeError, match="expected a str"):
        LongText(4).encode(b"x")
