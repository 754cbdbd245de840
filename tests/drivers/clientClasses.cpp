// The C++ clients of asynPortClient.h.
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include <asynPortClient.h>

#include "client.h"

namespace
{

template <typename Work> bool throws(Work work)
{
    try {
        work();
    } catch (const std::runtime_error &) {
        return true;
    }
    return false;
}

struct Last {
    int count = 0;
    double value = 0;
};

template <typename T> void onValue(void *pvt, asynUser *, T value)
{
    auto *last = static_cast<Last *>(pvt);
    ++last->count;
    last->value = static_cast<double>(value);
}

template <typename T> void onArray(void *pvt, asynUser *, T *values, size_t count)
{
    auto *last = static_cast<Last *>(pvt);
    ++last->count;
    last->value = static_cast<double>(values[count - 1]);
}

void onText(void *pvt, asynUser *, char *, size_t count, int)
{
    auto *last = static_cast<Last *>(pvt);
    ++last->count;
    last->value = static_cast<double>(count);
}

void onPointer(void *pvt, asynUser *, void *pointer)
{
    static_cast<Last *>(pvt)->value = static_cast<EveryPointer *>(pointer)->answer;
}

asynInt32Client *self;
int ofSelf;

void onSelf(void *pvt, asynUser *, epicsInt32)
{
    if (pvt == self)
        ++ofSelf;
}

void scalars(const char *port)
{
    epicsInt32 value = 0, low = 0, high = 0;
    Last last;
    {
        asynInt32Client client(port, 1, "I32"), other(port, "I32");
        checkInt("client int32 write", client.write(31), asynSuccess);
        checkInt("client int32 read", client.read(&value), asynSuccess);
        checkInt("client int32 value", value, 31);
        client.getBounds(&low, &high);
        check("client int32 getBounds", low == -1000 && high == 1000);
        checkInt("client registerInterruptUser",
                 client.registerInterruptUser(onValue<epicsInt32>, &last), asynSuccess);
        checkInt("client one callback", client.registerInterruptUser(onValue<epicsInt32>, &last),
                 asynError);
        client.write(32);
        checkDouble("client callback", last.value, 32);
        checkText("client getPortName", client.getPortName(), port);
        checkText("client getAsynInterfaceType", client.getAsynInterfaceType(), "asynInt32");
        client.setTimeout(0.5);
        checkInt("client with a timeout of its own", client.read(&value), asynSuccess);
        self = &other;
        ofSelf = 0;
        other.registerInterruptUser(onSelf);
        other.write(33);
        checkInt("client is userPvt", ofSelf, 1);
    }
    const int count = last.count;
    pasynInt32SyncIO->writeOnce(port, 1, 34, 10.0, "I32");
    checkInt("client gone, callback gone", last.count, count);
    asynFloat64Client number(port, 1, "F64");
    epicsFloat64 got = 0;
    number.write(6.5);
    checkInt("client float64", number.read(&got), asynSuccess);
    checkDouble("client float64 value", got, 6.5);
    asynUInt32DigitalClient bits(port, 1, "BITS");
    epicsUInt32 mask = 0;
    bits.write(0xC3, 0xFF);
    checkInt("client bits", bits.read(&mask, 0xF0), asynSuccess);
    checkInt("client bits value", mask, 0xC0);
    bits.setInterrupt(0x30, interruptOnBoth);
    bits.clearInterrupt(0x10);
    checkInt("client bits getInterrupt", bits.getInterrupt(&mask, interruptOnBoth), asynSuccess);
    checkInt("client bits interrupt mask", mask, 0x20);
}

void texts(const char *port)
{
    asynOctetClient client(port, 1, "TEXT");
    size_t sent = 0, got = 0;
    int eom = 0, length = 0;
    char text[20] = "", eos[4] = "";
    checkInt("client octet write", client.write("one"), asynSuccess);
    checkInt("client octet write bytes", client.write("three", 5, &sent), asynSuccess);
    checkInt("client octet read", client.read(text, sizeof text, &got, &eom), asynSuccess);
    checkText("client octet text", text, "three");
    checkInt("client octet writeRead",
             client.writeRead("four", 4, text, sizeof text, &sent, &got, &eom), asynSuccess);
    checkInt("client octet flush", client.flush(), asynSuccess);
    client.setInputEos("\n", 1);
    checkInt("client octet getInputEos", client.getInputEos(eos, sizeof eos, &length), asynSuccess);
    checkInt("client octet input eos", length, 1);
    client.setOutputEos("\r", 1);
    checkInt("client octet getOutputEos", client.getOutputEos(eos, sizeof eos, &length),
             asynSuccess);
    client.setInputEos("", 0);
    client.setOutputEos("", 0);
}

template <typename ArrayClient, typename T> void array(const char *port, const char *drvInfo)
{
    const std::string rule = std::string("client array ") + drvInfo;
    T sent[] = {4, 5}, got[] = {0, 0, 0};
    size_t count = 0;
    ArrayClient client(port, 1, drvInfo);
    checkInt((rule + " write").c_str(), client.write(sent, 2), asynSuccess);
    checkInt((rule + " read").c_str(), client.read(got, 3, &count), asynSuccess);
    check((rule + " values").c_str(), count == 2 && got[1] == 5);
}

// One callback of each kind; the driver's values are those of everyInterfaceData.cpp.
void callbacks(const char *port)
{
    Last number, bits, text, i8, i16, i32, f32, f64, pointer;
    pasynInt32SyncIO->writeOnce(port, 1, 0, 10.0, "I32");
    asynFloat64Client a(port, 1, "F64");
    a.write(0);
    a.registerInterruptUser(onValue<epicsFloat64>, &number);
    asynUInt32DigitalClient b(port, 1, "BITS");
    b.write(0, 0xFF);
    b.registerInterruptUser(onValue<epicsUInt32>, 0xF0, &bits);
    asynOctetClient c(port, 1, "TEXT");
    c.write("");
    c.registerInterruptUser(onText, &text);
    asynInt8ArrayClient d(port, 1, "I8ARRAY");
    d.registerInterruptUser(onArray<epicsInt8>, &i8);
    asynInt16ArrayClient e(port, 1, "I16ARRAY");
    e.registerInterruptUser(onArray<epicsInt16>, &i16);
    asynInt32ArrayClient f(port, 1, "I32ARRAY");
    f.registerInterruptUser(onArray<epicsInt32>, &i32);
    asynFloat32ArrayClient g(port, 1, "F32ARRAY");
    g.registerInterruptUser(onArray<epicsFloat32>, &f32);
    asynFloat64ArrayClient h(port, 1, "F64ARRAY");
    h.registerInterruptUser(onArray<epicsFloat64>, &f64);
    asynGenericPointerClient i(port, 1, "POINTER");
    i.registerInterruptUser(onPointer, &pointer);
    command(port, 1, everyScalars);
    command(port, 1, everyArrays);
    check("client callbacks of scalars",
          number.value == 1.5 && bits.value == 0x50 && text.value >= 9);
    check("client callbacks of arrays", i8.value == -1 && i16.value == 2 && i32.value == -3 &&
                                            f32.value == -0.5 && f64.value == 0.125);
    checkDouble("client callback of a pointer", pointer.value, 77);
}

void others(const char *port)
{
    EveryPointer exchange = {8, 0};
    asynGenericPointerClient pointer(port, 1, "POINTER");
    pointer.write(&exchange);
    checkInt("client pointer", pointer.read(&exchange), asynSuccess);
    checkInt("client pointer answer", exchange.answer, 8);
    asynOptionClient option(port, 0, "I32");
    char value[20] = "";
    option.setOption("client", "yes");
    checkInt("client option", option.getOption("client", value, sizeof value), asynSuccess);
    checkText("client option value", value, "yes");
    asynEnumClient choices(port, 0, "I32");
    char *strings[4] = {nullptr, nullptr, nullptr, nullptr};
    int values[4], severities[4];
    size_t count = 0;
    checkInt("client enum", choices.read(strings, values, severities, 4, &count), asynSuccess);
    check("client enum count", count >= 2);
    checkInt("client enum write", choices.write(strings, values, severities, count), asynSuccess);
    for (char *each : strings)
        free(each);
    asynCommonClient common(port, 1, "I32");
    FILE *file = tmpfile();
    common.report(file, 1);
    check("client common report", ftell(file) > 0);
    fclose(file);
    // Only asynPortDriver's own method says whether there is something to disconnect.
    checkInt("client common disconnect", common.disconnect(), asynSuccess);
    checkInt("client common connect", common.connect(), asynSuccess);
}

// asynPortClient of asyn knows no parameters of 64 bits.
class Plain : public asynPortDriver
{
  public:
    explicit Plain(const char *name)
        : asynPortDriver(name, 2, asynInt32Mask | asynFloat64Mask | asynOctetMask | asynDrvUserMask,
                         asynInt32Mask | asynFloat64Mask | asynOctetMask, ASYN_MULTIDEVICE, 1, 0, 0)
    {
        int index;
        createParam("I32", asynParamInt32, &index);
        createParam("F64", asynParamFloat64, &index);
        createParam("TEXT", asynParamOctet, &index);
    }
};

void allOfOne(const char *name)
{
    const std::string port = std::string("PLAIN") + name;
    new Plain(port.c_str());
    asynPortClient client(port.c_str());
    epicsInt32 integer = 0;
    epicsFloat64 number = 0;
    char text[20] = "";
    checkInt("portClient write int32", client.write("I32", 9, 1), asynSuccess);
    checkInt("portClient read int32", client.read("I32", &integer, 1), asynSuccess);
    checkInt("portClient int32", integer, 9);
    checkInt("portClient write float64", client.write("F64", 1.25), asynSuccess);
    client.read("F64", &number);
    checkDouble("portClient float64", number, 1.25);
    checkInt("portClient write text", client.write("TEXT", "abc"), asynSuccess);
    client.read("TEXT", text, sizeof text);
    checkText("portClient text", text, "abc");
    check("portClient getParamClient",
          dynamic_cast<asynInt32Client *>(client.getParamClient("I32", 1)) != nullptr);
    check("portClient another type", throws([&] { client.write("I32", 1.5); }));
    FILE *file = tmpfile();
    client.report(file, 1);
    check("portClient report", ftell(file) > 0);
    fclose(file);
}

} // namespace

void clientClasses(const char *port)
{
    scalars(port);
    texts(port);
    array<asynInt8ArrayClient, epicsInt8>(port, "I8ARRAY");
    array<asynInt16ArrayClient, epicsInt16>(port, "I16ARRAY");
    array<asynInt32ArrayClient, epicsInt32>(port, "I32ARRAY");
    array<asynFloat32ArrayClient, epicsFloat32>(port, "F32ARRAY");
    array<asynFloat64ArrayClient, epicsFloat64>(port, "F64ARRAY");
    callbacks(port);
    others(port);
    allOfOne(port);
    check("client of no such port", throws([] { asynInt32Client("NOWHERE", 0, "I32"); }));
    check("client of no such parameter", throws([=] { asynInt32Client(port, 0, "NOTHING"); }));
}
