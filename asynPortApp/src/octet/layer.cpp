#include "octet/layer.h"

#include <cstdarg>
#include <mutex>
#include <vector>

#include <epicsStdio.h>

#include "common/portUser.h"

namespace
{

// A table entry that calls one method of the layer and lets no exception out.
template <auto Method> struct Entry;
template <typename... Arguments, asynStatus (OctetLayer::*Method)(asynUser *, Arguments...)>
struct Entry<Method> {
    static asynStatus call(void *pvt, asynUser *user, Arguments... arguments) noexcept
    {
        try {
            return (static_cast<OctetLayer *>(pvt)->*Method)(user, arguments...);
        } catch (const std::exception &error) {
            return failed(user, error.what());
        } catch (...) {
            return failed(user, "not a std::exception");
        }
    }

  private:
    static asynStatus failed(asynUser *user, const char *what)
    {
        epicsSnprintf(user->errorMessage, static_cast<size_t>(user->errorMessageSize),
                      "a layer of interface asynOctet threw a C++ exception: %s", what);
        return asynError;
    }
};

asynOctet table = {Entry<&OctetLayer::write>::call,
                   Entry<&OctetLayer::read>::call,
                   Entry<&OctetLayer::flush>::call,
                   Entry<&OctetLayer::registerInterruptUser>::call,
                   Entry<&OctetLayer::cancelInterruptUser>::call,
                   Entry<&OctetLayer::setInputEos>::call,
                   Entry<&OctetLayer::getInputEos>::call,
                   Entry<&OctetLayer::setOutputEos>::call,
                   Entry<&OctetLayer::getOutputEos>::call};

// What is wrong with placing a layer there.
std::string checkPlace(const char *portName, int addr)
{
    if (!portName || !*portName)
        return "expected the name of a port";
    PortUser user;
    if (user.connect(portName, addr) != asynSuccess ||
        !pasynManager->findInterface(user.get(), asynOctetType, 1))
        return user->errorMessage;
    return "";
}

// Where a layer is found that clients of a port that is gone may still point to.
void keepForEver(OctetLayer *layer)
{
    static std::mutex mutex; // guards kept
    static auto *kept = new std::vector<OctetLayer *>;
    std::lock_guard<std::mutex> guard(mutex);
    kept->push_back(layer);
}

} // namespace

OctetLayer::OctetLayer() : interface_{asynOctetType, &table, this} {}

std::string OctetLayer::interpose(std::unique_ptr<OctetLayer> layer, const char *portName, int addr)
{
    std::string error = checkPlace(portName, addr);
    if (!error.empty())
        return error;
    layer->portName_ = portName;
    if (pasynManager->interposeInterface(portName, addr, &layer->interface_, &layer->below_) !=
        asynSuccess)
        return std::string("port ") + portName + " takes no layer";
    keepForEver(layer.get());
    layer.release()->placed(portName, addr);
    return "";
}

void OctetLayer::placed(const char *, int) {}

asynStatus OctetLayer::fail(asynUser *user, asynStatus status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    epicsVsnprintf(user->errorMessage, static_cast<size_t>(user->errorMessageSize), format,
                   arguments);
    va_end(arguments);
    return status;
}

asynStatus OctetLayer::write(asynUser *user, const char *data, size_t length, size_t *done)
{
    return below().write(belowPvt(), user, data, length, done);
}

asynStatus OctetLayer::read(asynUser *user, char *data, size_t most, size_t *done, int *eomReason)
{
    return below().read(belowPvt(), user, data, most, done, eomReason);
}

asynStatus OctetLayer::flush(asynUser *user)
{
    return below().flush(belowPvt(), user);
}

asynStatus OctetLayer::setInputEos(asynUser *user, const char *eos, int length)
{
    return below().setInputEos(belowPvt(), user, eos, length);
}

asynStatus OctetLayer::getInputEos(asynUser *user, char *eos, int size, int *length)
{
    return below().getInputEos(belowPvt(), user, eos, size, length);
}

asynStatus OctetLayer::setOutputEos(asynUser *user, const char *eos, int length)
{
    return below().setOutputEos(belowPvt(), user, eos, length);
}

asynStatus OctetLayer::getOutputEos(asynUser *user, char *eos, int size, int *length)
{
    return below().getOutputEos(belowPvt(), user, eos, size, length);
}

asynStatus OctetLayer::registerInterruptUser(asynUser *user, interruptCallbackOctet callback,
                                             void *pvt, void **registrar)
{
    return below().registerInterruptUser(belowPvt(), user, callback, pvt, registrar);
}

asynStatus OctetLayer::cancelInterruptUser(asynUser *user, void *registrar)
{
    return below().cancelInterruptUser(belowPvt(), user, registrar);
}
