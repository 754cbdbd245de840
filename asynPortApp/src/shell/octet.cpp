// The shell commands asynOctet…: talking to a device by hand.
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>

#include <asynOctetSyncIO.h>
#include <asynShellCommands.h>
#include <epicsStdio.h>
#include <epicsString.h>

#include "shell/command.h"

namespace
{

constexpr int defaultTimeout = 1; // s
constexpr int defaultLength = 160;
constexpr int longestBuffer = 1 << 24;

using Error = std::runtime_error;

void printEscaped(const std::string &raw)
{
    std::string text(4 * raw.size() + 1, '\0');
    const int length = epicsStrnEscapedFromRaw(&text[0], text.size(), raw.data(), raw.size());
    printf("%.*s\n", length, text.c_str());
}

// One connection; used by one command at a time.
class Connection
{
  public:
    Connection(const char *port, int addr, int timeout, int length, const char *drvInfo)
        : timeout_(timeout), buffer_(static_cast<size_t>(length), '\0')
    {
        const asynStatus status = pasynOctetSyncIO->connect(port, addr, &user_, drvInfo);
        if (status == asynSuccess)
            return;
        const std::string error = user_->errorMessage;
        pasynOctetSyncIO->disconnect(user_);
        throw Error(error);
    }
    ~Connection() { pasynOctetSyncIO->disconnect(user_); }
    Connection(const Connection &) = delete;
    Connection &operator=(const Connection &) = delete;

    int write(const char *output)
    {
        const std::lock_guard<std::mutex> turn(mutex_);
        const std::string raw = outgoing(output);
        size_t done = 0;
        const asynStatus status =
            pasynOctetSyncIO->write(user_, raw.data(), raw.size(), timeout_, &done);
        if (status != asynSuccess)
            throw failed(status, std::to_string(done) + " of " + std::to_string(raw.size()) +
                                     " bytes written");
        return static_cast<int>(done);
    }

    int read(int most)
    {
        const std::lock_guard<std::mutex> turn(mutex_);
        size_t count = 0;
        int eomReason = 0;
        const asynStatus status = pasynOctetSyncIO->read(user_, &buffer_[0], incoming(most),
                                                         timeout_, &count, &eomReason);
        return show(status, count, eomReason);
    }

    int writeRead(const char *output, int most)
    {
        const std::lock_guard<std::mutex> turn(mutex_);
        const std::string raw = outgoing(output);
        size_t done = 0, count = 0;
        int eomReason = 0;
        const asynStatus status =
            pasynOctetSyncIO->writeRead(user_, raw.data(), raw.size(), &buffer_[0], incoming(most),
                                        timeout_, &done, &count, &eomReason);
        return show(status, count, eomReason);
    }

    void flush()
    {
        const std::lock_guard<std::mutex> turn(mutex_);
        const asynStatus status = pasynOctetSyncIO->flush(user_);
        if (status != asynSuccess)
            throw failed(status, "not flushed");
    }

  private:
    std::string outgoing(const char *output) const
    {
        if (!output)
            throw Error("expected the text to write");
        std::string raw = rawFromEscaped(output);
        if (raw.size() > buffer_.size())
            throw Error("expected a text of at most " + std::to_string(buffer_.size()) +
                        " bytes, the buffer's length, got " + std::to_string(raw.size()));
        return raw;
    }

    size_t incoming(int most) const
    {
        if (most < 0)
            throw Error("expected a number of bytes of 0 or more, got " + std::to_string(most));
        const auto wanted = static_cast<size_t>(most);
        return wanted == 0 || wanted > buffer_.size() ? buffer_.size() : wanted;
    }

    int show(asynStatus status, size_t count, int eomReason) const
    {
        const std::string text(buffer_, 0, count);
        if (status != asynSuccess)
            throw failed(status, std::to_string(text.size()) + " bytes read");
        printf("eomReason 0x%x\n", static_cast<unsigned>(eomReason));
        printEscaped(text);
        return static_cast<int>(text.size());
    }

    Error failed(asynStatus status, const std::string &progress) const
    {
        const char *port = "?";
        pasynManager->getPortName(user_, &port);
        std::string what =
            std::string("port ") + port + ": " + pasynManager->strStatus(status) + ", " + progress;
        if (user_->errorMessage[0])
            what += std::string(": ") + user_->errorMessage;
        return Error(what);
    }

