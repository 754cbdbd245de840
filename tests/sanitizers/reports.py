"""Shows the sanitizers' reports in a folder; exit code 1 where there are any: reports.py FOLDER.

The leak sanitizer also finds what Python leaves behind at the process's end. A leak is passed over where no
function of the project is in the stack of its allocation.
"""

import re
import sys
from pathlib import Path

OWN = re.compile(r"/asynPortApp/|/asynPythonApp/|libasyn\w+\.so|/_host\.")
LEAKS = "LeakSanitizer: detected memory leaks"
# It stops all threads wherever they are, and sometimes falls over one that is just ending.
LOOK_FAILED = "LeakSanitizer has encountered a fatal error"


def own_leaks(text: str) -> list[str]:
    leaks = re.split(r"\n\n(?=Direct leak|Indirect leak|SUMMARY)", text)[1:]
    return [leak for leak in leaks if not leak.startswith("SUMMARY") and OWN.search(leak)]


def shown(text: str) -> str:
    """What of a report is to be seen: all of it, or the project's leaks."""
    if LOOK_FAILED in text and "ERROR: AddressSanitizer" not in text and "runtime error" not in text:
        print("once the leak sanitizer could not look for leaks")
        return ""
    return "\n\n".join(own_leaks(text)) if LEAKS in text else text


def main(folder: Path) -> int:
    files = sorted(folder.iterdir())
    texts = [(file, shown(file.read_text(errors="replace")).strip()) for file in files]
    bad = [(file, text) for file, text in texts if text]
    for file, text in bad:
        print(f"=== {file}\n{text}\n")
    print(f"{len(bad)} files with reports of {len(files)} in {folder}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
