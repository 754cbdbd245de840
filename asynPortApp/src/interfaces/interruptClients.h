// The interrupt clients of one interface of a port, held still while somebody looks at them.
#pragma once

#include <asynDriver.h>

class InterruptClients
{
  public:
    // pvt: what registerInterruptSource gave, NULL for an interface without interrupts.
    [[nodiscard]] explicit InterruptClients(void *pvt) : pvt_(pvt)
    {
        if (pvt_)
            pasynManager->interruptStart(pvt_, &list_);
    }
    ~InterruptClients()
    {
        if (pvt_)
            pasynManager->interruptEnd(pvt_);
    }
    InterruptClients(const InterruptClients &) = delete;
    InterruptClients &operator=(const InterruptClients &) = delete;

    const ELLLIST *list() const { return list_; } // NULL where there are no interrupts

    // Calls with each client's asynInt32Interrupt or whatever the interface has.
    template <typename Interrupt, typename Call> void each(Call call)
    {
        for (ELLNODE *entry = list_ ? ellFirst(list_) : nullptr; entry; entry = ellNext(entry))
            call(*static_cast<Interrupt *>(reinterpret_cast<interruptNode *>(entry)->drvPvt));
    }

    // A client of the port itself is one of address 0.
    static bool atAddress(int client, int addr)
    {
        return client == addr || (client == -1 && addr == 0);
    }

  private:
    void *pvt_;
    ELLLIST *list_ = nullptr;
};
