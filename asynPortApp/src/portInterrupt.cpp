#include "portInterrupt.h"

#include <algorithm>

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

bool inside(InterruptSource *source)
{
    const auto &sources = insideOf();
    return std::find(sources.begin(), sources.end(), source) != sources.end();
}

Node &nodeOf(interruptNode *node)
{
    return *reinterpret_cast<Node *>(node);
}

} // namespace

void InterruptSource::settle()
{
    for (interruptNode *node : additions)
        ellAdd(&list, &node->node);
    additions.clear();
    for (interruptNode *node : removals) {
        ellDelete(&list, &node->node);
        if (nodeOf(node).freeWhenOut)
            delete &nodeOf(node);
    }
    removals.clear();
}

asynStatus registerInterruptSource(const char *portName, asynInterface *interface, void **pvt)
{
    Port *port = findPort(portName);
    if (!port)
        return asynError;
    Guard guard(port->state);
    auto &source = port->interrupts[interface->interfaceType];
    if (source)
        return asynError;
    source = std::make_unique<InterruptSource>();
    *pvt = source.get();
    return asynSuccess;
}

asynStatus getInterruptPvt(asynUser *user, const char *interfaceType, void **pvt)
{
    Device *device = deviceOf(user, "getInterruptPvt");
    if (!device)
        return asynError;
    Guard guard(device->port->state);
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
    node->source = static_cast<InterruptSource *>(pvt);
    return &node->node;
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
    if (node.source->active == 0)
        ellAdd(&node.source->list, &pnode->node);
    else
        node.source->additions.push_back(pnode);
    return asynSuccess;
}

asynStatus removeInterruptUser(asynUser *user, interruptNode *pnode)
{
    Node &node = nodeOf(pnode);
    InterruptSource &source = *node.source;
    std::unique_lock<std::mutex> lock(source.mutex);
    if (!node.listed)
        return fail(user, asynError, "the interrupt client is not registered");
    node.listed = false;
    auto &additions = source.additions;
    auto waiting = std::find(additions.begin(), additions.end(), pnode);
    if (waiting != additions.end()) {
        additions.erase(waiting);
        return asynSuccess;
    }
    if (source.active != 0 && inside(&source)) {
        source.removals.push_back(pnode);
        return asynSuccess;
    }
    source.quiet.wait(lock, [&source] { return source.active == 0; });
    ellDelete(&source.list, &pnode->node);
    return asynSuccess;
}

asynStatus interruptStart(void *pvt, ELLLIST **list)
{
    auto *source = static_cast<InterruptSource *>(pvt);
    {
        std::lock_guard<std::mutex> lock(source->mutex);
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
    std::lock_guard<std::mutex> lock(source->mutex);
    if (--source->active == 0) {
        source->settle();
        source->quiet.notify_all();
    }
    return asynSuccess;
}

} // namespace portManager
