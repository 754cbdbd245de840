#include "interpreter/threadStates.h"

#include <algorithm>

#include "interpreter/counters.h"
#include "interpreter/gilStateSlot.h"

namespace
{

// Deletes the state of the calling thread, which is in.
void discard(PyThreadState *state)
{
    PyThreadState *slotBefore = gilStateSlotGet();
    PyEval_RestoreThread(state);
    gilStateSlotSet(state);
    PyThreadState_Clear(state);
    --Counters::all().threadStates;
    PyThreadState_DeleteCurrent();
    gilStateSlotRestore(nullptr, slotBefore == state ? nullptr : slotBefore);
}

PyThreadState *newState(PyInterpreterState *interpreter)
{
    PyThreadState *slotBefore = gilStateSlotGet();
    PyThreadState *state = PyThreadState_New(interpreter);
    if (state)
        gilStateSlotRestore(state, slotBefore); // a thread's first state stands there at once
    return state;
}

} // namespace

ThreadStates &ThreadStates::makeForThisThread()
{
    static thread_local ThreadStates states;
    current_ = &states;
    return states;
}

ThreadStates::~ThreadStates()
{
    // The thread that ends a closing interpreter deletes its thread states.
    for (const Entry &entry : entries_)
        if (!entry.lent && entry.seat->enter(entry.core->closing)) {
            discard(entry.seat->take());
            entry.seat->leave();
        }
}

template <typename Which> void ThreadStates::remove(Which which)
{
    entries_.erase(std::remove_if(entries_.begin(), entries_.end(), which), entries_.end());
}

ThreadSeat *ThreadStates::make(InterpreterCore &core)
{
    remove([](const Entry &entry) { return entry.core->ended.load(); });
    std::lock_guard<std::mutex> guard(core.mutex);
    if (core.closing)
        return nullptr;
    PyThreadState *state = newState(core.state);
    if (!state)
        return nullptr;
    ++Counters::all().threadStates;
    const auto free =
        std::find_if(core.seats.begin(), core.seats.end(),
                     [](const ThreadSeat &seat) { return !seat.state() && !seat.occupied(); });
    ThreadSeat &seat = free == core.seats.end() ? core.seats.emplace_back(state) : *free;
    seat.place(state);
    entries_.push_back({core.shared_from_this(), &seat, false});
    return &seat;
}

bool ThreadStates::lend(InterpreterCore &core, ThreadSeat &seat)
{
    for (const Entry &entry : entries_)
        if (entry.core.get() == &core)
            return false;
    entries_.push_back({core.shared_from_this(), &seat, true});
    return true;
}

void ThreadStates::takeBack(InterpreterCore &core)
{
    remove([&core](const Entry &entry) { return entry.core.get() == &core; });
}
