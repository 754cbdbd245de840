// For tests: drivers to look at, and clients that note what they are told.
#pragma once

#include <cmath>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include <asynPortDriver.h>
#include <dbAccess.h>
#include <epicsUnitTest.h>

constexpr int allInterfaces = 0xFFFF;

inline std::string freshName(const char *stem)
{
    static int count = 0;
    return stem + std::to_string(++count);
}

class Driver : public asynPortDriver
{
  public:
    // Without autoConnect: the manager's timer must not call a driver that is about to be deleted.
    explicit Driver(const std::string &name, int addresses = 1, int flags = 0)
        : asynPortDriver(name.c_str(), addresses, allInterfaces, allInterfaces, flags, 0, 0, 0)
    {
    }
    using asynPortDriver::pasynUserSelf;

    int make(const char *name, asynParamType type)
    {
        int index = -1;
        createParam(name, type, &index);
        return index;
    }
};

class Locked
{
  public:
    [[nodiscard]] explicit Locked(asynPortDriver &driver) : driver_(driver) { driver_.lock(); }
    ~Locked() { driver_.unlock(); }
    Locked(const Locked &) = delete;
    Locked &operator=(const Locked &) = delete;

  private:
    asynPortDriver &driver_;
};

// A client of a port, connected to one of its parameters.
class User
{
  public:
    User(const std::string &port, int addr, const char *drvInfo = nullptr)
        : user_(pasynManager->createAsynUser(nullptr, nullptr))
    {
        if (pasynManager->connectDevice(user_, port.c_str(), addr) != asynSuccess)
            throw std::runtime_error(user_->errorMessage);
        if (!drvInfo)
            return;
        auto *drvUser = table<asynDrvUser>(asynDrvUserType);
        if (drvUser->create(pvt(asynDrvUserType), user_, drvInfo, nullptr, nullptr) != asynSuccess)
            throw std::runtime_error(user_->errorMessage);
    }
    ~User() { pasynManager->freeAsynUser(user_); }
    User(const User &) = delete;
    User &operator=(const User &) = delete;

    asynUser *operator->() const { return user_; }
    asynUser *get() const { return user_; }
    const char *message() const { return user_->errorMessage; }
    void *pvt(const char *type) const { return interface(type)->drvPvt; }
    template <typename Table> Table *table(const char *type) const
    {
        return static_cast<Table *>(interface(type)->pinterface);
    }
    asynInterface *interface(const char *type) const
    {
        asynInterface *found = pasynManager->findInterface(user_, type, 1);
        if (!found)
            throw std::runtime_error(user_->errorMessage);
        return found;
    }

  private:
    asynUser *user_;
};

// What the interfaces have, by their table.
template <typename Table> struct Traits;
template <> struct Traits<asynInt32> {
    using Value = epicsInt32;
    static constexpr const char *type = asynInt32Type;
};
template <> struct Traits<asynInt64> {
    using Value = epicsInt64;
    static constexpr const char *type = asynInt64Type;
};
template <> struct Traits<asynFloat64> {
    using Value = epicsFloat64;
    static constexpr const char *type = asynFloat64Type;
};

// An interrupt client of a number; hook, when set, runs within each callback.
template <typename Table> class Client
{
  public:
    using Value = typename Traits<Table>::Value;

    Client(const std::string &port, int addr, const char *drvInfo) : user(port, addr, drvInfo)
    {
        table_ = user.table<Table>(Traits<Table>::type);
        table_->registerInterruptUser(user.pvt(Traits<Table>::type), user.get(), called, this,
                                      &registrar_);
    }
    ~Client() { cancel(); }

    void cancel()
    {
        if (registrar_)
            table_->cancelInterruptUser(nullptr, user.get(), registrar_);
        registrar_ = nullptr;
    }
    asynStatus read(Value &value)
    {
        return table_->read(user.pvt(Traits<Table>::type), user.get(), &value);
    }
    asynStatus write(Value value)
    {
        return table_->write(user.pvt(Traits<Table>::type), user.get(), value);
    }

    User user;
    std::vector<Value> values;
    asynUser last{}; // what the newest callback came with
    std::function<void(Value)> hook;

  private:
    static void called(void *pvt, asynUser *with, Value value)
    {
        auto *self = static_cast<Client *>(pvt);
        self->values.push_back(value);
        self->last = *with;
        if (self->hook)
            self->hook(value);
    }

    Table *table_;
    void *registrar_ = nullptr;
};

class DigitalClient
{
  public:
    DigitalClient(const std::string &port, int addr, const char *drvInfo, epicsUInt32 mask)
        : user(port, addr, drvInfo), table_(user.table<asynUInt32Digital>(asynUInt32DigitalType))
    {
        table_->registerInterruptUser(user.pvt(asynUInt32DigitalType), user.get(), called, this,
                                      mask, &registrar_);
    }
    ~DigitalClient() { table_->cancelInterruptUser(nullptr, user.get(), registrar_); }

    User user;
    std::vector<epicsUInt32> values;

  private:
    static void called(void *pvt, asynUser *, epicsUInt32 value)
    {
        static_cast<DigitalClient *>(pvt)->values.push_back(value);
    }
    asynUInt32Digital *table_;
    void *registrar_ = nullptr;
};

class OctetClient
{
  public:
    OctetClient(const std::string &port, int addr, const char *drvInfo)
        : user(port, addr, drvInfo), table_(user.table<asynOctet>(asynOctetType))
    {
        table_->registerInterruptUser(user.pvt(asynOctetType), user.get(), called, this,
                                      &registrar_);
    }
    ~OctetClient() { table_->cancelInterruptUser(nullptr, user.get(), registrar_); }

    User user;
    std::vector<std::string> values;
    std::function<void()> hook;
    size_t count = 0;
    int eomReason = 0;

  private:
    static void called(void *pvt, asynUser *, char *data, size_t count, int eomReason)
    {
        auto *self = static_cast<OctetClient *>(pvt);
        if (self->hook)
            self->hook();
        self->values.emplace_back(data);
        self->count = count;
        self->eomReason = eomReason;
    }
    asynOctet *table_;
    void *registrar_ = nullptr;
};
