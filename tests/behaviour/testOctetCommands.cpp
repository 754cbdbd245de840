// The shell's octet commands, as their C functions and as a user types them.
#include <asynShellCommands.h>
#include <epicsStdio.h>
#include <iocsh.h>

#include "liveDatabase.h"
#include "simpleDriver.h"

namespace
{

// Answers what it was told, with a "!" behind it; keeps its terminators.
class Instrument : public asynPortDriver
{
  public:
    explicit Instrument(const char *name)
        : asynPortDriver(name, 1, asynOctetMask | asynDrvUserMask, asynOctetMask, 0, 1, 0, 0)
    {
        createParam("FIRST", asynParamOctet, &first);
        createParam("SECOND", asynParamOctet, &second);
    }
    asynStatus writeOctet(asynUser *user, const char *value, size_t count, size_t *done) override
    {
        said.assign(value, count);
        reason = user->reason;
        timeout = user->timeout;
        *done = count;
        answer = said + "!";
        return asynSuccess;
    }
    asynStatus readOctet(asynUser *, char *value, size_t most, size_t *count, int *why) override
    {
        *count = answer.copy(value, most);
        answer.erase(0, *count);
        *why = ASYN_EOM_END;
        return *count ? asynSuccess : asynTimeout;
    }
    asynStatus flushOctet(asynUser *) override
    {
        ++flushes;
        answer.clear();
        return asynSuccess;
    }
    int first, second, reason = -1, flushes = 0;
    double timeout = 0;
    std::string said, answer;
};

// What a command prints.
std::string printed(const std::string &command)
{
    FILE *out = tmpfile();
    epicsSetThreadStdout(out);
    iocshCmd(command.c_str());
    epicsSetThreadStdout(nullptr);
    rewind(out);
    std::string text;
    for (int byte; (byte = fgetc(out)) != EOF;)
        text += static_cast<char>(byte);
    fclose(out);
    return text;
}

bool has(const std::string &text, const char *part)
{
    if (text.find(part) != std::string::npos)
        return true;
    testDiag("printed: %s", text.c_str());
    return false;
}

void rules(Instrument &driver)
{
    testDiag("as commands");
    printed("asynOctetConnect conn P 0 2 40 SECOND");
    printed("asynOctetWrite conn \"*IDN?\\r\"");
    testOk(driver.said == "*IDN?\r" && driver.reason == driver.second,
           "asynOctetWrite translates escapes, and asynOctetConnect takes drvInfo: %s",
           driver.said.c_str());
    testOk(driver.timeout == 2, "and a timeout: %g", driver.timeout);
    testOk(has(printed("asynOctetRead conn"), "*IDN?\\r!"), "asynOctetRead shows escapes");
    testOk(has(printed("asynOctetWriteRead conn hello"), "hello!"), "asynOctetWriteRead");
    printed("asynOctetWrite conn again");
    const int flushes = driver.flushes;
    printed("asynOctetFlush conn");
    testOk(driver.flushes > flushes && driver.answer.empty(), "asynOctetFlush");
    printed("asynOctetSetInputEos P 0 \"\\r\\n\"");
    printed("asynOctetSetOutputEos P 0 \";\"");
    testOk(has(printed("asynOctetGetInputEos P 0"), "\\r\\n"), "asynOctetSetInputEos and Get");
    testOk(has(printed("asynOctetGetOutputEos P 0"), ";"), "asynOctetSetOutputEos and Get");
    printed("asynOctetDisconnect conn");
    driver.said.clear();
    printed("asynOctetWrite conn late");
    testOk(driver.said.empty(), "after asynOctetDisconnect the name is not known");

    testDiag("as functions");
    testOk(asynOctetConnect("call", "P", 0, 1, 40, "FIRST") == 0, "asynOctetConnect");
    testOk(asynOctetConnect("call", "P", 0, 1, 40, "FIRST") != 0, "a name is taken");
    testOk(asynOctetWrite("call", "one") >= 0 && driver.said == "one" &&
               driver.reason == driver.first,
           "asynOctetWrite");
    testOk(asynOctetRead("call", 10) >= 0, "asynOctetRead");
    testOk(asynOctetRead("call", 10) < 0, "asynOctetRead when nothing comes");
    testOk(asynOctetFlush("call") == 0 && asynOctetDisconnect("call") == 0, "asynOctetDisconnect");
    testOk(asynOctetConnect("none", "NOWHERE", 0, 1, 40, "") != 0, "a port that is not known");
    testOk(asynOctetWrite("none", "text") < 0, "a name that is not known");
}

} // namespace

int main()
{
    testPlan(18);
    auto *driver = new Instrument("P");
    return live("record(calc, \"none\") { }\n", [=] { rules(*driver); });
}
