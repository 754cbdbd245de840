// Telling interrupt clients of what changed.
//
// The clients of an interface are walked once for all changed parameters, not once for each. Scalars are called
// with the port locked; arrays, enums and pointers without any lock of the port's.
#include <algorithm>

#include "portDriverState.h"

#include <dbAccess.h>
#include <initHooks.h>

namespace {

// A list of interrupt clients between interruptStart and interruptEnd.
class Clients {
public:
    [[nodiscard]] explicit Clients(void *pvt) : pvt_(pvt)
    {
        if (pvt_)
            pasynManager->interruptStart(pvt_, &list_);
    }
    ~Clients()
    {
        if (pvt_)
            pasynManager->interruptEnd(pvt_);
    }
    Clients(const Clients &) = delete;
    Clients &operator=(const Clients &) = delete;

    template <typename Interrupt, typename Call> void each(Call call)
    {
        if (!list_)
            return;
        for (ELLNODE *entry = ellFirst(list_); entry; entry = ellNext(entry))
            call(*static_cast<Interrupt *>(reinterpret_cast<interruptNode *>(entry)->drvPvt));
    }

private:
    void *pvt_;
    ELLLIST *list_ = nullptr;
};

// A client without an address of its own is one of address 0.
bool atAddress(int client, int addr)
{
    return client == addr || (client == -1 && addr == 0);
}

// Drivers waiting for the IOC to accept interrupts.
struct Starters {
    epicsMutex mutex; // guards drivers
    std::vector<asynPortDriver *> drivers;
};

Starters &starters()
{
    static auto *all = new Starters;
    return *all;
}

void onInit(initHookState state)
{
    if (state != initHookAfterInterruptAccept)
        return;
    std::vector<asynPortDriver *> drivers;
    {
        epicsGuard<epicsMutex> guard(starters().mutex);
        drivers = starters().drivers;
    }
    for (asynPortDriver *driver : drivers) {
        DriverLock lock(*driver);
        for (int addr = 0; addr < driver->maxAddr; ++addr)
            driver->callParamCallbacks(addr, addr);
    }
}

} // namespace

void rememberForStart(asynPortDriver &driver)
{
    static const int registered = initHookRegister(onInit);
    (void)registered;
    epicsGuard<epicsMutex> guard(starters().mutex);
    starters().drivers.push_back(&driver);
}

void forgetForStart(asynPortDriver &driver)
{
    epicsGuard<epicsMutex> guard(starters().mutex);
    auto &drivers = starters().drivers;
    drivers.erase(std::remove(drivers.begin(), drivers.end(), &driver), drivers.end());
}

asynStatus portDriverState::callChanged(ParamList &list, int addr)
{
    list.takeChanged(changed_);
    if (changed_.empty())
        return asynSuccess;
    wanted_.resize(list.size());
    unsigned types = 0; // bits by asynParamType
    for (int index : changed_) {
        const Parameter &parameter = *list.at(index);
        // Without a value there is nothing to tell, unless a status says why.
        if (!parameter.defined && parameter.status == asynSuccess)
            continue;
        wanted_[static_cast<size_t>(index)] = 1;
        types |= 1u << parameter.type;
    }
    epicsTimeStamp when;
    driver_.getTimeStamp(&when);

    auto wanted = [this](const asynUser &user) {
        return user.reason >= 0 && static_cast<size_t>(user.reason) < wanted_.size() &&
               wanted_[static_cast<size_t>(user.reason)];
    };
    auto scalar = [&](auto *type, asynParamType kind, void *pvt, auto value) {
        using Interrupt = std::remove_pointer_t<decltype(type)>;
        if (!(types & (1u << kind)))
            return;
        Clients clients(pvt);
        clients.each<Interrupt>([&](Interrupt &client) {
            asynUser &user = *client.pasynUser;
            if (!wanted(user) || !atAddress(client.addr, addr))
                return;
            const Parameter &parameter = *list.at(user.reason);
            if (parameter.type != kind)
                return;
            stamp(user, parameter, when);
            value(client, user, parameter);
        });
    };
    auto plain = [](auto member) {
        return [member](auto &client, asynUser &user, const Parameter &parameter) {
            client.callback(client.userPvt, &user, parameter.*member);
        };
    };
    scalar(static_cast<asynInt32Interrupt *>(nullptr), asynParamInt32,
           interfaces_.int32InterruptPvt, plain(&Parameter::int32));
    scalar(static_cast<asynInt64Interrupt *>(nullptr), asynParamInt64,
           interfaces_.int64InterruptPvt, plain(&Parameter::int64));
    scalar(static_cast<asynFloat64Interrupt *>(nullptr), asynParamFloat64,
           interfaces_.float64InterruptPvt, plain(&Parameter::float64));
    scalar(static_cast<asynUInt32DigitalInterrupt *>(nullptr), asynParamUInt32Digital,
           interfaces_.uInt32DigitalInterruptPvt,
           [](asynUInt32DigitalInterrupt &client, asynUser &user, const Parameter &parameter) {
               if (parameter.callbackMask & client.mask)
                   client.callback(client.userPvt, &user, parameter.uint32 & client.mask);
           });
    scalar(static_cast<asynOctetInterrupt *>(nullptr), asynParamOctet,
           interfaces_.octetInterruptPvt,
           [](asynOctetInterrupt &client, asynUser &user, const Parameter &parameter) {
               // The terminating NUL belongs to the text, as clients of asyn expect.
               client.callback(client.userPvt, &user, const_cast<char *>(parameter.text.c_str()),
                               parameter.text.size() + 1, ASYN_EOM_END);
           });
    for (int index : changed_) {
        wanted_[static_cast<size_t>(index)] = 0;
        list.at(index)->callbackMask = 0;
    }
    return asynSuccess;
}

