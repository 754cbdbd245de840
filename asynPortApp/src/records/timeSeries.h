// Device support of time series: a waveform that collects a parameter's values.
//
// RARM 1 erases and starts, 2 stops, 3 goes on. Callbacks put values into the device's own buffer;
// processing copies what is new into the record. A full record stops by itself and processes.
#pragma once

#include <algorithm>
#include <cstring>
#include <vector>

#include <dbAccess.h>
#include <dbEvent.h>
#include <waveformRecord.h>

#include "records/scalar.h"

template <typename Traits> class TimeSeriesDevice : public Device
{
  public:
    using Value = typename Traits::Value;
    using Interface = typename Traits::Interface;

    TimeSeriesDevice(dbCommon *common, DBLINK &link)
        : Device(common, link, false), wave_(*reinterpret_cast<waveformRecord *>(common))
    {
    }

    bool initialize(bool fieldTypeFits)
    {
        if (!connect(Traits::type, Mask::none))
            return false;
        if (!fieldTypeFits) {
            disable("FTVL is not of the type of " + std::string(Traits::type));
            return false;
        }
        samples_.resize(wave_.nelm);
        return true;
    }

    long process()
    {
        enum { erase = 1, stop = 2, resume = 3 };
        const auto command = wave_.rarm;
        wave_.rarm = 0;
        const bool collecting = copy(command == erase);
        collect(command == erase || command == resume || (collecting && command != stop));
        wave_.udf = 0;
        return conclude() ? 0 : -1;
    }

  private:
    // What came since the last time, into the record. True while collecting.
    bool copy(bool erase)
    {
        const auto before = wave_.nord;
        auto *to = static_cast<Value *>(wave_.bptr);
        epicsGuard<epicsMutex> guard(mutex_);
        if (erase) {
            count_ = 0;
            collected_ = Outcome();
            std::fill_n(to, wave_.nelm, Value());
        }
        const size_t known = std::min<size_t>(before, count_);
        std::copy(samples_.begin() + static_cast<ptrdiff_t>(known),
                  samples_.begin() + static_cast<ptrdiff_t>(count_), to + known);
        wave_.nord = static_cast<epicsUInt32>(count_);
        outcome_ = collected_;
        if (collected_.status != asynSuccess)
            collected_.status = asynSuccess; // told once
        if (wave_.nord != before)
            db_post_events(&wave_, &wave_.nord, DBE_VALUE | DBE_LOG);
        return collecting_;
    }

    void collect(bool on)
    {
        {
            epicsGuard<epicsMutex> guard(mutex_);
            on = on && count_ < samples_.size();
            collecting_ = on;
        }
        if (on && !listening())
            startListening();
        if (!on && listening())
            stopListening();
        if (wave_.busy != on) {
            wave_.busy = on;
            db_post_events(&wave_, &wave_.busy, DBE_VALUE | DBE_LOG);
        }
    }

    static void callback(void *pvt, asynUser *user, Value value)
    {
        auto *device = static_cast<TimeSeriesDevice *>(pvt);
        device->traceValue(device->interruptUser_, "callback", value);
        device->add(*user, value);
    }

    void add(const asynUser &user, Value value)
    {
        {
            epicsGuard<epicsMutex> guard(mutex_);
            if (!collecting_)
                return;
            const asynStatus before = collected_.status;
            collected_.takeCallback(user);
            if (before != asynSuccess)
                collected_.status = before;
            if (count_ < samples_.size())
                samples_[count_++] = value;
            if (count_ < samples_.size())
                return;
            collecting_ = false;
        }
        finished();
    }

    asynStatus listen() override
    {
        auto *table = static_cast<Interface *>(interface_->pinterface);
        return table->registerInterruptUser(interface_->drvPvt, interruptUser_, callback, this,
                                            &registrar_);
    }

    void unlisten() override
    {
        static_cast<Interface *>(interface_->pinterface)
            ->cancelInterruptUser(interface_->drvPvt, interruptUser_, registrar_);
    }

    void perform() override {}
    bool takePending() override { return false; }
    bool hasPending() override { return false; }
    void discardPending() override {}

    waveformRecord &wave_;
    // guarded by mutex_
    std::vector<Value> samples_;
    size_t count_ = 0;
    bool collecting_ = false;
    Outcome collected_; // of the newest value; its status the first that was none of success
};
