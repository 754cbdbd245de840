#include "interpreter/interpreterMode.h"

#include <Python.h>

#include <stdexcept>

namespace
{

constexpr bool canOwn = PY_VERSION_HEX >= 0x030C0000;
constexpr bool ownIsSafe = PY_VERSION_HEX >= 0x030D0000;

const char *meaning(InterpreterMode mode)
{
    switch (mode) {
    case InterpreterMode::own:
        return "a sub-interpreter with a GIL of its own";
    case InterpreterMode::shared:
        return "a sub-interpreter on the process's GIL";
    default:
        return "the main interpreter, the port's modules under private names";
    }
}

InterpreterChoice automatic()
{
    if (ownIsSafe)
        return {InterpreterMode::own, "the default from Python 3.13 on", ""};
    return {InterpreterMode::shared, "the default before Python 3.13", ""};
}

} // namespace

const char *interpreterModeName(InterpreterMode mode)
{
    return mode == InterpreterMode::own      ? "own"
           : mode == InterpreterMode::shared ? "shared"
                                             : "main";
}

InterpreterChoice InterpreterChoice::of(const std::string &word)
{
    if (word == "auto")
        return automatic();
    const std::string asked = "asked for";
    if (word == "shared")
        return {InterpreterMode::shared, asked, ""};
    if (word == "main")
        return {InterpreterMode::main, asked, ""};
    if (word != "own")
        throw std::runtime_error("unknown option interpreter=" + word +
                                 "; valid modes: auto, own, shared, main");
    if (!canOwn)
        throw std::runtime_error("interpreter=own needs Python 3.12 or later and this is Python " +
                                 std::string(PY_VERSION) +
                                 "; valid: interpreter=shared, interpreter=main");
    if (ownIsSafe)
        return {InterpreterMode::own, asked, ""};
    return {InterpreterMode::own, asked,
            "interpreter=own is not safe with every module before Python 3.13: numpy and others "
            "outside the standard library are refused; interpreter=shared has them"};
}

std::string InterpreterChoice::describe() const
{
    return std::string("interpreter=") + interpreterModeName(mode) + ", " + meaning(mode) +
           ", Python " + PY_VERSION + ": " + reason;
}
