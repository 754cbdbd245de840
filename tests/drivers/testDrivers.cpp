// Runs the checks of drivers and clients in a live IOC: each line that they print is a test.
#include <cstdio>
#include <sstream>
#include <string>

#include <epicsStdio.h>
#include <iocsh.h>

#include "liveDatabase.h"

namespace
{

std::string output(const char *command)
{
    FILE *file = tmpfile();
    epicsSetThreadStdout(file);
    const int status = iocshCmd(command);
    epicsSetThreadStdout(nullptr);
    testOk(status == 0, "%s", command);
    std::string text;
    char part[1024];
    rewind(file);
    while (const size_t count = fread(part, 1, sizeof part, file))
        text.append(part, count);
    fclose(file);
    return text;
}

void checks(const char *command)
{
    std::istringstream lines(output(command));
    int count = 0;
    for (std::string line; std::getline(lines, line);) {
        const bool ok = line.compare(0, 3, "ok ") == 0;
        if (ok || line.compare(0, 7, "FAILED ") == 0) {
            testOk(ok, "%s", line.c_str());
            ++count;
        } else if (!line.empty()) {
            testDiag("%s", line.c_str());
        }
    }
    testOk(count > 0, "%d checks", count);
}

} // namespace

int main()
{
    testPlan(1245);
    testdbPrepare();
    testdbReadDatabase("base.dbd", DBD_PATH, nullptr);
    testdbReadDatabase("asyn.dbd", DBD_PATH, nullptr);
    testdbReadDatabase("drivers.dbd", DRIVERS_PATH, nullptr);
    testOk1(registerAllRecordDeviceDrivers(pdbbase) == 0);
    for (const char *command :
         {"everyInterfaceConfigure EVERY 2 0 0", "everyInterfaceConfigure BLOCKING 2 1 0",
          "everyInterfaceConfigure DOOMED 2 0 1", "lowLevelConfigure LOW 2",
          "lowLevelConfigure ONE 1", "lowStandardConfigure STANDARD"})
        testOk(iocshCmd(command) == 0, "%s", command);
    eltc(0);
    testIocInitOk();
    for (const std::string port : {"EVERY", "BLOCKING"})
        for (const char *what : {"Scalars", "Arrays", "Strings", "Common", "Interrupts", "Manager",
                                 "Trace", "Find", "Classes", "Calls", "NoShutdown"})
            checks(("client" + std::string(what) + " " + port).c_str());
    checks("clientQueue BLOCKING");
    checks("clientShutdown DOOMED");
    checks("lowPortChecks LOW");
    checks("lowOctetChecks ONE");
    checks("lowInterposeChecks LOW");
    checks("lowStandardChecks STANDARD");
    testIocShutdownOk();
    return testDone();
}
