// pasynTrace: what is printed, how, and where to; for a device, a port, or everything.
#include <algorithm>
#include <cstring>
#include <limits>

// stdout and stderr are the process's: what a thread's output is redirected to ends before a trace.
#define epicsStdioStdStreams

#include "manager/port.h"

#include <epicsStdio.h>
#include <epicsString.h>
#include <errlog.h>

namespace portManager
{

Trace &globalTrace()
{
    static auto *trace = new Trace;
    return *trace;
}

void Trace::close()
{
    if (file && ownsFile)
        fclose(file);
    file = nullptr;
    ownsFile = false;
    target = TraceTarget::inherited;
}

} // namespace portManager

using namespace portManager;

namespace
{

// Guards trace files and keeps the lines of one message together.
epicsMutex &outputLock()
{
    static auto *mutex = new epicsMutex;
    return *mutex;
}

Trace &traceOf(asynUser *user)
{
    if (!user || !User::of(user).device)
        return globalTrace();
    return User::of(user).device->trace;
}

// The device itself, and the addresses of a port. They live as long as the device's port.
std::vector<Device *> reached(Device &device)
{
    std::vector<Device *> devices{&device};
    if (&device == &device.port->self) {
        Guard guard(device.port->state);
        for (auto &entry : device.port->devices)
            devices.push_back(entry.second.get());
    }
    return devices;
}

// A setting made for a port is one for all its addresses, made for nothing one for all ports.
template <typename Set> asynStatus apply(asynUser *user, asynException exception, Set set)
{
    const DeviceRef device = user ? User::of(user).device : nullptr;
    if (!device) {
        set(globalTrace());
        return asynSuccess;
    }
    for (Device *each : reached(*device)) {
        set(each->trace);
        callExceptionClients(*each, exception);
    }
    return asynSuccess;
}

asynStatus lock(asynUser *)
{
    outputLock().lock();
    return asynSuccess;
}

asynStatus unlock(asynUser *)
{
    outputLock().unlock();
    return asynSuccess;
}

asynStatus setTraceMask(asynUser *user, int mask)
{
    return apply(user, asynExceptionTraceMask, [mask](Trace &trace) { trace.mask = mask; });
}

int getTraceMask(asynUser *user)
{
    return traceOf(user).mask.load(std::memory_order_relaxed);
}

asynStatus setTraceIOMask(asynUser *user, int mask)
{
    return apply(user, asynExceptionTraceIOMask, [mask](Trace &trace) { trace.ioMask = mask; });
}

int getTraceIOMask(asynUser *user)
{
    return traceOf(user).ioMask;
}

asynStatus setTraceInfoMask(asynUser *user, int mask)
{
    return apply(user, asynExceptionTraceInfoMask, [mask](Trace &trace) { trace.infoMask = mask; });
}

int getTraceInfoMask(asynUser *user)
{
    return traceOf(user).infoMask;
}

bool isStandard(FILE *fp)
{
    return fp == stdout || fp == stderr;
}

// Output of a thread that is redirected goes elsewhere only for a while; a trace stays.
FILE *lasting(FILE *fp)
{
    if (fp == epicsGetStdout())
        return stdout;
    return fp == epicsGetStderr() ? stderr : fp;
}

// Output lock held.
void direct(Trace &trace, FILE *fp)
{
    if (trace.file == fp)
        trace.ownsFile = false; // given again: it stays open
    trace.close();
    trace.file = fp;
    trace.ownsFile = fp && !isStandard(fp);
    trace.target = fp ? TraceTarget::file : TraceTarget::errorLog;
}

// fp belongs to the trace from now on, unless it is a standard stream. NULL means the error log.
// The addresses of a port go where the port goes, until one gets a file of its own.
asynStatus setTraceFile(asynUser *user, FILE *fp)
{
    const DeviceRef device = user ? User::of(user).device : nullptr;
    const auto devices = device ? reached(*device) : std::vector<Device *>();
    {
        Guard guard(outputLock());
        for (Device *each : devices)
            if (each != device.get())
                each->trace.close();
        direct(device ? device->trace : globalTrace(), fp ? lasting(fp) : nullptr);
    }
    for (Device *each : devices)
        callExceptionClients(*each, asynExceptionTraceFile);
    return asynSuccess;
}

FILE *getTraceFile(asynUser *user)
{
    Guard guard(outputLock());
    const Device *device = user ? User::of(user).device.get() : nullptr;
    const Trace *trace = &globalTrace();
    if (device && device->trace.target != TraceTarget::inherited)
        trace = &device->trace;
    else if (device && device->port->self.trace.target != TraceTarget::inherited)
        trace = &device->port->self.trace;
    return trace->file;
}

// No transfer is longer than an int can say; more is a negative number that somebody has handed on.
asynStatus setTraceIOTruncateSize(asynUser *user, size_t size)
{
    constexpr size_t largest = std::numeric_limits<int>::max();
    if (size > largest)
        return fail(user, asynError, "a trace is truncated to 0 to %zu bytes, not to %zu", largest,
                    size);
    return apply(user, asynExceptionTraceIOTruncateSize,
                 [size](Trace &trace) { trace.truncateSize = size; });
}

size_t getTraceIOTruncateSize(asynUser *user)
{
    return traceOf(user).truncateSize;
}

std::string formatted(const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    const int length = vsnprintf(nullptr, 0, format, arguments);
    std::string text(length > 0 ? static_cast<size_t>(length) : 0, '\0');
    if (length > 0)
        vsnprintf(&text[0], text.size() + 1, format, again);
    va_end(again);
    return text;
}

std::string prefix(asynUser *user, const char *file, int line)
{
    const int info = getTraceInfoMask(user);
    std::string text;
    char part[128];
    if (info & ASYN_TRACEINFO_TIME) {
        const epicsTime now = epicsTime::getCurrent(); // time of day
        now.strftime(part, sizeof part, "%Y/%m/%d %H:%M:%S.%03f ");
        text += part;
    }
    if ((info & ASYN_TRACEINFO_PORT) && user && User::of(user).device) {
        const Device &device = *User::of(user).device;
        epicsSnprintf(part, sizeof part, "[%s,%d,%d] ", device.port->name.c_str(), device.address,
                      user->reason);
        text += part;
    }
    if ((info & ASYN_TRACEINFO_SOURCE) && file) {
        const char *slash = std::strrchr(file, '/');
        epicsSnprintf(part, sizeof part, "[%s:%d] ", slash ? slash + 1 : file, line);
        text += part;
    }
    if (info & ASYN_TRACEINFO_THREAD) {
        epicsSnprintf(part, sizeof part, "[%s,%p,%u] ", epicsThreadGetNameSelf(),
                      static_cast<void *>(epicsThreadGetIdSelf()), epicsThreadGetPrioritySelf());
        text += part;
    }
    return text;
}

std::string shownBytes(asynUser *user, const char *buffer, size_t length)
{
    const int io = getTraceIOMask(user);
    const size_t count = std::min(length, getTraceIOTruncateSize(user));
    std::string text;
    if (io & ASYN_TRACEIO_ASCII)
        text.append(buffer, count).append("\n");
    if (io & ASYN_TRACEIO_ESCAPE) {
        std::vector<char> escaped(count * 4 + 1);
        epicsStrnEscapedFromRaw(escaped.data(), escaped.size(), buffer, count);
        text.append(escaped.data()).append("\n");
    }
    if (io & ASYN_TRACEIO_HEX) {
        char part[8];
        for (size_t i = 0; i < count; ++i) {
            epicsSnprintf(part, sizeof part, "%s%02x",
                          i % 20 == 0 && i ? "\n"
                          : i              ? " "
                                           : "",
                          static_cast<unsigned char>(buffer[i]));
            text += part;
        }
        text += "\n";
    }
    return text;
}

int emit(asynUser *user, const std::string &text)
{
    Guard guard(outputLock());
    if (FILE *file = getTraceFile(user)) {
        fwrite(text.data(), 1, text.size(), file);
        fflush(file);
    } else {
        errlogPrintf("%s", text.c_str());
    }
    return static_cast<int>(text.size());
}

int vprintSource(asynUser *user, int reason, const char *file, int line, const char *format,
                 va_list arguments)
{
    if (!(getTraceMask(user) & reason))
        return 0;
    return emit(user, prefix(user, file, line) + formatted(format, arguments));
}

int vprintIOSource(asynUser *user, int reason, const char *buffer, size_t length, const char *file,
                   int line, const char *format, va_list arguments)
{
    if (!(getTraceMask(user) & reason))
        return 0;
    return emit(user, prefix(user, file, line) + formatted(format, arguments) +
                          shownBytes(user, buffer, length));
}

int vprint(asynUser *user, int reason, const char *format, va_list arguments)
{
    return vprintSource(user, reason, nullptr, 0, format, arguments);
}

int vprintIO(asynUser *user, int reason, const char *buffer, size_t length, const char *format,
             va_list arguments)
{
    return vprintIOSource(user, reason, buffer, length, nullptr, 0, format, arguments);
}

int print(asynUser *user, int reason, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const int count = vprint(user, reason, format, arguments);
    va_end(arguments);
    return count;
}

int printSource(asynUser *user, int reason, const char *file, int line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const int count = vprintSource(user, reason, file, line, format, arguments);
    va_end(arguments);
    return count;
}

int printIO(asynUser *user, int reason, const char *buffer, size_t length, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const int count = vprintIO(user, reason, buffer, length, format, arguments);
    va_end(arguments);
    return count;
}

int printIOSource(asynUser *user, int reason, const char *buffer, size_t length, const char *file,
                  int line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const int count = vprintIOSource(user, reason, buffer, length, file, line, format, arguments);
    va_end(arguments);
    return count;
}

asynTrace table = {
    lock,
    unlock,
    setTraceMask,
    getTraceMask,
    setTraceIOMask,
    getTraceIOMask,
    setTraceInfoMask,
    getTraceInfoMask,
    setTraceFile,
    getTraceFile,
    setTraceIOTruncateSize,
    getTraceIOTruncateSize,
    print,
    printSource,
    vprint,
    vprintSource,
    printIO,
    printIOSource,
    vprintIO,
    vprintIOSource,
};

} // namespace

extern "C" {
ASYN_API asynTrace *pasynTrace = &table;
}
