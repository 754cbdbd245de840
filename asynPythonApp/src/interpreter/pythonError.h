// Formats and logs the exception that is set in the current interpreter. The callers of all
// functions are attached.
#pragma once

#include <string>

struct InterpreterCore;

// Clears the exception that is set and returns its full traceback, including chained exceptions and
// notes. Returns an empty string if no exception is set.
std::string takeTraceback();

// Returns where the exception that is set was raised: its type, and the file and line of the
// innermost frame. The exception stays set.
std::string raisedAt();

struct PythonReport {
    std::string traceback; // from takeTraceback; empty if no exception is set
    std::string reason; // the exception's message, with its type if the message alone is not enough
};
PythonReport takeReport();

// Clears the exception that is set and returns "Type: message".
std::string takeMessage();

// logLines for a caller that is attached to core. Detaches it during the call.
void logLines(InterpreterCore &core, const std::string &text);
