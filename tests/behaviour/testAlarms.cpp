// Which alarm a record has: from the status of a request, of a parameter, of the port, and from the
// driver's own alarm status and severity.
#include <asynShellCommands.h>
#include <epicsGuard.h>
#include <epicsMutex.h>
#include <epicsStdio.h>
#include <recGbl.h>

#include "liveDatabase.h"
#include "simpleDriver.h"

namespace
{

// Every request ends as it is told, with an alarm of the driver's own where there is one.
class Failing : public SimpleDriver
{
  public:
    using SimpleDriver::SimpleDriver;

    asynStatus end(asynUser *user)
    {
        user->alarmStatus = alarmStatus;
        user->alarmSeverity = alarmSeverity;
        if (!says.empty())
            epicsSnprintf(user->errorMessage, static_cast<size_t>(user->errorMessageSize), "%s",
                          says.c_str());
        return failWith;
    }
    asynStatus readInt32(asynUser *user, epicsInt32 *value) override
    {
        *value = 1;
        return end(user);
    }
    asynStatus writeInt32(asynUser *user, epicsInt32) override { return end(user); }
    asynStatus readOctet(asynUser *user, char *value, size_t, size_t *count, int *reason) override
    {
        value[0] = 'x';
        *count = 1;
        *reason = ASYN_EOM_END;
        return end(user);
    }
    asynStatus writeOctet(asynUser *user, const char *, size_t count, size_t *written) override
    {
        *written = count;
        return end(user);
    }
    asynStatus readFloat64Array(asynUser *user, epicsFloat64 *, size_t, size_t *count) override
    {
        *count = 0;
        return end(user);
    }
    asynStatus writeFloat64Array(asynUser *user, epicsFloat64 *, size_t) override
    {
        return end(user);
    }

    int alarmStatus = 0, alarmSeverity = 0;
    std::string says;
};

enum class Sort { scalar, text, array };
struct Kind {
    const char *name;
    bool output;
    Sort sort;

