// Strings of a device: terminators, the layers on a port's asynOctet, options, the shell commands.
#include <string>
#include <vector>

#include <asynInterposeEos.h>
#include <asynInterposeFlush.h>
#include <asynOctetSyncIO.h>
#include <asynOptionSyncIO.h>
#include <asynShellCommands.h>
#include <epicsExport.h>
#include <epicsUnitTest.h>
#include <errlog.h>

#include "instrument.h"
#include "portClient.h"

extern "C" {
extern void (*pvar_func_asynRegister)();
int asynInterposeDelay(const char *portName, int addr, double delay);
int asynInterposeEcho(const char *portName, int addr);
}

namespace
{

// What one call at the top of a port's layers gives.
struct Result {
    asynStatus status = asynError;
    std::string data;
    int eomReason = -1;

    bool is(const char *text, int reason, asynStatus expected = asynSuccess) const
    {
        return status == expected && data == text && eomReason == reason;
    }
};

struct OctetUser : User {
    explicit OctetUser(const char *port, int addr = 0) : User(port, addr) {}

    asynOctet *octet() const { return table<asynOctet>(asynOctetType); }
    void *octetPvt() const { return pvt(asynOctetType); }

    Result read(size_t most = 80)
    {
        Result result;
        std::vector<char> buffer(most + 1, '?');
        size_t count = 0;
        result.status =
            octet()->read(octetPvt(), get(), buffer.data(), most, &count, &result.eomReason);
        result.data.assign(buffer.data(), count);
        guarded = buffer[most] == '?';
        return result;
    }
    Result write(const std::string &text)
    {
        Result result;
        size_t count = 0;
        result.status = octet()->write(octetPvt(), get(), text.data(), text.size(), &count);
        result.data = text.substr(0, count);
        if (count > text.size())
            result.data += " and more";
        return result;
    }
    asynStatus flush() { return octet()->flush(octetPvt(), get()); }
    asynStatus setInputEos(const char *eos, int length)
    {
        return octet()->setInputEos(octetPvt(), get(), eos, length);
    }

