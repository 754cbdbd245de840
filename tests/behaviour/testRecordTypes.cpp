// Every DTYP with every record type: a value goes to the driver, and comes back by I/O Intr.
#include <map>

#include "liveDatabase.h"
#include "simpleDriver.h"

namespace
{

// Arrays of every width, echoed to the records.
class ArrayDriver : public SimpleDriver
{
  public:
    explicit ArrayDriver(const char *name) : SimpleDriver(name)
    {
        int index;
        for (const auto &[drvInfo, type] : types)
            createParam(drvInfo, type, &index);
    }

#define ECHO(NAME, TYPE)                                                                           \
    std::map<int, std::vector<TYPE>> kept##NAME;                                                   \
    asynStatus write##NAME(asynUser *user, TYPE *value, size_t count) override                     \
    {                                                                                              \
        kept##NAME[user->reason].assign(value, value + count);                                     \
        return asynSuccess;                                                                        \
    }                                                                                              \
    asynStatus read##NAME(asynUser *user, TYPE *value, size_t most, size_t *count) override        \
    {                                                                                              \
        const std::vector<TYPE> &kept = kept##NAME[user->reason];                                  \
        *count = std::min(most, kept.size());                                                      \
        std::copy_n(kept.begin(), *count, value);                                                  \
        return asynSuccess;                                                                        \
    }                                                                                              \
    void echo(const char *drvInfo, const std::map<int, std::vector<TYPE>> &all)                    \
    {                                                                                              \
        int index = -1;                                                                            \
        findParam(drvInfo, &index);                                                                \
        std::vector<TYPE> kept = all.at(index);                                                    \
        doCallbacks##NAME(kept.data(), kept.size(), index, 0);                                     \
    }
    ECHO(Int8Array, epicsInt8)
    ECHO(Int16Array, epicsInt16)
    ECHO(Int32Array, epicsInt32)
    ECHO(Int64Array, epicsInt64)
    ECHO(Float32Array, epicsFloat32)
    ECHO(Float64Array, epicsFloat64)

