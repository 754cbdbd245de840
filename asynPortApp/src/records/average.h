// Device support of averages: ai records on asynInt32Average and asynFloat64Average.
//
// Callbacks add up whatever SCAN is. A record that is scanned takes the mean of what came since it
// last processed; with SCAN "I/O Intr" it processes by itself after every SVAL values.
#pragma once

#include <atomic>
#include <cmath>

#include <aiRecord.h>

#include "records/convert.h"
#include "records/scalar.h"

template <typename Traits> class AverageDevice : public ScalarDevice<Traits>
{
    using Base = ScalarDevice<Traits>;

  public:
    using Base::Base;
    using typename Base::Value;

    long ioInterrupt(int cmd, IOSCANPVT *pvt) override
    {
        *pvt = this->scanList();
        if (!this->interface_ && !this->portIsGone())
            return cmd == 0 ? -1 : 0;
        onInterrupt_ = cmd == 0;
        epicsGuard<epicsMutex> guard(this->mutex_);
        sum_ = Sum();
        while (this->ring_.count())
            this->ring_.pop();
        return 0;
    }

    bool startAverage(const RawFormat &format)
    {
        format_ = format;
        if (this->startListening() == asynSuccess)
            return true;
        this->disable(this->interruptUser_->errorMessage);
        return false;
    }

    // The mean into value_ and outcome_; false when there was nothing to take it of. Of a port
    // that is gone anything: conclude refuses it.
    bool takeMean()
    {
        if (this->portIsGone() || this->take())
            return true;
        epicsGuard<epicsMutex> guard(this->mutex_);
        if (sum_.count == 0)
            return false;
        this->value_ = sum_.mean();
        this->outcome_ = sum_.outcome;
        sum_ = Sum();
        return true;
    }

  private:
    void discardPending() override
    {
        Base::discardPending();
        epicsGuard<epicsMutex> guard(this->mutex_);
        sum_ = Sum();
    }

    struct Sum {
        double total = 0;
        unsigned long count = 0;
        Outcome outcome; // the newest; its status the first that was none of success

        Value mean() const
        {
            const double mean = total / static_cast<double>(count);
            if constexpr (std::is_same_v<Traits, Int32Traits>)
                return static_cast<Value>(std::lround(mean));
            else
                return mean;
        }
    };

    asynStatus listen() override
    {
        auto *table = static_cast<typename Base::Interface *>(this->interface_->pinterface);
        return table->registerInterruptUser(this->interface_->drvPvt, this->interruptUser_, add,
                                            this, &this->registrar_);
    }

    static void add(void *pvt, asynUser *user, Value value)
    {
        auto *device = static_cast<AverageDevice *>(pvt);
        if constexpr (std::is_same_v<Traits, Int32Traits>)
            value = device->format_.fromRaw(value);
        device->traceValue(device->interruptUser_, "callback", value);
        if (device->count(*user, value))
            device->arrived();
    }

    // True when the record is to process.
    bool count(const asynUser &user, Value value)
    {
        epicsGuard<epicsMutex> guard(this->mutex_);
        const asynStatus before = sum_.outcome.status;
        sum_.total += static_cast<double>(value);
        ++sum_.count;
        sum_.outcome.takeCallback(user);
        if (before != asynSuccess)
            sum_.outcome.status = before;
        if (!onInterrupt_ || static_cast<double>(sum_.count) < wanted())
            return false;
        if (this->ring_.push({sum_.mean(), sum_.outcome}))
            ++this->overflows_;
        sum_ = Sum();
        return true;
    }

    // SVAL. A callback may not take the record lock; an aligned double is read whole.
    double wanted() const
    {
        double value;
        __atomic_load(&reinterpret_cast<const aiRecord *>(this->record_)->sval, &value,
                      __ATOMIC_RELAXED);
        return std::floor(value + 0.5);
    }

    RawFormat format_;
    std::atomic<bool> onInterrupt_{false};
    Sum sum_; // guarded by mutex_
};
