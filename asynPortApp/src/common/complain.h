// Messages of functions that people call by name, in the shell or from C: "command: what is wrong".
#pragma once

#include <exception>
#include <string>

// Names from the command line may have any length; a message stays a line.
std::string shortened(const std::string &name);

// A number as a message shows it.
std::string shown(double number);

// Prints "command: what" on the error output; returns 1.
int complain(const char *command, const std::string &what);

// For commands whose work returns what is wrong, or nothing: 0, or -1 after a message.
template <typename Work> int guarded(const char *command, Work work) noexcept
{
    try {
        const std::string error = work();
        if (error.empty())
            return 0;
        complain(command, error);
    } catch (const std::exception &error) {
        complain(command, error.what());
    } catch (...) {
        complain(command, "it ended by a C++ exception");
    }
    return -1;
}
