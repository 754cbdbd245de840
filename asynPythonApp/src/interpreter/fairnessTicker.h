// Makes a port that computes in Python let the others run, on CPython 3.11 and 3.12.
//
// There a thread that waits for the GIL asks its own interpreter to drop it, not the one that holds
// it, so a busy port would starve the others for seconds. One thread of the process comes for the
// GIL every few ms; while it has to wait, another one asks the holder in each interpreter. Whoever
// else waits has its turn then, too. CPython 3.13 asks the right one.
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
    // While a sub-interpreter that uses the process's GIL is made, attached to the main one, or
    // ended, attached or not.
    class Change
    {
      public:
        Change();
        ~Change();
        Change(const Change &) = delete;
        Change &operator=(const Change &) = delete;
    };
    // From when it is made until it is about to be ended. Attached or not.
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
    static FairnessTicker &all(); // its threads start with the first interpreter
    void come();
    void ask();
    bool idle();
    void setWaits(bool waits);
    bool askHolder();

    const bool asks_;   // false: CPython's data are not where they should be
    epicsEvent added_;  // there are interpreters again
    epicsEvent coming_; // the one that comes is about to wait for the GIL

    std::mutex mutex_; // guards what follows; held for a few instructions, attached or not
    bool waits_{false};
    std::vector<PyInterpreterState *> interpreters_; // those that are not ended

    Part comes_, asker_;
};
