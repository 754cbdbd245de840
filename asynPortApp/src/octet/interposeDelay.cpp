// asynInterposeDelay: a pause after each byte that is written.
#include <cmath>

#include <asynOption.h>
#include <epicsStdio.h>
#include <epicsStdlib.h>
#include <epicsString.h>
#include <epicsThread.h>

#include "common/complain.h"
#include "octet/interposeSlow.h"
#include "octet/layer.h"

namespace
{

bool isDelay(double delay)
{
    return std::isfinite(delay) && delay >= 0;
}

class DelayLayer final : public OctetLayer
{
  public:
    explicit DelayLayer(double delay) : delay_(delay) {}

    asynStatus write(asynUser *user, const char *data, size_t length, size_t *done) override
    {
        *done = 0;
        while (*done < length) {
            size_t sent = 0;
            const asynStatus status = OctetLayer::write(user, data + *done, 1, &sent);
            if (status != asynSuccess)
                return status;
            if (sent != 1)
                return fail(user, asynError, "port %s: byte %zu of %zu was not taken", port(),
                            *done, length);
            ++*done;
            epicsThreadSleep(delay_);
        }
        return asynSuccess;
    }

  private:
    void placed(const char *portName, int addr) override
    {
        pasynManager->interposeInterface(portName, addr, &optionInterface_, &optionBelow_);
    }

    static asynStatus setOption(void *pvt, asynUser *user, const char *key, const char *value)
    {
        auto &layer = *static_cast<DelayLayer *>(pvt);
        if (epicsStrCaseCmp(key, "delay") != 0)
            return layer.passOn(user, key, &asynOption::setOption, value);
        double delay = 0;
        if (epicsParseDouble(value, &delay, nullptr) != 0 || !isDelay(delay))
            return fail(user, asynError,
                        "port %s: option delay is a number of seconds of 0 or more, not \"%s\"",
                        layer.port(), value);
        layer.delay_ = delay;
        return asynSuccess;
    }

    static asynStatus getOption(void *pvt, asynUser *user, const char *key, char *value, int size)
    {
        auto &layer = *static_cast<DelayLayer *>(pvt);
        if (epicsStrCaseCmp(key, "delay") != 0)
            return layer.passOn(user, key, &asynOption::getOption, value, size);
        epicsSnprintf(value, static_cast<size_t>(size), "%g", layer.delay_);
        return asynSuccess;
    }

    // To the options that the port itself has.
    template <typename Method, typename... Arguments>
    asynStatus passOn(asynUser *user, const char *key, Method method, Arguments... arguments)
    {
        if (!optionBelow_)
            return fail(user, asynError, "port %s has no option %s, only delay", port(), key);
        auto &table = *static_cast<asynOption *>(optionBelow_->pinterface);
        return (table.*method)(optionBelow_->drvPvt, user, key, arguments...);
    }

    static asynOption optionTable_;
    double delay_; // s; guarded by the port's lock
    asynInterface optionInterface_{asynOptionType, &optionTable_, this};
    asynInterface *optionBelow_ = nullptr; // NULL where the port has no options
};
asynOption DelayLayer::optionTable_ = {setOption, getOption};

} // namespace

extern "C" int asynInterposeDelay(const char *portName, int addr, double delay)
{
    return guarded("asynInterposeDelay", [=]() -> std::string {
        if (!isDelay(delay))
            return "expected a delay of 0 s or more, got " + shown(delay);
        return OctetLayer::interpose(std::make_unique<DelayLayer>(delay), portName, addr);
    });
}
