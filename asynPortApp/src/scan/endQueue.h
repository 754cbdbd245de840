// Where deferred writes end: on Base's callback threads.
//
// A client that waits for a write's end is told of it by Base's callback thread anyway. The record
// is finished by the same one, and no thread has to be woken in between. Base's queue never has
// more than one entry of ours, so that it does not overflow for us.
#pragma once

#include <atomic>

#include <callback.h>
#include <epicsMutex.h>

#include "common/wakeup.h"

class ScanClient;

// One priority's clients in waiting.
class EndQueue
{
  public:
    explicit EndQueue(int priority);
    EndQueue(const EndQueue &) = delete;
    EndQueue &operator=(const EndQueue &) = delete;

    // Has the client's end() called once from now on. False where it cannot be: the IOC does not
    // run, or Base's queue is full. Any thread, any locks held.
    bool add(ScanClient &client);

    void open();
    // Afterwards no client is in end(), and none will be before open(). Who stands in the queue is
    // to be served by the scan threads.
    void close();
    // Forgets the clients, which are about to go. Closed.
    void clear();

  private:
    static void onCallback(epicsCallback *callback);
    void serve();
    ScanClient *take(); // mutex_ held
    bool ask();         // mutex_ not held, so that the thread that wakes up does not wait for it
    void handOver();    // mutex_ not held

    epicsCallback callback_{};
    epicsMutex mutex_; // guards what follows up to serving_, and the links of clients in the queue
    ScanClient *first_ = nullptr;
    ScanClient *last_ = nullptr;
    bool open_ = false;
    bool asked_ = false;         // Base's queue has our entry, or is about to
    int serving_ = 0;            // Base may have several threads
    std::atomic<int> asking_{0}; // in callbackRequest, or about to; raised with mutex_ held
    Wakeup idle_;
};
