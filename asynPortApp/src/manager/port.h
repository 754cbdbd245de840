// The port manager's data about ports, their devices and their clients. Only the files of this
// folder include this header; others use portManager.h.
//
// Lock order, outermost first:
// - Port::sync: the port's synchronous lock. It is held while a client's request runs, by lockPort,
//   and while the driver connects. No other lock is held while calling out.
// - Port::state: guards the fields of Port, Device and Request. It is held for a few instructions,
//   never while calling out.
// - registry: guards the table of ports; see registry.cpp.
//
// Lifetime: a port is freed with the last reference to it. The registry has a reference until the
// port is shut down, each connected asynUser has one, and the port thread has one while it runs.
// Timers have weak references. std::shared_ptr counts atomically, so no lock guards the count. A
// reference may be dropped anywhere except under that port's Port::sync or Port::state. To find a
// port and to take a reference is one step under the registry's lock.
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

// Where a trace is printed: to the inherited target (the port's or the global one), to the error
// log, or to a file.
enum class TraceTarget { inherited, errorLog, file };

// The trace settings of a device, of a port, or of everything that has no settings of its own.
struct Trace {
    Trace() = default;
    ~Trace() { close(); }
    Trace(const Trace &) = delete;
    Trace &operator=(const Trace &) = delete;

    std::atomic<int> mask{ASYN_TRACE_ERROR};
    std::atomic<int> ioMask{ASYN_TRACEIO_NODATA};
    std::atomic<int> infoMask{ASYN_TRACEINFO_TIME};
    std::atomic<size_t> truncateSize{80};
    TraceTarget target = TraceTarget::inherited; // guarded by the output lock, as the rest
    FILE *file = nullptr;
    bool ownsFile = false;

    void close(); // trace.cpp; the target is inherited again
};
Trace &globalTrace();

// A client that is called for a device's exceptions. The caller keeps a reference, so that another
// thread or the client's own callback may remove the client during the call.
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
    // The fields from here to timer are written with Port::state held. The first four may be read
    // without it.
    std::atomic<bool> connected{false};
    std::atomic<bool> enabled{true};
    std::atomic<bool> autoConnect{false};
    std::atomic<bool> defunct{false}; // shut down for good
    unsigned long connections = 0;
    MonotonicTime nextAttempt; // no attempt before this time
    bool connecting = false;   // the driver is being asked to connect
    bool refusalTold = false;  // the refusal has been reported since the last connection
    bool awaited = false;      // a thread waits for Port::sync to call connect
    User *blockedBy = nullptr; // the client whose blockProcessCallback for the device is in effect
    std::vector<asynInterface *> interposed; // the newest last
    std::vector<std::shared_ptr<ExceptionClient>> exceptionClients;
    std::unique_ptr<AttemptTimer> timer;
    Trace trace;
};

// Keeps the device's port alive.
using DeviceRef = std::shared_ptr<Device>;

// Whether one of a client's callbacks runs. watched: a callback runs, and somebody waits for its
// end or has left work to do at its end.
enum class RequestState : unsigned char { idle, running, watched };

struct User {
    asynUser user{}; // first: the public part that clients see
    userCallback process = nullptr;
    userCallback timeoutCallback = nullptr;
    DeviceRef device; // NULL until connectDevice
    // Each record has three asynUsers, so the one-byte fields are grouped to save memory.
    //
    // state is written with Port::state held. Exception: a port that does not block begins and ends
    // a request that is not watched with Port::sync only.
    std::atomic<RequestState> state{RequestState::idle};
    // The request is in the port's queue. A callback that runs may have queued its client again;
    // that request waits for the callback's end.
    bool queued = false;
    bool evenIfDisconnected = false; // of the queued request; so is priority
    bool hasDeadline = false;
    bool prompt = false; // see portManager.h; set before any other thread knows the client
    // Written before the request becomes watched. The end of a watched request reads it.
    std::atomic<bool> freeAfterRun{false};
    std::atomic<bool> isFree{false};
    char noMessage = '\0'; // the buffer for messages if the client has no other
    unsigned char priority = asynQueuePriorityLow; // an asynQueuePriority
    unsigned short cancelWaiters = 0;              // guarded by Port::state
    unsigned foundVersion = 0;                     // guarded by Port::sync
    unsigned blocksPort = 0;   // blockProcessCallback for all devices, minus unblockProcessCallback
    unsigned blocksDevice = 0; // the same for this device only
    Completion *completion = nullptr; // see portManager.h; set before the client's first request
    MonotonicTime deadline;           // of the queued request, if hasDeadline
    std::atomic<epicsThreadId> runner{nullptr}; // the thread in which the running request runs
    // Signalled when a watched request has returned. Made by the first thread that waits, with
    // Port::state held, because few asynUsers are ever waited for.
    std::unique_ptr<epicsEvent> finished;
    // The last result of findInterfaceLocked; guarded by Port::sync.
    asynInterface *found = nullptr;
    const char *foundType = nullptr;
    std::unique_ptr<char[]>
        message; // see portManager.h; NULL also for the copies that callbacks get

