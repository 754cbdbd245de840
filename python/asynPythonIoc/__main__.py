"""`python -m asynPythonIoc` is the command asynPythonIoc."""

import sys

if __name__ == "__main__":
    # As with the command, modules of the current directory must not hide those of the standard library. In a port's
    # interpreter they do.
    if not sys.flags.safe_path:
        sys.path.append(sys.path.pop(0))
    from ._cli import main

    main()
