// The clients are called parameter by parameter, in the order in which these changed.
#include "driver/paramCallbacks.h"

#include <cstring>
#include <optional>

#include "common/wakeBatch.h"
#include "interfaces/interruptClients.h"
#include "interfaces/interruptGuard.h"
#include "manager/portManager.h"

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
        round_->changes.clear();
        --owner_.depth_;
    }
    Turn(const Turn &) = delete;
    Turn &operator=(const Turn &) = delete;
    Round &round() { return *round_; }

  private:
    ParamCallbacks &owner_;
    Round *round_;
};

void ParamCallbacks::collect(Round &round, ParamList &list)
{
    list.takeChanged(round.indices);
    for (int index : round.indices) {
        Parameter &parameter = *list.at(index);
        if (!parameter.defined)
            continue; // its mask stays, so that all clients learn of the first value
        round.changes.push_back({index, parameter.type, parameter.callbackMask});
        parameter.callbackMask = 0;
    }
}

template <typename Interrupt> class ParamCallbacks::Clients
{
  public:
    // pvt: NULL for an interface without interrupts.
    [[nodiscard]] Clients(const char *portName, void *pvt, ClientIndex &index, size_t parameters,
                          int addr)
        : portName_(portName), pvt_(pvt), index_(index), parameters_(parameters), addr_(addr)
    {
    }

    // The value is read anew for each client: a client that sets the parameter again has told all
    // of them already, and the last word must not be the older value.
    template <typename Call>
    void callClients(int reason, const Parameter &parameter, const epicsTimeStamp &when, Call call)
    {
        if (!hold(reason))
            return;
        for (int next = ClientIndex::first(heads_, reason); next >= 0;) {
            auto &client = *static_cast<Interrupt *>(index_.node(next).drvPvt);
            next = index_.next(next);
            stamp(*client.pasynUser, parameter, when);
            callGuarded(portName_, &parameter.name, client, [&] {
                if (portManager::isPrompt(client.pasynUser)) {
                    call(client);
                } else {
                    const WakeBatchPause pause; // it may wait for a record
                    call(client);
                }
            });
        }
    }
    template <typename Value> void callClients(int reason, const Parameter &parameter,
                                               const epicsTimeStamp &when, Value Parameter::*value)
    {
        callClients(reason, parameter, when, [&parameter, value](Interrupt &client) {
            client.callback(client.userPvt, client.pasynUser, parameter.*value);
        });
    }

  private:
    // Keeps the list of clients unchanged, from the first parameter that may have a client. False
    // if this parameter has none.
    bool hold(int reason)
    {
        if (held_)
            return true;
        if (!pvt_ || !index_.mayHaveClients(pvt_, parameters_, addr_, reason))
            return false;
        held_.emplace(pvt_);
        index_.refresh<Interrupt>(pvt_, *held_->list(), parameters_);
        heads_ = index_.at(addr_);
        return true;
    }

    const char *const portName_;
    void *const pvt_;
    std::optional<InterruptClients> held_; // until the end: calls follow the parameters
    ClientIndex &index_;
    const size_t parameters_;
    const int addr_;
    const ClientIndex::Heads *heads_ = nullptr;
};

void ParamCallbacks::call(ParamList &list, int addr, const epicsTimeStamp &when)
{
    const WakeBatch batch;
    Turn turn(*this);
    Round &round = turn.round();
    collect(round, list);
    if (round.changes.empty())
        return;
    const size_t size = list.size();
    Clients<asynInt32Interrupt> int32(portName_, interfaces_.int32InterruptPvt, int32_, size, addr);
    Clients<asynInt64Interrupt> int64(portName_, interfaces_.int64InterruptPvt, int64_, size, addr);
    Clients<asynFloat64Interrupt> float64(portName_, interfaces_.float64InterruptPvt, float64_,
                                          size, addr);
    Clients<asynOctetInterrupt> octet(portName_, interfaces_.octetInterruptPvt, octet_, size, addr);
    Clients<asynUInt32DigitalInterrupt> digital(portName_, interfaces_.uInt32DigitalInterruptPvt,
                                                digital_, size, addr);
    for (const Change &change : round.changes) {
        const Parameter &parameter = *list.at(change.index);
        switch (change.type) {
        case asynParamInt32:
            int32.callClients(change.index, parameter, when, &Parameter::int32);
            break;
        case asynParamInt64:
            int64.callClients(change.index, parameter, when, &Parameter::int64);
            break;
        case asynParamFloat64:
            float64.callClients(change.index, parameter, when, &Parameter::float64);
            break;
        case asynParamUInt32Digital:
            digital.callClients(change.index, parameter, when,
                                [&](asynUInt32DigitalInterrupt &client) {
                                    if (client.mask & change.mask)
                                        client.callback(client.userPvt, client.pasynUser,
                                                        parameter.uint32 & client.mask);
                                });
            break;
        case asynParamOctet:
            octet.callClients(change.index, parameter, when, [&](asynOctetInterrupt &client) {
                // A copy: the client gets a char *, and may set the parameter. The NUL counts.
                round.text.assign(parameter.text.c_str());
                client.callback(client.userPvt, client.pasynUser, round.text.data(),
                                round.text.size() + 1, ASYN_EOM_END);
            });
            break;
        default: // arrays have callbacks of their own
            break;
        }
    }
}
