// Device support of arrays: waveform, aai and aao on the six array interfaces.
//
// A callback copies the array into the device's own buffer, under mutex_; processing swaps that
// buffer with the record's, so that an array is copied once and nobody waits for the record. The
// newest array is kept; with info(asyn:FIFO) so many in a row.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <new>
#include <string>
#include <vector>

#include <asynFloat32Array.h>
#include <asynFloat64Array.h>
#include <asynInt16Array.h>
#include <asynInt32Array.h>
#include <asynInt64Array.h>
#include <asynInt8Array.h>
#include <dbFldTypes.h>
#include <epicsGuard.h>

#include "records/arrayCopy.h"
#include "records/device.h"

template <typename Table, typename Element, const char *const &Type, int Signed, int Unsigned>
struct ArrayTraits {
    using Interface = Table;
    using Value = Element;
    static constexpr const char *const &type = Type;
    // A field type of the same width, signed or unsigned.
    static bool fits(int ftvl) { return width(ftvl) != 0; }
    // How many elements of the interface are one of the record: a string is 40 characters.
    static size_t width(int ftvl)
    {
        if (ftvl == Signed || ftvl == Unsigned)
            return 1;
        return sizeof(Element) == 1 && ftvl == DBF_STRING ? MAX_STRING_SIZE : 0;
    }
};

template <typename Traits, typename Record> class ArrayDevice : public Device
{
  public:
    using Value = typename Traits::Value;
    using Interface = typename Traits::Interface;

    ArrayDevice(dbCommon *common, DBLINK &link, bool output)
        : Device(common, link, output), array_(*reinterpret_cast<Record *>(common))
    {
    }

    bool initialize()
    {
        if (!connect(Traits::type, Mask::none))
            return false;
        if (!Traits::fits(array_.ftvl)) {
            disable("FTVL is not of the width of " + std::string(Traits::type));
            return false;
        }
        width_ = Traits::width(array_.ftvl);
        const size_t spare = fifoSize(1, array_.nelm * width_ * sizeof(Value));
        for (size_t i = 0; i < spare; ++i)
            free_.push_back({newBuffer(), 0, {}});
        startReadback();
        if (startValue())
            started();
        return true;
    }

    long process()
    {
        if (!transact())
            return 0;
        if (!conclude()) {
            if (!refused())
                return -1;
            tellRefused(static_cast<const void *>(&array_.val));
            return refusedStatus;
        }
        array_.udf = 0;
        return 0;
    }

  protected:
    struct Pending {
        void *data;
        size_t count;
        Outcome outcome;
    };

    // By malloc's family, as the record's own, with which it is swapped.
    void *newBuffer() const
    {
        void *buffer = std::calloc(std::max<size_t>(array_.nelm, 1), width_ * sizeof(Value));
        if (!buffer)
            throw std::bad_alloc();
        return buffer;
    }

    Interface &table() const { return *static_cast<Interface *>(interface_->pinterface); }

    // At the port's turn; the record is locked, or active while a blocking port works for it.
    void perform() override
    {
        const asynStatus status =
            output_ ? table().write(interface_->drvPvt, user_, static_cast<Value *>(array_.bptr),
                                    array_.nord * width_)
                    : read();
        outcome_.take(*user_, status);
        if (status == asynSuccess)
            traceBytes(user_, output_ ? "write" : "read", array_.bptr,
                       array_.nord * width_ * sizeof(Value));
    }

    asynStatus read()
    {
        size_t count = 0;
        const asynStatus status =
            table().read(interface_->drvPvt, user_, static_cast<Value *>(array_.bptr),
                         array_.nelm * width_, &count);
        if (status == asynSuccess)
            array_.nord = static_cast<epicsUInt32>(elements(count));
        return status;
    }

    // Of the record, in so many of the interface.
    size_t elements(size_t count) const
    {
        return std::min<size_t>(width_ == 1 ? count : count / width_, array_.nelm);
    }

    bool takeBack() override
    {
        if (read() == asynSuccess)
            return true;
        array_.nord = 0;
        return false;
    }

    static void callback(void *pvt, asynUser *user, Value *value, size_t count)
    {
        auto *device = static_cast<ArrayDevice *>(pvt);
        device->traceBytes(device->interruptUser_, "callback", value, count * sizeof(Value));
        {
            epicsGuard<epicsMutex> guard(device->mutex_);
            device->keep(*user, value, count);
        }
        device->arrived();
    }

    void keep(const asynUser &user, const Value *value, size_t count)
    {
        if (free_.empty()) { // the newest replaces the oldest
            free_.push_back(ring_.front());
            ring_.pop_front();
            ++overflows_;
        }
        Pending entry = free_.back();
        free_.pop_back();
        entry.count = elements(count);
        entry.outcome.takeCallback(user);
        copyArray(entry.data, value, entry.count * width_ * sizeof(Value));
        ring_.push_back(entry);
        waiting_ = ring_.size();
    }

    asynStatus listen() override
    {
        return table().registerInterruptUser(interface_->drvPvt, interruptUser_, callback, this,
                                             &registrar_);
    }

    void unlisten() override
    {
        table().cancelInterruptUser(interface_->drvPvt, interruptUser_, registrar_);
    }

    bool takePending() override
    {
        if (waiting_ == 0)
            return false; // mostly: a record that is not I/O Intr
        epicsGuard<epicsMutex> guard(mutex_);
        if (ring_.empty())
            return false;
        Pending entry = ring_.front();
        ring_.pop_front();
        waiting_ = ring_.size();
        outcome_ = entry.outcome;
        if (outcome_.status == asynSuccess) {
            std::swap(array_.bptr, entry.data);
            array_.nord = static_cast<epicsUInt32>(entry.count);
        }
        free_.push_back(entry);
        return true;
    }

    bool hasPending() override { return waiting_ != 0; }

    void discardPending() override
    {
        epicsGuard<epicsMutex> guard(mutex_);
        free_.insert(free_.end(), ring_.begin(), ring_.end());
        ring_.clear();
        waiting_ = 0;
    }

  private:
    bool rejoin() override { return startValue(); }

    // The record has the driver's value: true.
    bool startValue()
    {
        if (!output_ || !follows() || !array_.bptr ||
            atStart([this] { return read(); }) != asynSuccess)
            return false;
        array_.udf = 0;
        return true;
    }

    Record &array_;
    size_t width_ = 1;               // see Traits::width; constant from initialize on
    std::deque<Pending> ring_;       // guarded by mutex_; waiting for the record
    std::atomic<size_t> waiting_{0}; // size of ring_, written with mutex_ held
    std::vector<Pending> free_;      // guarded by mutex_; buffers to fill
};
