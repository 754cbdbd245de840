// Calls into a driver without the port's lock, for clients that look up their drvInfo or ask for
// the time. They cannot take that lock, because it is held as long as a request runs.
#pragma once

#include <asynDriver.h>

namespace portManager
{

struct Port;

// While this object lives, the port's driver stays, if it is still there.
class Visit
{
  public:
    [[nodiscard]] explicit Visit(Port &port, const asynInterface *interface = nullptr);
    ~Visit();
    Visit(const Visit &) = delete;
    Visit &operator=(const Visit &) = delete;

    explicit operator bool() const { return inside_; }
    void *pvt() const
    {
        return pvt_;
    } // the interface's drvPvt at the start; shutdown clears the interface's own

  private:
    Port &port_; // the caller keeps a reference
    void *pvt_ = nullptr;
    bool inside_ = false;
};

// Whether the calling thread is in such a call.
bool visits(const Port &port);
// Returns when no other thread is in such a call. Call it without a lock once the port is defunct,
// because then no new call begins.
void awaitVisitors(Port &port);

} // namespace portManager
