// The threads on which device support works on records: I/O Intr, readbacks, new choices,
// completions. Those of deferred writes are mostly left to Base's; see endQueue.h. What may wait
// for a driver has a thread apart.
//
// Base's callback queues are bounded, lose entries when they are full and can stop for good. Here a
// record stands in a queue at most once, linked through itself, so that there is no queue to
// overflow; what the record will find then is the newest value.
#pragma once

#include <atomic>

#include <callback.h>
#include <epicsMutex.h>

// Never destroyed, as Base tells device support nothing when its record goes: a scan thread may be
// in serve(), or on its way there.
class ScanClient
{
  public:
    ScanClient();
    ScanClient(const ScanClient &) = delete;
    ScanClient &operator=(const ScanClient &) = delete;

    // Has serve() called once from now on, by the thread of priority 0 to 2. Any thread, any locks
    // held. Before the IOC runs the request waits.
    void request(int priority);

    // Has end() called once from now on, by Base's callback thread of priority 0 to 2, or serve()
    // by a scan thread where that is not possible now, or requests of that priority are under way:
    // then it comes behind them. Any thread, any locks held.
    void requestEnd(int priority);

    // Has serve() called once from now on, by a thread for what may take long: so that no I/O Intr
    // record waits for it. By a scan thread where the system gives no thread. Any thread, any locks
    // held.
    void requestApart();

    // Called by a scan thread, or that of requestApart, no lock held.
    virtual void serve() = 0;
    // Called by a callback thread, no lock held.
    virtual void end() = 0;

    // The IOC is being shut down and its records may go: let go of the port. No lock held.
    virtual void release() = 0;

  protected:
    ~ScanClient(); // for constructors that throw

  private:
    friend class ScanQueue;
    friend class EndQueue;
    // Guarded by the mutex of the queue that it stands in, of scan threads or of ends.
    ScanClient *next_ = nullptr;
    ScanClient *nextEnd_ = nullptr;
    // Stands in one of the queues; requests of several priorities meet here, under no common lock.
    std::atomic<bool> queued_{false};
    std::atomic<bool> ending_{false};
};
