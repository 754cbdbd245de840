// What the port manager knows of ports, their devices and their clients. Private to port*.cpp,
// trace*.cpp and timeStamp.cpp.
//
// Locks, from the outside in:
//   Port::sync    the port's synchronous lock: held while a client's request runs, by lockPort, and
//   while the
//                 driver connects. The only one that is held while calling out.
//   Port::state   guards the fields of Port, Device, Request; held for a few instructions, never
//   while
//                 calling out.
//   registry      guards the table of ports; see portRegistry.cpp.
// Ports and devices are never freed, so that old handles stay valid.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <asynDriver.h>
#include <epicsEvent.h>
#include <epicsGuard.h>
#include <epicsMutex.h>
#include <epicsThread.h>
#include <epicsTime.h>

using Guard = epicsGuard<epicsMutex>;

namespace portManager
{

struct Port;
struct User;

// Trace settings of a device, a port, or of everything that has none of its own.
struct Trace {
    std::atomic<int> mask{ASYN_TRACE_ERROR};
    std::atomic<int> ioMask{ASYN_TRACEIO_NODATA};
    std::atomic<int> infoMask{ASYN_TRACEINFO_TIME};
    std::atomic<size_t> truncateSize{80};
    std::atomic<FILE *> file{nullptr}; // NULL: the error log
    bool ownsFile = false;             // guarded by the trace's output lock
};
Trace &globalTrace();

struct ExceptionClient {
    User *user;
    exceptionCallback callback;
};

// The port itself (address -1), or one address of a multi-device port.
struct Device {
    Port *port;
    int address;
    bool connected = false; // guarded by Port::state, as all up to exceptionClients
    bool enabled = true;
    bool autoConnect = false;
    bool defunct = false; // shut down for good
    unsigned long connections = 0;
    epicsTime nextAttempt; // not before then
    std::vector<asynInterface *> interposed;
    std::vector<ExceptionClient> exceptionClients;
    Trace trace;
};

// A queued request of a client; the client is in at most one queue.
enum class RequestState { idle, queued, running };

struct User {
    asynUser user{}; // first: the public part, by which clients know it
    userCallback process = nullptr;
    userCallback timeoutCallback = nullptr;
    Device *device = nullptr;                // NULL until connectDevice
    RequestState state = RequestState::idle; // guarded by Port::state
    asynQueuePriority priority = asynQueuePriorityLow;
    bool freeAfterRun = false;
    epicsTime deadline; // of the queued request, where hasDeadline
    bool hasDeadline = false;
    bool blocksPort = false; // blockProcessCallback
    epicsEvent finished;     // signalled when a running request has returned
    int cancelWaiters = 0;
    char message[256] = "";

    static User &of(asynUser *pasynUser) { return *reinterpret_cast<User *>(pasynUser); }
};

struct InterruptSource;

struct Port {
    Port(const char *name, int attributes);
    ~Port();

    const std::string name;
    const int attributes;
    epicsMutex sync;
    epicsMutex state;
    Device self;                                                        // address -1
    std::map<int, std::unique_ptr<Device>> devices;                     // guarded by state
    std::vector<asynInterface *> interfaces;                            // guarded by state
    std::map<std::string, std::unique_ptr<InterruptSource>> interrupts; // by interface type; state
    timeStampCallback timeStampSource = nullptr;                        // guarded by state
    void *timeStampPvt = nullptr;                                       // guarded by state
    epicsTimeStamp timeStamp{};                                         // guarded by state
    std::atomic<double> queueLockTimeout{2.0};                          // s
    // the port thread of a blocking port
    std::vector<User *> queue[asynQueuePriorityConnect + 1]; // guarded by state
    User *blockedBy = nullptr;                               // guarded by state
    epicsEvent wake;
    epicsThreadId thread = nullptr;

