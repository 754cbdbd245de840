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

    template <typename Call> void eachNode(Call call)
    {
        if (!list_)
            return;
        for (ELLNODE *entry = ellFirst(list_); entry; entry = ellNext(entry))
            call(*reinterpret_cast<interruptNode *>(entry));
    }

    // Calls with each client's asynInt32Interrupt or whatever the interface has. A callback may
    // cancel another client of the list: a node without content until the last interruptEnd.
    template <typename Interrupt, typename Call> void each(Call call)
    {
        eachNode([&call](interruptNode &node) {
            if (node.drvPvt)
                call(*static_cast<Interrupt *>(node.drvPvt));
        });
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
