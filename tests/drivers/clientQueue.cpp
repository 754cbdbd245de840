// queueRequest and what belongs to it, on a port that can block.
#include <string>

#include <epicsEvent.h>

#include "client.h"

namespace
{

// The callbacks run one after another in the port's thread; main reads when they have ended.
std::string order;
volatile int processed, timedOut;
epicsEvent *entered, *leave;

void blocking(asynUser *)
{
    entered->signal();
    leave->wait();
    countOne(&processed);
}

void noting(asynUser *user)
{
    order += static_cast<const char *>(user->userPvt);
    countOne(&processed);
}

void late(asynUser *)
{
    countOne(&timedOut);
}

void start()
{
    order.clear();
    processed = timedOut = 0;
}

struct Queued : Client {
    Queued(const char *port, const char *name) : Client(port, 0, nullptr, noting, late)
    {
        user->userPvt = const_cast<char *>(name);
    }
    asynStatus queue(asynQueuePriority priority, double timeout = 0)
    {
        return pasynManager->queueRequest(user, priority, timeout);
    }
};

// While this lives, the port's thread is in a callback.
class Occupied
{
  public:
    explicit Occupied(const char *port) : client_(port, 0, nullptr, blocking, nullptr)
    {
        checkInt("queue queueRequest",
                 pasynManager->queueRequest(client_.user, asynQueuePriorityMedium, 0), asynSuccess);
        entered->wait();
    }
    ~Occupied() { end(); }
    void end()
    {
        if (!ended_)
            leave->signal();
        ended_ = true;
    }

  private:
    Client client_;
    bool ended_ = false;
};

void priorities(const char *port)
{
    start();
    Queued low(port, "l"), medium(port, "m"), high(port, "h"), connect(port, "c"),
        second(port, "2");
    Occupied occupied(port);
    checkInt("queue low", low.queue(asynQueuePriorityLow), asynSuccess);
    check("queue one request at a time", low.queue(asynQueuePriorityLow) != asynSuccess);
    checkInt("queue medium", medium.queue(asynQueuePriorityMedium), asynSuccess);
    checkInt("queue medium again", second.queue(asynQueuePriorityMedium), asynSuccess);
    checkInt("queue high", high.queue(asynQueuePriorityHigh), asynSuccess);
    checkInt("queue connect is for asynCommon's callers", connect.queue(asynQueuePriorityConnect),
             asynSuccess);
    occupied.end();
    check("queue all processed", becomesInt(&processed, 6));
    checkText("queue order of priority", order.c_str(), "chm2l");
}

void timeouts(const char *port)
{
    start();
    Client without(port, 0, nullptr, noting, nullptr);
    checkInt("queue no timeout without a callback for it",
             pasynManager->queueRequest(without.user, asynQueuePriorityLow, 1.0), asynError);
    Queued lost(port, "x"), kept(port, "k");
    Occupied occupied(port);
    lost.queue(asynQueuePriorityHigh, 0.05);
    kept.queue(asynQueuePriorityHigh, 60);
    check("queue timeout", becomesInt(&timedOut, 1));
    occupied.end();
    check("queue another is not lost", becomesInt(&processed, 2));
    checkText("queue a request that timed out is not processed", order.c_str(), "k");
}

void cancels(const char *port)
{
    start();
    int was = -1;
    Queued cancelled(port, "x"), kept(port, "k");
    Occupied occupied(port);
    cancelled.queue(asynQueuePriorityHigh);
    kept.queue(asynQueuePriorityLow);
    checkInt("queue cancelRequest", pasynManager->cancelRequest(cancelled.user, &was), asynSuccess);
    checkInt("queue was queued", was, 1);
    occupied.end();
    check("queue the others are processed", becomesInt(&processed, 2));
    checkText("queue a cancelled request is not", order.c_str(), "k");
    pasynManager->cancelRequest(cancelled.user, &was);
    checkInt("queue nothing to cancel", was, 0);
}

// The block begins with the holder's next callback.
void blocks(const char *port)
{
    start();
    Queued holder(port, "h"), other(port, "o");
    checkInt("queue blockProcessCallback", pasynManager->blockProcessCallback(holder.user, 0),
             asynSuccess);
    holder.queue(asynQueuePriorityLow);
    check("queue the holder begins", becomesInt(&processed, 1));
    other.queue(asynQueuePriorityHigh);
    holder.queue(asynQueuePriorityLow);
    check("queue the holder is served", becomesInt(&processed, 2));
    checkText("queue others wait", order.c_str(), "hh");
    checkInt("queue unblockProcessCallback", pasynManager->unblockProcessCallback(holder.user, 0),
             asynSuccess);
    check("queue until it lets them", becomesInt(&processed, 3));
    checkText("queue then they come", order.c_str(), "hho");
}

// Neither a port that is not connected takes requests, nor one that is disabled.
void disconnected(const char *port)
{
    start();
    Client whole(port, -1);
    void *pvt = nullptr;
    auto *common = whole.find<asynCommon>(asynCommonType, pvt);
    pasynManager->autoConnect(whole.user, 0);
    pasynManager->lockPort(whole.user);
    checkInt("queue disconnect", common->disconnect(pvt, whole.user), asynSuccess);
    pasynManager->unlockPort(whole.user);
    Client usual(port, 0, nullptr, noting, late);
    usual.user->userPvt = const_cast<char *>("d");
    checkInt("queue a disconnected port refuses",
             pasynManager->queueRequest(usual.user, asynQueuePriorityLow, 0), asynDisconnected);
    epicsInt32 value;
    checkInt("queue SyncIO on a disconnected port",
             pasynInt32SyncIO->readOnce(port, 0, &value, 10.0, "I32"), asynDisconnected);
    pasynManager->lockPort(whole.user);
    checkInt("queue connect", common->connect(pvt, whole.user), asynSuccess);
    pasynManager->unlockPort(whole.user);
    pasynManager->autoConnect(whole.user, 1);
    pasynManager->enable(whole.user, 0);
    checkInt("queue a disabled port refuses",
             pasynManager->queueRequest(usual.user, asynQueuePriorityLow, 0), asynDisabled);
    checkInt("queue SyncIO on a disabled port",
             pasynInt32SyncIO->readOnce(port, 0, &value, 10.0, "I32"), asynDisabled);
    pasynManager->enable(whole.user, 1);
    checkInt("queue enabled again", pasynManager->queueRequest(usual.user, asynQueuePriorityLow, 0),
             asynSuccess);
    check("queue is processed", becomesInt(&processed, 1));
}

} // namespace

void clientQueue(const char *port)
{
    entered = new epicsEvent;
    leave = new epicsEvent;
    priorities(port);
    timeouts(port);
    cancels(port);
    blocks(port);
    disconnected(port);
    delete entered;
    delete leave;
}
