// Tells the interrupt clients of the scalar interfaces which parameters of a list changed.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <asynStandardInterfaces.h>

#include "driver/clientIndex.h"
#include "driver/paramList.h"

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
    ParamCallbacks(const asynStandardInterfaces &interfaces, const char *portName)
        : interfaces_(interfaces), portName_(portName)
    {
    }

    // Calls the clients at addr, in the order in which the parameters changed.
    void call(ParamList &list, int addr, const epicsTimeStamp &when);

  private:
    // A changed parameter.
    struct Change {
        int index;
        asynParamType type;
        epicsUInt32 mask;
    };
    // What one call works with, kept for the next so that nothing is allocated.
    struct Round {
        std::vector<int> indices;
        std::vector<Change> changes;
        std::string text;
    };
    class Turn;
    // The clients of one interface, held still where there are some to be told of a change.
    template <typename Interrupt> class Clients;

    static void collect(Round &round, ParamList &list);

    const asynStandardInterfaces &interfaces_;
    const char *const portName_; // the driver's
    ClientIndex int32_, int64_, float64_, octet_, digital_;
    std::vector<std::unique_ptr<Round>> rounds_; // one for each depth of callbacks in callbacks
    size_t depth_ = 0;
};
