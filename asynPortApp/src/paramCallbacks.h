// Tells the interrupt clients of the scalar interfaces which parameters of a list changed.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <asynStandardInterfaces.h>

#include "paramList.h"

// Before a client is called: what goes with the value.
inline void stamp(asynUser &user, const Parameter &parameter, const epicsTimeStamp &when)
{
    user.auxStatus = parameter.status;
    user.alarmStatus = parameter.alarmStatus;
    user.alarmSeverity = parameter.alarmSeverity;
    user.timestamp = when;
}

// Used with the port locked. Clients may set parameters and have callbacks made in their callback.
class ParamCallbacks
{
  public:
    explicit ParamCallbacks(const asynStandardInterfaces &interfaces) : interfaces_(interfaces) {}

    // Calls the clients at addr, in the order in which the parameters changed.
    void call(ParamList &list, int addr, const epicsTimeStamp &when);

  private:
    // One client to be called; next is the position of the parameter's next one, -1 at the end.
    struct Match {
        interruptNode *node;
        int next;
    };
    // A changed parameter and the chain of its clients.
    struct Change {
        int index;
        asynParamType type;
        epicsUInt32 mask;
        int first, last;
    };
    // What one call works with, kept for the next so that nothing is allocated.
    struct Round {
        std::vector<int> indices;
        std::vector<Change> changes;
        std::vector<int> changeOf; // by parameter index: position in changes, -1 outside a round
        std::vector<Match> matches;
        std::string text;
    };
    class Turn;

    static unsigned collect(Round &round, ParamList &list);
    template <typename Interrupt>
    static void match(Round &round, asynParamType type, interruptNode &node, int addr);
    template <typename Interrupt, typename Call>
    static void deliver(Round &round, const Change &change, const Parameter &parameter,
                        const epicsTimeStamp &when, Call call);
    static void deliver(Round &round, const Change &change, const Parameter &parameter,
                        const epicsTimeStamp &when);

    const asynStandardInterfaces &interfaces_;
    std::vector<std::unique_ptr<Round>> rounds_; // one for each depth of callbacks in callbacks
    size_t depth_ = 0;
};
