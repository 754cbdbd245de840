#include "port/wait.h"

#include <Python.h>

#include <stdexcept>
#include <string>

#include "interpreter/pyRef.h"
#include "interpreter/pythonError.h"
#include "interpreter/threadFrames.h"
#include "port/handle.h"

namespace
{

constexpr double interval = 1.0; // s, between two looks

// What PythonDriver._stuck sees of the two threads.
class Look
{
  public:
    explicit Look(PortHandle &handle) : handle_(handle) {}
    ~Look() { forget(); }
    Look(const Look &) = delete;
    Look &operator=(const Look &) = delete;

    // Prints what there is to say; the message of a wait that would have no end, or nothing.
    std::string again()
    {
        const Attach attached(*handle_.core);
        if (!attached)
            return {};
        const std::string problem = look();
        if (PyErr_Occurred())
            logLines(*handle_.core, "port " + handle_.portName + ": " + takeTraceback());
        return problem;
    }

  private:
    std::string look()
    {
        if (!watch_) {
            // Not as the code that is running here would, which may have an import of its own.
            const PyRef names(Py_BuildValue("(s)", "Watch"));
            const PyRef module(names ? PyImport_ImportModuleLevel("PythonDriver._stuck", nullptr,
                                                                  nullptr, names.get(), 0)
                                     : nullptr);
            watch_ = PyRef(
                module ? PyObject_CallMethod(module.get(), "Watch", "s", handle_.portName.c_str())
                       : nullptr);
        }
        const PyRef frames(watch_ ? threadFrames() : nullptr);
        const PyRef seen(frames ? PyObject_CallMethod(watch_.get(), "look", "Okkl", frames.get(),
                                                      handle_.owner.load(),
                                                      PyThread_get_thread_ident(),
                                                      handle_.ownerTask.load())
                                : nullptr);
        const char *report = nullptr, *problem = nullptr;
        if (!seen || !PyArg_ParseTuple(seen.get(), "ss", &report, &problem))
            return {};
        if (*report)
            logLines(*handle_.core, report);
        return problem;
    }

    void forget()
    {
        if (!watch_)
            return;
        const Attach attached(*handle_.core);
        if (attached)
            watch_ = PyRef();
        else
            watch_.release(); // its interpreter has been left behind
    }

    PortHandle &handle_;
    PyRef watch_; // released attached
};

} // namespace

bool lockFromPython(PortHandle &handle, WhenClosed whenClosed)
{
    if (handle.lock.tryLockFor(interval))
        return true;
    Look look(handle);
    do {
        if (handle.closed && whenClosed == WhenClosed::giveUp)
            return false;
        const std::string problem = look.again();
        if (!problem.empty() && !handle.lock.tryLockFor(0.0))
            throw std::runtime_error(problem);
        if (!problem.empty())
            return true; // it has been let go since
    } while (!handle.lock.tryLockFor(interval));
    return true;
}