    bool guarded = false; // nothing was written behind the buffer
};

void pieces()
{
    testDiag("messages end at the input terminator");
    auto *instrument = new Instrument("PIECES");
    testOk1(Shell("asynReport 2 PIECES").output.find("interposed") == std::string::npos);
    testOk1(Shell("asynInterposeEosConfig PIECES 0 1 1").accepted(""));
    testOk1(Shell("asynReport 2 PIECES").output.find("interposed asynOctet") != std::string::npos);
    testOk1(Shell("asynReport 1 PIECES").output.find("interposed") == std::string::npos);
    testOk1(Shell("asynOctetSetInputEos PIECES 0 \"\\r\\n\"").accepted(""));
    Shell shown("asynOctetGetInputEos PIECES 0");
    testOk(shown.accepted("\"\\r\\n\"\n"), "shown with escapes: %s", shown.shown());
    OctetUser user("PIECES");

    instrument->sends({{"ab"}, {"c\r"}, {"\nde"}, {"f\r\n"}});
    testOk(user.read().is("abc", ASYN_EOM_EOS), "a message in three pieces");
    testOk(user.read().is("def", ASYN_EOM_EOS), "and what the last piece had begun");
    instrument->sends({{"one\r\ntwo\r\n", ASYN_EOM_END}});
    testOk(user.read().is("one", ASYN_EOM_EOS), "two messages in a piece: the first");
    testOk(user.read().is("two", ASYN_EOM_EOS | ASYN_EOM_END), "the second, with the piece's end");
    instrument->sends({{"a\r\r\nb\rc\r\n"}});
    testOk(user.read().is("a\r", ASYN_EOM_EOS), "the terminator begins anew");
    testOk(user.read().is("b\rc", ASYN_EOM_EOS), "or is none at all");
    instrument->sends({{"\r\n"}});
    testOk(user.read().is("", ASYN_EOM_EOS), "an empty message");

    instrument->sends({{"abcdef\r\n"}});
    testOk(user.read(4).is("abcd", ASYN_EOM_CNT) && user.guarded, "as many bytes as asked for");
    testOk(user.read(4).is("ef", ASYN_EOM_EOS), "then the rest");
    instrument->sends({{"ab\r\nc\r\n"}});
    testOk(user.read(3).is("ab\r", ASYN_EOM_CNT), "a terminator may be cut in two");
    testOk(user.read(3).is("", ASYN_EOM_EOS), "its second byte ends an empty rest");
    testOk(user.read(3).is("c", ASYN_EOM_EOS), "and the next message is whole");
    testOk(user.read(0).is("", ASYN_EOM_CNT), "no bytes are read when none are asked for");

    instrument->sends({{"ab"}});
    testOk(user.read().is("ab", 0, asynTimeout), "a timeout gives what has come: %s",
           user.message());
    instrument->sends({{"c\r\n"}});
    testOk(user.read().is("c", ASYN_EOM_EOS), "the next read gives the rest");
    instrument->sends({{"late\r\nx", 0, asynTimeout}, {"y\r\n"}});
    testOk(user.read().is("late", ASYN_EOM_EOS), "bytes that came with an error are not lost");
    testOk(user.read().is("xy", ASYN_EOM_EOS), "nor are those behind the message");
    instrument->sends({{"gone", 0, asynDisconnected}});
    testOk(user.read().is("gone", 0, asynDisconnected), "the driver's error is passed on");

    const std::string message(5000, 'm');
    instrument->sends({{message + "\r\n"}});
    testOk(user.read(6000).is(message.c_str(), ASYN_EOM_EOS), "more than is read ahead at once");
}

void ends()
{
    testDiag("without a terminator, and the driver's own end");
    auto *instrument = new Instrument("ENDS");
    asynInterposeEosConfig("ENDS", -1, 1, 1);
    OctetUser user("ENDS");
    instrument->sends({{"ab"}, {"cd"}});
    testOk(user.read(4).is("abcd", ASYN_EOM_CNT), "pieces until the count is reached");
    instrument->sends({{"ab"}, {"c", ASYN_EOM_END}, {"d"}});
    testOk(user.read().is("abc", ASYN_EOM_END), "or until the driver's end");
    instrument->sends({{"abcdef", ASYN_EOM_END}, {"next", ASYN_EOM_END}});
    testOk(user.read(4).is("abcd", ASYN_EOM_CNT), "an end that is not reached yet");
    testOk(user.read(4).is("ef", ASYN_EOM_END), "comes with the last byte");
    testOk(user.read(4).is("next", ASYN_EOM_CNT), "a full message is not followed by an empty one");
    testOk(user.read(4).is("", 0, asynTimeout), "but by a timeout");
    instrument->sends({{"", ASYN_EOM_END}});
    testOk(user.read().is("", ASYN_EOM_END), "a driver's empty message");
    user.setInputEos("\n", 1);
    instrument->sends({{"one\ntwo\n"}});
    testOk(user.read().is("one", ASYN_EOM_EOS) && user.read().is("two", ASYN_EOM_EOS),
           "a terminator of one byte");
    user.setInputEos("##", 2);
    instrument->sends({{"a#b###c##"}});
    testOk(user.read().is("a#b", ASYN_EOM_EOS) && user.read().is("#c", ASYN_EOM_EOS),
           "one of two equal bytes");
    user.setInputEos("\0\n", 2);
    instrument->sends({{std::string("a\0\n", 3)}});
    testOk(user.read().is("a", ASYN_EOM_EOS), "one with a NUL");
}

void forgetting()
{
    testDiag("what has been read ahead is forgotten");
    auto *instrument = new Instrument("FORGET");
    asynInterposeEosConfig("FORGET", 0, 1, 1);
    OctetUser user("FORGET");
    user.setInputEos("\n", 1);
    instrument->sends({{"one\nold"}});
    user.read();
    testOk1(user.flush() == asynSuccess);
    instrument->sends({{"new\n"}});
    testOk(user.read().is("new", ASYN_EOM_EOS), "by flush");
    instrument->sends({{"one\nold\n"}});
    user.read();
    pasynManager->exceptionDisconnect(instrument->self());
    pasynManager->exceptionConnect(instrument->self());
    instrument->sends({{"new\n"}});
    testOk(user.read().is("new", ASYN_EOM_EOS), "by a new connection");
    instrument->talksForEver = true;
    testOk(user.flush() == asynSuccess, "a device that talks for ever is flushed");
}

void output()
{
    testDiag("the output terminator");
    auto *instrument = new Instrument("OUTPUT");
    asynInterposeEosConfig("OUTPUT", 0, 1, 1);
    OctetUser user("OUTPUT");
    testOk1(user.write("plain").data == "plain");
    testOk1(Shell("asynOctetSetOutputEos OUTPUT 0 \"\\n\"").accepted(""));
    testOk1(Shell("asynOctetGetOutputEos OUTPUT 0").accepted("\"\\n\"\n"));
    const Result result = user.write("*IDN?");
    testOk(result.status == asynSuccess && result.data == "*IDN?", "a client counts its own bytes");
    user.write("");
    testOk(instrument->written == "plain*IDN?\n\n", "appended, to an empty message as well");
    testOk1(Shell("asynOctetSetOutputEos OUTPUT 0 \"\"").accepted(""));
    testOk1(Shell("asynOctetGetOutputEos OUTPUT 0").accepted("\"\"\n"));

    testOk(user.setInputEos("abc", 3) == asynError, "%s", user.message());
    testOk(user.setInputEos("a", -1) == asynError, "%s", user.message());
    testOk(user.setInputEos(nullptr, 1) == asynError, "%s", user.message());
    char eos[2] = "";
    int length = 0;
    user.setInputEos("\r\n", 2);
    testOk(user.octet()->getInputEos(user.octetPvt(), user.get(), eos, 1, &length) == asynError,
           "%s", user.message());
    testOk(user.octet()->getInputEos(user.octetPvt(), user.get(), eos, 2, &length) == asynSuccess &&
               length == 2 && eos[1] == '\n',
           "a buffer that is just long enough");
}

void directions()
{
    testDiag("directions, addresses, ports that are gone");
    auto *instrument = new Instrument("NEITHER");
    asynInterposeEosConfig("NEITHER", 0, 0, 0);
    OctetUser user("NEITHER");
    user.setInputEos("12345", 5);
    testOk1(Shell("asynOctetGetInputEos NEITHER 0").accepted("\"12345\"\n"));
    instrument->sends({{"a12345b"}});
    testOk(user.read().is("a12345b", 0), "a direction that is not processed is the driver's");
    asynOctetSetOutputEos("NEITHER", 0, "!");
    user.write("text");
    testOk1(instrument->written == "text");

    instrument = new Instrument("MULTI", 2);
    asynInterposeEosConfig("MULTI", 1, 1, 0);
    OctetUser zero("MULTI", 0), first("MULTI", 1);
    pasynOctetSyncIO->setInputEosOnce("MULTI", 1, ";", 1, nullptr);
    instrument->sends({{"a;b"}});
    testOk(zero.read().is("a;b", 0), "a layer on one address leaves the others alone");
    instrument->sends({{"a;b"}});
    testOk1(first.read().is("a", ASYN_EOM_EOS));

    instrument = new Instrument("BRIEF", 1, ASYN_DESTRUCTIBLE);
    asynInterposeEosConfig("BRIEF", 0, 1, 1);
    OctetUser old("BRIEF");
    old.setInputEos("\n", 1);
    asynOctet *octet = old.octet();
    void *pvt = old.octetPvt();
    pasynManager->shutdownPort(instrument->self());
    char buffer[8];
    size_t count = 0;
    int reason = 0;
    testOk(octet->read(pvt, old.get(), buffer, sizeof buffer, &count, &reason) == asynDisabled,
           "the layer of a dead port: %s", old.message());

    testOk1(Shell("asynInterposeEosConfig").refused("the name of a port"));
    testOk1(Shell("asynInterposeEosConfig NOWHERE 0 1 1").refused("NOWHERE"));
    new Driver("SILENT");
    pasynManager->registerPort("NUMBERS", 0, 0, 0, 0);
    testOk1(Shell("asynInterposeEosConfig NUMBERS 0 1 1").refused("asynOctet"));
    testOk1(asynInterposeEosConfig(nullptr, 0, 1, 1) == -1);
}

// A driver in C that leaves most to pasynOctetBase.
struct Plain {
    explicit Plain(const char *portName, int attributes = 0) : name(portName)
    {
        pasynManager->registerPort(portName, attributes, 0, 0, 0);
        common.drvPvt = octet.drvPvt = this;
        pasynManager->registerInterface(portName, &common);
        octetTable.read = read;
    }
    asynStatus initialize(int eosIn, int eosOut, int interruptProcess)
    {
        return pasynOctetBase->initialize(name, &octet, eosIn, eosOut, interruptProcess);
    }

