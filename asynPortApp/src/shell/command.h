// What the files of shell commands share: messages, access to ports, registration.
#pragma once

#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <type_traits>

#include <asynDriver.h>
#include <iocsh.h>

#include "common/complain.h"
#include "common/epicsEntry.h"

// Works with an asynUser that is connected to a port; complains of a port that is not known.
int withPort(const char *command, const char *portName, int addr,
             const std::function<asynStatus(asynUser *)> &work);

// Calls one method of an interface with the port locked, be it connected or not; timeout in s.
using InterfaceCall = std::function<asynStatus(asynUser *, asynInterface &)>;
int withInterface(const char *command, const char *portName, int addr, const char *interfaceType,
                  const InterfaceCall &call);

// Runs a command and turns what it throws into a message and -1.
template <typename Work> int runCommand(const char *command, Work work) noexcept
{
    int result = 0;
    const int failure = guarded(command, [&result, work] {
        result = work();
        return std::string();
    });
    return failure ? failure : result;
}

// What somebody wrote with escapes such as \r, as bytes. They are never more than was written.
std::string rawFromEscaped(const char *text);

// A command and what it does: a lambda, whose C++ exceptions end the command with a message.
class ShellCommand
{
  public:
    template <typename Body> ShellCommand(const iocshFuncDef &definition, Body body)
        : definition_(definition), call_(epicsEntry<Called<Body>::call>)
    {
        static_assert(std::is_class_v<Body>, "each lambda has a type of its own");
        Called<Body>::body.emplace(body);
    }
    void registerHere() const { iocshRegister(&definition_, call_); }

  private:
    template <typename Body> struct Called {
        static inline std::optional<Body> body;
        // Registered after the constructor has set body.
        // NOLINTNEXTLINE(bugprone-unchecked-optional-access)
        static void call(const iocshArgBuf *arguments) { (*body)(arguments); }
    };

    const iocshFuncDef definition_;
    const iocshCallFunc call_;
};

template <size_t Count> void registerCommands(const ShellCommand (&commands)[Count])
{
    for (const ShellCommand &command : commands)
        command.registerHere();
}

void registerOctetCommands();     // octet.cpp
void registerEosCommands();       // eos.cpp
void registerInterposeCommands(); // interpose.cpp
void registerPortCommands();      // port.cpp
