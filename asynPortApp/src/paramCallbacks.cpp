// Each list of clients is walked once for all parameters that changed, then the clients are called
// parameter by parameter.
#include "paramCallbacks.h"

#include <cstring>

#include "paramClients.h"

// Takes a round for the depth of this call, and leaves it clean.
class ParamCallbacks::Turn
{
  public:
    [[nodiscard]] explicit Turn(ParamCallbacks &owner) : owner_(owner)
    {
        if (owner_.depth_ == owner_.rounds_.size())
            owner_.rounds_.push_back(std::make_unique<Round>());
        round_ = owner_.rounds_[owner_.depth_++].get();
    }
    ~Turn()
    {
        for (const Change &change : round_->changes)
            round_->changeOf[static_cast<size_t>(change.index)] = -1;
        round_->changes.clear();
        round_->matches.clear();
        --owner_.depth_;
    }
    Turn(const Turn &) = delete;
    Turn &operator=(const Turn &) = delete;
    Round &round() { return *round_; }

  private:
    ParamCallbacks &owner_;
    Round *round_;
};

// Returns the types that occur, as bits by asynParamType.
unsigned ParamCallbacks::collect(Round &round, ParamList &list)
{
    unsigned types = 0;
    list.takeChanged(round.indices);
    if (round.changeOf.size() < list.size())
        round.changeOf.resize(list.size(), -1);
    for (int index : round.indices) {
        Parameter &parameter = *list.at(index);
        if (!parameter.defined)
            continue; // its mask stays, so that all clients learn of the first value
        round.changeOf[static_cast<size_t>(index)] = static_cast<int>(round.changes.size());
        round.changes.push_back({index, parameter.type, parameter.callbackMask, -1, -1});
        parameter.callbackMask = 0;
        types |= 1u << parameter.type;
    }
    return types;
}

template <typename Interrupt>
void ParamCallbacks::match(Round &round, asynParamType type, interruptNode &node, int addr)
{
    const auto *client = static_cast<const Interrupt *>(node.drvPvt);
    if (!client || !InterruptClients::atAddress(client->addr, addr))
        return;
    const int reason = client->pasynUser->reason;
    if (reason < 0 || static_cast<size_t>(reason) >= round.changeOf.size())
        return;
    const int position = round.changeOf[static_cast<size_t>(reason)];
    if (position < 0)
        return;
    Change &change = round.changes[static_cast<size_t>(position)];
    if (change.type != type)
        return;
    const int added = static_cast<int>(round.matches.size());
    round.matches.push_back({&node, -1});
    if (change.last < 0)
        change.first = added;
    else
        round.matches[static_cast<size_t>(change.last)].next = added;
    change.last = added;
}

// The value is read anew for each client: a client that sets the parameter again has told all of
// them already, and the last word must not be the older value.
template <typename Interrupt, typename Call>
void ParamCallbacks::deliver(Round &round, const Change &change, const Parameter &parameter,
                             const epicsTimeStamp &when, Call call)
{
    for (int next = change.first; next >= 0;) {
        const Match &match = round.matches[static_cast<size_t>(next)];
        next = match.next;
        if (auto *client = static_cast<Interrupt *>(match.node->drvPvt)) {
            stamp(*client->pasynUser, parameter, when);
            call(*client);
        }
    }
}

void ParamCallbacks::deliver(Round &round, const Change &change, const Parameter &parameter,
                             const epicsTimeStamp &when)
{
    auto plain = [&parameter](auto member) {
        return [&parameter, member](auto &client) {
            client.callback(client.userPvt, client.pasynUser, parameter.*member);
        };
    };
    switch (change.type) {
    case asynParamInt32:
        return deliver<asynInt32Interrupt>(round, change, parameter, when,
                                           plain(&Parameter::int32));
    case asynParamInt64:
        return deliver<asynInt64Interrupt>(round, change, parameter, when,
                                           plain(&Parameter::int64));
    case asynParamFloat64:
        return deliver<asynFloat64Interrupt>(round, change, parameter, when,
                                             plain(&Parameter::float64));
    case asynParamUInt32Digital:
        return deliver<asynUInt32DigitalInterrupt>(
            round, change, parameter, when, [&](asynUInt32DigitalInterrupt &client) {
                if (client.mask & change.mask)
                    client.callback(client.userPvt, client.pasynUser,
                                    parameter.uint32 & client.mask);
            });
    case asynParamOctet:
        return deliver<asynOctetInterrupt>(
            round, change, parameter, when, [&](asynOctetInterrupt &client) {
                // A copy: the client gets a char *, and may set the parameter. The NUL counts.
                round.text.assign(parameter.text.c_str());
                client.callback(client.userPvt, client.pasynUser, round.text.data(),
                                round.text.size() + 1, ASYN_EOM_END);
            });
    default:
        return; // arrays have callbacks of their own
    }
}

void ParamCallbacks::call(ParamList &list, int addr, const epicsTimeStamp &when)
{
    Turn turn(*this);
    Round &round = turn.round();
    const unsigned types = collect(round, list);
    if (round.changes.empty())
        return;
    // All lists stay held until the end: the calls follow the parameters, not the interfaces.
    auto wanted = [types](asynParamType type, void *pvt) {
        return types & (1u << type) ? pvt : nullptr;
    };
    InterruptClients int32(wanted(asynParamInt32, interfaces_.int32InterruptPvt));
    InterruptClients int64(wanted(asynParamInt64, interfaces_.int64InterruptPvt));
    InterruptClients float64(wanted(asynParamFloat64, interfaces_.float64InterruptPvt));
    InterruptClients octet(wanted(asynParamOctet, interfaces_.octetInterruptPvt));
    InterruptClients digital(wanted(asynParamUInt32Digital, interfaces_.uInt32DigitalInterruptPvt));
    int32.eachNode(
        [&](interruptNode &node) { match<asynInt32Interrupt>(round, asynParamInt32, node, addr); });
    int64.eachNode(
        [&](interruptNode &node) { match<asynInt64Interrupt>(round, asynParamInt64, node, addr); });
    float64.eachNode([&](interruptNode &node) {
        match<asynFloat64Interrupt>(round, asynParamFloat64, node, addr);
    });
    octet.eachNode(
        [&](interruptNode &node) { match<asynOctetInterrupt>(round, asynParamOctet, node, addr); });
    digital.eachNode([&](interruptNode &node) {
        match<asynUInt32DigitalInterrupt>(round, asynParamUInt32Digital, node, addr);
    });
    for (const Change &change : round.changes)
        deliver(round, change, *list.at(change.index), when);
}
