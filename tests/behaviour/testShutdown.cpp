// ASYN_DESTRUCTIBLE: what becomes of a port at exit, and of those who still hold on to it.
#include <string>

#include <asynInt32SyncIO.h>
#include <epicsExit.h>

#include "liveDatabase.h"
#include "request.h"

#include <asynPortDriver.h>

namespace
{

std::string notes;

class Driver : public asynPortDriver
{
  public:
    explicit Driver(const char *name, int flags)
        : asynPortDriver(name, 1, asynCommonMask | asynDrvUserMask | asynInt32Mask, asynInt32Mask,
                         flags, 1, 0, 0)
    {
        createParam("VALUE", asynParamInt32, &value);
        setIntegerParam(value, 3);
    }
    ~Driver() override { notes += std::string(portName) + " deleted;"; }
    void shutdownPortDriver() override
    {
        int enabled = 1;
        pasynManager->isEnabled(pasynUserSelf, &enabled);
        notes += std::string(portName) + (enabled ? " enabled" : " disabled") + ", shutdown;";
        asynPortDriver::shutdownPortDriver();
    }
    asynUser *self() { return pasynUserSelf; }

  private:
    int value;
};

struct Handles {
    explicit Handles(const char *port) : request(journal, "r", port), name(port)
    {
        pasynInt32SyncIO->connect(port, 0, &sync, "VALUE");
        interface = pasynManager->findInterface(request.user(), asynInt32Type, 1);
        request.user()->reason = sync->reason;
    }
    ~Handles()
    {
        if (bundled) // asyn calls the driver, which is gone
            pasynInt32SyncIO->disconnect(sync);
    }
    Handles(const Handles &) = delete;
    Handles &operator=(const Handles &) = delete;
    asynStatus direct()
    {
        epicsInt32 value = 0;
        return static_cast<asynInt32 *>(interface->pinterface)
            ->read(interface->drvPvt, request.user(), &value);
    }
    asynStatus synchronous()
    {
        epicsInt32 value = 0;
        return pasynInt32SyncIO->read(sync, &value, 10);
    }
    Journal journal;
    Request request;
    const std::string name;
    asynUser *sync = nullptr;
    asynInterface *interface = nullptr;
};

void works(Handles &handles)
{
    testOk(handles.direct() == asynSuccess && handles.synchronous() == asynSuccess &&
               handles.request.queue() == asynSuccess && handles.request.ended(),
           "%s works", handles.name.c_str());
}

void gone(Handles &handles)
{
    const char *name = handles.name.c_str();
    testOk(handles.direct() == asynDisabled, "an interface of old gives asynDisabled: %s", name);
    testOk(handles.synchronous() == asynDisabled, "a SyncIO client gets asynDisabled: %s", name);
    testOk(handles.request.queue() == asynDisabled, "a request gets asynDisabled: %s", name);
    testOk(handles.request.queue(asynQueuePriorityConnect) == asynDisabled,
           "and one of priority Connect, too: %s", name);
    int enabled = 1;
    pasynManager->isEnabled(handles.request.user(), &enabled);
    testOk(enabled == 0, "it is disabled: %s", name);
    testOk(pasynManager->enable(handles.request.user(), 1) != asynSuccess,
           "and cannot be enabled: %s", name);
}

void shutdownOnRequest()
{
    testDiag("shutdownPort");
    auto *lasting = new Driver("LASTING", 0);
    testOk(pasynManager->shutdownPort(lasting->self()) == asynError,
           "a port that is not destructible stays: %s", lasting->self()->errorMessage);
    new Driver("REQUEST", ASYN_DESTRUCTIBLE);
    Handles handles("REQUEST");
    works(handles);
    notes.clear();
    pasynManager->shutdownPort(handles.request.user());
    testOk(notes == "REQUEST disabled, shutdown;REQUEST deleted;",
           "disabled, then shutdownPortDriver, then deleted: %s", notes.c_str());
    gone(handles);
}

} // namespace

int main()
{
    testPlan(25);
    eltc(0);
    shutdownOnRequest();
    testDiag("exit");
    new Driver("PLAIN", ASYN_DESTRUCTIBLE);
    new Driver("BLOCKING", ASYN_DESTRUCTIBLE | ASYN_CANBLOCK);
    Handles plain("PLAIN"), blocking("BLOCKING");
    works(plain);
    works(blocking);
    notes.clear();
    epicsExitCallAtExits();
    testOk(notes.find("PLAIN disabled, shutdown;PLAIN deleted;") != std::string::npos &&
               notes.find("BLOCKING disabled, shutdown;BLOCKING deleted;") != std::string::npos,
           "at exit destructible ports are disabled, shut down and deleted: %s", notes.c_str());
    testOk(notes.find("LASTING") == std::string::npos, "others are left alone");
    gone(plain);
    gone(blocking);
    return testDone();
}
