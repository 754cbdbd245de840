// asynOctetCmdResponse, asynOctetWriteRead and asynOctetWriteBinary on an instrument that answers.
#include "liveDatabase.h"

#include <algorithm>
#include <atomic>

#include <alarm.h>
#include <asynPortDriver.h>

namespace
{

// Answers "<what was written>!" once; an escape shows as what it stands for.
class Instrument : public asynPortDriver
{
  public:
    explicit Instrument(const char *name, int flags = 0)
        : asynPortDriver(name, 1, asynOctetMask | asynDrvUserMask, asynOctetMask, flags, 1, 0, 0)
    {
        createParam("DATA", asynParamOctet, &data);
    }

    asynStatus writeOctet(asynUser *, const char *value, size_t count, size_t *written) override
    {
        said_.assign(value, count);
        *written = std::min<size_t>(accept, count);
        return failWith;
    }

    asynStatus readOctet(asynUser *, char *value, size_t most, size_t *count,
                         int *eomReason) override
    {
        const std::string answer = answers ? said_ + "!" : "";
        *count = answer.copy(value, most);
        *eomReason = ASYN_EOM_END;
        return failWith;
    }

    void say(const char *text)
    {
        lock();
        said_ = text;
        unlock();
    }

    // What was written last.
    std::string said()
    {
        lock();
        std::string copy = said_;
        unlock();
        return copy;
    }

    int data;
    std::atomic<bool> answers{true};
    std::atomic<size_t> accept{1000};
    std::atomic<asynStatus> failWith{asynSuccess};

