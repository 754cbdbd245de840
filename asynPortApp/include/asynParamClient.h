// What the C++ clients of asynPortClient.h have in common.
#pragma once

#include <asynCommonSyncIO.h>
#include <asynEnumSyncIO.h>
#include <asynFloat32ArraySyncIO.h>
#include <asynFloat64ArraySyncIO.h>
#include <asynFloat64SyncIO.h>
#include <asynGenericPointerSyncIO.h>
#include <asynInt16ArraySyncIO.h>
#include <asynInt32ArraySyncIO.h>
#include <asynInt32SyncIO.h>
#include <asynInt8ArraySyncIO.h>
#include <asynOctetSyncIO.h>
#include <asynOptionSyncIO.h>
#include <asynStandardInterfaces.h>
#include <asynUInt32DigitalSyncIO.h>

#define DEFAULT_TIMEOUT 1.0

// One parameter and one interface to it.
class ASYN_API asynParamClient
{
  public:
    // Without drvInfo (NULL or empty) it is a client of the port or the address alone.
    asynParamClient(const char *portName, int addr, const char *asynInterfaceType,
                    const char *drvInfo, double timeout);
    virtual ~asynParamClient();
    asynParamClient(const asynParamClient &) = delete;
    asynParamClient &operator=(const asynParamClient &) = delete;

    void setTimeout(double timeout) { timeout_ = timeout; }
    void report(FILE *fp, int details);
    char *getPortName() { return portName_; }
    char *getAsynInterfaceType() { return asynInterfaceType_; }

  protected:
    typedef asynStatus (*Connect)(const char *, int, asynUser **, const char *);
    typedef asynStatus (*Disconnect)(asynUser *);
    void connectSyncIO(Connect connect, Disconnect disconnect);

    asynUser *pasynUser_ = nullptr; // for interrupts
    asynUser *pasynUserSyncIO_ = nullptr;
    asynInterface *pasynInterface_ = nullptr;
    double timeout_;
    char *portName_;
    int addr_;
    char *asynInterfaceType_;
    char *drvInfo_;
    void *drvPvt = nullptr; // of pasynInterface_
    void *interruptPvt_ = nullptr;

  private:
    void open();
    void release();
    [[noreturn]] void fail(const char *message) const;

    asynInterface *drvUser_ = nullptr; // that created this client's drvUser
};

// What the clients of one interface are made of.
template <class Interface> struct asynClientTraits;

#define ASYN_CLIENT_TRAITS(NAME)                                                                   \
    template <> struct asynClientTraits<NAME> {                                                    \
        static const char *type() { return NAME##Type; }                                           \
        static NAME##SyncIO *syncIO() { return p##NAME##SyncIO; }                                  \
    }
ASYN_CLIENT_TRAITS(asynInt32);
ASYN_CLIENT_TRAITS(asynUInt32Digital);
ASYN_CLIENT_TRAITS(asynFloat64);
ASYN_CLIENT_TRAITS(asynOctet);
ASYN_CLIENT_TRAITS(asynInt8Array);
ASYN_CLIENT_TRAITS(asynInt16Array);
ASYN_CLIENT_TRAITS(asynInt32Array);
ASYN_CLIENT_TRAITS(asynFloat32Array);
ASYN_CLIENT_TRAITS(asynFloat64Array);
ASYN_CLIENT_TRAITS(asynGenericPointer);
ASYN_CLIENT_TRAITS(asynOption);
ASYN_CLIENT_TRAITS(asynEnum);
ASYN_CLIENT_TRAITS(asynCommon);
#undef ASYN_CLIENT_TRAITS

template <class Interface> class ASYN_API asynSyncClient : public asynParamClient
{
  public:
    asynSyncClient(const char *portName, int addr, const char *drvInfo,
                   double timeout = DEFAULT_TIMEOUT)
        : asynParamClient(portName, addr, Traits::type(), drvInfo, timeout)
    {
        connectSyncIO(io()->connect, io()->disconnect);
    }
    asynSyncClient(const char *portName, const char *drvInfo, int addr = 0,
                   double timeout = DEFAULT_TIMEOUT)
        : asynSyncClient(portName, addr, drvInfo, timeout)
    {
    }
    ~asynSyncClient() override { io()->disconnect(pasynUserSyncIO_); }

  protected:
    typedef asynClientTraits<Interface> Traits;
    static auto io() -> decltype(Traits::syncIO()) { return Traits::syncIO(); }
    Interface *interface() { return static_cast<Interface *>(pasynInterface_->pinterface); }
};

// One callback at most, which ends with the client.
template <class Interface> class ASYN_API asynInterruptClient : public asynSyncClient<Interface>
{
  public:
    using asynSyncClient<Interface>::asynSyncClient;
    ~asynInterruptClient() override
    {
        if (this->interruptPvt_)
            this->interface()->cancelInterruptUser(this->pasynInterface_->drvPvt, this->pasynUser_,
                                                   this->interruptPvt_);
    }

  protected:
    // more: the mask of asynUInt32Digital
    template <class Callback, class... More>
    asynStatus addInterruptUser(Callback callback, void *userPvt, More... more)
    {
        if (this->interruptPvt_)
            return asynError;
        return this->interface()->registerInterruptUser(this->pasynInterface_->drvPvt,
                                                        this->pasynUser_, callback, userPvt,
                                                        more..., &this->interruptPvt_);
    }
};
