"""python -m asynPythonIoc"""

import sys

if __name__ == "__main__":
    # As the command has it: modules of the current directory do not hide those of the standard library. A port's do so
    # in its own interpreter.
    if not sys.flags.safe_path:
        sys.path.append(sys.path.pop(0))
    from ._cli import main

    main()
