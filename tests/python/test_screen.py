"""The scope's medm screen."""

import re
from pathlib import Path

SCREEN = Path(__file__).parents[2] / "iocs" / "scopeIOC" / "scopeApp" / "op" / "adl" / "testAsynPortDriver.adl"


def test_labels_fit() -> None:
    """medm's font of a label follows its height; in the widest standard font of 20 pixels a character takes 10."""
    label = r'^text \{\s+object \{[^}]*?width=(\d+)\s+height=(\d+)[^}]*\}[^}]*\}\s+textix="([^"]*)"'
    labels = re.findall(label, SCREEN.read_text(), re.MULTILINE)
    assert len(labels) > 10
    for width, height, text in labels:
        shown = text.replace("$(P)", "MTEST:").replace("$(R)", "SCOPE:")
        assert int(width) >= len(shown) * int(height) / 2, text
