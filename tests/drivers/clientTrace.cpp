// pasynTrace, and time stamps with their sources.
#include <cstdarg>
#include <cstdio>
#include <string>

#include <epicsExport.h>
#include <registryFunction.h>

#include "client.h"

namespace
{

// What was written to a file since the last call.
std::string take(FILE *file)
{
    static long position;
    std::string all;
    char part[1024];
    fflush(file);
    if (fseek(file, 0, SEEK_END) == 0 && ftell(file) < position)
        position = 0;
    fseek(file, position, SEEK_SET);
    for (size_t count; (count = fread(part, 1, sizeof part, file)) != 0;)
        all.append(part, count);
    position = ftell(file);
    return all;
}

int vprint(asynUser *user, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const int count = pasynTrace->vprint(user, ASYN_TRACE_FLOW, format, arguments);
    va_end(arguments);
    return count;
}

int vprintIO(asynUser *user, const char *data, size_t length, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const int count =
        pasynTrace->vprintIO(user, ASYN_TRACEIO_DEVICE, data, length, format, arguments);
    va_end(arguments);
    return count;
}

bool contains(const std::string &text, const char *part)
{
    return text.find(part) != std::string::npos;
}

void masks(asynUser *user)
{
    checkInt("trace setTraceMask", pasynTrace->setTraceMask(user, ASYN_TRACE_ERROR), asynSuccess);
    checkInt("trace getTraceMask", pasynTrace->getTraceMask(user), ASYN_TRACE_ERROR);
    checkInt("trace setTraceIOMask", pasynTrace->setTraceIOMask(user, ASYN_TRACEIO_HEX),
             asynSuccess);
    checkInt("trace getTraceIOMask", pasynTrace->getTraceIOMask(user), ASYN_TRACEIO_HEX);
    checkInt("trace setTraceInfoMask", pasynTrace->setTraceInfoMask(user, ASYN_TRACEINFO_SOURCE),
             asynSuccess);
    checkInt("trace getTraceInfoMask", pasynTrace->getTraceInfoMask(user), ASYN_TRACEINFO_SOURCE);
    checkInt("trace setTraceIOTruncateSize", pasynTrace->setTraceIOTruncateSize(user, 4),
             asynSuccess);
    checkInt("trace getTraceIOTruncateSize",
             static_cast<long long>(pasynTrace->getTraceIOTruncateSize(user)), 4);
}

void messages(asynUser *user, FILE *file)
{
    pasynTrace->setTraceMask(user, ASYN_TRACE_ERROR | ASYN_TRACE_FLOW | ASYN_TRACEIO_DEVICE);
    asynPrint(user, ASYN_TRACE_ERROR, "error %d\n", 1);
    std::string text = take(file);
    check("trace asynPrint", contains(text, "error 1\n"));
    check("trace names the source", contains(text, "clientTrace.cpp"));
    asynPrint(user, ASYN_TRACE_WARNING, "hidden\n");
    check("trace a bit that is not set", take(file).empty());
    pasynTrace->print(user, ASYN_TRACE_FLOW, "print %s\n", "flow");
    check("trace print", contains(take(file), "print flow\n"));
    pasynTrace->printSource(user, ASYN_TRACE_FLOW, "my.c", 12, "at\n");
    text = take(file);
    check("trace printSource", contains(text, "my.c") && contains(text, "12"));
    vprint(user, "vprint %d\n", 3);
    check("trace vprint", contains(take(file), "vprint 3\n"));
    asynPrintIO(user, ASYN_TRACEIO_DEVICE, "\x01\x7f\x02\x03zz", 6, "io\n");
    text = take(file);
    check("trace asynPrintIO", contains(text, "io\n") && contains(text, "01 7f 02 03"));
    check("trace truncates", !contains(text, "7a"));
    pasynTrace->setTraceIOMask(user, ASYN_TRACEIO_ASCII);
    pasynTrace->printIO(user, ASYN_TRACEIO_DEVICE, "text", 4, "ascii\n");
    text = take(file);
    check("trace printIO", contains(text, "ascii\n") && contains(text, "text"));
    pasynTrace->printIOSource(user, ASYN_TRACEIO_DEVICE, "text", 4, "your.c", 34, "ascii\n");
    check("trace printIOSource", contains(take(file), "your.c"));
    pasynTrace->setTraceIOMask(user, ASYN_TRACEIO_ESCAPE);
    vprintIO(user, "a\r\n", 3, "escape %d\n", 5);
    text = take(file);
    check("trace vprintIO", contains(text, "escape 5\n") && contains(text, "a\\r\\n"));
    pasynTrace->setTraceInfoMask(user, ASYN_TRACEINFO_PORT | ASYN_TRACEINFO_THREAD);
    asynPrint(user, ASYN_TRACE_ERROR, "more\n");
    text = take(file);
    const char *name = nullptr;
    pasynManager->getPortName(user, &name);
    check("trace port and thread", contains(text, name) && contains(text, "more\n"));
    checkInt("trace lock", pasynTrace->lock(user), asynSuccess);
    fprintf(pasynTrace->getTraceFile(user), "by hand\n");
    checkInt("trace unlock", pasynTrace->unlock(user), asynSuccess);
    check("trace getTraceFile", take(file) == "by hand\n");
}

int sources;

void source(void *pvt, epicsTimeStamp *time)
{
    ++sources;
    time->secPastEpoch = static_cast<epicsUInt32>(*static_cast<int *>(pvt));
    time->nsec = 7;
}

void timeStamps(asynUser *user)
{
    epicsTimeStamp time = {0, 0};
    int seconds = 4321;
    sources = 0;
    const epicsTimeStamp given = {99, 1};
    checkInt("time setTimeStamp", pasynManager->setTimeStamp(user, &given), asynSuccess);
    checkInt("time getTimeStamp", pasynManager->getTimeStamp(user, &time), asynSuccess);
    check("time is that which was set", time.secPastEpoch == 99 && time.nsec == 1);
    checkInt("time registerTimeStampSource",
             pasynManager->registerTimeStampSource(user, &seconds, source), asynSuccess);
    checkInt("time updateTimeStamp", pasynManager->updateTimeStamp(user), asynSuccess);
    pasynManager->getTimeStamp(user, &time);
    check("time is the source's", sources == 1 && time.secPastEpoch == 4321 && time.nsec == 7);
    checkInt("time unregisterTimeStampSource", pasynManager->unregisterTimeStampSource(user),
             asynSuccess);
    pasynManager->updateTimeStamp(user);
    pasynManager->getTimeStamp(user, &time);
    check("time is the current one", sources == 1 && time.secPastEpoch > 100000000);
}

} // namespace

void clientTrace(const char *port)
{
    Client client(port, 0);
    asynUser *user = client.user;
    const int mask = pasynTrace->getTraceMask(user), io = pasynTrace->getTraceIOMask(user),
              info = pasynTrace->getTraceInfoMask(user);
    FILE *file = tmpfile();
    masks(user);
    checkInt("trace setTraceFile", pasynTrace->setTraceFile(user, file), asynSuccess);
    check("trace file", pasynTrace->getTraceFile(user) == file);
    messages(user, file);
    pasynTrace->setTraceFile(user, nullptr); // closes the file
    check("trace to the log again", pasynTrace->getTraceFile(user) == nullptr);
    pasynTrace->setTraceMask(user, mask);
    pasynTrace->setTraceIOMask(user, io);
    pasynTrace->setTraceInfoMask(user, info);
    timeStamps(user);
}

// For the shell command asynRegisterTimeStampSource.
extern "C" {
static void driversTimeStamp(void *, epicsTimeStamp *time)
{
    time->secPastEpoch = 12345678;
    time->nsec = 0;
}
epicsRegisterFunction(driversTimeStamp);
}
