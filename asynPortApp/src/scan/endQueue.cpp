#include "scan/endQueue.h"

#include <epicsGuard.h>
#include <errlog.h>

#include "common/epicsEntry.h"
#include "scan/scanQueue.h"

using Guard = epicsGuard<epicsMutex>;

EndQueue::EndQueue(int priority)
{
    callbackSetCallback(epicsEntry<onCallback>, &callback_);
    callbackSetPriority(priority, &callback_);
    callbackSetUser(this, &callback_);
}

bool EndQueue::add(ScanClient &client)
{
    {
        Guard guard(mutex_);
        if (!open_)
            return false;
        // Whoever takes it out exchanges the flag, too, and so sees what was announced before.
        if (client.ending_.exchange(true))
            return true;
        client.nextEnd_ = nullptr;
        *(last_ ? &last_->nextEnd_ : &first_) = &client;
        last_ = &client;
        if (asked_)
            return true;
        asked_ = true;
        ++asking_;
    }
    if (!ask())
        handOver();
    return true;
}

bool EndQueue::ask()
{
    const bool done = callbackRequest(&callback_) == 0;
    --asking_;
    if (!done) {
        Guard guard(mutex_);
        asked_ = false;
    }
    return done;
}

ScanClient *EndQueue::take()
{
    ScanClient *client = first_;
    if (!client)
        return nullptr;
    first_ = client->nextEnd_;
    if (!first_)
        last_ = nullptr;
    client->ending_.exchange(false); // the last look at it: another queue may have it now
    return client;
}

void EndQueue::handOver()
{
    for (;;) {
        ScanClient *client;
        {
            Guard guard(mutex_);
            client = take();
        }
        if (!client)
            return;
        client->request(callback_.priority);
    }
}

void EndQueue::onCallback(epicsCallback *callback)
{
    void *queue;
    callbackGetUser(queue, callback);
    static_cast<EndQueue *>(queue)->serve();
}

// One client a time: Base's other callbacks are not to wait for all of them.
void EndQueue::serve()
{
    ScanClient *client = nullptr;
    bool more = false;
    {
        Guard guard(mutex_);
        asked_ = false;
        if (open_)
            client = take();
        if (client)
            ++serving_;
        if (client && first_) {
            more = asked_ = true;
            ++asking_;
        }
    }
    if (more && !ask())
        handOver();
    if (!client)
        return;
    try {
        client->end();
    } catch (const std::exception &error) {
        errlogPrintf("asyn device support: a C++ exception in a callback thread: %s\n",
                     error.what());
    } catch (...) {
        errlogPrintf("asyn device support: a C++ exception in a callback thread\n");
    }
    bool last;
    {
        Guard guard(mutex_);
        last = --serving_ == 0 && !open_;
    }
    if (last)
        idle_.signal();
}

void EndQueue::open()
{
    Guard guard(mutex_);
    open_ = true;
}

void EndQueue::close()
{
    {
        Guard guard(mutex_);
        open_ = false;
        while (serving_ > 0 || asking_ > 0) {
            epicsGuardRelease<epicsMutex> unguard(guard);
            idle_.wait(0.1);
        }
    }
    handOver();
}

void EndQueue::clear()
{
    Guard guard(mutex_);
    while (take())
        continue;
    asked_ = false; // Base forgets its queue
}
