// Calls into a driver without the port's lock, as clients look up their drvInfo or ask for the
// time: that lock is held as long as a request runs.
#pragma once

#include <asynDriver.h>

namespace portManager
{

struct Port;

// From here on the port's driver stays, if it is still there.
class Visit
{
  public:
    [[nodiscard]] explicit Visit(Port &port, const asynInterface *interface = nullptr);
    ~Visit();
    Visit(const Visit &) = delete;
    Visit &operator=(const Visit &) = delete;

    explicit operator bool() const { return inside_; }
    void *pvt() const { return pvt_; } // the interface's, as it was: the port's end clears it

  private:
    Port &port_; // kept by the caller
    void *pvt_ = nullptr;
    bool inside_ = false;
};

// Whether the calling thread is in such a call.
bool visits(const Port &port);
// Returns when no other thread is in such a call. To be called once the port is defunct, without a
// lock: then nobody comes.
void awaitVisitors(Port &port);

} // namespace portManager
