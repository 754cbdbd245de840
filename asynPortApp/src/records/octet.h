// Device support of strings: asynOctetRead, asynOctetWrite and asynOctetWriteBinary.
//
// A Text class says where a record type keeps its string.
#pragma once

#include <algorithm>
#include <cstring>
#include <deque>
#include <string>

#include <asynOctet.h>
#include <epicsGuard.h>
#include <epicsStdio.h>

#include "records/device.h"

template <typename Text> class OctetDevice : public Device
{
  public:
    using Record = typename Text::Record;

    OctetDevice(dbCommon *common, DBLINK &link, bool output)
        : Device(common, link, output), text_(*reinterpret_cast<Record *>(common))
    {
    }

    bool initialize() { return initialize(DrvInfo::parameter); }

    long process()
    {
        const bool back = readingBack();
        if (!back && !record_->pact && output_)
            Text::get(text_, value_);
        else if (!back && !record_->pact)
            value_.clear();
        if (!transact())
            return 0;
        if (!conclude()) {
            keepWhatCame();
            return refused() ? refusedStatus : -1;
        }
        if (!output_ || back)
            Text::set(text_, value_);
        record_->udf = 0;
        return 0;
    }

  protected:
    bool initialize(DrvInfo drvInfo)
    {
        if (!connect(asynOctetType, Mask::none, drvInfo))
            return false;
        const char *problem = Text::check(text_);
        if (problem) {
            disable(problem);
            return false;
        }
        fifo_ = fifoSize(1, Text::capacity(text_));
        startReadback();
        if (startValue())
            started();
        return true;
    }

    asynStatus read()
    {
        const asynStatus status = read(value_);
        outcome_.take(*user_, status);
        if (status == asynSuccess)
            traceBytes(user_, "read", value_.data(), value_.size());
        return status;
    }

    asynStatus write(const std::string &text)
    {
        size_t count = text.size();
        const asynStatus status =
            table().write(interface_->drvPvt, user_, text.data(), text.size(), &count);
        outcome_.take(*user_, status);
        if (status == asynSuccess)
            traceBytes(user_, "write", text.data(), std::min(count, text.size()));
        if (status != asynSuccess || count == text.size())
            return status;
        epicsSnprintf(user_->errorMessage, static_cast<size_t>(user_->errorMessageSize),
                      "only %lu of %lu bytes were written", static_cast<unsigned long>(count),
                      static_cast<unsigned long>(text.size()));
        outcome_.status = asynError;
        outcome_.alarmStatus = epicsAlarmWrite;
        outcome_.alarmSeverity = epicsSevMinor;
        return asynError;
    }

  private:
    // What came before a read failed is shown: it may say why.
    void keepWhatCame()
    {
        if (refused() || (!output_ && outcome_.told && !value_.empty()))
            Text::set(text_, value_);
        if (refused())
            tellRefused(Text::posted(text_));
    }

    struct Pending {
        std::string text;
        Outcome outcome;
    };

    asynOctet &table() const { return *static_cast<asynOctet *>(interface_->pinterface); }

    asynStatus read(std::string &value)
    {
        buffer_.resize(Text::capacity(text_) + 1);
        size_t count = 0;
        int eomReason = 0;
        const asynStatus status = table().read(interface_->drvPvt, user_, &buffer_[0],
                                               Text::capacity(text_), &count, &eomReason);
        value.assign(buffer_, 0, std::min(count, Text::capacity(text_)));
        return status;
    }

    bool rejoin() override { return startValue(); }

    // The record has the driver's value: true.
    bool startValue()
    {
        if (!output_ || !(infoFlag("asyn:INITIAL_READBACK") || follows()))
            return false;
        std::string value;
        if (atStart([this, &value] { return read(value); }) != asynSuccess)
            return false;
        Text::set(text_, value);
        record_->udf = 0;
        return true;
    }

    bool takeBack() override { return read(value_) == asynSuccess; }

    void perform() override
    {
        if (output_)
            write(value_);
        else
            read();
    }

    static void callback(void *pvt, asynUser *user, char *data, size_t count, int)
    {
        auto *device = static_cast<OctetDevice *>(pvt);
        Pending entry{std::string(data, count), {}};
        while (!entry.text.empty() && entry.text.back() == '\0')
            entry.text.pop_back(); // asynPortDriver counts the terminator
        device->traceBytes(device->interruptUser_, "callback", entry.text.data(),
                           entry.text.size());
        entry.outcome.takeCallback(*user);
        {
            epicsGuard<epicsMutex> guard(device->mutex_);
            if (device->ring_.size() == device->fifo_) {
                device->ring_.pop_front();
                ++device->overflows_;
            }
            device->ring_.push_back(std::move(entry));
            device->waiting_ = device->ring_.size();
        }
        device->arrived();
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
        value_ = std::move(ring_.front().text);
        outcome_ = ring_.front().outcome;
        ring_.pop_front();
        waiting_ = ring_.size();
        return true;
    }

    bool hasPending() override { return waiting_ != 0; }

    void discardPending() override
    {
        epicsGuard<epicsMutex> guard(mutex_);
        ring_.clear();
        waiting_ = 0;
    }

    Record &text_;
    std::string value_, buffer_; // of the request; record lock, or the port's turn
    size_t fifo_ = 1;
    std::deque<Pending> ring_;       // guarded by mutex_
    std::atomic<size_t> waiting_{0}; // size of ring_, written with mutex_ held
};