  private:
    std::string said_; // guarded by the driver's lock
};

const std::string text20 = "field(FTVL, CHAR) field(NELM, 20) ", size20 = "field(SIZV, 20) ";

std::string database(const std::string &port)
{
    const std::string at = "@asyn(" + port + ")", p = port + ":";
    return record("stringin", p + "sic", "asynOctetCmdResponse", at + "*IDN?\\\\r") +
           record("lsi", p + "lsic", "asynOctetCmdResponse", at + "LSI", size20) +
           record("waveform", p + "wfc", "asynOctetCmdResponse", at + "WAVE", text20) +
           record("stringin", p + "siw", "asynOctetWriteRead", at + p + "command") +
           record("lsi", p + "lsiw", "asynOctetWriteRead", at + p + "command.VAL", size20) +
           record("waveform", p + "wfw", "asynOctetWriteRead", at + p + "command", text20) +
           "record(stringin, \"" + p + "command\") { field(VAL, \"ask\\\\n\") }\n" +
           record("waveform", p + "binary", "asynOctetWriteBinary", at + "DATA", text20) +
           record("waveform", p + "plain", "asynOctetWrite", at + "DATA", text20) +
           record("stringout", p + "so", "asynOctetWrite", at + "DATA") +
           record("lso", p + "lso", "asynOctetWrite", at + "DATA", size20) +
           record("stringin", p + "si", "asynOctetRead", at + "DATA") +
           record("lsi", p + "lsi", "asynOctetRead", at + "DATA", size20) +
           record("waveform", p + "wf", "asynOctetRead", at + "DATA", text20) +
           // asyn crashes here
           (bundled ? record("stringin", p + "nocommand", "asynOctetCmdResponse", at) : "") +
           record("stringin", p + "nopv", "asynOctetWriteRead", at + "no:such:pv") +
           record("waveform", p + "notext", "asynOctetCmdResponse", at + "X",
                  "field(FTVL, SHORT) field(NELM, 4)");
}

std::string waveText(const std::string &pv)
{
    DBADDR address;
    char buffer[100] = "";
    long count = sizeof buffer - 1;
    if (dbNameToAddr(pv.c_str(), &address) ||
        dbGetField(&address, DBR_CHAR, buffer, nullptr, &count, nullptr))
        testAbort("%s cannot be read", pv.c_str());
    return std::string(buffer, static_cast<size_t>(count));
}

// A put-callback would wait for it; here the record's PACT is looked at.
void processed(const std::string &name)
{
    process(name);
    testOk(becomes((name + ".PACT").c_str(), 0), "%s has been processed", name.c_str());
}

void undefined(Instrument &instrument, const std::string &p)
{
    for (const std::string &name : {p + "so", p + "lso"}) {
        instrument.failWith = asynError;
        processed(name);
        testOk(number((name + ".UDF").c_str()) == 1, "a write that fails leaves UDF: %s",
               name.c_str());
        instrument.failWith = asynSuccess;
        processed(name);
        testOk(number((name + ".UDF").c_str()) == 0 && text(name.c_str()).empty(),
               "a write without a value clears UDF: %s", name.c_str());
    }
}

// A read that fails after some bytes, and one that fails before any.
void partly(Instrument &instrument, const std::string &p)
{
    instrument.say("part");
    instrument.failWith = asynTimeout;
    for (const std::string &name : {p + "si", p + "lsi", p + "wf"}) {
        processed(name);
        testOk(number((name + ".STAT").c_str()) == TIMEOUT_ALARM, "a read that fails alarms: %s",
               name.c_str());
        const std::string shown = name.back() == 'f' ? waveText(name) : text(name.c_str());
        if (bundled ||
            name == p + "si") // asyn leaves the length of a waveform and an lsi as it was
            testOk(shown == "part!", "what came before a failure is shown: %s, %s", name.c_str(),
                   shown.c_str());
    }
    instrument.answers = false;
    processed(p + "si");
    testOk(text((p + "si").c_str()) == "part!", "a read without bytes leaves the value");
    instrument.answers = true;
    instrument.failWith = asynSuccess;
}

void rules(Instrument &instrument, const std::string &port)
{
    testDiag("port %s", port.c_str());
    const std::string p = port + ":";
    undefined(instrument, p);
    processed(p + "sic");
    testOk(text((p + "sic").c_str()) == "*IDN?\\r!" || text((p + "sic").c_str()) == "*IDN?\r!",
           "CmdResponse, stringin; \\r is translated: %s", text((p + "sic").c_str()).c_str());
    testOk(instrument.said() == "*IDN?\r", "the link's text was sent");
    processed(p + "lsic");
    testOk(reads((p + "lsic").c_str(), "LSI!"), "lsi");
    processed(p + "wfc");
    testOk(waveText(p + "wfc") == "WAVE!", "waveform");
    processed(p + "siw");
    testOk(instrument.said() == "ask\n", "WriteRead, stringin; the PV's text was sent");
    testdbPutFieldOk((p + "command").c_str(), DBR_STRING, "second");
    processed(p + "lsiw");
    testOk(reads((p + "lsiw").c_str(), "second!"), "lsi");
    processed(p + "wfw");
    testOk(waveText(p + "wfw") == "second!", "waveform");

    const char bytes[] = {1, 0, 2, 0};
    testdbPutArrFieldOk((p + "binary").c_str(), DBR_CHAR, 4, bytes);
    testOk(eventually([&] { return instrument.said() == std::string(bytes, 4); }),
           "WriteBinary writes zeros");
    testdbPutArrFieldOk((p + "plain").c_str(), DBR_CHAR, 4, bytes);
    testOk(eventually([&] { return instrument.said() == std::string(bytes, 1); }),
           "Write ends at a zero");

    partly(instrument, p);
    instrument.failWith = asynTimeout;
    processed(p + "sic");
    testOk(number((p + "sic.STAT").c_str()) == TIMEOUT_ALARM, "a failure alarms");
    instrument.failWith = asynSuccess;
    instrument.accept = 2;
    processed(p + "sic");
    testOk(number((p + "sic.STAT").c_str()) == WRITE_ALARM &&
               number((p + "sic.SEVR").c_str()) == MINOR_ALARM,
           "so does a write that is cut short");
    instrument.accept = 1000;
    if (bundled)
        testOk(number((p + "nocommand.PACT").c_str()) == 1, "without a command it never processes");
    for (const char *name : {"nopv", "notext"})
        testOk(number((p + name + ".PACT").c_str()) == 1, "%s never processes", name);
}

} // namespace

int main()
{
    testPlan(bundled ? 90 : 84);
    auto *instrument = new Instrument("P"), *slow = new Instrument("B", ASYN_CANBLOCK);
    return live(database("P") + database("B"), [=] {
        rules(*instrument, "P");
        rules(*slow, "B");
    });
}