    // asyn says READ of an array that is written, too.
    int expected(int input, int atOutput) const
    {
        return output && (bundled || sort != Sort::array) ? atOutput : input;
    }
    // asyn's strings and arrays have no alarm then.
    bool followsPort() const { return bundled || sort == Sort::scalar; }
};
const Kind kinds[] = {{"longin", false, Sort::scalar},  {"longout", true, Sort::scalar},
                      {"stringin", false, Sort::text},  {"stringout", true, Sort::text},
                      {"waveform", false, Sort::array}, {"waveformout", true, Sort::array},
                      {"aai", false, Sort::array},      {"aao", true, Sort::array}};

const std::string doubles = "field(FTVL, DOUBLE) field(NELM, 4) ";
const std::string database =
    record("longin", "longin", "asynInt32", "@asyn(P)I32") +
    record("longout", "longout", "asynInt32", "@asyn(P)I32") +
    record("stringin", "stringin", "asynOctetRead", "@asyn(P)TEXT") +
    record("stringout", "stringout", "asynOctetWrite", "@asyn(P)TEXT") +
    record("waveform", "waveform", "asynFloat64ArrayIn", "@asyn(P)WAVE", doubles) +
    record("waveform", "waveformout", "asynFloat64ArrayOut", "@asyn(P)WAVE", doubles) +
    record("aai", "aai", "asynFloat64ArrayIn", "@asyn(P)WAVE", doubles) +
    record("aao", "aao", "asynFloat64ArrayOut", "@asyn(P)WAVE", doubles) +
    record("longin", "intr", "asynInt32", "@asyn(P)NEVER", ioIntr) +
    record("stringin", "textintr", "asynOctetRead", "@asyn(P)TEXT", ioIntr) +
    record("waveform", "waveintr", "asynFloat64ArrayIn", "@asyn(P)WAVE", doubles + ioIntr) +
    record("longin", "bad", "asynInt32", "@asyn(NOWHERE)I32") +
    record("longin", "undefined", "asynInt32", "@asyn(S)NEVER") +
    record("ai", "undefinedreal", "asynFloat64", "@asyn(S)F64") +
    record("stringin", "undefinedtext", "asynOctetRead", "@asyn(S)TEXT");

struct Alarm {
    asynStatus status;
    int input, output;
};
const Alarm alarms[] = {
    {asynTimeout, TIMEOUT_ALARM, TIMEOUT_ALARM}, {asynOverflow, HW_LIMIT_ALARM, HW_LIMIT_ALARM},
    {asynDisconnected, COMM_ALARM, COMM_ALARM},  {asynDisabled, DISABLE_ALARM, DISABLE_ALARM},
    {asynError, READ_ALARM, WRITE_ALARM},        {asynParamUndefined, READ_ALARM, WRITE_ALARM}};

// Whether the record has that alarm after it has processed.
bool alarmed(const char *name, int stat, int sevr)
{
    process(name);
    const std::string record(name);
    const bool right =
        number((record + ".STAT").c_str()) == stat && number((record + ".SEVR").c_str()) == sevr;
    if (!right)
        testDiag("%s has STAT %s, SEVR %s", name, text((record + ".STAT").c_str()).c_str(),
                 text((record + ".SEVR").c_str()).c_str());
    return right;
}

void requests(Failing &driver)
{
    testDiag("the status of a request");
    testdbPutFieldOk("stringout", DBR_STRING, "text"); // no record is undefined
    for (const Kind &kind : kinds)
        testOk(alarmed(kind.name, NO_ALARM, NO_ALARM), "success is no alarm: %s", kind.name);
    for (const Alarm &alarm : alarms) {
        driver.failWith = alarm.status;
        for (const Kind &kind : kinds)
            testOk(alarmed(kind.name, kind.expected(alarm.input, alarm.output), INVALID_ALARM),
                   "a request's status alarms: %s, %s", kind.name,
                   pasynManager->strStatus(alarm.status));
    }
    driver.alarmStatus = LOLO_ALARM;
    driver.alarmSeverity = MINOR_ALARM;
    for (const Kind &kind : kinds)
        testOk(alarmed(kind.name, LOLO_ALARM, MINOR_ALARM),
               "the driver's own alarm wins over that of the status: %s", kind.name);
    driver.failWith = asynSuccess;
    for (const Kind &kind : kinds)
        testOk(alarmed(kind.name, LOLO_ALARM, MINOR_ALARM),
               "the driver's own alarm is shown with success, too: %s", kind.name);
    driver.alarmStatus = driver.alarmSeverity = 0;
    for (const Kind &kind : kinds)
        testOk(alarmed(kind.name, NO_ALARM, NO_ALARM), "success ends the alarm: %s", kind.name);
}

bool shows(const std::string &name, int stat, int sevr)
{
    return becomes((name + ".STAT").c_str(), stat) && becomes((name + ".SEVR").c_str(), sevr);
}

void parameters(Failing &driver)
{
    testDiag("the status of a parameter");
    driver.publish([&] { driver.setIntegerParam(driver.never, 1); });
    for (const Alarm &alarm : alarms) {
        driver.publish([&] { driver.setParamStatus(driver.never, alarm.status); });
        testOk(shows("intr", alarm.input, INVALID_ALARM),
               "a parameter's status alarms its I/O Intr records: %s",
               pasynManager->strStatus(alarm.status));
    }
    driver.publish([&] {
        driver.setParamAlarmStatus(driver.never, HIHI_ALARM);
        driver.setParamAlarmSeverity(driver.never, MAJOR_ALARM);
    });
    testOk(shows("intr", HIHI_ALARM, MAJOR_ALARM), "a parameter's own alarm wins over its status");
    driver.publish([&] { driver.setParamStatus(driver.never, asynSuccess); });
    testOk(shows("intr", HIHI_ALARM, MAJOR_ALARM), "a parameter's own alarm without a status");
    driver.publish([&] {
        driver.setParamAlarmStatus(driver.never, 0);
        driver.setParamAlarmSeverity(driver.never, 0);
    });
    testOk(shows("intr", NO_ALARM, NO_ALARM), "a parameter's alarm ends without a new value");

    driver.publish([&] {
        driver.setStringParam(driver.text, "a text");
        driver.setParamStatus(driver.text, asynTimeout);
    });
    testOk(shows("textintr", TIMEOUT_ALARM, INVALID_ALARM), "a parameter's status alarms strings");
    driver.publish([&] { driver.setParamStatus(driver.text, asynSuccess); });
    testOk(shows("textintr", NO_ALARM, NO_ALARM), "and they recover");
    double data[] = {1, 2};
    driver.lock();
    driver.setParamStatus(driver.wave, asynOverflow);
    driver.unlock();
    driver.doCallbacksFloat64Array(data, 2, driver.wave, 0);
    testOk(shows("waveintr", HW_LIMIT_ALARM, INVALID_ALARM), "a parameter's status alarms arrays");
    driver.lock();
    driver.setParamStatus(driver.wave, asynSuccess);
    driver.unlock();
    driver.doCallbacksFloat64Array(data, 2, driver.wave, 0);
    testOk(shows("waveintr", NO_ALARM, NO_ALARM), "and they recover");
}

void undefined()
{
    testDiag("parameters without a value");
    for (const char *name : {"undefined", "undefinedreal", "undefinedtext"})
        testOk(alarmed(name, READ_ALARM, INVALID_ALARM), "a parameter without a value alarms: %s",
               name);
}

void ports(Failing &driver)
{
    testDiag("the state of the port");
    asynAutoConnect("P", 0, 0);
    for (const Kind &kind : kinds) {
        driver.connected(false);
        testOk(alarmed(kind.name, COMM_ALARM, INVALID_ALARM) || !kind.followsPort(),
               "a disconnected port alarms: %s", kind.name);
        driver.connected(true);
        testOk(alarmed(kind.name, NO_ALARM, NO_ALARM), "and the alarm ends: %s", kind.name);
        asynEnable("P", 0, 0);
        testOk(alarmed(kind.name, DISABLE_ALARM, INVALID_ALARM) || !kind.followsPort(),
               "a disabled port alarms: %s", kind.name);
        asynEnable("P", 0, 1);
        driver.connected(false);
        testOk(alarmed(kind.name, COMM_ALARM, INVALID_ALARM) || !bundled,
               "after a DISABLE a disconnected port is shown at once: %s", kind.name);
        asynEnable("P", 0, 0);
        testOk(alarmed(kind.name, DISABLE_ALARM, INVALID_ALARM) || !kind.followsPort(),
               "disabled is shown before disconnected: %s", kind.name);
        asynEnable("P", 0, 1);
        driver.connected(true);
        testOk(alarmed(kind.name, NO_ALARM, NO_ALARM), "and the alarm ends: %s", kind.name);
    }
}

#ifdef HAS_ALARM_MESSAGE
constexpr bool hasMessages = bundled; // asyn fills in none
#else
constexpr bool hasMessages = false;
#endif

std::string messageOf(const char *name)
{
    return text((std::string(name) + ".AMSG").c_str());
}

epicsMutex logLock;
std::vector<std::string> logged; // guarded by logLock
void listen(void *, const char *message)
{
    epicsGuard<epicsMutex> guard(logLock);
    logged.emplace_back(message);
}

size_t timesLogged(const std::string &text)
{
    errlogFlush();
    epicsGuard<epicsMutex> guard(logLock);
    return static_cast<size_t>(
        std::count_if(logged.begin(), logged.end(), [&](const std::string &each) {
            return each.find(text) != std::string::npos;
        }));
}

void everyKindShows(Failing &driver)
{
    driver.failWith = asynError;
    driver.says = "drv:write: the interlock is open, call the control room";
    for (const Kind &kind : kinds) {
        process(kind.name);
        errlogFlush(); // the log's buffer holds few of them
        testOk(messageOf(kind.name) == "the interlock is open, call the cont...",
               "the alarm message is the driver's: %s: %s", kind.name,
               messageOf(kind.name).c_str());
    }
    testOk(eventually([&] { return timesLogged(driver.says) == std::size(kinds); }),
           "the whole of it is on the log, once each: %zu", timesLogged(driver.says));
    driver.failWith = asynSuccess;
    driver.says.clear();
    for (const Kind &kind : kinds) {
        process(kind.name);
        testOk(messageOf(kind.name).empty(), "and ends with the alarm: %s", kind.name);
    }
}

void messages(Failing &driver)
{
    if (!hasMessages) {
        testSkip(1, "alarm messages");
        return;
    }
    testDiag("alarm messages");
    errlogAddListener(listen, nullptr);
    everyKindShows(driver);

    driver.failWith = asynError;
    driver.says = "the first of two long messages of one status, cut in the record";
    process("longout");
    driver.says = "the second of two long messages of one status, cut in the record";
    process("longout");
    process("longout");
    testOk(eventually([&] { return timesLogged(driver.says) == 1; }),
           "another message of the same status is logged, too");
    for (int i = 0; i < 100; ++i) {
        driver.says = "endless messages " + std::to_string(i);
        process("longout");
    }
    testOk(timesLogged("endless messages") < 20, "as long as there are not many");

    // A request's message is not that of a callback's status.
    process("intr");
    driver.publish([&] { driver.setParamStatus(driver.never, asynTimeout); });
    testOk(shows("intr", TIMEOUT_ALARM, INVALID_ALARM) && messageOf("intr").empty(),
           "a callback's alarm has no old message: %s", messageOf("intr").c_str());
    driver.publish([&] { driver.setParamStatus(driver.never, asynSuccess); });

    driver.failWith = asynSuccess;
    driver.alarmStatus = HIGH_ALARM;
    driver.alarmSeverity = MINOR_ALARM;
    driver.says = "warm";
    process("longin");
    testOk(messageOf("longin") == "warm", "an alarm of a read that succeeds has one, too");
    driver.alarmStatus = driver.alarmSeverity = 0;
    driver.says.clear();

    asynAutoConnect("P", 0, 0);
    driver.connected(false);
    process("longin");
    testOk(messageOf("longin").find("port P") == 0, "the port manager's: %s",
           messageOf("longin").c_str());
    driver.connected(true);
    asynAutoConnect("P", 0, 1);
    testOk(messageOf("bad") == "port NOWHERE is not known", "a bad link's: %s",
           messageOf("bad").c_str());
    errlogRemoveListeners(listen, nullptr);
}

} // namespace

int main()
{
    testPlan(bundled ? 170 : 148);
    auto *driver = new Failing("P");
    new SimpleDriver("S");
    return live(database, [=] {
        requests(*driver);
        parameters(*driver);
        undefined();
        messages(*driver);
        ports(*driver);
    });
}
