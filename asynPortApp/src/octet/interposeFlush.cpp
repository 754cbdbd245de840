// asynInterposeFlush: a flush that reads until nothing comes.
#include <asynInterposeFlush.h>

#include "common/complain.h"
#include "octet/discard.h"
#include "octet/layer.h"

namespace
{

class FlushLayer final : public OctetLayer
{
  public:
    explicit FlushLayer(double quiet) : quiet_(quiet) {}

    asynStatus flush(asynUser *user) override
    {
        discardInput(user, quiet_,
                     [this, user](auto... arguments) { OctetLayer::read(user, arguments...); });
        return asynSuccess;
    }

  private:
    const double quiet_; // s
};

} // namespace

extern "C" int asynInterposeFlushConfig(const char *portName, int addr, int timeout)
{
    return guarded("asynInterposeFlushConfig", [=] {
        const double quiet = timeout > 0 ? timeout * 0.001 : 0.001;
        return OctetLayer::interpose(std::make_unique<FlushLayer>(quiet), portName, addr);
    });
}
