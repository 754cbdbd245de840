"""Shows the sanitizers' reports in a folder: reports.py FOLDER.

The exit code is 1 where there are any, and 2 where all there is to tell is that the leak sanitizer itself fell over,
once in each file.

The leak sanitizer also finds what Python leaves behind at the process's end. A leak is passed over where no
function of the project is in the stack of its allocation; and where it is a string: CPython never frees those that an
ended sub-interpreter has interned, whoever made them.
"""

import re
import sys
from pathlib import Path

OWN = re.compile(r"/asynPortApp/|/asynPythonApp/|libasyn\w+\.so|/_host\.")
STRING = re.compile(r" in PyUnicode_New\b")
LEAKS = "LeakSanitizer: detected memory leaks"
# All that it says then: it could not stop the threads, or met memory that it took for that of a thread.
FALLEN = re.compile(
    r"(Tracer caught signal .*\n)?(==\d+==LeakSanitizer has encountered a fatal error\.?\n)(==\d+==HINT: .*\n?)*"
)


def own_leaks(text: str) -> list[str]:
    leaks = re.split(r"\n\n(?=Direct leak|Indirect leak|SUMMARY)", text)[1:]
    own = [leak for leak in leaks if not leak.startswith("SUMMARY") and OWN.search(leak)]
    return [leak for leak in own if not STRING.search(leak)]


def fallen(text: str) -> bool:
    return FALLEN.fullmatch(text) is not None


def shown(text: str) -> str:
    """What of a report is to be seen: all of it, or the project's leaks, for which a process may have looked twice."""
    leaks_only = text.count("ERROR: ") == text.count(LEAKS) > 0 and "runtime error: " not in text
    return "\n\n".join(own_leaks(text)) if leaks_only else text


def main(folder: Path) -> int:
    files = sorted(folder.iterdir())
    texts = {file: file.read_text(errors="replace") for file in files}
    bad = {file: seen for file, text in texts.items() if (seen := shown(text).strip())}
    for file, text in bad.items():
        print(f"=== {file}\n{text}\n")
    print(f"{len(bad)} files with reports of {len(files)} in {folder}")
    if not bad:
        return 0
    return 2 if all(fallen(texts[file]) for file in bad) else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