asynStatus asynPortDriver::callParamCallbacks(int list, int addr)
{
    ParamList *params = state_->list(list);
    if (!params)
        return asynParamInvalidList;
    if (!interruptAccept)
        return asynSuccess; // what changed stays marked until the IOC accepts interrupts
    return state_->callChanged(*params, addr);
}

asynStatus asynPortDriver::callParamCallbacks(int addr)
{
    return callParamCallbacks(addr, addr);
}

asynStatus asynPortDriver::callParamCallbacks()
{
    return callParamCallbacks(0, 0);
}

namespace {

struct Stamp {
    Parameter parameter; // status and alarm only
    epicsTimeStamp when{};
};

} // namespace

// What goes with an array: read under the port lock, which is given back before any client is called.
static asynStatus stampOf(asynPortDriver &driver, int reason, int addr, Stamp &stamp)
{
    DriverLock lock(driver);
    driver.getTimeStamp(&stamp.when);
    driver.getParamStatus(addr, reason, &stamp.parameter.status);
    driver.getParamAlarmStatus(addr, reason, &stamp.parameter.alarmStatus);
    return driver.getParamAlarmSeverity(addr, reason, &stamp.parameter.alarmSeverity);
}

template <typename Interrupt, typename Call>
static asynStatus callClients(asynPortDriver &driver, void *pvt, int reason, int addr, Call call)
{
    Stamp stamp;
    const asynStatus status = stampOf(driver, reason, addr, stamp);
    Clients clients(pvt);
    clients.each<Interrupt>([&](Interrupt &client) {
        if (client.pasynUser->reason != reason || !atAddress(client.addr, addr))
            return;
        portDriverState::stamp(*client.pasynUser, stamp.parameter, stamp.when);
        call(client);
    });
    return status;
}

#define ARRAY_CALLBACKS(NAME, TYPE, FIELD)                                                      \
    asynStatus asynPortDriver::doCallbacks##NAME(TYPE *value, size_t nElements, int reason,     \
                                                 int addr)                                      \
    {                                                                                           \
        return callClients<asyn##NAME##Interrupt>(                                              \
            *this, pasynStdInterfaces->FIELD##InterruptPvt, reason, addr,                       \
            [=](asyn##NAME##Interrupt &client) {                                                \
                client.callback(client.userPvt, client.pasynUser, value, nElements);            \
            });                                                                                 \
    }

ARRAY_CALLBACKS(Int8Array, epicsInt8, int8Array)
ARRAY_CALLBACKS(Int16Array, epicsInt16, int16Array)
ARRAY_CALLBACKS(Int32Array, epicsInt32, int32Array)
ARRAY_CALLBACKS(Int64Array, epicsInt64, int64Array)
ARRAY_CALLBACKS(Float32Array, epicsFloat32, float32Array)
ARRAY_CALLBACKS(Float64Array, epicsFloat64, float64Array)

asynStatus asynPortDriver::doCallbacksGenericPointer(void *pointer, int reason, int addr)
{
    return callClients<asynGenericPointerInterrupt>(
        *this, pasynStdInterfaces->genericPointerInterruptPvt, reason, addr,
        [=](asynGenericPointerInterrupt &client) {
            client.callback(client.userPvt, client.pasynUser, pointer);
        });
}

asynStatus asynPortDriver::doCallbacksEnum(char *strings[], int values[], int severities[],
                                           size_t nElements, int reason, int addr)
{
    return callClients<asynEnumInterrupt>(
        *this, pasynStdInterfaces->enumInterruptPvt, reason, addr, [=](asynEnumInterrupt &client) {
            client.callback(client.userPvt, client.pasynUser, strings, values, severities,
                            nElements);
        });
}
