// Lets other ports run while one port computes in Python, on CPython 3.11 and 3.12.
//
// On these versions a thread that waits for the GIL sends its drop request to its own interpreter
// instead of the interpreter that holds the GIL. So one busy port could block the other ports for
// seconds. As a remedy, one thread of the process takes the GIL every few milliseconds. While that
// thread waits, another thread sends a drop request to every interpreter. When the GIL is dropped,
// other waiting threads can get it, too. CPython 3.13 sends the request to the right interpreter.
#pragma once

#include <Python.h>

#include <functional>
#include <mutex>
#include <vector>

#include <epicsEvent.h>
#include <epicsThread.h>

#include "../../../asynPortApp/src/common/epicsEntry.h"

class FairnessTicker
{
  public:
    // Held while a sub-interpreter that shares the process's GIL is created or ended. The creating
    // thread is attached to the main interpreter; the ending thread may be attached or detached.
    class Change
    {
      public:
        Change();
        ~Change();
        Change(const Change &) = delete;
        Change &operator=(const Change &) = delete;
    };
    // Add an interpreter after it was created; remove it before it is ended. The caller may be
    // attached or detached.
    static void add(PyInterpreterState *interpreter);
    static void remove(PyInterpreterState *interpreter);

  private:
    struct Part : epicsThreadRunable {
        Part(FairnessTicker &owner, void (FairnessTicker::*work)(), const char *name);
        void run() override { epicsGuarded("pythonTicker", std::ref(*this)); }
        void operator()() { (owner_.*work_)(); }

        FairnessTicker &owner_;
        void (FairnessTicker::*const work_)();
        epicsThread thread_;
    };

    FairnessTicker();
    static FairnessTicker &all(); // starts its threads when first called
    void come();
    void ask();
    bool idle();
    void setWaits(bool waits);
    bool askHolder();

    const bool asks_;   // false: CPython's internal data are not at the expected offsets
    epicsEvent added_;  // signalled when an interpreter is added
    epicsEvent coming_; // signalled before the first thread waits for the GIL

    std::mutex mutex_; // guards the members below; held only briefly, attached or detached
    bool waits_{false};
    std::vector<PyInterpreterState *> interpreters_; // not yet ended

    Part comes_, asker_;
};
