// The interrupt clients of one interface of one port.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <vector>

#include "manager/port.h"

namespace portManager
{

// The list that interruptStart returns does not change while any thread is between interruptStart
// and interruptEnd. Until the last interruptEnd, new clients wait to be added, and clients that a
// callback's own thread has removed stay in the list.
struct InterruptSource : std::enable_shared_from_this<InterruptSource> {
    std::mutex mutex;              // guards all that follows; never held while calling out
    std::condition_variable quiet; // active became 0, or no thread waits for that any more
    ELLLIST list = ELLLIST_INIT;
    // The version of the list. It changes with the list, so it stays while active is not 0. Written
    // with mutex held.
    std::atomic<unsigned long> version{1};
    int active = 0; // threads between interruptStart and interruptEnd, once for each call
    std::vector<interruptNode *> additions; // added when active is 0
    std::atomic<bool> hasAdditions{false};  // written with mutex held
    std::vector<interruptNode *> removals;  // removed when active is 0
    int leaving = 0;                        // number of threads that wait for active to be 0

    // Whether somebody waits for active to be 0. If several threads call the clients without a
    // break, active may never become 0 by itself.
    bool disturbed() const { return leaving != 0 || !additions.empty(); }
    bool isUnsettled() const { return disturbed() || !removals.empty(); }

    // Returns the nodes to free after the mutex is unlocked, because one of them may hold the last
    // reference to this source. Call with mutex held and active 0.
    std::vector<interruptNode *> settle();
};

// Whether the calling thread is between interruptStart and interruptEnd of the port. Call with
// Port::state held.
bool callsBack(const Port &port);

// A node and its source. Clients and drivers know the first member only.
struct Node {
    interruptNode node{};
    std::shared_ptr<InterruptSource> source; // a client may outlive its port
    bool listed = false;                     // guarded by source->mutex
    bool freeWhenOut = false;                // guarded by source->mutex
    std::shared_ptr<void> content;           // what drvPvt points to, if it is freed with the node
    CancelInterrupt *cancel = nullptr;       // see keepWithNode
};

} // namespace portManager