    static const std::vector<std::pair<const char *, asynParamType>> types;
};
const std::vector<std::pair<const char *, asynParamType>> ArrayDriver::types = {
    {"A8", asynParamInt8Array},   {"A16", asynParamInt16Array},    {"A32", asynParamInt32Array},
    {"A64", asynParamInt64Array}, {"AF32", asynParamFloat32Array}, {"AF64", asynParamFloat64Array}};

struct Pair {
    const char *dtyp, *drvInfo;
    std::vector<const char *> outputs, inputs;
};

const std::vector<Pair> scalars = {
    {"asynInt32", "I32", {"ao", "longout"}, {"ai", "longin"}},
    {"asynInt32", "I32", {"bo"}, {"bi"}},
    {"asynInt32", "I32", {"mbbo"}, {"mbbi"}},
    {"asynInt64", "I64", {"int64out", "longout", "ao"}, {"int64in", "longin", "ai"}},
    {"asynFloat64", "F64", {"ao"}, {"ai"}},
    {"asynUInt32Digital", "BITS", {"longout", "mbboDirect"}, {"longin", "mbbiDirect"}},
    {"asynUInt32Digital", "BITS", {"bo"}, {"bi"}},
    {"asynUInt32Digital", "BITS", {"mbbo"}, {"mbbi"}},
};

std::string link(const Pair &pair)
{
    return pair.dtyp == std::string("asynUInt32Digital")
               ? "@asynMask(P,0,0xFF)" + std::string(pair.drvInfo)
               : "@asyn(P,0,1)" + std::string(pair.drvInfo);
}

std::string name(size_t i, const char *type, const char *side)
{
    return side + std::to_string(i) + type;
}

std::string scalarRecords()
{
    const std::string states = "field(ZNAM, zero) field(ONAM, one)";
    std::string text;
    for (size_t i = 0; i < scalars.size(); ++i) {
        for (const char *type : scalars[i].outputs)
            text += record(type, name(i, type, "out"), scalars[i].dtyp, link(scalars[i]),
                           type == std::string("bo") ? states : "");
        for (const char *type : scalars[i].inputs)
            text += record(type, name(i, type, "in"), scalars[i].dtyp, link(scalars[i]),
                           ioIntr + (type == std::string("bi") ? states : ""));
    }
    return text;
}

void scalarPairs()
{
    testDiag("a scalar by each output type to each input type");
    for (size_t i = 0; i < scalars.size(); ++i) {
        double value = 0;
        for (const char *out : scalars[i].outputs) {
            value = value == 1 ? 0 : 1;
            const std::string to = name(i, out, "out");
            testOk(put(to.c_str(), value), "%s %s writes", scalars[i].dtyp, out);
            for (const char *in : scalars[i].inputs)
                testOk(becomes(name(i, in, "in").c_str(), value), "%s %s to %s", scalars[i].dtyp,
                       out, in);
        }
    }
}

const char *const widths[][4] = {{"asynInt8Array", "A8", "CHAR", "UCHAR"},
                                 {"asynInt16Array", "A16", "SHORT", "USHORT"},
                                 {"asynInt32Array", "A32", "LONG", "ULONG"},
                                 {"asynInt64Array", "A64", "INT64", "UINT64"},
                                 {"asynFloat32Array", "AF32", "FLOAT", "FLOAT"},
                                 {"asynFloat64Array", "AF64", "DOUBLE", "DOUBLE"}};

std::string arrayRecords()
{
    std::string text;
    for (const auto &width : widths) {
        const std::string dtyp = width[0], at = "@asyn(P)" + std::string(width[1]);
        for (int sign = 0; sign < 2; ++sign) {
            const std::string fields =
                "field(FTVL, " + std::string(width[2 + sign]) + ") field(NELM, 4) ";
            const std::string tail = width[1] + std::to_string(sign);
            text += record("waveform", "wout" + tail, dtyp + "Out", at, fields);
            text += record("waveform", "win" + tail, dtyp + "In", at, fields + ioIntr);
            text += record("aao", "aao" + tail, dtyp + "Out", at, fields);
            text += record("aai", "aai" + tail, dtyp + "In", at, fields);
        }
    }
    return text;
}

void arrayPairs(ArrayDriver &driver)
{
    testDiag("arrays of every width, signed and unsigned");
    for (const auto &width : widths)
        for (int sign = 0; sign < 2; ++sign) {
            const std::string tail = width[1] + std::to_string(sign);
            const double first[] = {1, 2, 3}, second[] = {9, 8, 7, 6};
            testdbPutArrFieldOk(("wout" + tail).c_str(), DBR_DOUBLE, 3, first);
            process("aai" + tail);
            testdbGetArrFieldEqual(("aai" + tail).c_str(), DBR_DOUBLE, 4, 3, first);
            testdbPutArrFieldOk(("aao" + tail).c_str(), DBR_DOUBLE, 4, second);
            const std::string drvInfo = width[1];
            if (drvInfo == "A8")
                driver.echo("A8", driver.keptInt8Array);
            else if (drvInfo == "A16")
                driver.echo("A16", driver.keptInt16Array);
            else if (drvInfo == "A32")
                driver.echo("A32", driver.keptInt32Array);
            else if (drvInfo == "A64")
                driver.echo("A64", driver.keptInt64Array);
            else if (drvInfo == "AF32")
                driver.echo("AF32", driver.keptFloat32Array);
            else
                driver.echo("AF64", driver.keptFloat64Array);
            testOk(becomes(("win" + tail + ".NORD").c_str(), 4), "%s by callback", width[0]);
            testdbGetArrFieldEqual(("win" + tail).c_str(), DBR_DOUBLE, 4, 4, second);
        }
}

std::string textRecords()
{
    const std::string at = "@asyn(P,0,1)TEXT", size = "field(SIZV, 60) ",
                      characters = "field(FTVL, CHAR) field(NELM, 60) ";
    return record("stringout", "so", "asynOctetWrite", at) +
           record("lso", "lso", "asynOctetWrite", at, size) +
           record("printf", "pf", "asynOctetWrite", at,
                  size + "field(FMT, \"value %d\") field(INP0, 17)") +
           record("waveform", "wfo", "asynOctetWrite", at, characters) +
           record("stringin", "si", "asynOctetRead", at, ioIntr) +
           record("lsi", "lsi", "asynOctetRead", at, size + ioIntr) +
           record("waveform", "wfi", "asynOctetRead", at, characters + ioIntr);
}

// asyn counts the terminator of a callback's string, but not of one that is read.
bool allRead(const std::string &expected)
{
    const auto size = static_cast<double>(expected.size() + (bundled ? 0 : 1));
    return reads("si", expected.c_str()) && reads("lsi", expected.c_str()) &&
           becomes("lsi.LEN", size + 1) && becomes("wfi.NORD", size);
}

void texts()
{
    testDiag("strings");
    testdbPutFieldOk("so", DBR_STRING, "from stringout");
    testOk(allRead("from stringout"), "stringout to stringin, lsi, waveform");
    testdbPutFieldOk("lso", DBR_STRING, "from lso");
    testOk(allRead("from lso"), "lso");
    process("pf");
    testOk(allRead("value 17"), "printf");
    const char wave[] = "from waveform";
    testdbPutArrFieldOk("wfo", DBR_CHAR, 13, wave);
    testOk(allRead("from waveform"), "waveform");
    testdbGetArrFieldEqual("wfi", DBR_CHAR, 13, 13, wave);
}

} // namespace

int main()
{
    testPlan(104);
    auto *driver = new ArrayDriver("P");
    return live(scalarRecords() + arrayRecords() + textRecords(), [=] {
        scalarPairs();
        arrayPairs(*driver);
        texts();
    });
}
