#include "manager/interrupt.h"

#include "manager/portManager.h"

#include <algorithm>
#include <chrono>

namespace portManager
{

namespace
{

// The sources in which the calling thread stands between start and end, once for each start.
std::vector<InterruptSource *> &insideOf()
{
    static thread_local std::vector<InterruptSource *> sources;
    return sources;
}

bool inside(const InterruptSource *source)
{
    const auto &sources = insideOf();
    return std::find(sources.begin(), sources.end(), source) != sources.end();
}

Node &nodeOf(interruptNode *node)
{
    return *reinterpret_cast<Node *>(node);
}

} // namespace

bool callsBack(const Port &port)
{
    return !insideOf().empty() &&
           std::any_of(port.interrupts.begin(), port.interrupts.end(),
                       [](const auto &each) { return inside(each.second.get()); });
}

// Whether it is the node of a client; a driver may hand out registrars of its own.
static bool lists(InterruptSource &source, const void *registrar)
{
    std::lock_guard<std::mutex> lock(source.mutex);
    for (ELLNODE *each = ellFirst(&source.list); each; each = ellNext(each))
        if (each == registrar)
            return nodeOf(reinterpret_cast<interruptNode *>(each)).listed;
    const auto &additions = source.additions;
    return std::find(additions.begin(), additions.end(), registrar) != additions.end();
}

void cancelInterrupt(asynUser *user, void *registrar)
{
    std::vector<std::shared_ptr<InterruptSource>> sources;
    if (const DeviceRef device = deviceOf(user, "cancelInterrupt")) {
        Guard guard(device->port->state);
        for (const auto &each : device->port->interrupts)
            sources.push_back(each.second);
    }
    for (const auto &source : sources)
        if (lists(*source, registrar)) {
            const Node &node = nodeOf(static_cast<interruptNode *>(registrar));
            if (node.cancel)
                node.cancel(nullptr, user, registrar);
            return;
        }
}

std::vector<interruptNode *> InterruptSource::settle()
{
    std::vector<interruptNode *> doomed;
    if (!additions.empty() || !removals.empty())
        ++version;
    for (interruptNode *node : additions)
        ellAdd(&list, &node->node);
    additions.clear();
    hasAdditions = false;
    for (interruptNode *node : removals) {
        ellDelete(&list, &node->node);
        if (nodeOf(node).freeWhenOut)
            doomed.push_back(node);
    }
    removals.clear();
    return doomed;
}

asynStatus registerInterruptSource(const char *portName, asynInterface *interface, void **pvt)
{
    const std::shared_ptr<Port> port = findPort(portName);
    if (!port)
        return asynError;
    Guard guard(port->state);
    auto &source = port->interrupts[interface->interfaceType];
    if (source)
        return asynError;
    source = std::make_shared<InterruptSource>();
    *pvt = source.get();
    return asynSuccess;
}

asynStatus getInterruptPvt(asynUser *user, const char *interfaceType, void **pvt)
{
    const DeviceRef device = deviceOf(user, "getInterruptPvt");
    if (!device)
        return asynError;
    Guard guard(device->port->state);
    if (device->port->self.defunct)
        return fail(user, asynDisabled, "port %s is shut down", device->port->name.c_str());
    auto found = device->port->interrupts.find(interfaceType);
    if (found == device->port->interrupts.end())
        return fail(user, asynError, "port %s has no interrupts on interface %s",
                    device->port->name.c_str(), interfaceType);
    *pvt = found->second.get();
    return asynSuccess;
}

interruptNode *createInterruptNode(void *pvt)
{
    auto *node = new Node;
    node->source = static_cast<InterruptSource *>(pvt)->shared_from_this();
    return &node->node;
}

void keepWithNode(interruptNode *node, std::shared_ptr<void> content, CancelInterrupt *cancel)
{
    nodeOf(node).content = std::move(content);
    nodeOf(node).cancel = cancel;
}

unsigned long listVersion(const void *interruptPvt)
{
    return static_cast<const InterruptSource *>(interruptPvt)->version;
}

bool listChanged(const void *interruptPvt, unsigned long version)
{
    const auto &source = *static_cast<const InterruptSource *>(interruptPvt);
    // In this order: settle() writes the version first.
    return source.hasAdditions.load(std::memory_order_acquire) ||
           source.version.load(std::memory_order_acquire) != version;
}

asynStatus freeInterruptNode(asynUser *user, interruptNode *pnode)
{
    Node &node = nodeOf(pnode);
    {
        std::lock_guard<std::mutex> lock(node.source->mutex);
        auto &removals = node.source->removals;
        if (std::find(removals.begin(), removals.end(), pnode) != removals.end()) {
            node.freeWhenOut = true;
            return asynSuccess;
        }
        if (node.listed)
            return fail(user, asynError, "the interrupt client is still registered");
    }
    delete &node;
    return asynSuccess;
}

asynStatus addInterruptUser(asynUser *user, interruptNode *pnode)
{
    Node &node = nodeOf(pnode);
    std::lock_guard<std::mutex> lock(node.source->mutex);
    if (node.listed)
        return fail(user, asynError, "the interrupt client is registered already");
    node.listed = true;
    // One that its own callback has removed a moment ago is still in the list.
    auto &removals = node.source->removals;
    const auto leaving = std::find(removals.begin(), removals.end(), pnode);
    if (leaving != removals.end())
        removals.erase(leaving);
    else if (node.source->active != 0) {
        node.source->additions.push_back(pnode);
        node.source->hasAdditions = true;
    } else {
        ellAdd(&node.source->list, &pnode->node);
        ++node.source->version;
    }
    return asynSuccess;
}

asynStatus removeInterruptUser(asynUser *user, interruptNode *pnode)
{
    Node &node = nodeOf(pnode);
    const std::shared_ptr<InterruptSource> kept = node.source;
    InterruptSource &source = *kept;
    std::unique_lock<std::mutex> lock(source.mutex);
    if (!node.listed)
        return fail(user, asynError, "the interrupt client is not registered");
    node.listed = false;
    auto &additions = source.additions;
    auto waiting = std::find(additions.begin(), additions.end(), pnode);
    if (waiting != additions.end()) {
        additions.erase(waiting);
        source.hasAdditions = !additions.empty();
        return asynSuccess;
    }
    if (source.active != 0 && inside(&source)) {
        source.removals.push_back(pnode);
        return asynSuccess;
    }
    ++source.leaving;
    source.quiet.wait(lock, [&source] { return source.active == 0; });
    --source.leaving;
    ellDelete(&source.list, &pnode->node);
    ++source.version;
    source.quiet.notify_all();
    return asynSuccess;
}

asynStatus interruptStart(void *pvt, ELLLIST **list)
{
    auto *source = static_cast<InterruptSource *>(pvt);
    {
        std::unique_lock<std::mutex> lock(source->mutex);
        // A moment's grace and no more: who is in the list may need a lock of the caller's.
        constexpr std::chrono::milliseconds grace(50);
        if (source->active != 0 && source->disturbed() && !inside(source))
            source->quiet.wait_for(lock, grace, [source] { return !source->disturbed(); });
        ++source->active;
    }
    insideOf().push_back(source);
    *list = &source->list;
    return asynSuccess;
}

asynStatus interruptEnd(void *pvt)
{
    auto *source = static_cast<InterruptSource *>(pvt);
    auto &sources = insideOf();
    auto last = std::find(sources.rbegin(), sources.rend(), source);
    if (last != sources.rend())
        sources.erase(std::next(last).base());
    std::vector<interruptNode *> doomed;
    {
        std::lock_guard<std::mutex> lock(source->mutex);
        if (--source->active == 0 && source->isUnsettled()) {
            doomed = source->settle();
            source->quiet.notify_all();
        }
    }
    for (interruptNode *node : doomed)
        delete &nodeOf(node);
    return asynSuccess;
}

} // namespace portManager
