// Makes a port that computes in Python let the other ports run, on CPython 3.11 and 3.12.
//
// There a thread that waits for the GIL asks its own interpreter to drop it, not the one that holds
// it, so a busy port would starve the others for seconds. A thread that asks in the name of each
// interpreter every 5 ms cures it. CPython 3.13 asks the right one.
#pragma once

#include <Python.h>

#include <epicsEvent.h>
#include <epicsThread.h>

struct InterpreterCore;

class FairnessTicker : private epicsThreadRunable
{
  public:
    static constexpr bool needed = PY_VERSION_HEX < 0x030D0000;

    explicit FairnessTicker(InterpreterCore &core);
    ~FairnessTicker() override; // waits for the thread; not to be called while attached

  private:
    void run() override;

    InterpreterCore &core_;
    epicsEvent stop_;
    epicsThread thread_;
};