    static asynStatus read(void *pvt, asynUser *, char *data, size_t most, size_t *count,
                           int *eomReason)
    {
        auto &plain = *static_cast<Plain *>(pvt);
        *count = plain.input.copy(data, most);
        plain.input.erase(0, *count);
        *eomReason = 0;
        ++plain.reads;
        return *count ? asynSuccess : asynTimeout;
    }
    static asynStatus write(void *pvt, asynUser *, const char *data, size_t length, size_t *count)
    {
        static_cast<Plain *>(pvt)->output.append(data, length);
        *count = length;
        return asynSuccess;
    }
    static void report(void *, FILE *, int) {}
    static asynStatus connect(void *, asynUser *user)
    {
        return pasynManager->exceptionConnect(user);
    }

    const char *name;
    std::string input, output;
    int reads = 0;
    asynCommon commonTable = {report, connect, connect};
    asynOctet octetTable = {};
    asynInterface common = {asynCommonType, &commonTable, nullptr};
    asynInterface octet = {asynOctetType, &octetTable, nullptr};
};

void noteInput(void *pvt, asynUser *, char *data, size_t count, int)
{
    static_cast<std::vector<std::string> *>(pvt)->emplace_back(data, count);
}

void base()
{
    testDiag("pasynOctetBase");
    auto *plain = new Plain("PLAIN");
    testOk1(plain->initialize(0, 0, 0) == asynSuccess);
    OctetUser user("PLAIN");
    testOk(user.write("x").status == asynError, "a method that is not there: %s", user.message());
    testOk(user.setInputEos("\n", 1) == asynError, "%s", user.message());
    plain->input.assign(700, 'x');
    user->timeout = 3;
    testOk(user.flush() == asynSuccess && plain->input.empty() && plain->reads == 4,
           "a driver without flush is read until nothing comes");
    testOk1(user->timeout == 3);

    plain = new Plain("TERMINATED");
    plain->octetTable.write = Plain::write;
    testOk1(plain->initialize(1, 1, 1) == asynSuccess);
    OctetUser reader("TERMINATED"), other("TERMINATED");
    std::vector<std::string> told;
    void *registrar = nullptr;
    other->reason = 7; // the data belongs to the device, whatever a client is interested in
    testOk1(other.octet()->registerInterruptUser(other.octetPvt(), other.get(), noteInput, &told,
                                                 &registrar) == asynSuccess);
    testOk1(reader.setInputEos("\n", 1) == asynSuccess);
    asynOctetSetOutputEos("TERMINATED", 0, "\\r");
    plain->input = "one\ntwo\n";
    testOk(reader.read().is("one", ASYN_EOM_EOS), "processEosIn");
    testOk(told.size() == 1 && told[0] == "one\ntwo\n",
           "interruptProcess tells others what came from the driver");
    reader.write("out");
    testOk(plain->output == "out\r", "processEosOut");
    testOk1(other.octet()->cancelInterruptUser(other.octetPvt(), other.get(), registrar) ==
            asynSuccess);
    plain = new Plain("SEVERAL", ASYN_MULTIDEVICE);
    testOk(plain->initialize(1, 0, 0) == asynError, "no such flags for a port of several devices");
    testOk(plain->initialize(0, 0, 0) == asynSuccess, "which is well without them");
    plain = new Plain("UNKNOWN");
    plain->name = "NOWHERE";
    testOk(plain->initialize(1, 0, 0) == asynError, "a port that is not there");
}

void otherLayers()
{
    testDiag("the layers Flush, Delay and Echo");
    auto *instrument = new Instrument("FLUSHED");
    testOk1(Shell("asynInterposeFlushConfig FLUSHED 0 5").accepted(""));
    OctetUser user("FLUSHED");
    instrument->sends({{"a"}, {"b"}, {"c"}});
    user->timeout = 2;
    testOk(user.flush() == asynSuccess && instrument->pieces.empty(), "reads until nothing comes");
    testOk1(user->timeout == 2);
    testOk1(user.write("through").data == "through");
    testOk1(Shell("asynInterposeFlushConfig FLUSHED 0 -1").refused("1000000 ms, got -1"));
    testOk1(Shell("asynInterposeFlushConfig FLUSHED 0 nan").refused("got nan"));
    testOk1(Shell("asynInterposeFlushConfig").refused("the name of a port"));
    testOk1(asynInterposeFlushConfig("NOWHERE", 0, -5) == -1);

    instrument = new Instrument("SLOW");
    testOk1(Shell("asynInterposeDelay SLOW 0 0.001").accepted(""));
    OctetUser slow("SLOW");
    testOk1(slow.write("text").data == "text" && instrument->written == "text");
    testOk1(Shell("asynShowOption SLOW 0 delay").accepted("delay=0.001\n"));
    testOk1(Shell("asynSetOption SLOW 0 delay 0").accepted(""));
    testOk1(Shell("asynShowOption SLOW 0 delay").accepted("delay=0\n"));
    for (const char *bad : {"-1", "soon", "inf"})
        testOk1(Shell(std::string("asynSetOption SLOW 0 delay ") + bad).refused(bad));
    testOk(Shell("asynShowOption SLOW 0 baud").accepted("baud=9600\n"), "the port's own options");
    testOk1(Shell("asynInterposeDelay SLOW 0 -1").refused("delay"));
    testOk1(Shell("asynInterposeDelay SLOW 0 inf").refused("delay"));
    testOk1(Shell("asynInterposeDelay").refused("the name of a port"));
    testOk1(asynInterposeDelay("NOWHERE", 0, 1.0) == -1);
    auto *plain = new Plain("PLAINSLOW");
    plain->initialize(0, 0, 0);
    asynInterposeDelay("PLAINSLOW", -1, 0.5);
    testOk1(Shell("asynShowOption PLAINSLOW 0 delay").accepted("delay=0.5\n"));
    testOk1(Shell("asynShowOption PLAINSLOW 0 baud").refused("baud"));
    testOk1(Shell("asynSetOption PLAINSLOW 0 baud 1").refused("baud"));

    instrument = new Instrument("ECHO");
    testOk1(Shell("asynInterposeEcho ECHO 0").accepted(""));
    OctetUser echo("ECHO");
    instrument->echoes = true;
    testOk1(echo.write("text").data == "text" && instrument->pieces.empty());
    instrument->echoes = false;
    instrument->sends({{"t"}, {"\n"}});
    Result result = echo.write("text");
    testOk(result.status == asynError && result.data == "t" &&
               std::string(echo.message()).find("\"\\n\", not \"e\"") != std::string::npos,
           "%s", echo.message());
    result = echo.write("text");
    testOk(result.status == asynTimeout && result.data.empty(), "%s", echo.message());
    testOk1(Shell("asynInterposeEcho").refused("the name of a port"));
    testOk1(asynInterposeEcho("NOWHERE", 0) == -1);
}

void talking()
{
    testDiag("asynOctetConnect and what follows");
    auto *instrument = new Instrument("TALK");
    asynInterposeEosConfig("TALK", 0, 1, 1);
    asynOctetSetInputEos("TALK", 0, "\\r\\n");
    testOk1(Shell("asynOctetConnect dev TALK").accepted(""));
    testOk1(Shell("asynOctetWrite dev \"*IDN?\\t\\x41\\\\\"").accepted(""));
    testOk(instrument->written == "*IDN?\tA\\", "escapes are translated: %s",
           instrument->written.c_str());
    instrument->sends({{"me\tand\x01"}, {"you\r\nmore\r\n"}});
    Shell answer("asynOctetRead dev");
    testOk(answer.accepted("eomReason 0x2\nme\\tand\\x01you\n"), "%s", answer.shown());
    testOk1(Shell("asynOctetRead dev 2").accepted("eomReason 0x1\nmo\n"));
    testOk1(Shell("asynOctetFlush dev").accepted(""));
    instrument->answers["V?\r"] = {{"1.5"}, {"\r\n"}};
    testOk1(Shell("asynOctetWriteRead dev \"V?\\r\"").accepted("eomReason 0x2\n1.5\n"));
    testOk1(Shell("asynOctetWriteRead dev \"V?\\r\" 2").accepted("eomReason 0x1\n1.\n"));
    testOk1(asynOctetWriteRead("dev", "V?\\r", 0) == 3);
    testOk1(asynOctetWrite("dev", "\\0ab") == 3);
    instrument->sends({{"abc\r\n"}});
    testOk1(asynOctetRead("dev", 0) == 3);
    testOk1(asynOctetFlush("dev") == 0);
    instrument->sends({{std::string(300, 'x')}});
    testOk(asynOctetRead("dev", 1000) == 160, "the buffer's length is the limit");
    asynOctetFlush("dev");
    instrument->sends({{"part"}});
    Shell late("asynOctetRead dev");
    testOk(late.refused("asynTimeout") && late.refused("TALK") && late.refused("4 bytes"), "%s",
           late.shown());

    testDiag("what is refused");
    testOk1(Shell("asynOctetConnect dev TALK").refused("already"));
    testOk1(Shell("asynOctetConnect").refused("name of a connection"));
    testOk1(Shell("asynOctetConnect other").refused("name of a port"));
    testOk1(Shell("asynOctetConnect other NOWHERE").refused("NOWHERE"));
    testOk1(Shell("asynOctetConnect other NUMBERS").refused("asynOctet"));
    testOk1(Shell("asynOctetConnect other TALK 0 -1").refused("timeout"));
    testOk1(Shell("asynOctetConnect other TALK 0 1 -1").refused("buffer length"));
    testOk1(Shell("asynOctetConnect other TALK 0 1 2000000000").refused("buffer length"));
    testOk1(Shell("asynOctetConnect other TALK 0 1 10 NONE").refused("NONE"));
    testOk1(Shell("asynOctetConnect other TALK zero").status != 0);
    for (const char *command : {"Disconnect", "Read", "Write", "WriteRead", "Flush"}) {
        const std::string name = std::string("asynOctet") + command;
        testOk(Shell(name).refused("name of a connection"), "%s", name.c_str());
        testOk(Shell(name + " other text").status != 0, "%s other", name.c_str());
    }
    testOk1(Shell("asynOctetRead other").refused("no connection other"));
    testOk1(Shell("asynOctetRead dev -1").refused("got -1"));
    testOk1(Shell("asynOctetWriteRead dev V -1").refused("got -1"));
    testOk1(Shell("asynOctetWrite dev").refused("text to write"));
    testOk1(Shell("asynOctetWriteRead dev").refused("text to write"));
    testOk1(Shell("asynOctetWrite dev " + std::string(200, 'x')).refused("160"));
    testOk1(asynOctetDisconnect(nullptr) == -1 && asynOctetRead(nullptr, 0) == -1 &&
            asynOctetWrite("dev", nullptr) == -1 && asynOctetWriteRead("", nullptr, 0) == -1 &&
            asynOctetFlush("") == -1 && asynOctetConnect(nullptr, nullptr, 0, 0, 0, nullptr) == -1);
    for (const char *direction : {"Input", "Output"}) {
        const std::string set = std::string("asynOctetSet") + direction + "Eos";
        const std::string get = std::string("asynOctetGet") + direction + "Eos";
        testOk(Shell(set).refused("terminator"), "%s", set.c_str());
        testOk(Shell(set + " TALK 0").refused("terminator"), "%s TALK 0", set.c_str());
        testOk1(Shell(set + " TALK 0 abc").refused("TALK"));
        testOk1(Shell(set + " TALK 0 0123456789").refused("too long"));
        testOk1(Shell(set + " NOWHERE 0 x").refused("NOWHERE"));
        testOk(Shell(get).refused("name of a port"), "%s", get.c_str());
        testOk1(Shell(get + " NUMBERS 0").refused("asynOctet"));
    }
    testOk1(Shell("asynSetMinTimerPeriod 0.001").refused("timer period"));

    testDiag("drvInfo, and the end");
    testOk1(Shell("asynOctetConnect second TALK 0 1 10 TWO").accepted(""));
    asynOctetWrite("second", "x");
    testOk(instrument->lastReason == instrument->two, "drvInfo chooses the parameter");
    testOk1(Shell("asynOctetDisconnect second").accepted("") && instrument->destroyed == 1);
    testOk1(Shell("asynOctetDisconnect dev").accepted("") && instrument->destroyed == 1);
    testOk1(Shell("asynOctetRead dev").refused("no connection"));
    testOk1(Shell("asynOctetConnect dev TALK").accepted(""));
}

void unconnected()
{
    testDiag("a port that is not connected, or disabled");
    auto *instrument = new Instrument("AWAY", 1, ASYN_CANBLOCK);
    asynInterposeEosConfig("AWAY", 0, 1, 1);
    asynOctetConnect("away", "AWAY", 0, 0, 0, nullptr);
    pasynManager->exceptionDisconnect(instrument->self());
    testOk1(Shell("asynOctetWrite away x").refused("AWAY"));
    testOk1(Shell("asynOctetSetInputEos AWAY 0 \"\\n\"").accepted(""));
    testOk1(Shell("asynOctetGetInputEos AWAY 0").accepted("\"\\n\"\n"));
    char eos[4] = "";
    int length = 0;
    testOk(pasynOctetSyncIO->getInputEosOnce("AWAY", 0, eos, 4, &length, nullptr) == asynSuccess &&
               length == 1 && eos[0] == '\n',
           "terminators need no connection");
    testOk1(Shell("asynSetOption AWAY 0 baud 19200").accepted(""));
    testOk(Shell("asynShowOption AWAY 0 baud").accepted("baud=19200\n"), "nor do options");
    asynEnable("AWAY", 0, 0);
    testOk1(Shell("asynSetOption AWAY 0 baud 300").refused("disabled"));
    testOk1(Shell("asynOctetGetInputEos AWAY 0").refused("disabled"));
    testOk1(Shell("asynOctetRead away").refused("AWAY"));
}

void options()
{
    testDiag("options");
    auto *instrument = new Instrument("OPTIONS", 1, ASYN_CANBLOCK);
    testOk1(Shell("asynSetOption OPTIONS 0 baud 115200").accepted("") &&
            instrument->baud == "115200");
    testOk1(Shell("asynShowOption OPTIONS 0 baud").accepted("baud=115200\n"));
    testOk1(Shell("asynShowOption OPTIONS 0 parity").refused("OPTIONS"));
    testOk1(Shell("asynSetOption OPTIONS 0 parity even").refused("OPTIONS"));
    testOk1(Shell("asynSetOption").refused("expected"));
    testOk1(Shell("asynSetOption OPTIONS 0 baud").refused("expected"));
    testOk1(Shell("asynShowOption OPTIONS").refused("expected"));
    testOk1(Shell("asynShowOption NOWHERE 0 baud").refused("NOWHERE"));
    testOk1(Shell("asynShowOption NUMBERS 0 baud").refused("asynOption"));
    char value[20] = "";
    testOk1(pasynOptionSyncIO->setOptionOnce("OPTIONS", 0, "baud", "300", 1.0, nullptr) ==
            asynSuccess);
    testOk1(pasynOptionSyncIO->getOptionOnce("OPTIONS", 0, "baud", value, sizeof value, 1.0,
                                             nullptr) == asynSuccess &&
            strcmp(value, "300") == 0);
    asynOctetConnect("blocking", "OPTIONS", 0, 0, 0, nullptr);
    instrument->answers["V?"] = {{"1.5", ASYN_EOM_END}};
    testOk(Shell("asynOctetWriteRead blocking V?").accepted("eomReason 0x4\n1.5\n"),
           "a port that blocks, without layers");
}

} // namespace

int main()
{
    testPlan(189);
    eltc(0);
    pvar_func_asynRegister();
    pieces();
    ends();
    forgetting();
    output();
    directions();
    base();
    otherLayers();
    talking();
    unconnected();
    options();
    return testDone();
}
