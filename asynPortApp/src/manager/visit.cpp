#include "manager/visit.h"

#include <algorithm>
#include <exception>

#include <asynDrvUser.h>
#include <errlog.h>

#include "manager/port.h"

namespace portManager
{

namespace
{

// The ports whose drivers the calling thread is in, once for each call.
std::vector<const Port *> &visitedPorts()
{
    static thread_local std::vector<const Port *> ports;
    return ports;
}

unsigned ownVisits(const Port &port)
{
    const auto &ports = visitedPorts();
    return static_cast<unsigned>(std::count(ports.begin(), ports.end(), &port));
}

asynStatus threw(asynUser *user, const char *what)
{
    return fail(user, asynError, "port %s: the driver threw a C++ exception: %s",
                User::of(user).device->port->name.c_str(), what);
}

} // namespace

Visit::Visit(Port &port, const asynInterface *interface) : port_(port)
{
    Guard guard(port_.state);
    if (port_.self.defunct)
        return;
    if (interface)
        pvt_ = interface->drvPvt;
    ++port_.visitors;
    visitedPorts().push_back(&port_);
    inside_ = true;
}

Visit::~Visit()
{
    if (!inside_)
        return;
    auto &ports = visitedPorts();
    ports.erase(std::next(std::find(ports.rbegin(), ports.rend(), &port_)).base());
    Guard guard(port_.state);
    --port_.visitors;
    if (port_.self.defunct)
        port_.visitorLeft.signal();
}

asynStatus createDrvUser(asynUser *user, const char *drvInfo, asynInterface *&drvUser)
{
    drvUser = nullptr;
    const DeviceRef device = deviceOf(user, "createDrvUser");
    if (!device)
        return asynError;
    asynInterface *found = findInterface(user, asynDrvUserType, 1);
    if (!found && !device->port->self.defunct)
        return asynSuccess;
    const Visit visit(*device->port, found);
    if (!visit)
        return fail(user, asynDisabled, "port %s is shut down", device->port->name.c_str());
    try {
        const asynStatus status = static_cast<asynDrvUser *>(found->pinterface)
                                      ->create(visit.pvt(), user, drvInfo, nullptr, nullptr);
        drvUser = found;
        return status;
    } catch (const std::exception &error) { // of a driver that is no asynPortDriver
        return threw(user, error.what());
    } catch (...) {
        return threw(user, "not a std::exception");
    }
}

// A driver that is gone has no use for it.
void destroyDrvUser(asynUser *user, asynInterface *drvUser)
{
    const DeviceRef device = deviceOf(user, "destroyDrvUser");
    if (!device)
        return;
    const Visit visit(*device->port, drvUser);
    if (!visit)
        return;
    try {
        static_cast<asynDrvUser *>(drvUser->pinterface)->destroy(visit.pvt(), user);
    } catch (const std::exception &error) {
        errlogPrintf("port %s: drvUser destroy threw a C++ exception: %s\n",
                     device->port->name.c_str(), error.what());
    } catch (...) {
        errlogPrintf("port %s: drvUser destroy threw a C++ exception\n",
                     device->port->name.c_str());
    }
}

bool visits(const Port &port)
{
    return ownVisits(port) != 0;
}

void awaitVisitors(Port &port)
{
    for (;;) {
        {
            Guard guard(port.state);
            if (port.visitors <= ownVisits(port)) {
                port.visitorLeft.signal(); // for another one who waits
                return;
            }
        }
        port.visitorLeft.wait();
    }
}

} // namespace portManager
