"""The code that documentation shows: blocks of pages and of docstrings.

    snippets.py FOLDER

writes those of softioc's docstrings into a folder, for a type checker.
"""

import re
import sys
import textwrap
from pathlib import Path

SOFTIOC = Path(__file__).resolve().parents[2] / "python" / "pythonIoc" / "packages" / "softioc"


def blocks(page: Path) -> list[str]:
    """The indented blocks of a page."""
    found = re.findall(r"(?m)(?:^(?:    .*)?\n)+", page.read_text())
    return [text for block in found if (text := textwrap.dedent(block).strip("\n"))]


def docstring_block(module: str) -> str:
    """That of a module's docstring, which follows two colons."""
    docstring = (SOFTIOC / module).read_text().split('"""')[1]
    (block,) = re.findall(r"::\n\n((?:(?:    .*)?\n)+)", docstring)
    return textwrap.dedent(block).strip("\n") + "\n"


if __name__ == "__main__":
    for module in ("__init__", "autosave"):
        (Path(sys.argv[1]) / f"snippet{module}.py").write_text(docstring_block(f"{module}.py"))
