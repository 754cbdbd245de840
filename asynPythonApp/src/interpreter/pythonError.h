// The exception that is set in the current interpreter, as text and on the log. All of it attached.
#pragma once

#include <string>

struct InterpreterCore;

// Takes the exception that is set and returns its whole traceback, chained exceptions and notes
// included; an empty string when none is set.
std::string takeTraceback();

// Where the exception that is set was raised: its type, and file and line of the innermost frame.
// It stays set.
std::string raisedAt();

struct PythonReport {
    std::string traceback; // as of takeTraceback; empty when no exception is set
    std::string reason;    // what the exception says; its type where that alone says nothing
};
PythonReport takeReport();

// Takes the exception that is set and returns "Type: message".
std::string takeMessage();

// logLines for the caller that is attached to core: it is detached meanwhile.
void logLines(InterpreterCore &core, const std::string &text);
