#include "threadStates.h"

#include <algorithm>

#include "counters.h"
#include "gilStateSlot.h"
#include "interpreterCore.h"

namespace
{

// Deletes a state of the calling thread, which is counted in.
void discard(InterpreterCore &core, PyThreadState *state)
{
    PyThreadState *slotBefore = gilStateSlotGet();
    PyEval_RestoreThread(state);
    gilStateSlotSet(state);
    PyThreadState_Clear(state);
    {
        std::lock_guard<std::mutex> guard(core.mutex);
        auto &kept = core.kept;
        kept.erase(std::remove(kept.begin(), kept.end(), state), kept.end());
    }
    --Counters::all().threadStates;
    PyThreadState_DeleteCurrent();
    gilStateSlotRestore(nullptr, slotBefore == state ? nullptr : slotBefore);
}

} // namespace

ThreadStates &ThreadStates::ofThisThread()
{
    static thread_local ThreadStates states;
    return states;
}

ThreadStates::~ThreadStates()
{
    // Those of an interpreter that is closing are deleted by whoever ends it.
    for (const Entry &entry : entries_)
        if (entry.kept && entry.core->enter()) {
            discard(*entry.core, entry.state);
            entry.core->leave();
        }
}

PyThreadState *ThreadStates::make(InterpreterCore &core)
{
    forgetEnded();
    PyThreadState *slotBefore = gilStateSlotGet();
    PyThreadState *state = PyThreadState_New(core.state);
    if (!state)
        return nullptr;
    gilStateSlotRestore(state, slotBefore); // a thread's first state stands there from its making
    {
        std::lock_guard<std::mutex> guard(core.mutex);
        core.kept.push_back(state);
    }
    ++Counters::all().threadStates;
    entries_.push_back({core.shared_from_this(), state, true});
    return state;
}

void ThreadStates::forgetEnded()
{
    entries_.erase(std::remove_if(entries_.begin(), entries_.end(),
                                  [](const Entry &entry) { return entry.core->ended.load(); }),
                   entries_.end());
}

bool ThreadStates::lend(InterpreterCore &core, PyThreadState *state)
{
    for (const Entry &entry : entries_)
        if (entry.core.get() == &core)
            return false;
    entries_.push_back({core.shared_from_this(), state, false});
    return true;
}

void ThreadStates::takeBack(InterpreterCore &core)
{
    entries_.erase(
        std::remove_if(entries_.begin(), entries_.end(),
                       [&core](const Entry &entry) { return entry.core.get() == &core; }),
        entries_.end());
}