    std::mutex mutex_;
    asynUser *user_ = nullptr;
    const double timeout_; // s
    std::string buffer_;
};

struct Entries {
    std::mutex mutex;
    std::map<std::string, std::shared_ptr<Connection>> byName;
};

Entries &entries()
{
    static auto *all = new Entries; // never destroyed: ports may outlive static destructors
    return *all;
}

std::string nameOf(const char *entry)
{
    if (!entry || !*entry)
        throw Error("expected the name of a connection, as given to asynOctetConnect");
    return entry;
}

// Stays alive while a command uses it, though another one disconnects it.
std::shared_ptr<Connection> find(const char *entry)
{
    const std::string name = nameOf(entry);
    const std::lock_guard<std::mutex> guard(entries().mutex);
    const auto found = entries().byName.find(name);
    if (found == entries().byName.end())
        throw Error("there is no connection " + shortened(name) + "; asynOctetConnect makes one");
    return found->second;
}

bool has(const std::string &name)
{
    const std::lock_guard<std::mutex> guard(entries().mutex);
    return entries().byName.count(name) != 0;
}

void connect(const char *entry, const char *port, int addr, int timeout, int length,
             const char *drvInfo)
{
    const std::string key = nameOf(entry), name = shortened(key);
    if (!port || !*port)
        throw Error("connection " + name + ": expected the name of a port");
    if (timeout < 0)
        throw Error("connection " + name +
                    ": expected a timeout of 0 (for 1) or more seconds, got " +
                    std::to_string(timeout));
    if (length < 0 || length > longestBuffer)
        throw Error("connection " + name + ": expected a buffer length from 0 (for 160) to " +
                    std::to_string(longestBuffer) + ", got " + std::to_string(length));
    if (has(key))
        throw Error("there is a connection " + name + " already");
    // Connecting calls the driver, so without the lock.
    const auto made = std::make_shared<Connection>(port, addr, timeout ? timeout : defaultTimeout,
                                                   length ? length : defaultLength, drvInfo);
    const std::lock_guard<std::mutex> guard(entries().mutex);
    if (!entries().byName.emplace(key, made).second)
        throw Error("there is a connection " + name + " already");
}

void disconnect(const char *entry)
{
    const std::shared_ptr<Connection> found = find(entry); // destroyed without the lock
    const std::lock_guard<std::mutex> guard(entries().mutex);
    auto &byName = entries().byName;
    const auto position = byName.find(entry);
    if (position != byName.end() && position->second == found)
        byName.erase(position);
}

} // namespace

extern "C" {

int asynOctetConnect(const char *entry, const char *port, int addr, int timeout, int buffer_len,
                     const char *drvInfo)
{
    return runCommand("asynOctetConnect", [=] {
        connect(entry, port, addr, timeout, buffer_len, drvInfo);
        return 0;
    });
}

int asynOctetDisconnect(const char *entry)
{
    return runCommand("asynOctetDisconnect", [=] {
        disconnect(entry);
        return 0;
    });
}

int asynOctetRead(const char *entry, int nread)
{
    return runCommand("asynOctetRead", [=] { return find(entry)->read(nread); });
}

int asynOctetWrite(const char *entry, const char *output)
{
    return runCommand("asynOctetWrite", [=] { return find(entry)->write(output); });
}

int asynOctetWriteRead(const char *entry, const char *output, int nread)
{
    return runCommand("asynOctetWriteRead", [=] { return find(entry)->writeRead(output, nread); });
}

int asynOctetFlush(const char *entry)
{
    return runCommand("asynOctetFlush", [=] {
        find(entry)->flush();
        return 0;
    });
}

// Windows has a timer period to set; elsewhere scripts that do so are told.
int asynSetMinTimerPeriod(double)
{
    complain("asynSetMinTimerPeriod", "this operating system has no timer period to set");
    return -1;
}

} // extern "C"

namespace
{

const iocshArg entryArg = {"device name", iocshArgString};
const iocshArg portOfEntryArg = {"asyn portName", iocshArgString};
const iocshArg addrOfEntryArg = {"asyn addr (default=0)", iocshArgInt};
const iocshArg timeoutArg = {"timeout (sec) (default=1)", iocshArgInt};
const iocshArg lengthArg = {"buffer length (default=160)", iocshArgInt};
const iocshArg drvInfoArg = {"drvInfo", iocshArgString};
const iocshArg mostArg = {"max. bytes", iocshArgInt};
const iocshArg outputArg = {"output string", iocshArgString};
const iocshArg periodArg = {"minimum period", iocshArgDouble};

const iocshArg *const connectArgs[] = {&entryArg,   &portOfEntryArg, &addrOfEntryArg,
                                       &timeoutArg, &lengthArg,      &drvInfoArg};
const iocshArg *const readArgs[] = {&entryArg, &mostArg};
const iocshArg *const writeArgs[] = {&entryArg, &outputArg, &mostArg};
const iocshArg *const periodArgs[] = {&periodArg};

const ShellCommand commands[] = {
    {{"asynOctetConnect", 6, connectArgs,
      "Connects the name to a port, for the other asynOctet commands\n"},
     [](const iocshArgBuf *a) {
         iocshSetError(
             asynOctetConnect(a[0].sval, a[1].sval, a[2].ival, a[3].ival, a[4].ival, a[5].sval));
     }},
    {{"asynOctetDisconnect", 1, readArgs, "Forgets a connection\n"},
     [](const iocshArgBuf *a) { iocshSetError(asynOctetDisconnect(a[0].sval)); }},
    {{"asynOctetRead", 2, readArgs, "Shows what the device sends, and why the message ended\n"},
     [](const iocshArgBuf *a) { iocshSetError(asynOctetRead(a[0].sval, a[1].ival) < 0); }},
    {{"asynOctetWrite", 2, writeArgs, "Writes a text, with escapes such as \\r\n"},
     [](const iocshArgBuf *a) { iocshSetError(asynOctetWrite(a[0].sval, a[1].sval) < 0); }},
    {{"asynOctetWriteRead", 3, writeArgs, "Flushes, writes a text and shows the answer\n"},
     [](const iocshArgBuf *a) {
         iocshSetError(asynOctetWriteRead(a[0].sval, a[1].sval, a[2].ival) < 0);
     }},
    {{"asynOctetFlush", 1, readArgs, "Throws away what the device has sent\n"},
     [](const iocshArgBuf *a) { iocshSetError(asynOctetFlush(a[0].sval)); }},
    {{"asynSetMinTimerPeriod", 1, periodArgs, "Of Windows only\n"},
     [](const iocshArgBuf *a) { iocshSetError(asynSetMinTimerPeriod(a[0].dval)); }},
};

} // namespace

void registerOctetCommands()
{
    registerCommands(commands);
}
