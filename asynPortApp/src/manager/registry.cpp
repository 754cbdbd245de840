// The table of ports, and the interfaces that each of them has.
#include <algorithm>
#include <climits>
#include <cstdlib>
#include <cstring>

#include "common/epicsEntry.h"
#include "manager/port.h"
#include "manager/portManager.h"

#include <epicsExit.h>
#include <errlog.h>

namespace portManager
{

namespace
{

struct Registry {
    epicsMutex mutex; // guards the two tables of the ports that are not shut down, and
                      // Port::unfinished
    std::vector<std::shared_ptr<Port>> ports; // in the order of registration
    std::map<std::string, std::shared_ptr<Port>> portsByName;
};

Registry &registry()
{
    static auto *table = new Registry; // never destroyed: clients may outlive static destructors
    return *table;
}

bool mayBeSeen(const Port &port) // registry held
{
    return !port.unfinished || port.maker == std::this_thread::get_id();
}

asynInterface *find(const std::vector<asynInterface *> &interfaces, const char *type)
{
    // Mostly it is the very same literal.
    for (asynInterface *interface : interfaces)
        if (interface->interfaceType == type)
            return interface;
    for (asynInterface *interface : interfaces)
        if (std::strcmp(interface->interfaceType, type) == 0)
            return interface;
    return nullptr;
}

// The newest of a type is the one that clients find.
asynInterface *top(const std::vector<asynInterface *> &interposed, const char *type)
{
    const auto found = std::find_if(interposed.rbegin(), interposed.rend(), [type](auto *each) {
        return std::strcmp(each->interfaceType, type) == 0;
    });
    return found == interposed.rend() ? nullptr : *found;
}

void reportLayers(FILE *fp, const Device &device)
{
    const auto &layers = device.interposed;
    for (auto each = layers.rbegin(); each != layers.rend(); ++each)
        fprintf(fp, "    interposed %s, methods %p, drvPvt %p\n", (*each)->interfaceType,
                (*each)->pinterface, (*each)->drvPvt);
}

void reportDevice(FILE *fp, const Device &device)
{
    fprintf(fp, "    enabled:%s connected:%s numberConnects %lu%s\n", device.enabled ? "Yes" : "No",
            device.connected ? "Yes" : "No", device.connections,
            device.defunct ? " (shut down)" : "");
    fprintf(fp, "    autoConnect:%s traceMask:0x%x traceIOMask:0x%x traceInfoMask:0x%x\n",
            device.autoConnect ? "Yes" : "No", device.trace.mask.load(), device.trace.ioMask.load(),
            device.trace.infoMask.load());
}

size_t queued(const Port &port) // state held
{
    size_t count = 0;
    for (const auto &queue : port.queue)
        count += queue.size();
    return count;
}

// A negative level leaves the addresses out.
void reportPort(FILE *fp, int level, Port &port)
{
    const int details = level == INT_MIN ? INT_MAX : std::abs(level);
    {
        Guard guard(port.state);
        fprintf(fp, "%s multiDevice:%s canBlock:%s autoConnect:%s\n", port.name.c_str(),
                port.multiDevice() ? "Yes" : "No", port.canBlock() ? "Yes" : "No",
                port.self.autoConnect ? "Yes" : "No");
        if (details >= 1) {
            reportDevice(fp, port.self);
            fprintf(fp, "    queued requests: %zu%s\n", queued(port),
                    port.blockedBy ? " (blocked by a client)" : "");
            if (level > 0)
                for (const auto &entry : port.devices) {
                    fprintf(fp, "  addr %d\n", entry.first);
                    reportDevice(fp, *entry.second);
                    if (details >= 2)
                        reportLayers(fp, *entry.second);
                }
        }
        if (details >= 2) {
            for (const asynInterface *interface : port.interfaces)
                fprintf(fp, "    interface %s\n", interface->interfaceType);
            reportLayers(fp, port.self);
        }
    }
    reportDriver(fp, details, port);
}

} // namespace

void reportDriver(FILE *fp, int details, Port &port)
{
    const MonotonicTime deadline = MonotonicTime::after(1.0);
    while (!port.sync.tryLock()) {
        if (MonotonicTime::now() > deadline) {
            fprintf(fp, "    the driver is busy and says nothing\n");
            return;
        }
        epicsThreadSleep(0.01);
    }
    const std::lock_guard<OwnedMutex> held(port.sync, std::adopt_lock);
    const asynInterface *common = nullptr;
    {
        Guard guard(port.state);
        common = find(port.interfaces, asynCommonType);
    }
    if (!common)
        return;
    try {
        static_cast<asynCommon *>(common->pinterface)->report(common->drvPvt, fp, details);
    } catch (const std::exception &error) { // of a driver that is no asynPortDriver
        fprintf(fp, "    the driver's report threw a C++ exception: %s\n", error.what());
    } catch (...) {
        fprintf(fp, "    the driver's report threw a C++ exception\n");
    }
}

asynStatus reportDriver(asynUser *user, FILE *fp, int details)
{
    const DeviceRef device = deviceOf(user, "report");
    if (!device || !findInterface(user, asynCommonType, 1))
        return asynError;
    reportDriver(fp, details, *device->port);
    return asynSuccess;
}

Device &Port::device(int address)
{
    if (address < 0 || !multiDevice())
        return self;
    Guard guard(state);
    auto &device = devices[address];
    if (!device) {
        device = std::make_unique<Device>(*this, address);
        device->autoConnect = self.autoConnect.load();
    }
    return *device;
}

std::shared_ptr<Port> findPort(const char *name)
{
    Guard guard(registry().mutex);
    auto found = registry().portsByName.find(name);
    return found == registry().portsByName.end() || !mayBeSeen(*found->second) ? nullptr
                                                                               : found->second;
}

std::vector<std::shared_ptr<Port>> allPorts()
{
    Guard guard(registry().mutex);
    std::vector<std::shared_ptr<Port>> seen;
    for (const std::shared_ptr<Port> &port : registry().ports)
        if (mayBeSeen(*port))
            seen.push_back(port);
    return seen;
}

std::vector<std::shared_ptr<Port>> hiddenPortsToo()
{
    Guard guard(registry().mutex);
    return registry().ports;
}

bool isUnfinished(const Port &port)
{
    Guard guard(registry().mutex);
    return port.unfinished;
}

bool isHidden(const char *portName)
{
    Guard guard(registry().mutex);
    auto found = registry().portsByName.find(portName);
    return found != registry().portsByName.end() && !mayBeSeen(*found->second);
}

bool isComplete(const char *portName)
{
    constexpr double madeWithin = 1; // s
    const std::shared_ptr<Port> port = findPort(portName);
    return port &&
           ((port->attributes & ASYN_UNFINISHED) || MonotonicTime::now() - port->made > madeWithin);
}

void finish(Port &port)
{
    Guard guard(registry().mutex);
    port.unfinished = false;
}

void forget(Port &port)
{
    const std::shared_ptr<Port> kept = port.shared_from_this(); // until the lock is given back
    {
        Guard guard(registry().mutex);
        registry().portsByName.erase(port.name);
        auto &ports = registry().ports;
        ports.erase(std::remove(ports.begin(), ports.end(), kept), ports.end());
    }
    port.wake.signal();
}

asynStatus registerPort(const char *portName, int attributes, int autoConnect,
                        unsigned int priority, unsigned int stackSize)
{
    if (!portName || !*portName) {
        errlogPrintf("asynManager::registerPort: a port needs a name\n");
        return asynError;
    }
    retireAbandoned();
    startTimers();
    auto port = std::make_shared<Port>(portName, attributes);
    port->self.autoConnect = autoConnect != 0;
    {
        Guard guard(registry().mutex);
        if (!registry().portsByName.emplace(portName, port).second) {
            errlogPrintf("asynManager::registerPort: there is a port %s already\n", portName);
            return asynError;
        }
        registry().ports.push_back(port);
    }
    if (attributes & ASYN_DESTRUCTIBLE) {
        // Once, at the first such port: before iocInit, so after the IOC's own shutdown.
        static const int registered = epicsAtExit(epicsEntry<shutdownAllAtExit>, nullptr);
        (void)registered;
    }
    if (!port->canBlock() || startPortThread(port, priority, stackSize) == asynSuccess)
        return asynSuccess;
    forget(*port);
    return asynError;
}

asynStatus registerInterface(const char *portName, asynInterface *interface)
{
    const std::shared_ptr<Port> port = findPort(portName);
    if (!port) {
        errlogPrintf("asynManager::registerInterface: port %s is not known\n", portName);
        return asynError;
    }
    {
        Guard guard(port->state);
        if (find(port->interfaces, interface->interfaceType)) {
            errlogPrintf("asynManager::registerInterface: port %s has an interface %s already\n",
                         portName, interface->interfaceType);
            return asynError;
        }
        // The manager's own: no client finds it.
        if (std::strcmp(interface->interfaceType, asynLockPortNotifyType) == 0) {
            port->lockNotify = interface;
            return asynSuccess;
        }
        port->interfaces.push_back(interface);
        ++port->interfacesVersion;
        if (interface->drvPvt)
            port->hasDriver = true;
    }
    if (std::strcmp(interface->interfaceType, asynCommonType) == 0)
        attemptFirst(*port);
    return asynSuccess;
}

asynStatus interposeInterface(const char *portName, int addr, asynInterface *interface,
                              asynInterface **previous)
{
    const std::shared_ptr<Port> port = findPort(portName);
    if (!port)
        return asynError;
    Device &device = port->device(addr);
    Guard guard(port->state);
    asynInterface *found = top(device.interposed, interface->interfaceType);
    device.interposed.push_back(interface);
    ++port->interfacesVersion;
    if (previous)
        *previous = found ? found : find(port->interfaces, interface->interfaceType);
    return asynSuccess;
}

asynInterface *findInterface(asynUser *user, const char *type, int interposeOK)
{
    const DeviceRef &device = deviceOf(user, "findInterface");
    if (!device)
        return nullptr;
    Port &port = *device->port;
    Guard guard(port.state);
    asynInterface *found = nullptr;
    if (interposeOK) {
        found = top(device->interposed, type);
        if (!found)
            found = top(port.self.interposed, type);
    }
    if (!found)
        found = find(port.interfaces, type);
    if (!found)
        fail(user, asynError,
             port.self.defunct ? "port %s is shut down: it has no interface %s"
                               : "port %s has no interface %s",
             port.name.c_str(), type);
    return found;
}

asynInterface *findInterfaceLocked(asynUser *pasynUser, const char *type)
{
    User &user = User::of(pasynUser);
    // Before the search: what changes meanwhile is searched for again.
    const unsigned version = user.device ? user.device->port->interfacesVersion.load() : 0;
    if (user.foundVersion == version && user.foundType == type && user.found)
        return user.found;
    user.found = findInterface(pasynUser, type, 1);
    user.foundType = type;
    user.foundVersion = version;
    return user.found;
}

void report(FILE *fp, int details, const char *portName)
{
    if (portName && *portName) {
        if (const std::shared_ptr<Port> port = findPort(portName))
            reportPort(fp, details, *port);
        else
            fprintf(fp, "port %.80s is not known\n", portName);
        return;
    }
    for (const std::shared_ptr<Port> &port : allPorts())
        reportPort(fp, details, *port);
}

} // namespace portManager
