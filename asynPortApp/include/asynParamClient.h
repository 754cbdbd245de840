// The base classes of the C++ clients in asynPortClient.h.
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
    // If drvInfo is NULL or empty, this is a client of the port or of the address only.
    asynParamClient(const char *portName, int addr, const char *asynInterfaceType,
                    const char *drvInfo, double timeout);
    virtual ~asynParamClient();

    void setTimeout(double timeout) { timeout_ = timeout; }
    void report(FILE *fp, int details);
    char *getPortName() { return portName_; }
    char *getAsynInterfaceType() { return asynInterfaceType_; }

  protected:
    typedef asynStatus (*Connect)(const char *, int, asynUser **, const char *);
    typedef asynStatus (*Disconnect)(asynUser *);
    void connectSyncIO(Connect connect, Disconnect disconnect);

    asynUser *pasynUser_; // for interrupts
    asynUser *pasynUserSyncIO_;
    asynInterface *pasynInterface_;
    double timeout_;
    char *portName_;
    int addr_;
    char *asynInterfaceType_;
    char *drvInfo_;
    void *drvPvt; // of pasynInterface_
    void *interruptPvt_;

  private:
    void open();
    void release();
    void fail(const char *message) const;                // throws
    asynParamClient(const asynParamClient &);            // not defined
    asynParamClient &operator=(const asynParamClient &); // not defined

    asynInterface *drvUser_; // the interface that created this client's drvUser
};

// Describes the interface of a client class: its type string and its tables.
template <class Interface> struct asynClientTraits;

#define ASYN_CLIENT_TRAITS(NAME)                                                                   \
    template <> struct asynClientTraits<NAME> {                                                    \
        typedef NAME##SyncIO SyncIO;                                                               \
        static const char *type() { return NAME##Type; }                                           \
        static SyncIO *syncIO() { return p##NAME##SyncIO; }                                        \
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

// A client class has these constructors; C++03 does not inherit them.
#define ASYN_CLIENT_CONSTRUCTORS(CLASS, BASE)                                                      \
    CLASS(const char *portName, int addr, const char *drvInfo, double timeout = DEFAULT_TIMEOUT)   \
        : BASE(portName, addr, drvInfo, timeout)                                                   \
    {                                                                                              \
    }                                                                                              \
    CLASS(const char *portName, const char *drvInfo, int addr = 0,                                 \
          double timeout = DEFAULT_TIMEOUT)                                                        \
        : BASE(portName, addr, drvInfo, timeout)                                                   \
    {                                                                                              \
    }

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
        : asynParamClient(portName, addr, Traits::type(), drvInfo, timeout)
    {
        connectSyncIO(io()->connect, io()->disconnect);
    }
    virtual ~asynSyncClient() { io()->disconnect(pasynUserSyncIO_); }

  protected:
    typedef asynClientTraits<Interface> Traits;
    static typename Traits::SyncIO *io() { return Traits::syncIO(); }
    Interface *interface() { return static_cast<Interface *>(pasynInterface_->pinterface); }
};

// A client has at most one callback. The destructor cancels it.
template <class Interface> class ASYN_API asynInterruptClient : public asynSyncClient<Interface>
{
  public:
    ASYN_CLIENT_CONSTRUCTORS(asynInterruptClient, asynSyncClient<Interface>)
    virtual ~asynInterruptClient()
    {
        if (this->interruptPvt_)
            this->interface()->cancelInterruptUser(this->pasynInterface_->drvPvt, this->pasynUser_,
                                                   this->interruptPvt_);
    }

  protected:
    template <class Callback> asynStatus addInterruptUser(Callback callback, void *userPvt)
    {
        if (this->interruptPvt_)
            return asynError;
        return this->interface()->registerInterruptUser(this->pasynInterface_->drvPvt,
                                                        this->pasynUser_, callback, userPvt,
                                                        &this->interruptPvt_);
    }
    // for asynUInt32Digital
    template <class Callback>
    asynStatus addInterruptUser(Callback callback, void *userPvt, epicsUInt32 mask)
    {
        if (this->interruptPvt_)
            return asynError;
        return this->interface()->registerInterruptUser(this->pasynInterface_->drvPvt,
                                                        this->pasynUser_, callback, userPvt, mask,
                                                        &this->interruptPvt_);
    }
};