    static User &of(asynUser *pasynUser) { return *reinterpret_cast<User *>(pasynUser); }
    // True if a request runs. From now on, the end of that request takes Port::state and looks for
    // work that is left to do. Call with Port::state held, or from the request itself.
    bool watch();
    // Sets the buffer for messages. Size 1 has room for the terminator only.
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
    // Of the interfaces of the port and of its devices. Written with state held, after a change.
    std::atomic<unsigned> interfacesVersion{1};
    std::map<std::string, std::shared_ptr<InterruptSource>>
        interrupts;     // by interface type; guarded by state
    bool inUse = false; // guarded by state; a client has connected since asynCommon was registered
    bool hasDriver = false;            // guarded by state; an interface has had a driver behind it
    std::atomic<bool> followed{false}; // see asynFollowPort
    const OwnedMutex *driverLock = nullptr; // guarded by state; see portManager.h
    unsigned visitors = 0;                  // guarded by state; see visit.h
    epicsEvent visitorLeft;                 // signalled when the port is defunct
    std::atomic<epicsTimeStamp> timeStamp{epicsTimeStamp{}};
    std::atomic<timeStampCallback> timeStampSource{nullptr}; // written with state held
    void *timeStampPvt = nullptr;                            // guarded by state
    std::atomic<double> queueLockTimeout{2.0};               // s
    // The port thread of a blocking port.
    std::vector<User *> queue[asynQueuePriorityConnect + 1]; // guarded by state
    std::vector<Device *> attempts; // guarded by state; done before any request: see attemptSoon
    User *blockedBy = nullptr; // guarded by state; the client whose blockProcessCallback for all
                               // devices is in effect
    Wakeup wake;
    Waiters clients, server; // who wait for sync: queueLockPort, and the port thread
    unsigned queueLocks = 0; // guarded by sync; calls of queueLockPort without queueUnlockPort
    std::atomic<asynInterface *> lockNotify{nullptr}; // asynLockPortNotify

    bool multiDevice() const { return (attributes & ASYN_MULTIDEVICE) != 0; }
    bool canBlock() const { return (attributes & ASYN_CANBLOCK) != 0; }
    Device &device(int address); // made if there is none; takes state
    DeviceRef refer(Device &device) { return {shared_from_this(), &device}; }
};

// registry.cpp
// Only ports that the calling thread may see; see ASYN_UNFINISHED.
std::shared_ptr<Port> findPort(const char *name); // NULL when there is none
std::vector<std::shared_ptr<Port>> allPorts();    // in the order of registration
std::vector<std::shared_ptr<Port>>
hiddenPortsToo(); // including those that the calling thread may not see
bool isUnfinished(const Port &port);
void finish(Port &port); // from here on all threads may find the port
asynStatus registerPort(const char *portName, int attributes, int autoConnect,
                        unsigned int priority, unsigned int stackSize);
asynStatus registerInterface(const char *portName, asynInterface *interface);
asynStatus interposeInterface(const char *portName, int addr, asynInterface *interface,
                              asynInterface **previous);
asynInterface *findInterface(asynUser *user, const char *type, int interposeOK);
void forget(Port &port); // frees the name and ends the port thread
void report(FILE *fp, int details, const char *portName);
// Calls the driver's report with the lock held that keeps the driver from being shut down
// meanwhile. Does not wait for a busy driver for long, because people ask for reports when
// something is stuck.
void reportDriver(FILE *fp, int details, Port &port);

// user.cpp
asynUser *createAsynUser(userCallback process, userCallback timeout);
asynUser *duplicateAsynUser(asynUser *user, userCallback process, userCallback timeout);
asynStatus freeAsynUser(asynUser *user);
// Keeps the asynUser for the next createAsynUser. The asynUser that was freed first is used first.
// The memory is never freed, because some clients use an asynUser for a short time after they have
// freed it.
void recycle(User &user);
void *memMalloc(size_t size);
void memFree(void *memory, size_t size);
asynStatus isMultiDevice(asynUser *user, const char *portName, int *yesNo);
asynStatus connectDevice(asynUser *user, const char *portName, int addr);
asynStatus disconnect(asynUser *user);
asynStatus canBlock(asynUser *user, int *yesNo);
asynStatus getAddr(asynUser *user, int *addr);
asynStatus getPortName(asynUser *user, const char **name);
// The device that a user is connected to. NULL with a message if it is not connected. The reference
// belongs to the user: a function that calls out copies it first, because the callback may free the
// asynUser.
const DeviceRef &deviceOf(asynUser *user, const char *function);

