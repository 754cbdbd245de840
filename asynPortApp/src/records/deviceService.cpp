// A device and the scan threads: what callbacks, drivers and the port leave for it to do.
#include <dbAccess.h>
#include <epicsGuard.h>
#include <recSup.h>

#include "records/device.h"

// The scan queue's lock, which request takes, puts the flags and what they announce in order.
void Device::arrived()
{
    valuePending_.store(true, std::memory_order_release);
    request(record_->prio);
}

void Device::finished()
{
    completed_.store(true, std::memory_order_release);
    request(record_->prio);
}

void Device::choicesArrived()
{
    choicesPending_.store(true, std::memory_order_release);
    request(record_->prio);
}

// Whether the flag was set; it no longer is. Mostly it was not.
static bool taken(std::atomic<bool> &flag)
{
    return flag.load(std::memory_order_acquire) && flag.exchange(false);
}

void Device::finishProcessing()
{
    if (!taken(completed_))
        return;
    RecordLock lock(record_);
    // Somebody has put another value meanwhile. It is newer than what callbacks have brought,
    // so it goes first: in Base's queue it would come behind them.
    const bool again = output_ && record_->rpro;
    if (again)
        record_->rpro = 0;
    record_->rset->process(record_);
    if (again)
        dbProcess(record_);
    if (hasPending())
        valuePending_ = true; // it could not be taken while the record was active
}

void Device::end()
{
    finishProcessing();
    if (valuePending_.load(std::memory_order_acquire))
        request(record_->prio); // what callbacks have brought stays with the scan threads
}

void Device::serve()
{
    if (joins_.load(std::memory_order_acquire))
        return; // asked for again when it has joined its port
    if (taken(portGone_))
        goneFromPort();
    finishProcessing();
    if (taken(choicesPending_)) {
        RecordLock lock(record_);
        applyChoices();
    }
    // Values that came while the record waited for its lock may be taken already: without one it
    // would read the driver.
    if (taken(valuePending_) && hasPending()) {
        took_ = false;
        if (output_ || wantsReadback_)
            readback(); // by asyn:READBACK, or SCAN I/O Intr of an output
        else
            scanIoImmediate(scan_, record_->prio);
        // Only while there is progress: an active record takes nothing until it completes.
        if (took_ && hasPending())
            arrived();
    }
    // The watch asks again until the record has joined, so that it may have done so since.
    if (taken(portBack_) && !joined()) {
        {
            epicsGuard<epicsMutex> guard(mutex_);
            if (!joining_)
                joining_ = std::make_unique<Joining>(*this);
        }
        joins_ = true;
        joining_->requestApart();
    }
}

void Device::join()
{
    struct End {
        Device &device;
        ~End()
        {
            device.joins_ = false;
            if (!device.released_)
                device.request(device.record_->prio); // what has come meanwhile
        }
    } const end{*this};
    if (taken(portGone_))
        goneFromPort();
    backAtPort();
}

void Device::readback()
{
    RecordLock lock(record_);
    if (record_->pact)
        return; // its own write is under way; its end serves what is pending
    readingBack_ = true;
    if (output_ && record_->disa != record_->disv)
        preload();
    dbProcess(record_);
    readingBack_ = false;
}

void Device::release()
{
    RecordLock lock(record_); // periodic scans are still going on
    released_ = true;
    cancel();
}
