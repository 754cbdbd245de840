// What the port manager keeps of ports, their devices and their clients. Only the files of this
// folder include it; the others use portManager.h.
//
// Locks, from the outside in:
//   Port::sync    the port's synchronous lock: held while a client's request runs, by lockPort, and
//                 while the driver connects. The only one that is held while calling out.
//   Port::state   guards the fields of Port, Device, Request; held for a few instructions, never
//                 while calling out.
//   registry      guards the table of ports; see registry.cpp.
//
// Life: a port is freed with the last reference to it. The registry has one until the port is shut
// down, each connected asynUser has one, and the port thread has one while it runs; timers have
// weak ones. The count is std::shared_ptr's, which is atomic: no lock guards it, and a reference
// may be dropped anywhere but under Port::sync or Port::state of that port. The registry's lock
// makes one step of finding a port and referring to it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <asynDriver.h>
#include <epicsEvent.h>
#include <epicsGuard.h>
#include <epicsMutex.h>
#include <epicsThread.h>
#include <epicsTime.h>

#include "common/callGate.h"
#include "common/monotonicTime.h"
#include "common/ownedMutex.h"
#include "common/wakeup.h"
#include "manager/portManager.h"
#include "manager/turns.h"

using Guard = epicsGuard<epicsMutex>;
using SyncGuard = epicsGuard<OwnedMutex>; // of Port::sync

namespace portManager
{

struct Port;
struct User;

// Where a trace goes: where that of the port or the global one goes, to the error log, or to a
// file.
enum class TraceTarget { inherited, errorLog, file };

// Trace settings of a device, a port, or of everything that has none of its own.
struct Trace {
    Trace() = default;
    ~Trace() { close(); }
    Trace(const Trace &) = delete;
    Trace &operator=(const Trace &) = delete;

    std::atomic<int> mask{ASYN_TRACE_ERROR};
    std::atomic<int> ioMask{ASYN_TRACEIO_NODATA};
    std::atomic<int> infoMask{ASYN_TRACEINFO_TIME};
    std::atomic<size_t> truncateSize{80};
    TraceTarget target = TraceTarget::inherited; // guarded by the trace's output lock, as the rest
    FILE *file = nullptr;
    bool ownsFile = false;

    void close(); // trace.cpp; what was the target is inherited again
};
Trace &globalTrace();

// Somebody who wants to know of a device's exceptions. Kept by whoever calls it, so that it may be
// removed, by another thread or by its own callback, while it is called.
class ExceptionClient
{
  public:
    ExceptionClient(User &user, exceptionCallback callback) : user_(user), callback_(callback) {}
    void call(asynException exception);
    void retire() { gate_.close(); }
    bool is(const User &user) const { return &user_ == &user; }

  private:
    User &user_;
    const exceptionCallback callback_;
    CallGate gate_;
};

class AttemptTimer; // attempt.cpp

// The port itself (address -1), or one address of a multi-device port.
struct Device {
    Device(Port &devicePort, int deviceAddress);
    ~Device();

