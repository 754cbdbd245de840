// asynInterposeEos: messages by terminators. The device's bytes are read ahead into a buffer, so
// that a message may come in pieces and a piece may hold several messages.
#include <algorithm>
#include <atomic>
#include <string>

#include <asynInterposeEos.h>
#include <epicsStdio.h>

#include "common/complain.h"
#include "octet/layer.h"

namespace
{

constexpr int longestEos = 2; // bytes; the search below looks back one byte only
constexpr size_t bufferSize = 2048;

class EosLayer final : public OctetLayer
{
  public:
    EosLayer(bool processIn, bool processOut) : processIn_(processIn), processOut_(processOut)
    {
        if (processIn_)
            buffer_.resize(bufferSize);
    }

    asynStatus write(asynUser *user, const char *data, size_t length, size_t *done) override;
    asynStatus read(asynUser *user, char *data, size_t most, size_t *done, int *eomReason) override;
    asynStatus flush(asynUser *user) override;
    asynStatus setInputEos(asynUser *user, const char *eos, int length) override;
    asynStatus getInputEos(asynUser *user, char *eos, int size, int *length) override;
    asynStatus setOutputEos(asynUser *user, const char *eos, int length) override;
    asynStatus getOutputEos(asynUser *user, char *eos, int size, int *length) override;

  private:
    void placed(const char *portName, int addr) override;
    static void onException(asynUser *user, asynException exception) noexcept;
    static void onShutdown(asynUser *user, asynException exception) noexcept;

    int take(char *data, size_t most, size_t &done);
    bool endsWith(char byte);
    asynStatus refill(asynUser *user);
    void forget();
    asynStatus keep(asynUser *user, std::string &kept, const char *direction, const char *eos,
                    int length);
    asynStatus give(asynUser *user, const std::string &kept, const char *direction, char *eos,
                    int size, int *length);

