# Shell functions of start_epics, tests/run and .ci/run: a private virtual environment with the project in it.
# Sourced by bash; $root is the top of the source tree.

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

# check_system PYTHON: what pip cannot install, named with its Debian package.
check_system() {
    local missing=()
    command -v "$1" >/dev/null || missing+=("$1 (python3)")
    command -v c++ >/dev/null || command -v g++ >/dev/null || missing+=("a C++ compiler (g++)")
    if command -v "$1" >/dev/null; then
        "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
            fail "$1 is $("$1" --version), Python 3.11 or later is needed."
        "$1" -c 'import venv, ensurepip' 2>/dev/null || missing+=("the module venv (python3-venv)")
        "$1" -c 'import os, sysconfig as s, sys; sys.exit(not os.path.exists(s.get_path("include") + "/Python.h"))' ||
            missing+=("Python.h (python3-dev)")
    fi
    [ ${#missing[@]} -eq 0 ] && return
    say "This machine lacks, with Debian's package names in parentheses:"
    printf '    %s\n' "${missing[@]}" >&2
    exit 1
}

# A name for the state of all source files that are built or installed, and of the Python that does it.
source_state() {
    (
        cd "$root" || exit
        "$1" --version
        find CMakeLists.txt pyproject.toml LICENSE README.md cmake asynPortApp asynPythonApp python -type f \
            ! -path '*/__pycache__/*' -print0 | sort -z | xargs -0 sha256sum
    ) | sha256sum | cut -d' ' -f1
}

# install_project PYTHON FOLDER EXTRA: the project with an extra in FOLDER, again only when something changed.
install_project() {
    local python=$1 folder=$2 extra=$3 state
    check_system "$python"
    state="$extra $(source_state "$python")"
    [ -f "$folder/installed" ] && [ "$(cat "$folder/installed")" = "$state" ] && return
    say "Building asynPythonDriver into $folder; the first time this takes two to three minutes."
    [ -x "$folder/bin/python" ] || "$python" -m venv "$folder" || fail "no virtual environment in $folder"
    rm -f "$folder/installed"
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --upgrade pip ||
        fail "pip cannot be updated"
    say "  compiling and installing ..."
    "$folder/bin/python" -m pip install --disable-pip-version-check --progress-bar off \
        "$root[$extra]" 2>&1 | sed -u -n 's/^\(Collecting\|Building\|Successfully\) /  &/p; /[Ee]rror/p' >&2
    [ "${PIPESTATUS[0]}" -eq 0 ] || {
        say "The build failed; its whole output follows."
        "$folder/bin/python" -m pip install --disable-pip-version-check --verbose "$root[$extra]" >&2
        exit 1
    }
    printf '%s' "$state" >"$folder/installed"
}

# How many of the system tests run at once: they wait more than they compute, but each has IOCs in memory.
workers() {
    local most=8 wanted=$(($(nproc) + 1))
    echo $((wanted < most ? wanted : most))
}
