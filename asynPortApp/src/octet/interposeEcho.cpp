// asynInterposeEcho: each byte that is written is read back before the next.
#include <epicsString.h>

#include "common/complain.h"
#include "octet/interposeSlow.h"
#include "octet/layer.h"

namespace
{

std::string escaped(const char *data, size_t length)
{
    char text[16];
    epicsStrnEscapedFromRaw(text, sizeof text, data, length);
    return text;
}

class EchoLayer final : public OctetLayer
{
  public:
    asynStatus write(asynUser *user, const char *data, size_t length, size_t *done) override
    {
        for (*done = 0; *done < length; ++*done) {
            const asynStatus status = writeByte(user, data[*done], *done);
            if (status != asynSuccess)
                return status;
        }
        return asynSuccess;
    }

  private:
    asynStatus writeByte(asynUser *user, char byte, size_t position)
    {
        size_t sent = 0, count = 0;
        int eomReason = 0;
        asynStatus status = OctetLayer::write(user, &byte, 1, &sent);
        if (status != asynSuccess)
            return status;
        if (sent != 1)
            return fail(user, asynError, "port %s: byte %zu was not taken", port(), position);
        char echo = '\0';
        status = OctetLayer::read(user, &echo, 1, &count, &eomReason);
        if (status == asynTimeout)
            return fail(user, status, "port %s: no echo of byte %zu", port(), position);
        if (status != asynSuccess)
            return status;
        if (count != 1 || echo != byte)
            return fail(user, asynError, "port %s: the echo of byte %zu is \"%s\", not \"%s\"",
                        port(), position, escaped(&echo, count == 1).c_str(),
                        escaped(&byte, 1).c_str());
        return asynSuccess;
    }
};

} // namespace

extern "C" int asynInterposeEcho(const char *portName, int addr)
{
    return guarded("asynInterposeEcho", [=] {
        return OctetLayer::interpose(std::make_unique<EchoLayer>(), portName, addr);
    });
}
