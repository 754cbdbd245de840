// pasynTrace: what is printed, how, and where to; for a device, a port, or everything.
#include <algorithm>
#include <cstring>

#include "portManager.h"

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

void announceTrace(asynUser *user, asynException exception)
{
    if (user && User::of(user).device)
        announce(*User::of(user).device, exception);
}

// A setting made for a port is one for all its addresses, made for nothing one for all ports.
template <typename Set> asynStatus apply(asynUser *user, asynException exception, Set set)
{
    Device *device = user ? User::of(user).device : nullptr;
    if (!device) {
        set(globalTrace());
        return asynSuccess;
    }
    set(device->trace);
    if (device == &device->port->self) {
        std::vector<Device *> devices;
        {
            Guard guard(device->port->state);
            for (auto &entry : device->port->devices)
                devices.push_back(entry.second.get());
        }
        for (Device *each : devices)
            set(each->trace);
    }
    announceTrace(user, exception);
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

// fp belongs to the trace from now on, unless it is a standard stream. NULL means the error log.
asynStatus setTraceFile(asynUser *user, FILE *fp)
{
    Guard guard(outputLock());
    Trace &trace = traceOf(user);
    FILE *before = trace.file;
    if (before && trace.ownsFile && before != fp)
        fclose(before);
    trace.file = fp;
    trace.ownsFile = fp && fp != stdout && fp != stderr;
    announceTrace(user, asynExceptionTraceFile);
    return asynSuccess;
}

FILE *getTraceFile(asynUser *user)
{
    FILE *file = traceOf(user).file;
    return file ? file : globalTrace().file.load();
}

asynStatus setTraceIOTruncateSize(asynUser *user, size_t size)
{
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

std::string prefix(asynUser *user, int reason, const char *file, int line)
{
    const int info = getTraceInfoMask(user);
    std::string text;
    char part[128];
    if (info & ASYN_TRACEINFO_TIME) {
        epicsTime::getCurrent().strftime(part, sizeof part, "%Y/%m/%d %H:%M:%S.%03f ");
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
    (void)reason;
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
    return emit(user, prefix(user, reason, file, line) + formatted(format, arguments));
}

int vprintIOSource(asynUser *user, int reason, const char *buffer, size_t length, const char *file,
                   int line, const char *format, va_list arguments)
{
    if (!(getTraceMask(user) & reason))
        return 0;
    return emit(user, prefix(user, reason, file, line) + formatted(format, arguments) +
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
