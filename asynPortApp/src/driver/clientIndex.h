// The interrupt clients of one interface of a port by address and parameter, so that a change is
// told to whom it concerns without looking at all the others.
//
// Guarded by the port lock. Clients are looked at between interruptStart and interruptEnd: the list
// of clients stays as it is meanwhile, and so do the positions in here, whatever a callback does.
#pragma once

#include <cstddef>
#include <map>
#include <vector>

#include <asynDriver.h>

#include "manager/portManager.h"

class ClientIndex
{
  public:
    using Heads = std::vector<int>; // by parameter index: position of its first client, or -1

    // Makes the index anew where clients have come or gone, or parameters have come. limit: how
    // many of these there are. Interrupt: asynInt32Interrupt or the like.
    template <typename Interrupt> void refresh(void *pvt, const ELLLIST &list, size_t limit)
    {
        const unsigned long version = portManager::listVersion(pvt);
        if (version != version_) {
            version_ = version;
            limit_ = 0;
            heads_.clear();
            clients_.clear();
            for (ELLNODE *entry = ellLast(&list); entry; entry = ellPrevious(entry))
                clients_.push_back({reinterpret_cast<interruptNode *>(entry), -1});
        }
        if (limit <= limit_)
            return;
        // Those of the new parameters alone: a call further out may be on its way along the others,
        // also along one that has been cancelled. From the last client on, each put before those
        // that follow it.
        for (size_t position = 0; position < clients_.size(); ++position) {
            const auto &each = *static_cast<const Interrupt *>(clients_[position].node->drvPvt);
            link(position, each.addr, each.pasynUser->reason, limit);
        }
        limit_ = limit;
    }

    // Whether the parameter may have a client at the address: it has one, or the index is to be
    // made anew, as it is when one has registered while others were called. Also where nobody is
    // between interruptStart and interruptEnd: a client that comes at this moment comes after the
    // change.
    bool mayHaveClients(void *pvt, size_t limit, int addr, int reason) const
    {
        return limit > limit_ || first(at(addr), reason) >= 0 ||
               portManager::listChanged(pvt, version_);
    }

    // Of an address; NULL where it has no clients.
    const Heads *at(int addr) const
    {
        const auto found = heads_.find(addr);
        return found == heads_.end() ? nullptr : &found->second;
    }
    static int first(const Heads *heads, int reason)
    {
        const auto position = static_cast<size_t>(reason);
        return heads && reason >= 0 && position < heads->size() ? (*heads)[position] : -1;
    }

    interruptNode &node(int position) const { return *client(position).node; }
    int next(int position) const { return client(position).next; }

  private:
    struct Client {
        interruptNode *node;
        int next; // position of the parameter's next client, or -1
    };

    const Client &client(int position) const { return clients_[static_cast<size_t>(position)]; }

    // A reason of limit or more is one of the driver's own.
    void link(size_t position, int addr, int reason, size_t limit)
    {
        const auto index = static_cast<size_t>(reason);
        if (reason < 0 || index < limit_ || index >= limit)
            return;
        Heads &heads = heads_[addr == -1 ? 0 : addr]; // a client of the port is one of address 0
        heads.resize(limit, -1);
        clients_[position].next = heads[index];
        heads[index] = static_cast<int>(position);
    }

    unsigned long version_ = 0;
    size_t limit_ = 0;            // clients of these first parameters are linked
    std::vector<Client> clients_; // all of the list, the last one first
    std::map<int, Heads> heads_;  // by address
};
