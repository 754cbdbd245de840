// Clients of a port as C++ objects. asynInt32Client and similar classes serve one parameter of any
// port; asynPortClient serves all parameters of an asynPortDriver. Calls are synchronous. Timeouts
// are in seconds.
//
// Constructors throw std::runtime_error if the port, the interface or the parameter does not exist.
// Delete a client before its port.
#pragma once

#include <cstring>
#include <map>
#include <string>
#include <vector>

#include <asynParamClient.h>
#include <asynPortDriver.h>

// In all client classes, userPvt defaults to the client itself.

class ASYN_API asynInt32Client : public asynInterruptClient<asynInt32>
{
  public:
    ASYN_CLIENT_CONSTRUCTORS(asynInt32Client, asynInterruptClient<asynInt32>)
    virtual asynStatus read(epicsInt32 *value)
    {
        return io()->read(pasynUserSyncIO_, value, timeout_);
    }
    virtual asynStatus write(epicsInt32 value)
    {
        return io()->write(pasynUserSyncIO_, value, timeout_);
    }
    virtual asynStatus getBounds(epicsInt32 *low, epicsInt32 *high)
    {
        return io()->getBounds(pasynUserSyncIO_, low, high);
    }
    virtual asynStatus registerInterruptUser(interruptCallbackInt32 callback, void *userPvt = NULL)
    {
        return addInterruptUser(callback, userPvt ? userPvt : this);
    }
};

class ASYN_API asynUInt32DigitalClient : public asynInterruptClient<asynUInt32Digital>
{
  public:
    ASYN_CLIENT_CONSTRUCTORS(asynUInt32DigitalClient, asynInterruptClient<asynUInt32Digital>)
    virtual asynStatus read(epicsUInt32 *value, epicsUInt32 mask)
    {
        return io()->read(pasynUserSyncIO_, value, mask, timeout_);
    }
    virtual asynStatus write(epicsUInt32 value, epicsUInt32 mask)
    {
        return io()->write(pasynUserSyncIO_, value, mask, timeout_);
    }
    virtual asynStatus setInterrupt(epicsUInt32 mask, interruptReason reason)
    {
        return io()->setInterrupt(pasynUserSyncIO_, mask, reason, timeout_);
    }
    virtual asynStatus clearInterrupt(epicsUInt32 mask)
    {
        return io()->clearInterrupt(pasynUserSyncIO_, mask, timeout_);
    }
    virtual asynStatus getInterrupt(epicsUInt32 *mask, interruptReason reason)
    {
        return io()->getInterrupt(pasynUserSyncIO_, mask, reason, timeout_);
    }
    virtual asynStatus registerInterruptUser(interruptCallbackUInt32Digital callback,
                                             epicsUInt32 mask, void *userPvt = NULL)
    {
        return addInterruptUser(callback, userPvt ? userPvt : this, mask);
    }
};

class ASYN_API asynFloat64Client : public asynInterruptClient<asynFloat64>
{
  public:
    ASYN_CLIENT_CONSTRUCTORS(asynFloat64Client, asynInterruptClient<asynFloat64>)
    virtual asynStatus read(epicsFloat64 *value)
    {
        return io()->read(pasynUserSyncIO_, value, timeout_);
    }
    virtual asynStatus write(epicsFloat64 value)
    {
        return io()->write(pasynUserSyncIO_, value, timeout_);
    }
    virtual asynStatus registerInterruptUser(interruptCallbackFloat64 callback,
                                             void *userPvt = NULL)
    {
        return addInterruptUser(callback, userPvt ? userPvt : this);
    }
};

class ASYN_API asynOctetClient : public asynInterruptClient<asynOctet>
{
  public:
    ASYN_CLIENT_CONSTRUCTORS(asynOctetClient, asynInterruptClient<asynOctet>)
    virtual asynStatus write(const char *buffer, size_t bufferLen, size_t *nActual)
    {
        return io()->write(pasynUserSyncIO_, buffer, bufferLen, timeout_, nActual);
    }
    virtual asynStatus write(const char *buffer)
    {
        size_t nActual = 0;
        return write(buffer, std::strlen(buffer), &nActual);
    }
    virtual asynStatus read(char *buffer, size_t bufferLen, size_t *nActual, int *eomReason)
    {
        return io()->read(pasynUserSyncIO_, buffer, bufferLen, timeout_, nActual, eomReason);
    }
    virtual asynStatus writeRead(const char *writeBuffer, size_t writeBufferLen, char *readBuffer,
                                 size_t readBufferLen, size_t *nBytesOut, size_t *nBytesIn,
                                 int *eomReason)
    {
        return io()->writeRead(pasynUserSyncIO_, writeBuffer, writeBufferLen, readBuffer,
                               readBufferLen, timeout_, nBytesOut, nBytesIn, eomReason);
    }
    virtual asynStatus flush() { return io()->flush(pasynUserSyncIO_); }
    virtual asynStatus setInputEos(const char *eos, int eosLen)
    {
        return io()->setInputEos(pasynUserSyncIO_, eos, eosLen);
    }
    virtual asynStatus getInputEos(char *eos, int eosSize, int *eosLen)
    {
        return io()->getInputEos(pasynUserSyncIO_, eos, eosSize, eosLen);
    }
    virtual asynStatus setOutputEos(const char *eos, int eosLen)
    {
        return io()->setOutputEos(pasynUserSyncIO_, eos, eosLen);
    }
    virtual asynStatus getOutputEos(char *eos, int eosSize, int *eosLen)
    {
        return io()->getOutputEos(pasynUserSyncIO_, eos, eosSize, eosLen);
    }
    virtual asynStatus registerInterruptUser(interruptCallbackOctet callback, void *userPvt = NULL)
    {
        return addInterruptUser(callback, userPvt ? userPvt : this);
    }
};

