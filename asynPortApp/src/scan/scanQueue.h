// The threads on which device support processes records: for I/O Intr, readbacks, new choices and
// completions. Base's threads end most deferred writes; see endQueue.h. Work that may wait for a
// driver runs on a separate thread.
//
// Base's callback queues are bounded: they lose entries when they are full and can stop for good.
// In this library a record is in a queue at most once, and the links of the queue are in the
// records, so the queue cannot overflow. When the record is processed, it gets the newest value.
#pragma once

#include <atomic>

#include <callback.h>
#include <epicsMutex.h>

// Never destroyed: Base does not notify device support when a record goes, and a scan thread may be
// in serve(), or about to call it.
class ScanClient
{
  public:
    ScanClient();
    ScanClient(const ScanClient &) = delete;
    ScanClient &operator=(const ScanClient &) = delete;

    // Has serve() called once from now on, by the thread of priority 0 to 2. Before the IOC runs,
    // the request waits. Any thread may call this, with any locks held.
    void request(int priority);

    // Has end() called once from now on, by Base's callback thread of priority 0 to 2. A scan
    // thread calls serve() instead if Base's thread cannot, or if requests of that priority are
    // waiting; then the client is served after them. Any thread may call this, with any locks held.
    void requestEnd(int priority);

    // Has serve() called once from now on, by the thread for work that may take long, so that no
    // I/O Intr record waits for it. A scan thread calls it if that thread cannot be made. Any
    // thread may call this, with any locks held.
    void requestApart();

    // Called by a scan thread, or by the thread of requestApart. No lock is held.
    virtual void serve() = 0;
    // Called by a callback thread. No lock is held.
    virtual void end() = 0;

    // The IOC is being shut down and its records may go: release the port. No lock is held.
    virtual void release() = 0;

  protected:
    ~ScanClient(); // for constructors that throw

  private:
    friend class ScanQueue;
    friend class EndQueue;
    // Guarded by the mutex of the queue that the client is in.
    ScanClient *next_ = nullptr;
    ScanClient *nextEnd_ = nullptr;
    // The client is in one of the queues. Atomic, because requests of different priorities have no
    // common lock.
    std::atomic<bool> queued_{false};
    std::atomic<bool> ending_{false};
};