// queue.cpp
asynStatus queueRequest(asynUser *user, asynQueuePriority priority, double timeout);
asynStatus cancelRequest(asynUser *user, int *wasQueued);
asynStatus blockProcessCallback(asynUser *user, int allDevices);
asynStatus unblockProcessCallback(asynUser *user, int allDevices);
// Calls the timeout callbacks of the queued requests whose timeout has passed, in the caller's
// thread and without Port::sync. Returns the time in s until the next timeout, negative if there is
// none.
double expireRequests(Port &port);
asynStatus startPortThread(const std::shared_ptr<Port> &port, unsigned int priority,
                           unsigned int stackSize);

// lock.cpp
asynStatus lockPort(asynUser *user);
asynStatus unlockPort(asynUser *user);
asynStatus queueLockPort(asynUser *user);
asynStatus queueUnlockPort(asynUser *user);
asynStatus setQueueLockPortTimeout(asynUser *user, double timeout);
// Whether another client's blockProcessCallback is in effect. Call with Port::state held.
bool blocked(const Device &device, const User &user);
// Writes the message for a request that ready() refuses.
asynStatus notReady(asynUser *user, asynStatus status, const Port &port);

// expiry.cpp
void watchExpiry(Port &port, double seconds); // calls expireRequests after that time

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
// Makes the queue of timers before the first port. It then stays: when the last queue of a process
// ends, Base takes its own locks in the wrong order.
void startTimers();
asynStatus setAutoConnectTimeout(double timeout);
asynStatus getAutoConnectTimeout(double *timeout);
// asynSuccess if a client may use the port now. Tries to connect if necessary. Takes sync and
// state.
asynStatus ready(Device &device);
// The same, but the thread of a blocking port tries to connect. The caller waits for it until the
// deadline at most.
asynStatus readyUntil(Device &device, MonotonicTime deadline);
// asynSuccess if a request may be queued for the thread of a blocking port. If the driver must
// connect first, that thread calls connect before the request; the caller never waits. A client
// that does not check the connection itself (looksItself) may wait only for an address, as in asyn.
// Takes state.
asynStatus readyToQueue(Device &device, bool looksItself);
asynStatus usable(Device &device); // asynDisabled, or asynSuccess, connected or not; takes state
void attempt(Device &device);      // calls the driver's connect in this thread, if necessary
void attemptFirst(Port &port);     // when asynCommon is registered
// Whether the port thread must call connect for the device. Call with Port::state held.
bool awaitsAttempt(const Device &device);
// Calls attempt() unless another thread has already done so. Call with Port::sync held.
void attemptInTurn(Device &device);
// Before a request of the device: if its address must connect first, the port thread will do that.
// Call with Port::state held.
void askForRequest(Device &device);
void attemptLater(Device &device, double delay); // seconds

// exception.cpp
asynStatus exceptionCallbackAdd(asynUser *user, exceptionCallback callback);
asynStatus exceptionCallbackRemove(asynUser *user);
void callExceptionClients(Device &device,
                          asynException exception); // calls out: no lock held but Port::sync
bool listens(const User &user);                     // state held

// shutdown.cpp; see also portManager.h
asynStatus shutdownPort(asynUser *user);
void shutdownAllAtExit(void *); // every destructible port, the newest first
void retireAbandoned();         // ports whose driver was deleted without a shutdown

// interrupt.cpp
asynStatus registerInterruptSource(const char *portName, asynInterface *interface, void **pvt);
asynStatus getInterruptPvt(asynUser *user, const char *interfaceType, void **pvt);
interruptNode *createInterruptNode(void *pvt);
asynStatus freeInterruptNode(asynUser *user, interruptNode *node);
asynStatus addInterruptUser(asynUser *user, interruptNode *node);
asynStatus removeInterruptUser(asynUser *user, interruptNode *node);
asynStatus interruptStart(void *pvt, ELLLIST **list);
asynStatus interruptEnd(void *pvt);

// timeStamp.cpp; see also portManager.h
asynStatus registerTimeStampSource(asynUser *user, void *userPvt, timeStampCallback callback);
asynStatus unregisterTimeStampSource(asynUser *user);
asynStatus updateTimeStamp(asynUser *user);
asynStatus getTimeStamp(asynUser *user, epicsTimeStamp *timeStamp);
asynStatus setTimeStamp(asynUser *user, const epicsTimeStamp *timeStamp);

const char *strStatus(asynStatus status);

std::string placeOf(const Device &device); // for messages: "port P", or "port P, address 1"

} // namespace portManager
