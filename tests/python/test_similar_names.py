"""Which names count as misspelled."""

import pytest
from PythonDriver._typos import resembles

PAIRS = {
    ("rnad", "rand"): True,
    ("votlage", "voltage"): True,
    ("voltsge", "voltage"): True,
    ("volage", "voltage"): True,
    ("voltaage", "voltage"): True,
    ("maxValue", "max_value"): True,
    ("_gain", "gain"): False,
    ("gain_", "gain"): False,
    ("channels", "channel"): False,
    ("timer", "time"): False,
    ("rate", "date"): False,
    ("min_y", "min_x"): False,
    ("pos_x_set", "pos_y_set"): False,
    ("ch1", "ch2"): False,
    ("channel1", "channel2"): False,
    ("channel10", "channel1"): False,
    ("lock", "clock"): False,
    ("run", "rum"): False,
    ("gain_thread", "gain"): False,
}


@pytest.mark.parametrize(("name", "known"), PAIRS)
def test_what_resembles_a_name(name: str, known: str) -> None:
    assert resembles(name, known) == resembles(known, name) == PAIRS[name, known]
