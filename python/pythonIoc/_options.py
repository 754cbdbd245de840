"""Separates Python's own options from the other arguments of a command."""


def split(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Return the options, separated (-uB is -u, -B), and the rest: -c, -m or a script, and its arguments."""
    options: list[str] = []
    rest = list(arguments)
    while rest and rest[0].startswith("-") and rest[0] not in ("-", "--"):
        if rest[0].startswith("--"):
            length = 2 if rest[0] == "--check-hash-based-pycs" else 1
            options += rest[:length]
            del rest[:length]
            continue
        flag, more = rest[0][:2], rest[0][2:]
        if flag in ("-c", "-m"):
            break
        del rest[0]
        if flag in ("-W", "-X"):
            options.append(flag + (more or (rest.pop(0) if rest else "")))
        else:
            options.append(flag)
            if more:
                rest.insert(0, "-" + more)
    return options, rest


def ignore_environment(options: list[str]) -> bool:
    """Return whether the options make Python ignore its environment variables."""
    return not {"-E", "-I"}.isdisjoint(options)


def without_environment(options: list[str]) -> list[str]:
    """Return the options without -E. -I is replaced by the other options that it implies."""
    instead: dict[str, list[str]] = {"-E": [], "-I": ["-P", "-s"]}
    return [word for option in options for word in instead.get(option, [option])]