    Port *const port;
    const int address;
    // Written with Port::state held, as all up to timer; these four may be read without it.
    std::atomic<bool> connected{false};
    std::atomic<bool> enabled{true};
    std::atomic<bool> autoConnect{false};
    std::atomic<bool> defunct{false}; // shut down for good
    unsigned long connections = 0;
    MonotonicTime nextAttempt; // not before then
    bool connecting = false;   // the driver is being asked to connect
    bool refusalTold = false;  // that it has refused since it was connected
    bool awaited = false;      // a thread waits for Port::sync to ask it
    User *blockedBy = nullptr; // whose blockProcessCallback for the device is in force
    std::vector<asynInterface *> interposed; // the newest last
    std::vector<std::shared_ptr<ExceptionClient>> exceptionClients;
    std::unique_ptr<AttemptTimer> timer;
    Trace trace;
};

// Keeps the device's port alive.
using DeviceRef = std::shared_ptr<Device>;

// Whether one of a client's callbacks runs. One that is watched runs, and somebody waits for its
// end or has left something to do then.
enum class RequestState : unsigned char { idle, running, watched };

struct User {
    asynUser user{}; // first: the public part, by which clients know it
    userCallback process = nullptr;
    userCallback timeoutCallback = nullptr;
    DeviceRef device; // NULL until connectDevice
    // Each record has three of these: what is one byte stands together.
    //
    // Written with Port::state held, except where a port that does not block begins and ends a
    // request that nobody watches: then with Port::sync alone.
    std::atomic<RequestState> state{RequestState::idle};
    // Stands in its port's queue; while a callback runs, too, that has made a request anew. That
    // one waits for the callback's end.
    bool queued = false;
    bool evenIfDisconnected = false; // of the queued request, as priority
    bool hasDeadline = false;
    bool prompt = false; // see portManager.h; as long as nobody else knows the client
    // Written before the request is watched; looked at by its end, where it is.
    std::atomic<bool> freeAfterRun{false};
    std::atomic<bool> isFree{false};
    char noMessage = '\0';                         // the room where there is no message
    unsigned char priority = asynQueuePriorityLow; // an asynQueuePriority
    unsigned short cancelWaiters = 0;              // as finished
    unsigned foundVersion = 0;                     // as found
    unsigned blocksPort = 0;   // blockProcessCallback for all devices, minus unblockProcessCallback
    unsigned blocksDevice = 0; // the same for the one device
    Completion *completion = nullptr;           // see portManager.h; as long as it makes no request
    MonotonicTime deadline;                     // of the queued request, where hasDeadline
    std::atomic<epicsThreadId> runner{nullptr}; // where the running request runs
    // Signalled when a watched request has returned; made by the first who waits for one, with
    // Port::state held. Few asynUsers are ever waited for.
    std::unique_ptr<epicsEvent> finished;
    // What findInterfaceLocked found last; guarded by Port::sync.
    asynInterface *found = nullptr;
    const char *foundType = nullptr;
    std::unique_ptr<char[]> message; // see portManager.h; NULL for what callbacks are handed, too

    static User &of(asynUser *pasynUser) { return *reinterpret_cast<User *>(pasynUser); }
    // True when a request runs: from now on its end takes Port::state and looks at what is left to
    // do. To be called with Port::state held, or by the request itself.
    bool watch();
    // Where messages go; size 1 where only the NUL is to be.
    void setRoom(char *room, int size)
    {
        user.errorMessage = room;
        user.errorMessageSize = size;
    }
};

struct InterruptSource;

struct Port : std::enable_shared_from_this<Port> {
    Port(const char *name, int attributes);
    ~Port();

    const std::string name;
    const int attributes;
    const std::thread::id maker;
    const MonotonicTime made = MonotonicTime::now();
    bool unfinished; // guarded by the registry's lock; see ASYN_UNFINISHED
    OwnedMutex sync;
    epicsMutex state;
    Device self;                                    // address -1
    std::map<int, std::unique_ptr<Device>> devices; // guarded by state
    std::vector<asynInterface *> interfaces;        // guarded by state
    // Of the interfaces of the port and of its devices: written with state held, after a change.
    std::atomic<unsigned> interfacesVersion{1};
    std::map<std::string, std::shared_ptr<InterruptSource>> interrupts; // by interface type; state
    bool inUse = false;     // guarded by state; a client has come since asynCommon is there
    bool hasDriver = false; // guarded by state; an interface had a driver behind it
    std::atomic<bool> followed{false};      // see asynFollowPort
    const OwnedMutex *driverLock = nullptr; // guarded by state; see portManager.h
    unsigned visitors = 0;                  // guarded by state; see visit.h
    epicsEvent visitorLeft;                 // signalled when the port is defunct
    std::atomic<epicsTimeStamp> timeStamp{epicsTimeStamp{}};
    std::atomic<timeStampCallback> timeStampSource{nullptr}; // written with state held
    void *timeStampPvt = nullptr;                            // guarded by state
    std::atomic<double> queueLockTimeout{2.0};               // s
    // the port thread of a blocking port
    std::vector<User *> queue[asynQueuePriorityConnect + 1]; // guarded by state
    std::vector<Device *> attempts; // guarded by state; before any request: see attemptSoon
    User *blockedBy = nullptr;      // guarded by state; the same for all devices
    Wakeup wake;
    Waiters clients, server; // who wait for sync: queueLockPort, and the port thread
    unsigned queueLocks = 0; // guarded by sync; queueLockPort without queueUnlockPort
    std::atomic<asynInterface *> lockNotify{nullptr}; // asynLockPortNotify

