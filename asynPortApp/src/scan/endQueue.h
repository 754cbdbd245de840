// Ends deferred writes on Base's callback threads.
//
// Base's callback thread notifies a client that waits for a write's end anyway. If the same thread
// also finishes the record, no other thread must be woken in between. This queue never puts more
// than one entry into Base's queue, so it does not make that queue overflow.
#pragma once

#include <atomic>

#include <callback.h>
#include <epicsMutex.h>

#include "common/wakeup.h"

class ScanClient;

// The waiting clients of one priority.
class EndQueue
{
  public:
    explicit EndQueue(int priority);
    EndQueue(const EndQueue &) = delete;
    EndQueue &operator=(const EndQueue &) = delete;

    // Has the client's end() called once from now on. Returns false if that is not possible: the
    // IOC does not run, or Base's queue is full. Any thread may call it with any locks held.
    bool add(ScanClient &client);

    void open();
    // After this call no client is in end(), and none will be before open(). The caller has the
    // scan threads serve the clients that are still in the queue.
    void close();
    // Drops the clients, which are about to go. Call it when the queue is closed.
    void clear();

  private:
    static void onCallback(epicsCallback *callback);
    void serve();
    ScanClient *take(); // mutex_ held
    bool ask();         // mutex_ not held, so that the thread that wakes up does not wait for it
    void handOver();    // mutex_ not held

    epicsCallback callback_{};
    epicsMutex mutex_; // guards the members down to serving_, and the links of clients in the queue
    ScanClient *first_ = nullptr;
    ScanClient *last_ = nullptr;
    bool open_ = false;
    bool asked_ = false;         // our entry is in Base's queue, or is about to be
    int serving_ = 0;            // Base may have several threads
    std::atomic<int> asking_{0}; // threads in or before callbackRequest; raised with mutex_ held
    Wakeup idle_;
};
