#include "threadStates.h"

#include <algorithm>

#include "gilStateSlot.h"
#include "interpreter.h"

ThreadStates &ThreadStates::ofThisThread()
{
    static thread_local ThreadStates states;
    return states;
}

ThreadStates::~ThreadStates()
{
    for (const Entry &entry : entries_) {
        if (!entry.owned || entry.core->closing)
            continue;
        PyEval_RestoreThread(entry.state);
        PyThreadState *slotBefore = gilStateSlotSwap(entry.state);
        PyThreadState_Clear(entry.state);
        PyThreadState_DeleteCurrent();
        gilStateSlotSwap(slotBefore == entry.state ? nullptr : slotBefore);
    }
}

PyThreadState *ThreadStates::get(InterpreterCore &core)
{
    for (const Entry &entry : entries_)
        if (entry.core == &core)
            return entry.state;
    PyThreadState *state = PyThreadState_New(core.state);
    if (state)
        entries_.push_back({&core, state, true});
    return state;
}

bool ThreadStates::add(InterpreterCore &core, PyThreadState *state, bool owned)
{
    for (const Entry &entry : entries_)
        if (entry.core == &core)
            return false;
    entries_.push_back({&core, state, owned});
    return true;
}

void ThreadStates::remove(InterpreterCore &core)
{
    entries_.erase(std::remove_if(entries_.begin(), entries_.end(),
                                  [&core](const Entry &entry) { return entry.core == &core; }),
                   entries_.end());
}
