"""Prints compiler flags for C++ drivers and the folders of dbd files and templates."""

import argparse
from pathlib import Path

import epicscorelibs.config
import epicscorelibs.path


def main() -> None:
    """Print the requested flags and folders on one line."""
    folder = Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(prog="python -m PythonDriver", description=__doc__)
    parser.add_argument("--cflags", action="store_true", help="print the flags to compile a C++ driver")
    parser.add_argument("--libs", action="store_true", help="print the flags to link a C++ driver")
    parser.add_argument("--dbd", action="store_true", help="print the folder of this project's dbd files")
    parser.add_argument("--base-dbd", action="store_true", help="print the folder of EPICS Base's dbd files")
    parser.add_argument("--db", action="store_true", help="print the folder of the templates")
    options = parser.parse_args()
    answers = []
    if options.cflags:
        defines = [
            f"-D{name}" if value is None else f"-D{name}={value}"
            for name, value in epicscorelibs.config.get_config_var("CPPFLAGS")
        ]
        # -isystem, because gcc -std=c89 accepts the // comments of Base's headers in system folders only.
        includes = [f"-I{folder / 'include'}", f"-isystem {epicscorelibs.path.include_path}"]
        answers += [*defines, *includes]
    if options.libs:
        for path, names in ((folder / "lib", ["asynPort"]), (epicscorelibs.path.lib_path, ["dbCore", "ca", "Com"])):
            answers += [f"-L{path}", f"-Wl,-rpath,{path}", *(f"-l{name}" for name in names)]
    if options.dbd:
        answers.append(str(folder / "dbd"))
    if options.base_dbd:
        answers.append(str(Path(epicscorelibs.path.base_path) / "dbd"))
    if options.db:
        answers.append(str(folder / "db"))
    if not answers:
        parser.error("expected an option: --cflags, --libs, --dbd, --base-dbd or --db")
    print(" ".join(answers))


if __name__ == "__main__":
    main()
