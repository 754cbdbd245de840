// A device and the scan threads: what callbacks, drivers and the port leave for it to do.
#include <dbAccess.h>
#include <epicsGuard.h>
#include <recSup.h>

#include "records/device.h"

// The scan queue's lock, which request takes, puts the tasks and what they are about in order.
void Device::arrived()
{
    valuePending_.store(true, std::memory_order_release);
    request(record_->prio);
}

void Device::finished()
{
    leaveTask(finishRequest);
    request(record_->prio);
}

void Device::choicesArrived()
{
    leaveTask(takeChoices);
    request(record_->prio);
}

void Device::finishProcessing()
{
    if (!takeTask(finishRequest))
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
    if (hasPending()) // it could not be taken while the record was active
        valuePending_.store(true, std::memory_order_release);
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
    if (takeTask(showPortGone))
        goneFromPort();
    finishProcessing();
    if (takeTask(takeChoices)) {
        RecordLock lock(record_);
        applyChoices();
    }
    // Values that came while the record waited for its lock may be taken already: without one it
    // would read the driver.
    if (valuePending_.load(std::memory_order_acquire) && valuePending_.exchange(false) &&
        hasPending()) {
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
    if (takeTask(joinPort) && !joined()) {
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
    if (takeTask(showPortGone))
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
