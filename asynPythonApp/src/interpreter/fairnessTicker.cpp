#include "interpreter/fairnessTicker.h"

#if PY_VERSION_HEX < 0x030D0000

#include <algorithm>

#include <epicsTime.h>
#include <errlog.h>

#include "interpreter/gilRequest.h"

namespace
{
constexpr double period = 0.005;         // s, CPython's own switch interval
constexpr double busyPeriod = 0.001;     // s, while somebody keeps the GIL
constexpr double patience = 0.001;       // s, before the holder is asked, and again
constexpr epicsUInt64 longWait = 100000; // ns, of one that had to wait for the GIL
} // namespace

FairnessTicker &FairnessTicker::all()
{
    static auto *ticker = new FairnessTicker; // its threads end with the process
    return *ticker;
}

FairnessTicker::FairnessTicker()
    : asks_(gilRequestWorks()), comes_(*this, &FairnessTicker::come, "pythonTicker"),
      asker_(*this, &FairnessTicker::ask, "pythonTickerAsk")
{
    if (!asks_)
        errlogPrintf("asynPythonDriver was built for another CPython than %s: a port that computes "
                     "for long delays the others\n",
                     Py_GetVersion());
    comes_.thread_.start();
    if (asks_)
        asker_.thread_.start();
}

FairnessTicker::Part::Part(FairnessTicker &owner, void (FairnessTicker::*work)(), const char *name)
    : owner_(owner), work_(work),
      thread_(*this, name, epicsThreadGetStackSize(epicsThreadStackSmall), epicsThreadPriorityLow)
{
}

// An interpreter already runs Python code while it is created, and still does while it is ended. At
// these times it is not in the list of interpreters that are asked.
FairnessTicker::Change::Change()
{
    add(PyInterpreterState_Main());
}

FairnessTicker::Change::~Change()
{
    remove(PyInterpreterState_Main());
}

void FairnessTicker::add(PyInterpreterState *interpreter)
{
    FairnessTicker &ticker = all();
    {
        std::lock_guard<std::mutex> guard(ticker.mutex_);
        ticker.interpreters_.push_back(interpreter);
    }
    ticker.added_.signal();
}

void FairnessTicker::remove(PyInterpreterState *interpreter)
{
    FairnessTicker &ticker = all();
    std::lock_guard<std::mutex> guard(ticker.mutex_);
    auto &all = ticker.interpreters_;
    if (auto found = std::find(all.begin(), all.end(), interpreter); found != all.end())
        all.erase(found);
}

bool FairnessTicker::idle()
{
    std::lock_guard<std::mutex> guard(mutex_);
    return interpreters_.empty();
}

void FairnessTicker::setWaits(bool waits)
{
    std::lock_guard<std::mutex> guard(mutex_);
    waits_ = waits;
}

void FairnessTicker::come()
{
    PyThreadState *state = PyThreadState_New(PyInterpreterState_Main());
    for (bool busy = false;; epicsThreadSleep(busy ? busyPeriod : period)) {
        while (idle())
            added_.wait();
        const epicsUInt64 start = epicsMonotonicGet();
        setWaits(true);
        coming_.signal();
        PyEval_RestoreThread(state);
        setWaits(false);
        busy = epicsMonotonicGet() - start > longWait;
        PyEval_SaveThread();
    }
}

// Under the lock that the one who came needs before it goes: so a holder that is asked, and then
// waits until somebody else has had the GIL, does not wait in vain.
bool FairnessTicker::askHolder()
{
    std::lock_guard<std::mutex> guard(mutex_);
    if (!waits_)
        return false;
    gilRequest(PyInterpreterState_Main());
    for (PyInterpreterState *interpreter : interpreters_)
        gilRequest(interpreter);
    return true;
}

void FairnessTicker::ask()
{
    for (;;) {
        coming_.wait();
        do
            epicsThreadSleep(patience);
        while (askHolder());
    }
}

#else

FairnessTicker::Change::Change() = default;
FairnessTicker::Change::~Change() = default;
void FairnessTicker::add(PyInterpreterState *) {}
void FairnessTicker::remove(PyInterpreterState *) {}

#endif
