// Which interpreter a port gets: interpreter=own|shared|main|auto.
#pragma once

#include <string>

enum class InterpreterMode {
    own,    // a sub-interpreter with a GIL of its own: ports run in parallel
    shared, // a sub-interpreter on the process's GIL
    main    // the main interpreter, with private names for the port's own modules
};

struct InterpreterChoice {
    InterpreterMode mode;
    std::string reason;  // why this mode was chosen
    std::string warning; // a risk of this mode, or empty

    // Parses the word after "interpreter=". Throws std::runtime_error if there is no such mode or
    // this version of Python does not support it.
    static InterpreterChoice of(const std::string &word);

    // One line for reports: mode, description, Python version and reason.
    std::string describe() const;
};

const char *interpreterModeName(InterpreterMode mode);
