// Device support of one value per record: asynInt32, asynInt64, asynFloat64 and asynUInt32Digital.
//
// A Traits class says how an interface is called, an Adapter how a record takes and gives values.
#pragma once

#include <atomic>
#include <vector>

#include <asynFloat64.h>
#include <asynInt32.h>
#include <asynInt64.h>
#include <asynUInt32Digital.h>
#include <epicsGuard.h>

#include "manager/portManager.h"
#include "records/device.h"

struct Int32Traits {
    using Value = epicsInt32;
    using Interface = asynInt32;
    static constexpr const char *type = asynInt32Type;
    static constexpr Mask mask = Mask::optional;
};
struct Int64Traits {
    using Value = epicsInt64;
    using Interface = asynInt64;
    static constexpr const char *type = asynInt64Type;
    static constexpr Mask mask = Mask::none;
};
struct Float64Traits {
    using Value = epicsFloat64;
    using Interface = asynFloat64;
    static constexpr const char *type = asynFloat64Type;
    static constexpr Mask mask = Mask::none;
};
struct DigitalTraits {
    using Value = epicsUInt32;
    using Interface = asynUInt32Digital;
    static constexpr const char *type = asynUInt32DigitalType;
    static constexpr Mask mask = Mask::required;
};

// A ring of the newest values; full, it drops the oldest.
template <typename Entry> class Ring
{
  public:
    void resize(size_t size) { size_ = size; }
    size_t count() const { return count_.load(std::memory_order_acquire); } // by any thread
    // True when an entry was dropped.
    bool push(const Entry &entry)
    {
        if (entries_.empty())
            entries_.resize(size_); // many a record never has a callback
        const size_t filled = count_.load(std::memory_order_relaxed);
        const bool full = filled == entries_.size();
        entries_[wrapped(first_ + filled)] = entry;
        if (full)
            first_ = wrapped(first_ + 1);
        else
            count_.store(filled + 1, std::memory_order_release);
        return full;
    }
    const Entry &front() const { return entries_[first_]; } // count() is not 0
    const Entry &pop()
    {
        const Entry &entry = entries_[first_];
        first_ = wrapped(first_ + 1);
        count_.store(count_.load(std::memory_order_relaxed) - 1, std::memory_order_release);
        return entry;
    }

  private:
    size_t wrapped(size_t position) const
    {
        return position < entries_.size() ? position : position - entries_.size();
    }

    size_t size_ = 0; // set before there are callbacks
    std::vector<Entry> entries_;
    size_t first_ = 0;
    std::atomic<size_t> count_{0};
};

template <typename Traits> class ScalarDevice : public Device
{
  public:
    using Value = typename Traits::Value;
    using Interface = typename Traits::Interface;
    static constexpr size_t standardFifo = 10;

    using Device::Device;

    bool initialize()
    {
        if (!connect(Traits::type, Traits::mask))
            return false;
        ring_.resize(fifoSize(standardFifo, sizeof(Arrival)));
        return true;
    }

    epicsInt32 mask() const { return parsed_.mask; }
    bool hasMask() const { return parsed_.hasMask; }
    Value value() const { return value_; }

    // The driver's range of raw values, at the port's turn; asynTimeout where that does not come.
    // asynInt32 only.
    asynStatus bounds(epicsInt32 &low, epicsInt32 &high)
    {
        if (!interface_ || portIsGone())
            return asynDisabled;
        const portManager::DriverTurn turn(user_);
        if (turn.status() != asynSuccess)
            return turn.status();
        auto *table = static_cast<Interface *>(interface_->pinterface);
        try {
            return table->getBounds(interface_->drvPvt, user_, &low, &high);
        } catch (...) { // of a driver that is no asynPortDriver
            return asynError;
        }
    }

    // The value to start an output record with; false when the driver has none.
    bool startValue(Value &value)
    {
        const asynStatus status = atStart([this, &value] { return read(value); });
        return status == asynSuccess;
    }

  protected:
    asynStatus read(Value &value)
    {
        auto *table = static_cast<Interface *>(interface_->pinterface);
        if constexpr (std::is_same_v<Interface, asynUInt32Digital>)
            return table->read(interface_->drvPvt, user_, &value,
                               static_cast<epicsUInt32>(parsed_.mask));
        else
            return table->read(interface_->drvPvt, user_, &value);
    }

    asynStatus write(Value value)
    {
        auto *table = static_cast<Interface *>(interface_->pinterface);
        if constexpr (std::is_same_v<Interface, asynUInt32Digital>)
            return table->write(interface_->drvPvt, user_, value,
                                static_cast<epicsUInt32>(parsed_.mask));
        else
            return table->write(interface_->drvPvt, user_, value);
    }

    bool takeBack() override
    {
        value_ = {};
        return read(value_) == asynSuccess;
    }

    void perform() override
    {
        const asynStatus status = output_ ? write(value_) : read(value_);
        outcome_.take(*user_, status);
        if (status == asynSuccess)
            traceValue(user_, output_ ? "write" : "read", value_);
    }

    static void callback(void *pvt, asynUser *user, Value value)
    {
        auto *device = static_cast<ScalarDevice *>(pvt);
        device->traceValue(device->interruptUser_, "callback", value);
        Arrival entry{value, {}};
        entry.outcome.takeCallback(*user);
        {
            epicsGuard<epicsMutex> guard(device->mutex_);
            if (device->ring_.push(entry))
                ++device->overflows_;
        }
        device->arrived();
    }

    asynStatus listen() override
    {
        auto *table = static_cast<Interface *>(interface_->pinterface);
        if constexpr (std::is_same_v<Interface, asynUInt32Digital>)
            return table->registerInterruptUser(interface_->drvPvt, interruptUser_, callback, this,
                                                static_cast<epicsUInt32>(parsed_.mask),
                                                &registrar_);
        else
            return table->registerInterruptUser(interface_->drvPvt, interruptUser_, callback, this,
                                                &registrar_);
    }

    void unlisten() override
    {
        static_cast<Interface *>(interface_->pinterface)
            ->cancelInterruptUser(interface_->drvPvt, interruptUser_, registrar_);
    }

    // The value that takePending would take; false where there is none, or no success.
    bool nextPending(Value &value)
    {
        epicsGuard<epicsMutex> guard(mutex_);
        if (ring_.count() == 0 || ring_.front().outcome.status != asynSuccess)
            return false;
        value = ring_.front().value;
        return true;
    }

    bool takePending() override
    {
        if (ring_.count() == 0)
            return false; // mostly: a record that is not I/O Intr
        epicsGuard<epicsMutex> guard(mutex_);
        if (ring_.count() == 0)
            return false;
        const Arrival &entry = ring_.pop();
        value_ = entry.value;
        outcome_ = entry.outcome;
        return true;
    }

    bool hasPending() override { return ring_.count() != 0; }

    void discardPending() override
    {
        epicsGuard<epicsMutex> guard(mutex_);
        while (ring_.count() != 0)
            ring_.pop();
    }

    struct Arrival {
        Value value{};
        Outcome outcome;
    };
    Value value_{};      // of the request; record lock, or the port's turn
    Ring<Arrival> ring_; // guarded by mutex_
};