    const bool processIn_, processOut_;
    asynUser *watcher_ = nullptr; // until the port's end
    // Set by any thread; the buffer itself is guarded by the port's lock, which a driver that
    // reports a lost connection need not hold.
    std::atomic<bool> stale_{false};
    std::string buffer_;
    size_t next_ = 0, filled_ = 0; // the bytes of the buffer that nobody has had yet
    int reasonAfter_ = 0;          // why the driver's read ended, for the last of these bytes
    size_t matched_ = 0;           // bytes of the input terminator that came last
    std::string inputEos_, outputEos_;
    std::string message_; // to be written
};

void EosLayer::placed(const char *portName, int addr)
{
    watcher_ = pasynManager->createAsynUser(nullptr, nullptr);
    asynUser *ofPort = pasynManager->createAsynUser(nullptr, nullptr);
    for (asynUser *user : {watcher_, ofPort})
        user->userPvt = this;
    pasynManager->connectDevice(watcher_, portName, addr);
    pasynManager->exceptionCallbackAdd(watcher_, onException);
    // Of a port's end its addresses hear nothing.
    pasynManager->connectDevice(ofPort, portName, -1);
    pasynManager->exceptionCallbackAdd(ofPort, onShutdown);
}

// Lets go of the port, which would never be freed else.
void EosLayer::onShutdown(asynUser *ofPort, asynException exception) noexcept
{
    if (exception != asynExceptionShutdown)
        return;
    auto *layer = static_cast<EosLayer *>(ofPort->userPvt);
    for (asynUser *user : {layer->watcher_, ofPort}) {
        pasynManager->exceptionCallbackRemove(user);
        pasynManager->freeAsynUser(user);
    }
}

// What a device sent before its connection was lost does not belong to later messages.
void EosLayer::onException(asynUser *user, asynException exception) noexcept
{
    if (exception == asynExceptionConnect)
        static_cast<EosLayer *>(user->userPvt)->stale_ = true;
}

void EosLayer::forget()
{
    next_ = filled_ = matched_ = 0;
    reasonAfter_ = 0;
}

asynStatus EosLayer::write(asynUser *user, const char *data, size_t length, size_t *done)
{
    if (!processOut_ || outputEos_.empty())
        return OctetLayer::write(user, data, length, done);
    message_.assign(data, length).append(outputEos_);
    size_t sent = 0;
    const asynStatus status = OctetLayer::write(user, message_.data(), message_.size(), &sent);
    asynPrintIO(user, ASYN_TRACEIO_FILTER, message_.data(), std::min(sent, message_.size()),
                "port %s: wrote %zu bytes with the terminator\n", port(), sent);
    *done = std::min(sent, length); // clients count their own bytes
    return status;
}

// Whether this byte completes the terminator. One that starts anew is the only way back for a
// terminator of two bytes.
bool EosLayer::endsWith(char byte)
{
    if (inputEos_.empty())
        return false;
    if (byte != inputEos_[matched_])
        matched_ = 0;
    if (byte == inputEos_[matched_])
        ++matched_;
    if (matched_ < inputEos_.size())
        return false;
    matched_ = 0;
    return true;
}

// Moves bytes out of the buffer until a message ends; 0 when it has not ended yet.
int EosLayer::take(char *data, size_t most, size_t &done)
{
    if (done >= most)
        return ASYN_EOM_CNT;
    int reason = 0;
    while (reason == 0 && next_ < filled_) {
        const char byte = buffer_[next_++];
        data[done++] = byte;
        if (endsWith(byte)) {
            // A terminator may have begun in what the client has read before.
            done -= std::min(done, inputEos_.size());
            reason = ASYN_EOM_EOS;
        } else if (done == most) {
            reason = ASYN_EOM_CNT;
        }
    }
    if (next_ < filled_)
        return reason;
    // A full message is just that, so that the next read does not begin with an empty one.
    const int after = reason == ASYN_EOM_CNT ? 0 : reasonAfter_;
    reasonAfter_ = 0;
    return reason | after;
}

asynStatus EosLayer::refill(asynUser *user)
{
    size_t count = 0;
    int reason = 0;
    const asynStatus status = OctetLayer::read(user, &buffer_[0], buffer_.size(), &count, &reason);
    if (stale_.exchange(false))
        forget();
    next_ = 0;
    filled_ = std::min(count, buffer_.size());
    // That the buffer is full is no end of a message.
    reasonAfter_ = status == asynSuccess ? reason & ~ASYN_EOM_CNT : 0;
    asynPrintIO(user, ASYN_TRACEIO_FILTER, buffer_.data(), filled_,
                "port %s: read %zu bytes, eomReason %d\n", port(), filled_, reason);
    if (status != asynSuccess)
        asynPrint(user, ASYN_TRACE_WARNING, "port %s: the driver's read gave %s\n", port(),
                  pasynManager->strStatus(status));
    return status;
}

asynStatus EosLayer::read(asynUser *user, char *data, size_t most, size_t *done, int *eomReason)
{
    if (!processIn_)
        return OctetLayer::read(user, data, most, done, eomReason);
    if (stale_.exchange(false))
        forget();
    size_t count = 0;
    int reason = take(data, most, count);
    asynStatus status = asynSuccess;
    bool more = true;
    while (reason == 0 && status == asynSuccess && more) {
        status = refill(user);
        more = filled_ > 0;
        reason = take(data, most, count);
    }
    if (count < most)
        data[count] = '\0';
    if (eomReason)
        *eomReason = reason;
    *done = count;
    return reason ? asynSuccess : status; // a message that is complete is no error
}

asynStatus EosLayer::flush(asynUser *user)
{
    if (processIn_) {
        stale_ = false;
        forget();
        asynPrint(user, ASYN_TRACE_FLOW, "port %s: flush of the read-ahead buffer\n", port());
    }
    return OctetLayer::flush(user);
}

asynStatus EosLayer::keep(asynUser *user, std::string &kept, const char *direction, const char *eos,
                          int length)
{
    if (length < 0 || length > longestEos || (length > 0 && !eos))
        return fail(user, asynError, "port %s: expected an %s terminator of 0 to %d bytes, got %d",
                    port(), direction, longestEos, length);
    kept.assign(eos ? eos : "", static_cast<size_t>(length));
    asynPrintIO(user, ASYN_TRACE_FLOW, kept.data(), kept.size(), "port %s: %s terminator\n", port(),
                direction);
    return asynSuccess;
}

asynStatus EosLayer::give(asynUser *user, const std::string &kept, const char *direction, char *eos,
                          int size, int *length)
{
    *length = 0;
    const int needed = static_cast<int>(kept.size());
    if (needed > size)
        return fail(user, asynError, "port %s: the %s terminator of %d bytes does not fit into %d",
                    port(), direction, needed, size);
    kept.copy(eos, kept.size());
    if (needed < size)
        eos[needed] = '\0';
    *length = needed;
    return asynSuccess;
}

asynStatus EosLayer::setInputEos(asynUser *user, const char *eos, int length)
{
    if (!processIn_)
        return OctetLayer::setInputEos(user, eos, length);
    const asynStatus status = keep(user, inputEos_, "input", eos, length);
    if (status == asynSuccess)
        matched_ = 0;
    return status;
}

asynStatus EosLayer::getInputEos(asynUser *user, char *eos, int size, int *length)
{
    return processIn_ ? give(user, inputEos_, "input", eos, size, length)
                      : OctetLayer::getInputEos(user, eos, size, length);
}

asynStatus EosLayer::setOutputEos(asynUser *user, const char *eos, int length)
{
    return processOut_ ? keep(user, outputEos_, "output", eos, length)
                       : OctetLayer::setOutputEos(user, eos, length);
}

asynStatus EosLayer::getOutputEos(asynUser *user, char *eos, int size, int *length)
{
    return processOut_ ? give(user, outputEos_, "output", eos, size, length)
                       : OctetLayer::getOutputEos(user, eos, size, length);
}

} // namespace

extern "C" int asynInterposeEosConfig(const char *portName, int addr, int processEosIn,
                                      int processEosOut)
{
    return guarded("asynInterposeEosConfig", [=] {
        return OctetLayer::interpose(
            std::make_unique<EosLayer>(processEosIn != 0, processEosOut != 0), portName, addr);
    });
}