#define ASYN_ARRAY_CLIENT(NAME, TYPE)                                                              \
    class ASYN_API asyn##NAME##Client : public asynInterruptClient<asyn##NAME>                     \
    {                                                                                              \
      public:                                                                                      \
        ASYN_CLIENT_CONSTRUCTORS(asyn##NAME##Client, asynInterruptClient<asyn##NAME>)              \
        virtual asynStatus read(TYPE *value, size_t nElements, size_t *nIn)                        \
        {                                                                                          \
            return io()->read(pasynUserSyncIO_, value, nElements, nIn, timeout_);                  \
        }                                                                                          \
        virtual asynStatus write(TYPE *value, size_t nElements)                                    \
        {                                                                                          \
            return io()->write(pasynUserSyncIO_, value, nElements, timeout_);                      \
        }                                                                                          \
        virtual asynStatus registerInterruptUser(interruptCallback##NAME callback,                 \
                                                 void *userPvt = NULL)                             \
        {                                                                                          \
            return addInterruptUser(callback, userPvt ? userPvt : this);                           \
        }                                                                                          \
    }
ASYN_ARRAY_CLIENT(Int8Array, epicsInt8);
ASYN_ARRAY_CLIENT(Int16Array, epicsInt16);
ASYN_ARRAY_CLIENT(Int32Array, epicsInt32);
ASYN_ARRAY_CLIENT(Float32Array, epicsFloat32);
ASYN_ARRAY_CLIENT(Float64Array, epicsFloat64);
#undef ASYN_ARRAY_CLIENT

class ASYN_API asynGenericPointerClient : public asynInterruptClient<asynGenericPointer>
{
  public:
    ASYN_CLIENT_CONSTRUCTORS(asynGenericPointerClient, asynInterruptClient<asynGenericPointer>)
    virtual asynStatus read(void *pointer)
    {
        return io()->read(pasynUserSyncIO_, pointer, timeout_);
    }
    virtual asynStatus write(void *pointer)
    {
        return io()->write(pasynUserSyncIO_, pointer, timeout_);
    }
    virtual asynStatus registerInterruptUser(interruptCallbackGenericPointer callback,
                                             void *userPvt = NULL)
    {
        return addInterruptUser(callback, userPvt ? userPvt : this);
    }
};

class ASYN_API asynOptionClient : public asynSyncClient<asynOption>
{
  public:
    ASYN_CLIENT_CONSTRUCTORS(asynOptionClient, asynSyncClient<asynOption>)
    virtual asynStatus getOption(const char *key, char *value, int maxChars)
    {
        return io()->getOption(pasynUserSyncIO_, key, value, maxChars, timeout_);
    }
    virtual asynStatus setOption(const char *key, const char *value)
    {
        return io()->setOption(pasynUserSyncIO_, key, value, timeout_);
    }
};

class ASYN_API asynEnumClient : public asynSyncClient<asynEnum>
{
  public:
    ASYN_CLIENT_CONSTRUCTORS(asynEnumClient, asynSyncClient<asynEnum>)
    virtual asynStatus read(char *strings[], int values[], int severities[], size_t nElements,
                            size_t *nIn)
    {
        return io()->read(pasynUserSyncIO_, strings, values, severities, nElements, nIn, timeout_);
    }
    virtual asynStatus write(char *strings[], int values[], int severities[], size_t nElements)
    {
        return io()->write(pasynUserSyncIO_, strings, values, severities, nElements, timeout_);
    }
};

class ASYN_API asynCommonClient : public asynSyncClient<asynCommon>
{
  public:
    ASYN_CLIENT_CONSTRUCTORS(asynCommonClient, asynSyncClient<asynCommon>)
    // The report is the port's, not the client's.
    // NOLINTNEXTLINE(bugprone-derived-method-shadowing-base-method): asyn's API
    virtual void report(FILE *fp, int details) { io()->report(pasynUserSyncIO_, fp, details); }
    virtual asynStatus connect() { return io()->connectDevice(pasynUserSyncIO_); }
    virtual asynStatus disconnect() { return io()->disconnectDevice(pasynUserSyncIO_); }
};

typedef std::map<std::string, asynParamClient *> paramMap_t;

// One client for each parameter of an asynPortDriver, found by name and address. An unknown name,
// or a value whose type is not the parameter's, throws std::runtime_error.
class ASYN_API asynPortClient
{
  public:
    asynPortClient(const char *portName, double timeout = DEFAULT_TIMEOUT);
    virtual ~asynPortClient();
    void report(FILE *fp, int details);
    asynStatus write(std::string paramName, epicsInt32 value, int addr = 0);
    asynStatus read(std::string paramName, epicsInt32 *value, int addr = 0);
    asynStatus write(std::string paramName, epicsFloat64 value, int addr = 0);
    asynStatus read(std::string paramName, epicsFloat64 *value, int addr = 0);
    asynStatus write(std::string paramName, const char *value, int addr = 0);
    asynStatus read(std::string paramName, char *value, size_t bufferLen, int addr = 0);

    asynParamClient *getParamClient(std::string paramName, int addr = 0);

  private:
    asynPortClient(const asynPortClient &);            // not defined
    asynPortClient &operator=(const asynPortClient &); // not defined
    void add(asynPortDriver &driver, int addr, double timeout);
    void clear();

    const std::string portName_;
    std::vector<paramMap_t> paramMaps_; // one for each address
};

#undef ASYN_CLIENT_CONSTRUCTORS