    bool multiDevice() const { return (attributes & ASYN_MULTIDEVICE) != 0; }
    bool canBlock() const { return (attributes & ASYN_CANBLOCK) != 0; }
    Device &device(int address); // made where there is none; takes state
    DeviceRef refer(Device &device) { return {shared_from_this(), &device}; }
};

// registry.cpp
// Those that the calling thread may see; see ASYN_UNFINISHED.
std::shared_ptr<Port> findPort(const char *name);    // NULL when there is none
std::vector<std::shared_ptr<Port>> allPorts();       // in the order of registration
std::vector<std::shared_ptr<Port>> hiddenPortsToo(); // whoever asks
bool isUnfinished(const Port &port);
void finish(Port &port); // from here on all threads may
asynStatus registerPort(const char *portName, int attributes, int autoConnect,
                        unsigned int priority, unsigned int stackSize);
asynStatus registerInterface(const char *portName, asynInterface *interface);
asynStatus interposeInterface(const char *portName, int addr, asynInterface *interface,
                              asynInterface **previous);
asynInterface *findInterface(asynUser *user, const char *type, int interposeOK);
void forget(Port &port); // its name is free, and its thread ends
void report(FILE *fp, int details, const char *portName);
// The driver's own report, under the lock that keeps the driver there: the port may be shut down
// meanwhile. A driver that is busy is not waited for, as one asks for reports when something is
// stuck.
void reportDriver(FILE *fp, int details, Port &port);

// user.cpp
asynUser *createAsynUser(userCallback process, userCallback timeout);
asynUser *duplicateAsynUser(asynUser *user, userCallback process, userCallback timeout);
asynStatus freeAsynUser(asynUser *user);
// The asynUser goes to the next who asks for one, the one that was freed first before the others.
// Its memory stays: there are clients that use an asynUser a little longer than they have it.
void recycle(User &user);
void *memMalloc(size_t size);
void memFree(void *memory, size_t size);
asynStatus isMultiDevice(asynUser *user, const char *portName, int *yesNo);
asynStatus connectDevice(asynUser *user, const char *portName, int addr);
asynStatus disconnect(asynUser *user);
asynStatus canBlock(asynUser *user, int *yesNo);
asynStatus getAddr(asynUser *user, int *addr);
asynStatus getPortName(asynUser *user, const char **name);
// The device a user is connected to; NULL with a message when it is to none. It is the
// user's own: to be copied by whoever calls out, since the callback may free the asynUser.
const DeviceRef &deviceOf(asynUser *user, const char *function);

// queue.cpp
asynStatus queueRequest(asynUser *user, asynQueuePriority priority, double timeout);
asynStatus cancelRequest(asynUser *user, int *wasQueued);
asynStatus blockProcessCallback(asynUser *user, int allDevices);
asynStatus unblockProcessCallback(asynUser *user, int allDevices);
// Calls the timeout callbacks of queued requests whose time is over, in the caller's thread without
// Port::sync; the time in s until the next one's, negative where there is none.
double expireRequests(Port &port);
asynStatus startPortThread(const std::shared_ptr<Port> &port, unsigned int priority,
                           unsigned int stackSize);

// lock.cpp
asynStatus lockPort(asynUser *user);
asynStatus unlockPort(asynUser *user);
asynStatus queueLockPort(asynUser *user);
asynStatus queueUnlockPort(asynUser *user);
asynStatus setQueueLockPortTimeout(asynUser *user, double timeout);
// Whether somebody else's blockProcessCallback is in force. Port::state held.
bool blocked(const Device &device, const User &user);
// What a request is told that ready() refuses.
asynStatus notReady(asynUser *user, asynStatus status, const Port &port);

// expiry.cpp
void watchExpiry(Port &port, double seconds); // expireRequests is called after that time

// connection.cpp
asynStatus exceptionConnect(asynUser *user);
asynStatus exceptionDisconnect(asynUser *user);
asynStatus enable(asynUser *user, int yesNo);
asynStatus autoConnect(asynUser *user, int yesNo);
asynStatus isConnected(asynUser *user, int *yesNo);
asynStatus isEnabled(asynUser *user, int *yesNo);
asynStatus isAutoConnect(asynUser *user, int *yesNo);
asynStatus waitConnect(asynUser *user, double timeout);

// attempt.cpp
constexpr double afterDisconnect = 0.01; // s
constexpr double afterRefusal = 20.0;    // s
// The queue of timers is there from the first port on: when the last queue of a process ends, Base
// takes its own locks in the wrong order.
void startTimers();
asynStatus setAutoConnectTimeout(double timeout);
asynStatus getAutoConnectTimeout(double *timeout);
// asynSuccess when a client may have the port now; tries to connect where that is wanted. Takes
// sync and state.
asynStatus ready(Device &device);
// The same, but the thread of a blocking port tries, for which the caller waits no longer than
// until then.
asynStatus readyUntil(Device &device, MonotonicTime deadline);
// asynSuccess when the thread of a blocking port may be given a request. Where the driver is to
// connect first, that thread asks it, before the request; the caller never waits. A client that
// does not look itself what came of it may only wait for an address, as with asyn. Takes state.
asynStatus readyToQueue(Device &device, bool looksItself);
asynStatus usable(Device &device); // asynDisabled, or asynSuccess, connected or not; takes state
void attempt(Device &device);  // asks the driver to connect, in this thread, where that is wanted
void attemptFirst(Port &port); // at the registration of asynCommon
// Whether the port's thread is to ask for the device. Port::state held.
bool awaitsAttempt(const Device &device);
// attempt(), unless somebody else has done it since. Port::sync held.
void attemptInTurn(Device &device);
// Before a request of the device: where its address is to connect first, the thread asks for it.
// Port::state held.
void askForRequest(Device &device);
void attemptLater(Device &device, double delay); // seconds

// exception.cpp
asynStatus exceptionCallbackAdd(asynUser *user, exceptionCallback callback);
asynStatus exceptionCallbackRemove(asynUser *user);
void callExceptionClients(Device &device,
                          asynException exception); // calls out: no lock held but Port::sync
bool listens(const User &user);                     // state held

// shutdown.cpp; see portManager.h, too
asynStatus shutdownPort(asynUser *user);
void shutdownAllAtExit(void *); // every destructible port, the newest first
void retireAbandoned();         // ports whose driver was deleted without having been shut down

// interrupt.cpp
asynStatus registerInterruptSource(const char *portName, asynInterface *interface, void **pvt);
asynStatus getInterruptPvt(asynUser *user, const char *interfaceType, void **pvt);
interruptNode *createInterruptNode(void *pvt);
asynStatus freeInterruptNode(asynUser *user, interruptNode *node);
asynStatus addInterruptUser(asynUser *user, interruptNode *node);
asynStatus removeInterruptUser(asynUser *user, interruptNode *node);
asynStatus interruptStart(void *pvt, ELLLIST **list);
asynStatus interruptEnd(void *pvt);

// timeStamp.cpp; see portManager.h, too
asynStatus registerTimeStampSource(asynUser *user, void *userPvt, timeStampCallback callback);
asynStatus unregisterTimeStampSource(asynUser *user);
asynStatus updateTimeStamp(asynUser *user);
asynStatus getTimeStamp(asynUser *user, epicsTimeStamp *timeStamp);
asynStatus setTimeStamp(asynUser *user, const epicsTimeStamp *timeStamp);

const char *strStatus(asynStatus status);

std::string placeOf(const Device &device); // for messages: "port P", or "port P, address 1"

} // namespace portManager
