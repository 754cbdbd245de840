"""The tour of the code names files and functions that are there, in an order in which one calls the next."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "explanations" / "data-flow.md"
PLACES = (ROOT / "asynPortApp" / "src", ROOT / "asynPythonApp" / "src", ROOT)
STEP = re.compile(r"^(\d+)\. `([^`]+)` `(\w+)`: (.+)$")

PYTHON = r"^\s*(?:async )?def {0}\("
CPP = (
    r"\b(?:class|struct) {0}\b|"
    r"^[A-Z_]+\({0},|"  # a macro that defines it
    r"^[ \w:<>&*,~]*\b{0}(?:<[^>]*>)?\((?:[^;(){{}}]|\([^()]*\))*\)[^;{{}}]*\{{"
)


def _source(name: str) -> Path:
    found = [place / name for place in PLACES if (place / name).is_file()]
    assert len(found) == 1, f"{name} is {len(found)} files of {', '.join(str(place) for place in PLACES)}"
    return found[0]


def _tours() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    for section in PAGE.read_text().split("\n## ")[1:]:
        title, _, body = section.partition("\n")
        lines = [line for line in body.splitlines() if re.match(r"\d+\. ", line)]
        steps = [STEP.match(line) for line in lines]
        assert all(steps), [line for line, step in zip(lines, steps, strict=True) if not step]
        if steps:
            assert [int(step[1]) for step in steps if step] == list(range(1, len(steps) + 1)), title
            yield title, [(step[2], step[3]) for step in steps if step]


TOURS = dict(_tours())


def test_there_is_a_tour_for_each_way() -> None:
    assert len(TOURS) == 6 and all(len(steps) > 5 for steps in TOURS.values())


@pytest.mark.parametrize("title", TOURS)
def test_each_function_is_defined_in_its_file(title: str) -> None:
    for name, function in TOURS[title]:
        text = _source(name).read_text()
        # In C++ the name of a definition is followed by parameters and a body, or begins a class.
        pattern = PYTHON if name.endswith(".py") else CPP
        assert re.search(pattern.format(function), text, re.M), f"{title}: {name} does not define {function}"
