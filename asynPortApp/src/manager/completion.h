// Clients that can wait for a write's end, or take their value back; see asynCompletion.h.
#pragma once

#include <asynCompletion.h>

namespace portManager
{

// A write that was deferred, which the driver has as asynCompletion.
class Deferral
{
  public:
    virtual void complete(asynStatus status, const char *message) = 0; // any thread

  protected:
    ~Deferral() = default;
};

class Completion
{
  public:
    virtual Deferral *defer() = 0; // at the port's turn; NULL outside of it
    virtual bool refuse() = 0;     // at the port's turn; false outside of it
    virtual void forget() = 0;     // at the port's turn

  protected:
    ~Completion() = default;
};

// Of a client that has made no request yet.
void setCompletion(asynUser *user, Completion &completion);

// Whether asynFollowPort was called for the client's port.
bool followsPort(asynUser *user);

} // namespace portManager
