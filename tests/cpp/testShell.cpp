// The shell commands of the port library, each of them, with arguments that make sense and with
// those that do not.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <unistd.h>

#define epicsStdioStdStreams
#include <asynPortDriver.h>
#include <asynShellCommands.h>
#include <dbAccess.h>
#include <dbUnitTest.h>
#include <epicsExit.h>
#include <epicsStdio.h>
#include <epicsTime.h>
#include <epicsUnitTest.h>
#include <errlog.h>
#include <iocsh.h>

#include "shell.h"

extern "C" int registerAllRecordDeviceDrivers(struct dbBase *pdbbase);

namespace
{

const std::vector<std::string> &values(iocshArgType type)
{
    static const std::string longText(100000, 'x');
    static const std::vector<std::string> integers{
        "0",   "1", "-1",   "2147483647", "-2147483648", "99999999999999999999",
        "nan", "x", "\"\"", "1.5"};
    static const std::vector<std::string> doubles{"0",    "-1",    "nan",   "-nan", "inf",
                                                  "-inf", "1e300", "1e999", "x",    "\"\""};
    static const std::vector<std::string> strings{
        "\"\"",           "SHELL",    "SHELL",       "BLOCK",     "NOWHERE",    longText,
        "\"a b\"",        "\"%s%n\"", "ERROR+FLOW",  "0x11",      "-1",         "ERROR++",
        "99999999999999", "nan",      "/",           "directory", "/proc/none", "/no/such/place",
        "fifo",           "stdout",   "asynRegister"};
    switch (type) {
    case iocshArgInt:
        return integers;
    case iocshArgDouble:
        return doubles;
    default:
        return strings;
    }
}

std::string shown(const std::string &text)
{
    return text.size() > 150 ? text.substr(0, 150) + "..." : text;
}

// One command with what comes out of the dice: some arguments missing, some too many.
bool tried(const std::string &name, std::mt19937 &random)
{
    const iocshFuncDef &definition = *definitionOf(name);
    std::string command = name;
    const int count = static_cast<int>(random() % static_cast<unsigned>(definition.nargs + 2));
    for (int i = 0; i < count; ++i) {
        const auto type = i < definition.nargs ? definition.arg[i]->type : iocshArgString;
        const auto &all = values(type);
        command += " " + all[random() % all.size()];
    }
    const epicsTime start = epicsTime::getCurrent();
    const Result result = run(command);
    const double seconds = epicsTime::getCurrent() - start;
    const bool clear = result.status == 0 || (lines(result.text) == 1 && result.text.size() < 600);
    if (clear && seconds < 20)
        return true;
    testDiag("%s: status %d, %zu lines, %g s: %s", shown(command).c_str(), result.status,
             lines(result.text), seconds, shown(result.text).c_str());
    return false;
}

void anything()
{
    const auto all = commands();
    testOk(all.size() >= 14, "%zu commands", all.size());
    std::mt19937 random(1);
    for (const std::string &name : all) {
        int failures = 0;
        for (int i = 0; i < 300 && failures < 5; ++i)
            failures += tried(name, random) ? 0 : 1;
        testOk(failures == 0, "%s", name.c_str());
    }
    run("asynEnable SHELL -1 1");
    run("asynEnable BLOCK -1 1");
    for (const char *port : {"\"\"", "SHELL", "BLOCK"})
        for (const char *command : {"asynSetTraceMask %s -1 1", "asynSetTraceIOMask %s -1 0",
                                    "asynSetTraceInfoMask %s -1 1", "asynSetTraceFile %s -1"}) {
            char text[100];
            snprintf(text, sizeof text, command, port);
            run(text);
        }
}

// Every command that takes a port says which one is not known.
void unknownPorts()
{
    testDiag("ports that are not known");
    for (const char *command :
         {"asynSetTraceMask NOWHERE 0 1", "asynSetTraceIOMask NOWHERE 0 1",
          "asynSetTraceInfoMask NOWHERE 0 1", "asynSetTraceFile NOWHERE 0 made",
          "asynSetTraceIOTruncateSize NOWHERE 0 1", "asynEnable NOWHERE 0 1",
          "asynAutoConnect NOWHERE 0 1", "asynSetOption NOWHERE 0 k v",
          "asynShowOption NOWHERE 0 k", "asynWaitConnect NOWHERE 1e300",
          "asynSetQueueLockPortTimeout NOWHERE 1", "asynUnregisterTimeStampSource NOWHERE"}) {
        const Result result = run(command);
        testOk(result.status != 0 &&
                   result.text.find("port NOWHERE is not known") != std::string::npos,
               "%s -> %s", command, result.text.c_str());
    }
    testOk(access("made", F_OK) != 0, "and no file is left behind");
    testOk1(run("asynReport 1 NOWHERE").text == "port NOWHERE is not known\n");
}

asynUser *connected(const char *port, int addr)
{
    asynUser *user = pasynManager->createAsynUser(nullptr, nullptr);
    pasynManager->connectDevice(user, port, addr);
    return user;
}

void masks()
{
    testDiag("masks");
    asynUser *user = connected("SHELL", 1);
    const struct {
        const char *text;
        int mask;
    } cases[] = {{"0x11", 0x11},
                 {"17", 17},
                 {"ERROR+FLOW", 0x11},
                 {"ASYN_TRACE_ERROR+asyn_traceio_driver", 9},
                 {"traceio_device|warning", 0x22},
                 {"1+FLOW", 0x11},
                 {"0", 0}};
    for (const auto &each : cases) {
        run(std::string("asynSetTraceMask SHELL 1 ") + each.text);
        testOk(pasynTrace->getTraceMask(user) == each.mask, "%s is 0x%x", each.text, each.mask);
    }
    run("asynSetTraceIOMask SHELL 1 ASCII+HEX");
    testOk1(pasynTrace->getTraceIOMask(user) == (ASYN_TRACEIO_ASCII | ASYN_TRACEIO_HEX));
    run("asynSetTraceInfoMask SHELL 1 PORT+SOURCE");
    testOk1(pasynTrace->getTraceInfoMask(user) == (ASYN_TRACEINFO_PORT | ASYN_TRACEINFO_SOURCE));
    const Result wrong = run("asynSetTraceMask SHELL 1 ERROR+NONSENSE");
    testOk(wrong.status != 0 && pasynTrace->getTraceMask(user) == 0 &&
               wrong.text.find("NONSENSE") != std::string::npos &&
               wrong.text.find("ASYN_TRACE_FLOW") != std::string::npos,
           "%s", wrong.text.c_str());
    run("asynSetTraceMask SHELL -1 ERROR");
    testOk(pasynTrace->getTraceMask(user) == ASYN_TRACE_ERROR, "the port's is its addresses'");
    run("asynSetTraceIOMask SHELL -1 0");
    run("asynSetTraceInfoMask SHELL -1 0");
    pasynManager->freeAsynUser(user);
}

std::string content(const char *name)
{
    std::string all;
    if (FILE *file = fopen(name, "r")) {
        char part[4096];
        while (const size_t count = fread(part, 1, sizeof part, file))
            all.append(part, count);
        fclose(file);
    }
    return all;
}

void traceFiles()
{
    testDiag("trace files");
    asynUser *one = connected("SHELL", 1), *zero = connected("SHELL", 0);
    testOk1(run("asynSetTraceFile SHELL -1 trace.txt").status == 0);
    asynPrint(one, ASYN_TRACE_ERROR, "of one\n");
    run("asynSetTraceFile SHELL 1 one.txt");
    asynPrint(one, ASYN_TRACE_ERROR, "of one again\n");
    asynPrint(zero, ASYN_TRACE_ERROR, "of zero\n");
    testOk1(content("trace.txt") == "of one\nof zero\n");
    testOk1(content("one.txt") == "of one again\n");
    testOk(run("asynSetTraceFile SHELL 1").status == 0 && !pasynTrace->getTraceFile(one),
           "no name is the error log");
    {
        Captured captured;
        asynPrint(one, ASYN_TRACE_ERROR, "to the log\n");
        testOk1(captured.text() == "to the log\n");
    }
    run("asynSetTraceFile SHELL 1 stdout > redirected.txt");
    testOk(pasynTrace->getTraceFile(one) == stdout, "stdout, whatever the command's own output is");
    run("asynSetTraceFile SHELL -1 stderr");
    testOk(pasynTrace->getTraceFile(one) == stderr && pasynTrace->getTraceFile(zero) == stderr,
           "stderr for all addresses");
    for (const char *name : {"directory", "/no/such/place", "fifo"}) {
        const Result result = run(std::string("asynSetTraceFile SHELL 0 ") + name);
        testOk(result.status != 0 && lines(result.text) == 1 &&
                   result.text.find(name) != std::string::npos,
               "%s", result.text.c_str());
    }
    testOk(pasynTrace->getTraceFile(zero) == stderr, "what cannot be opened changes nothing");
    run("asynSetTraceFile \"\" -1 global.txt");
    asynPrint(nullptr, ASYN_TRACE_ERROR, "of nobody\n");
    run("asynSetTraceFile \"\" -1");
    testOk1(content("global.txt").find("of nobody\n") != std::string::npos);
    pasynManager->freeAsynUser(one);
    pasynManager->freeAsynUser(zero);
}

void reports()
{
    testDiag("reports");
    for (const char *level :
         {"", "0", "1", "2", "3", "10", "2147483647", "-1", "-2", "-2147483648"})
        for (const char *port : {"", "SHELL", "BLOCK"}) {
            const std::string command =
                std::string("asynReport ") + (*level ? level : "\"\"") + " " + port;
            const Result result = run(command);
            testOk(result.status == 0 &&
                       result.text.find(*port ? port : "SHELL") != std::string::npos,
                   "%s: %zu lines", command.c_str(), lines(result.text));
        }
    testOk1(run("asynReport 2 SHELL").text.find("VALUE") != std::string::npos);
    testOk1(run("asynReport -1 SHELL").text.find("addr 1") == std::string::npos);
    testOk1(run("asynReport 1 SHELL").text.find("addr 1") != std::string::npos);
}

void effects()
{
    testDiag("effects");
    asynUser *user = connected("SHELL", 1);
    int yes = 1;
    run("asynEnable SHELL 1 0");
    pasynManager->isEnabled(user, &yes);
    testOk1(yes == 0);
    run("asynEnable SHELL 1 1");
    run("asynAutoConnect SHELL 1 0");
    pasynManager->isAutoConnect(user, &yes);
    testOk1(yes == 0);
    run("asynAutoConnect SHELL 1 1");
    run("asynSetTraceIOTruncateSize SHELL 1 7");
    testOk1(pasynTrace->getTraceIOTruncateSize(user) == 7);
    testOk1(run("asynSetTraceIOTruncateSize SHELL 1 -1").status != 0);
    testOk1(run("asynWaitConnect SHELL 1").status == 0);
    testOk1(run("asynWaitConnect SHELL nan").status != 0);
    testOk1(run("asynSetQueueLockPortTimeout BLOCK -1").status != 0);
    testOk1(run("asynSetQueueLockPortTimeout BLOCK 1.5").status == 0);
    pasynManager->freeAsynUser(user);
}

} // namespace

int main()
{
    testPlan(111);
    eltc(0);
    Workplace workplace;
    testdbPrepare();
    testdbReadDatabase("base.dbd", DBD_PATH, nullptr);
    testdbReadDatabase("asyn.dbd", DBD_PATH, nullptr);
    testOk1(registerAllRecordDeviceDrivers(pdbbase) == 0);
    new Driver("SHELL", 2, 0);
    new Driver("BLOCK", 1, ASYN_CANBLOCK);
    unknownPorts();
    anything();
    masks();
    traceFiles();
    reports();
    effects();
    testdbCleanup();
    return testDone();
}
