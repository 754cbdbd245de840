// The interrupt clients of one interface of a port by address and parameter, so that a change is
// told to whom it concerns without looking at all the others.
//
// Guarded by the port lock, and used between interruptStart and interruptEnd: the list of clients
// stays as it is meanwhile, and so do the positions in here, whatever a callback does.
#pragma once

#include <cstddef>
#include <map>
#include <vector>

#include <asynDriver.h>

#include "portInterrupt.h"

class ClientIndex
{
  public:
    using Heads = std::vector<int>; // by parameter index: position of its first client, or -1

    // Makes the index anew where clients have come or gone, or parameters have come. limit: how
    // many of these there are. Interrupt: asynInt32Interrupt or the like.
    template <typename Interrupt> void refresh(void *pvt, const ELLLIST &list, size_t limit)
    {
        const unsigned long version = static_cast<portManager::InterruptSource *>(pvt)->version;
        if (version == version_ && limit <= limit_)
            return;
        version_ = version;
        limit_ = limit;
        for (auto &heads : heads_)
            heads.second.assign(limit, -1);
        clients_.clear();
        // From the last one on, each put before those that follow it.
        for (ELLNODE *entry = ellLast(&list); entry; entry = ellPrevious(entry)) {
            auto &node = *reinterpret_cast<interruptNode *>(entry);
            clients_.push_back({&node, -1});
            if (const auto *client = static_cast<const Interrupt *>(node.drvPvt))
                link(client->addr, client->pasynUser->reason);
        }
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

    void link(int addr, int reason)
    {
        if (reason < 0 || static_cast<size_t>(reason) >= limit_)
            return;                                   // one of the driver's own
        Heads &heads = heads_[addr == -1 ? 0 : addr]; // a client of the port is one of address 0
        heads.resize(limit_, -1);
        int &head = heads[static_cast<size_t>(reason)];
        clients_.back().next = head;
        head = static_cast<int>(clients_.size()) - 1;
    }

    unsigned long version_ = 0;
    size_t limit_ = 0;
    std::vector<Client> clients_; // all of the list, the last one first
    std::map<int, Heads> heads_;  // by address
};
