// Tracing: masks by name and number, files, what is shown, per port and address; asynReport.
#include <asynShellCommands.h>
#include <iocsh.h>

#include "liveDatabase.h"
#include "request.h"
#include "simpleDriver.h"
#include "traceLog.h"

namespace
{

class Multi : public asynPortDriver
{
  public:
    explicit Multi(const char *name)
        : asynPortDriver(name, 2, allInterfaces, allInterfaces, 0, 1, 0, 0)
    {
        int index;
        createParam("ALPHA", asynParamInt32, &index);
        setIntegerParam(index, 4711);
        createParam("BETA", asynParamFloat64, &index);
    }
};

struct Users {
    Journal journal;
    Request port{journal, "p", "M", -1}, zero{journal, "0", "M", 0}, one{journal, "1", "M", 1};
};

void masks(Users &users)
{
    testDiag("masks");
    const struct {
        const char *text;
        int mask;
    } cases[] = {{"0x11", 0x11},
                 {"9", 9},
                 {"FLOW", 0x10},
                 {"ERROR+FLOW", 0x11},
                 {"ERROR|FLOW", 0x11},
                 {"ASYN_TRACE_ERROR+ASYN_TRACE_WARNING", 0x21},
                 {"error+traceio_driver", 9}};
    for (const auto &each : cases) {
        iocshCmd((std::string("asynSetTraceMask M 1 ") + each.text).c_str());
        testOk(pasynTrace->getTraceMask(users.one.user()) == each.mask,
               "asynSetTraceMask by number and name: %s is 0x%x", each.text, each.mask);
    }
    testOk(pasynTrace->getTraceMask(users.zero.user()) == ASYN_TRACE_ERROR,
           "a mask of one address is not that of another");
    iocshCmd("asynSetTraceIOMask M 1 ASCII+HEX");
    testOk(pasynTrace->getTraceIOMask(users.one.user()) == (ASYN_TRACEIO_ASCII | ASYN_TRACEIO_HEX),
           "asynSetTraceIOMask by name");
    iocshCmd("asynSetTraceIOMask M 1 2");
    testOk(pasynTrace->getTraceIOMask(users.one.user()) == ASYN_TRACEIO_ESCAPE,
           "asynSetTraceIOMask by number");
    iocshCmd("asynSetTraceInfoMask M 1 PORT+THREAD");
    testOk(pasynTrace->getTraceInfoMask(users.one.user()) ==
               (ASYN_TRACEINFO_PORT | ASYN_TRACEINFO_THREAD),
           "asynSetTraceInfoMask by name");
    iocshCmd("asynSetTraceInfoMask M 1 0xF");
    testOk(pasynTrace->getTraceInfoMask(users.one.user()) == 0xF, "asynSetTraceInfoMask by number");
    iocshCmd("asynSetTraceIOTruncateSize M 1 5");
    testOk(pasynTrace->getTraceIOTruncateSize(users.one.user()) == 5, "asynSetTraceIOTruncateSize");
    iocshCmd("asynSetTraceMask M -1 ERROR+WARNING");
    testOk(pasynTrace->getTraceMask(users.zero.user()) == 0x21 &&
               pasynTrace->getTraceMask(users.one.user()) == 0x21,
           "a mask of the port is that of its addresses");
    asynSetTraceMask("M", -1, ASYN_TRACE_ERROR);
}

void shown(Users &users)
{
    testDiag("what is shown");
    asynUser *user = users.one.user();
    TraceLog log(user, ASYN_TRACE_ERROR | ASYN_TRACE_FLOW);
    pasynTrace->setTraceInfoMask(user, 0);
    asynPrint(user, ASYN_TRACE_FLOW, "value %d\n", 7);
    asynPrint(user, ASYN_TRACE_WARNING, "not asked for\n");
    testOk(log.has("value 7\n") && !log.has("not asked for"), "what the mask has, and no more");
    pasynTrace->setTraceInfoMask(user, ASYN_TRACEINFO_PORT);
    user->reason = 3;
    asynPrint(user, ASYN_TRACE_FLOW, "of a port\n");
    testOk(log.has("[M,1,3] of a port\n"), "ASYN_TRACEINFO_PORT: port, address and reason");
    pasynTrace->setTraceInfoMask(user, ASYN_TRACEINFO_SOURCE);
    asynPrint(user, ASYN_TRACE_FLOW, "of a source\n");
    testOk(log.has("testTrace.cpp:"), "ASYN_TRACEINFO_SOURCE: file and line");
    pasynTrace->setTraceInfoMask(user, ASYN_TRACEINFO_THREAD);
    asynPrint(user, ASYN_TRACE_FLOW, "of a thread\n");
    testOk(log.has(epicsThreadGetNameSelf()), "ASYN_TRACEINFO_THREAD: the thread");
    pasynTrace->setTraceInfoMask(user, ASYN_TRACEINFO_TIME);
    asynPrint(user, ASYN_TRACE_FLOW, "of a time\n");
    testOk(log.has(":") && log.has(" of a time\n"), "ASYN_TRACEINFO_TIME: the time");

    pasynTrace->setTraceInfoMask(user, 0);
    pasynTrace->setTraceIOTruncateSize(user, 80);
    pasynTrace->setTraceIOMask(user, ASYN_TRACEIO_NODATA);
    asynPrintIO(user, ASYN_TRACE_FLOW, "secret", 6, "no data\n");
    testOk(log.has("no data\n") && !log.has("secret"), "ASYN_TRACEIO_NODATA");
    pasynTrace->setTraceIOMask(user, ASYN_TRACEIO_ASCII);
    asynPrintIO(user, ASYN_TRACE_FLOW, "letters", 7, "ascii\n");
    testOk(log.has("letters"), "ASYN_TRACEIO_ASCII");
    pasynTrace->setTraceIOMask(user, ASYN_TRACEIO_ESCAPE);
    asynPrintIO(user, ASYN_TRACE_FLOW, "line\r\n", 6, "escape\n");
    testOk(log.has("line\\r\\n"), "ASYN_TRACEIO_ESCAPE");
    pasynTrace->setTraceIOMask(user, ASYN_TRACEIO_HEX);
    asynPrintIO(user, ASYN_TRACE_FLOW, "\x12\xab", 2, "hex\n");
    testOk(log.has("12 ab"), "ASYN_TRACEIO_HEX");
    pasynTrace->setTraceIOTruncateSize(user, 4);
    pasynTrace->setTraceIOMask(user, ASYN_TRACEIO_ASCII);
    asynPrintIO(user, ASYN_TRACE_FLOW, "abcdefgh", 8, "cut\n");
    testOk(log.has("abcd") && !log.has("abcde"), "data are cut at the truncate size");
    testOk(pasynTrace->setTraceIOTruncateSize(user, static_cast<size_t>(-1)) == asynError &&
               pasynTrace->getTraceIOTruncateSize(user) == 4,
           "a negative truncate size is refused: %s", user->errorMessage);
}

std::string content(const std::string &name)
{
    std::string all;
    if (FILE *file = fopen(name.c_str(), "r")) {
        for (int byte; (byte = fgetc(file)) != EOF;)
            all += static_cast<char>(byte);
        fclose(file);
    }
    return all;
}

void logged(void *pvt, const char *message)
{
    *static_cast<std::string *>(pvt) += message;
}

void files(Users &users)
{
    testDiag("files");
    char directory[] = "/tmp/asynTraceXXXXXX";
    if (!mkdtemp(directory))
        testAbort("no directory");
    const std::string all = std::string(directory) + "/all", one = std::string(directory) + "/one";
    for (Request *each : {&users.port, &users.zero, &users.one})
        pasynTrace->setTraceInfoMask(each->user(), 0);
    iocshCmd(("asynSetTraceFile M 0 " + all).c_str());
    iocshCmd(("asynSetTraceFile M 1 " + one).c_str());
    asynPrint(users.zero.user(), ASYN_TRACE_ERROR, "of zero\n");
    asynPrint(users.one.user(), ASYN_TRACE_ERROR, "of one\n");
    testOk(content(all).find("of zero\n") != std::string::npos, "asynSetTraceFile");
    testOk(content(one).find("of one\n") != std::string::npos &&
               content(all).find("of one\n") == std::string::npos,
           "each address may have a file of its own");
    iocshCmd("asynSetTraceFile M 0 stdout");
    testOk(pasynTrace->getTraceFile(users.zero.user()) == stdout, "stdout by name");
    if (bundled) { // asyn's next trace would wait for the shell's input
        std::string log;
        errlogFlush();
        errlogAddListener(logged, &log);
        iocshCmd("asynSetTraceFile M 1");
        asynPrint(users.one.user(), ASYN_TRACE_ERROR, "to the log\n");
        errlogFlush();
        errlogRemoveListeners(logged, &log);
        testOk(log == "to the log\n", "asynSetTraceFile without a name is the error log");
    }
    for (Request *each : {&users.port, &users.zero, &users.one})
        pasynTrace->setTraceFile(each->user(), nullptr);
    remove(all.c_str());
    remove(one.c_str());
    remove(directory);
}

std::string report(int level, const char *port)
{
    FILE *file = tmpfile();
    pasynManager->report(file, level, port);
    std::string all;
    rewind(file);
    for (int byte; (byte = fgetc(file)) != EOF;)
        all += static_cast<char>(byte);
    fclose(file);
    return all;
}

void reports()
{
    testDiag("asynReport");
    const auto says = [](const std::string &text, const char *part) {
        return text.find(part) != std::string::npos;
    };
    std::string before;
    for (const int level : {0, 1, 2, 3}) {
        const std::string text = report(level, "P");
        testOk(says(text, "P") && text.size() > before.size(),
               "asynReport %d says more than the level before: %zu characters", level, text.size());
        before = text;
    }
    testOk(!says(report(0, "M"), "ALPHA"), "level 0 has no parameters");
    testOk(says(report(2, "M"), "ALPHA") && says(report(2, "M"), "4711"),
           "level 2 has parameters and their values");
    testOk(says(report(2, "M"), "BETA") && says(report(2, "M"), "undefined"),
           "and says which have none");
    const std::string both = report(1, nullptr);
    testOk(says(both, "M multiDevice:Yes") && says(both, "P multiDevice:No"),
           "without a name it reports all ports");
    testOk(says(both, "canBlock:No") && says(report(1, "B"), "canBlock:Yes"), "and what they are");
    testOk(says(report(1, "M"), "enabled:Yes"), "and whether they are enabled");
    testOk(says(report(3, "P"), "asynInt32"), "level 3 has the clients of interrupts");
    testOk(!says(report(-2, "M"), "addr 1") && says(report(2, "M"), "addr 1"),
           "a negative level leaves the addresses out");
}

// Whether a line names the record and the value.
bool traced(const TraceLog &log, const char *record, const char *value)
{
    return eventually([&] {
        for (const std::string &line : log.lines())
            if (line.find(record) != std::string::npos && line.find(value) != std::string::npos)
                return true;
        return false;
    });
}

void requests(SimpleDriver &driver)
{
    testDiag("what device support does");
    TraceLog log(driver.self(), ASYN_TRACE_ERROR | ASYN_TRACEIO_DEVICE);
    asynSetTraceIOMask("P", -1, ASYN_TRACEIO_ASCII);
    put("lo", 4711);
    testOk(traced(log, "lo", "4711"), "ASYN_TRACEIO_DEVICE: each write");
    process("passive");
    testOk(traced(log, "passive", "4711"), "each read");
    testOk(traced(log, "li", "4711"), "each callback");
    put("ao", 2.5);
    testOk(traced(log, "ao", "2.5"), "of a float");
    testdbPutFieldOk("so", DBR_STRING, "shown");
    testOk(eventually([&] { return log.has("so") && log.has("shown"); }), "of a string");
    process("wave");
    testOk(traced(log, "wave", ""), "of an array");
    asynSetTraceIOMask("P", -1, 0);
    asynSetTraceMask("P", -1, ASYN_TRACE_ERROR);
    const size_t lines = log.lines().size();
    put("lo", 1);
    testOk(log.lines().size() == lines, "and nothing without the mask");
}

} // namespace

int main()
{
    testPlan(bundled ? 51 : 50);
    new Multi("M");
    auto *driver = new SimpleDriver("P");
    new SimpleDriver("B", ASYN_CANBLOCK);
    const std::string database = record("longin", "li", "asynInt32", "@asyn(P)I32", ioIntr) +
                                 record("longin", "passive", "asynInt32", "@asyn(P)I32") +
                                 record("longout", "lo", "asynInt32", "@asyn(P)I32") +
                                 record("ao", "ao", "asynFloat64", "@asyn(P)F64") +
                                 record("stringout", "so", "asynOctetWrite", "@asyn(P)TEXT") +
                                 record("waveform", "wave", "asynFloat64ArrayOut", "@asyn(P)WAVE",
                                        "field(FTVL, DOUBLE) field(NELM, 4)");
    return live(database, [=] {
        Users users;
        masks(users);
        shown(users);
        files(users);
        reports();
        requests(*driver);
    });
}
