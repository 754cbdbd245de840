// Every registered shell command with arguments missing, in excess and absurd, one by one. A
// command that has no row in the table below fails: a new one gets its row.
#include <cstring>
#include <map>
#include <set>

#define epicsStdioStdStreams
#include <asynPortDriver.h>
#include <dbAccess.h>
#include <dbUnitTest.h>
#include <epicsTime.h>
#include <registryFunction.h>

#include "shell.h"

extern "C" int registerAllRecordDeviceDrivers(struct dbBase *pdbbase);

namespace
{

using Strings = std::vector<std::string>;

// A call that works. Where the system has nothing to do for a command, it may refuse.
struct Row {
    Strings arguments;
    bool mayRefuse = false;
};

const std::map<std::string, Row> rows{
    {"asynReport", {{"1", "TALK"}}},
    {"asynSetTraceMask", {{"TALK", "0", "ERROR+FLOW"}}},
    {"asynSetTraceIOMask", {{"TALK", "0", "HEX"}}},
    {"asynSetTraceInfoMask", {{"TALK", "0", "TIME"}}},
    {"asynSetTraceFile", {{"TALK", "0", "trace.txt"}}},
    {"asynSetTraceIOTruncateSize", {{"TALK", "0", "10"}}},
    {"asynEnable", {{"TALK", "0", "1"}}},
    {"asynAutoConnect", {{"TALK", "0", "1"}}},
    {"asynSetOption", {{"TALK", "0", "key", "value"}}},
    {"asynShowOption", {{"TALK", "0", "key"}}},
    {"asynWaitConnect", {{"TALK", "1"}}},
    {"asynSetAutoConnectTimeout", {{"0.5"}}},
    {"asynSetQueueLockPortTimeout", {{"TALK", "2"}}},
    {"asynSetMinTimerPeriod", {{"0.001"}, true}},
    {"asynRegisterTimeStampSource", {{"TALK", "testTimeStamp"}}},
    {"asynUnregisterTimeStampSource", {{"TALK"}}},
    {"asynShutdownPort", {{"VICTIM"}}},
    {"asynOctetConnect", {{"new", "TALK", "0", "1", "80", "TEXT"}}},
    {"asynOctetDisconnect", {{"old"}}},
    {"asynOctetRead", {{"old", "10"}}},
    {"asynOctetWrite", {{"old", "hello"}}},
    {"asynOctetWriteRead", {{"old", "hello", "10"}}},
    {"asynOctetFlush", {{"old"}}},
    {"asynOctetSetInputEos", {{"TALK", "0", "\"\\n\""}}},
    {"asynOctetGetInputEos", {{"TALK", "0"}}},
    {"asynOctetSetOutputEos", {{"TALK", "0", "\"\\n\""}}},
    {"asynOctetGetOutputEos", {{"TALK", "0"}}},
    {"asynInterposeEosConfig", {{"LAYERED", "0", "1", "1"}}},
    {"asynInterposeFlushConfig", {{"LAYERED", "0", "10"}}},
    {"asynInterposeDelay", {{"LAYERED", "0", "0.001"}}},
    {"asynInterposeEcho", {{"LAYERED", "0"}}},
};

class Talk : public asynPortDriver
{
  public:
    explicit Talk(const char *name, int flags = 0)
        : asynPortDriver(name, 2, asynOctetMask | asynOptionMask | asynDrvUserMask, 0, flags, 1, 0,
                         0)
    {
        int index;
        createParam("TEXT", asynParamOctet, &index);
        setStringParam(index, "text");
    }
    asynStatus readOption(asynUser *, const char *, char *value, int most) override
    {
        epicsSnprintf(value, static_cast<size_t>(most), "value");
        return asynSuccess;
    }
    asynStatus writeOption(asynUser *, const char *, const char *) override { return asynSuccess; }
};

void testTimeStamp(void *, epicsTimeStamp *time)
{
    *time = {1, 2};
}

// What a command finds, whatever those before have done. Without trace: what a driver traces is no
// message of a command.
void prepare()
{
    if (!findAsynPortDriver("VICTIM"))
        new Talk("VICTIM", ASYN_DESTRUCTIBLE);
    for (const char *command :
         {"asynEnable TALK -1 1", "asynEnable TALK 0 1", "asynAutoConnect TALK -1 1",
          "asynAutoConnect TALK 0 1", "asynSetTraceMask TALK -1 0", "asynSetTraceMask TALK 0 0",
          "asynSetTraceIOMask TALK 0 0", "asynSetTraceInfoMask TALK 0 1", "asynSetTraceFile TALK 0",
          "asynUnregisterTimeStampSource TALK", "asynSetAutoConnectTimeout 0.5",
          "asynOctetDisconnect new", "asynOctetConnect old TALK 0 1 80 TEXT"})
        run(command); // some have nothing to do
    static asynUser *user = nullptr;
    if (!user) {
        user = pasynManager->createAsynUser(nullptr, nullptr);
        pasynManager->connectDevice(user, "TALK", 0);
    }
    pasynManager->waitConnect(user, 20); // which another thread does
}

std::string joined(const std::string &name, const Strings &arguments)
{
    std::string command = name;
    for (const std::string &argument : arguments)
        command += " " + argument;
    return command;
}

std::string beginning(const std::string &text)
{
    return text.size() > 150 ? text.substr(0, 150) + "..." : text;
}

// Whether a command works, or says in one line what is wrong; at once in both cases.
bool clear(const std::string &command)
{
    prepare();
    const epicsTime start = epicsTime::getCurrent();
    const Result result = run(command);
    const double seconds = epicsTime::getCurrent() - start;
    const size_t count = lines(result.text);
    if ((result.status == 0 || (count == 1 && result.text.size() < 600)) && seconds < 20)
        return true;
    testDiag("%s: status %d, %zu lines, %g s: %s", beginning(command).c_str(), result.status, count,
             seconds, beginning(result.text).c_str());
    return false;
}

const Strings &absurd(iocshArgType type)
{
    static const Strings integers{"-1",  "2147483647", "-2147483648", "99999999999999999999",
                                  "nan", "x",          "\"\"",        "1.5"};
    static const Strings doubles{"-1", "nan", "inf", "-inf", "1e300", "1e999", "x", "\"\""};
    static const Strings strings{"\"\"",           "NOWHERE",        std::string(100000, 'x'),
                                 "\"a b\"",        "\"%s%n\"",       "\"\\n\"",
                                 "ERROR++",        "99999999999999", "-1",
                                 "/no/such/place", "directory",      "fifo"};
    return type == iocshArgInt ? integers : type == iocshArgDouble ? doubles : strings;
}

void command(const std::string &name, const Row &row)
{
    const int count = definitionOf(name)->nargs;
    testOk(static_cast<int>(row.arguments.size()) == count, "%s takes %d arguments", name.c_str(),
           count);
    prepare();
    const Result right = run(joined(name, row.arguments));
    testOk(right.status == 0 || row.mayRefuse, "%s: %s", joined(name, row.arguments).c_str(),
           right.text.c_str());
    int failures = 0;
    for (size_t some = 0; some < row.arguments.size(); ++some)
        failures += !clear(joined(
            name, Strings(row.arguments.begin(), row.arguments.begin() + static_cast<long>(some))));
    testOk(failures == 0, "%s with arguments missing", name.c_str());
    Strings more = row.arguments;
    failures = 0;
    for (const char *extra : {"extra", "\"\"", "1e999"}) {
        more.push_back(extra);
        failures += !clear(joined(name, more));
    }
    testOk(failures == 0, "%s with arguments in excess", name.c_str());
    failures = 0;
    for (int i = 0; i < count; ++i)
        for (const std::string &each : absurd(definitionOf(name)->arg[i]->type)) {
            Strings arguments = row.arguments;
            arguments[static_cast<size_t>(i)] = each;
            failures += !clear(joined(name, arguments));
        }
    testOk(failures == 0, "%s with each argument absurd", name.c_str());
}

} // namespace

int main()
{
    testPlan(218);
    eltc(0);
    Workplace workplace;
    testdbPrepare();
    testdbReadDatabase("base.dbd", DBD_PATH, nullptr);
    testdbReadDatabase("asyn.dbd", DBD_PATH, nullptr);
    testOk1(registerAllRecordDeviceDrivers(pdbbase) == 0);
    registryFunctionAdd("testTimeStamp", reinterpret_cast<REGISTRYFUNCTION>(testTimeStamp));
    new Talk("TALK");
    new Talk("LAYERED");
    std::set<std::string> registered;
    for (const std::string &name : commands()) {
        registered.insert(name);
        const auto row = rows.find(name);
        testOk(row != rows.end(), "%s has a row in this test", name.c_str());
        if (row != rows.end())
            command(name, row->second);
    }
    for (const auto &row : rows)
        testOk(registered.count(row.first) == 1, "%s is registered", row.first.c_str());
    testdbCleanup();
    return testDone();
}
