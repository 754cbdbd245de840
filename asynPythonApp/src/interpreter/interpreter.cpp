#include "interpreter/interpreter.h"

#include <chrono>
#include <stdexcept>

#include <epicsThread.h>

#include "interpreter/counters.h"
#include "interpreter/fairnessTicker.h"
#include "interpreter/gilStateSlot.h"
#include "interpreter/pythonStart.h"
#include "interpreter/threadStates.h"

namespace
{

// The new interpreter's first thread state, which is current; NULL where there is no interpreter.
PyThreadState *newSubInterpreter(InterpreterMode mode)
{
#if PY_VERSION_HEX >= 0x030C0000
    const bool own = mode == InterpreterMode::own;
    PyInterpreterConfig config{};
    config.use_main_obmalloc = !own;
    config.allow_fork = 1;
    config.allow_exec = 1;
    config.allow_threads = 1;
    config.allow_daemon_threads = 1;
    config.check_multi_interp_extensions = own; // as it must be; taken back by _binding.py
    config.gil = own ? PyInterpreterConfig_OWN_GIL : PyInterpreterConfig_SHARED_GIL;
    PyThreadState *state = nullptr;
    return PyStatus_Exception(Py_NewInterpreterFromConfig(&state, &config)) ? nullptr : state;
#else
    (void)mode;
    return Py_NewInterpreter();
#endif
}

// Deletes the thread states of threads that are not inside. The caller is attached to core.
void deleteStates(InterpreterCore &core)
{
    std::vector<PyThreadState *> states;
    {
        std::lock_guard<std::mutex> guard(core.mutex);
        for (ThreadSeat &seat : core.seats)
            if (PyThreadState *state = seat.take())
                states.push_back(state);
    }
    for (PyThreadState *state : states) {
        PyThreadState_Clear(state);
        PyThreadState_Delete(state);
    }
    Counters::all().threadStates -= static_cast<long>(states.size());
}

} // namespace

AttachMain::AttachMain()
    : slotBefore_(gilStateSlotGet()), state_(PyThreadState_New(PyInterpreterState_Main()))
{
    PyEval_RestoreThread(state_);
    gilStateSlotSet(state_);
}

AttachMain::~AttachMain()
{
    PyThreadState_Clear(state_);
    PyThreadState_DeleteCurrent();
    gilStateSlotRestore(nullptr, slotBefore_);
}

Interpreter::Interpreter(const std::string &port, InterpreterMode mode)
    : mode_(mode), core_(std::make_shared<InterpreterCore>(port))
{
    startPython();
    if (mode == InterpreterMode::main) {
        core_->state = PyInterpreterState_Main();
    } else {
        AttachMain main;
        FairnessTicker::Change making;
        if (PyThreadState *first = newSubInterpreter(mode)) {
            core_->state = PyThreadState_GetInterpreter(first);
            // There is always one state, so that each thread's own may come and go.
            core_->seats.emplace_back(first);
            ++Counters::all().threadStates;
            PyThreadState_Swap(main.state());
            gilStateSlotRestore(first, main.state());
            if (mode == InterpreterMode::shared)
                FairnessTicker::add(core_->state);
        }
    }
    if (!core_->state)
        throw std::runtime_error("CPython cannot make another sub-interpreter");
    ++Counters::all().interpreters;
}

Interpreter::~Interpreter()
{
    close();
}

void Interpreter::close() noexcept
{
    core_->closing = true;
}

bool Interpreter::end(double limit, std::string *reason)
{
    close();
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::duration<double>(limit);
    *reason = "a thread is still in its Python code";
    while (core_->occupied() || !endNow(reason)) {
        if (std::chrono::steady_clock::now() > deadline) {
            ++Counters::all().leftBehind;
            return false;
        }
        epicsThreadSleep(0.002);
    }
    core_->ended = true;
    --Counters::all().interpreters;
    return true;
}

bool Interpreter::endNow(std::string *reason)
{
    if (mode_ != InterpreterMode::main)
        return endSub(reason);
    AttachMain main;
    deleteStates(*core_);
    return true;
}

bool Interpreter::endSub(std::string *reason)
{
    // The last one's end gives the GIL away, too, and then waits for it; on Python 3.11 also for
    // somebody to take it, since the request of a moment ago still stands where a state is swapped.
    FairnessTicker::Change ending;
    AttachMain main;
    // Kept from one attempt to the next: Python 3.11 aborts where an interpreter that had no state
    // left, since the last of its threads has ended meanwhile, gets one.
    if (!last_)
        last_ = PyThreadState_New(core_->state);
    PyThreadState *last = last_;
    PyThreadState_Swap(last);
    gilStateSlotSet(last);
    deleteStates(*core_);
    const bool alone =
        PyInterpreterState_ThreadHead(core_->state) == last && PyThreadState_Next(last) == nullptr;
    if (alone) {
        FairnessTicker::remove(core_->state); // also where it is none that was added
        Py_EndInterpreter(last);
    } else {
        *reason = "threads that its Python code has started still run";
    }
    PyThreadState_Swap(main.state());
    gilStateSlotRestore(alone ? nullptr : last, main.state());
    return alone;
}

Attach::Attach(InterpreterCore &core)
{
    ThreadSeat *seat = ThreadStates::ofThisThread().seat(core);
    if (!seat || !seat->enter(core.closing))
        return;
    seat_ = seat;
    slotBefore_ = gilStateSlotGet();
    PyEval_RestoreThread(seat->state());
    if (slotBefore_ != seat->state())
        gilStateSlotSet(seat->state());
}

Attach::~Attach()
{
    if (!seat_)
        return;
    PyEval_SaveThread();
    gilStateSlotRestore(seat_->state(), slotBefore_);
    seat_->leave();
}

Detach::Detach(InterpreterCore &core) : core_(core), seat_(PyEval_SaveThread())
{
    lent_ = ThreadStates::ofThisThread().lend(core, seat_);
}

Detach::~Detach()
{
    if (lent_)
        ThreadStates::ofThisThread().takeBack(core_);
    PyEval_RestoreThread(seat_.state());
}
