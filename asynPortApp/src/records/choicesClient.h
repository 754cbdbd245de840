// A scalar device whose record has choices: reads them at start and follows the driver's enum
// callbacks.
#pragma once

#include <cstdlib>
#include <optional>
#include <utility>

#include <errlog.h>

#include "manager/portManager.h"
#include "records/choices.h"
#include "records/scalar.h"

template <typename Traits, typename Record> class ChoicesDevice : public ScalarDevice<Traits>
{
  public:
    using ScalarDevice<Traits>::ScalarDevice;

    // In record initialisation, before the record looks at its own fields; post: later.
    void startChoices(bool post)
    {
        if (enumUser_)
            this->giveBack(enumUser_); // of the port before
        enumUser_ = nullptr;
        enumInterface_ = pasynManager->findInterface(this->user_, asynEnumType, 1);
        if (!enumInterface_)
            return;
        enumUser_ = pasynManager->duplicateAsynUser(this->user_, nullptr, nullptr);
        char *strings[most] = {};
        int values[most] = {}, severities[most] = {};
        size_t count = 0;
        const asynStatus status = this->atOnce([&] {
            return table().read(enumInterface_->drvPvt, enumUser_, strings, values, severities,
                                most, &count);
        });
        if (status == asynSuccess && count > 0)
            setChoices(record(), makeChoices(strings, values, severities, count), post);
        for (char *string : strings)
            std::free(string);
        if (table().registerInterruptUser(enumInterface_->drvPvt, enumUser_, callback, this,
                                          &enumRegistrar_) != asynSuccess)
            enumRegistrar_ = nullptr; // a driver without enum interrupts
    }

  protected:
    void leave() override
    {
        if (enumRegistrar_)
            portManager::cancelInterrupt(enumUser_, enumRegistrar_);
        enumRegistrar_ = nullptr;
        epicsGuard<epicsMutex> guard(this->mutex_);
        pending_.reset(); // of the port that is gone
    }

    void applyChoices() override
    {
        std::optional<Choices> choices;
        {
            epicsGuard<epicsMutex> guard(this->mutex_);
            choices.swap(pending_);
        }
        if (choices) // else they were applied when the request before this one was served
            setChoices(record(), *choices, true);
    }

    void release() override
    {
        if (enumRegistrar_)
            table().cancelInterruptUser(enumInterface_->drvPvt, enumUser_, enumRegistrar_);
        enumRegistrar_ = nullptr;
        ScalarDevice<Traits>::release();
    }

  private:
    static constexpr size_t most = 16;

    static void callback(void *pvt, asynUser *, char *strings[], int values[], int severities[],
                         size_t count)
    {
        auto *device = static_cast<ChoicesDevice *>(pvt);
        Choices choices = makeChoices(strings, values, severities, std::min(count, most));
        {
            epicsGuard<epicsMutex> guard(device->mutex_);
            device->pending_ = std::move(choices);
        }
        device->choicesArrived();
    }

    Record &record() { return *reinterpret_cast<Record *>(this->record_); }
    asynEnum &table() { return *static_cast<asynEnum *>(enumInterface_->pinterface); }

    asynInterface *enumInterface_ = nullptr;
    asynUser *enumUser_ = nullptr;
    void *enumRegistrar_ = nullptr;
    std::optional<Choices> pending_; // guarded by mutex_
};