    bool multiDevice() const { return (attributes & ASYN_MULTIDEVICE) != 0; }
    bool canBlock() const { return (attributes & ASYN_CANBLOCK) != 0; }
    Device &device(int address); // made where there is none; takes state
};

// portRegistry.cpp
Port *findPort(const char *name); // NULL when there is none
std::vector<Port *> allPorts();
asynStatus registerPort(const char *portName, int attributes, int autoConnect,
                        unsigned int priority, unsigned int stackSize);
asynStatus registerInterface(const char *portName, asynInterface *interface);
asynStatus interposeInterface(const char *portName, int addr, asynInterface *interface,
                              asynInterface **previous);
asynInterface *findInterface(asynUser *user, const char *type, int interposeOK);
void forgetName(Port &port); // so that another port may have it
void report(FILE *fp, int details, const char *portName);

// portUser.cpp
asynUser *createAsynUser(userCallback process, userCallback timeout);
asynUser *duplicateAsynUser(asynUser *user, userCallback process, userCallback timeout);
asynStatus freeAsynUser(asynUser *user);
void *memMalloc(size_t size);
void memFree(void *memory, size_t size);
asynStatus isMultiDevice(asynUser *user, const char *portName, int *yesNo);
asynStatus connectDevice(asynUser *user, const char *portName, int addr);
asynStatus disconnect(asynUser *user);
asynStatus canBlock(asynUser *user, int *yesNo);
asynStatus getAddr(asynUser *user, int *addr);
asynStatus getPortName(asynUser *user, const char **name);
// The device a user is connected to; NULL with a message when it is to none.
Device *deviceOf(asynUser *user, const char *function);
asynStatus fail(asynUser *user, asynStatus status, const char *format, ...)
    EPICS_PRINTF_STYLE(3, 4);

// portQueue.cpp
asynStatus queueRequest(asynUser *user, asynQueuePriority priority, double timeout);
asynStatus cancelRequest(asynUser *user, int *wasQueued);
asynStatus blockProcessCallback(asynUser *user, int allDevices);
asynStatus unblockProcessCallback(asynUser *user, int allDevices);
asynStatus lockPort(asynUser *user);
asynStatus unlockPort(asynUser *user);
asynStatus queueLockPort(asynUser *user);
asynStatus queueUnlockPort(asynUser *user);
asynStatus setQueueLockPortTimeout(asynUser *user, double timeout);
void startPortThread(Port &port, unsigned int priority, unsigned int stackSize);

// portConnection.cpp
asynStatus exceptionConnect(asynUser *user);
asynStatus exceptionDisconnect(asynUser *user);
asynStatus exceptionCallbackAdd(asynUser *user, exceptionCallback callback);
asynStatus exceptionCallbackRemove(asynUser *user);
asynStatus enable(asynUser *user, int yesNo);
asynStatus autoConnect(asynUser *user, int yesNo);
asynStatus isConnected(asynUser *user, int *yesNo);
asynStatus isEnabled(asynUser *user, int *yesNo);
asynStatus isAutoConnect(asynUser *user, int *yesNo);
asynStatus setAutoConnectTimeout(double timeout);
asynStatus getAutoConnectTimeout(double *timeout);
asynStatus waitConnect(asynUser *user, double timeout);
asynStatus shutdownPort(asynUser *user);
void shutdownAllAtExit(void *);                         // every destructible port, the newest first
void announce(Device &device, asynException exception); // calls out: no lock held but Port::sync
// asynSuccess when requests may run; tries to connect where that is wanted. Takes state.
asynStatus ready(Device &device, bool evenIfDisconnected);
void attemptLater(Device &device, double delay); // seconds

// portInterrupt.cpp
asynStatus registerInterruptSource(const char *portName, asynInterface *interface, void **pvt);
asynStatus getInterruptPvt(asynUser *user, const char *interfaceType, void **pvt);
interruptNode *createInterruptNode(void *pvt);
asynStatus freeInterruptNode(asynUser *user, interruptNode *node);
asynStatus addInterruptUser(asynUser *user, interruptNode *node);
asynStatus removeInterruptUser(asynUser *user, interruptNode *node);
asynStatus interruptStart(void *pvt, ELLLIST **list);
asynStatus interruptEnd(void *pvt);

// timeStamp.cpp
asynStatus registerTimeStampSource(asynUser *user, void *userPvt, timeStampCallback callback);
asynStatus unregisterTimeStampSource(asynUser *user);
asynStatus updateTimeStamp(asynUser *user);
asynStatus getTimeStamp(asynUser *user, epicsTimeStamp *timeStamp);
asynStatus setTimeStamp(asynUser *user, const epicsTimeStamp *timeStamp);

const char *strStatus(asynStatus status);

} // namespace portManager
