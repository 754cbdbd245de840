#include "interpreter.h"

#include <cstdlib>
#include <mutex>
#include <stdexcept>

#include "fairnessTicker.h"
#include "gilStateSlot.h"
#include "threadStates.h"

namespace
{

// As in a shell where it is activated.
PyStatus useVirtualEnvironment(PyConfig &config)
{
    const char *folder = std::getenv("VIRTUAL_ENV");
    if (!folder || !*folder)
        return PyStatus_Ok();
    const std::string python = std::string(folder) + "/bin/python";
    return PyConfig_SetBytesString(&config, &config.executable, python.c_str());
}

// In an executable that is not `python` nobody has started it yet.
void startPython()
{
    static std::mutex once;
    std::lock_guard<std::mutex> guard(once);
    if (Py_IsInitialized())
        return;
    PyConfig config;
    PyConfig_InitPythonConfig(&config);
    config.install_signal_handlers = 0;
    PyStatus status = useVirtualEnvironment(config);
    if (!PyStatus_Exception(status))
        status = Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    if (PyStatus_Exception(status))
        throw std::runtime_error(std::string("Python does not start: ") +
                                 (status.err_msg ? status.err_msg : "unknown reason"));
    PyEval_SaveThread();
}

// A thread state in the main interpreter for as long as it takes to make a sub-interpreter.
class MainInterpreterState
{
  public:
    MainInterpreterState() : state_(PyThreadState_New(PyInterpreterState_Main()))
    {
        PyEval_RestoreThread(state_);
        slotBefore_ = gilStateSlotSwap(state_);
    }
    // Expects the state to be current again.
    ~MainInterpreterState()
    {
        PyThreadState_Clear(state_);
        PyThreadState_DeleteCurrent();
        gilStateSlotSwap(slotBefore_ == state_ ? nullptr : slotBefore_);
    }
    MainInterpreterState(const MainInterpreterState &) = delete;
    MainInterpreterState &operator=(const MainInterpreterState &) = delete;

    PyThreadState *get() const noexcept { return state_; }

  private:
    PyThreadState *state_;
    PyThreadState *slotBefore_;
};

} // namespace

Interpreter::Interpreter(const std::string &name) : core_(new InterpreterCore)
{
    core_->name = name;
    startPython();
    {
        MainInterpreterState main;
        PyThreadState *sub = Py_NewInterpreter();
        if (sub) {
            core_->state = PyThreadState_GetInterpreter(sub);
            ThreadStates::ofThisThread().add(*core_, sub, false);
            PyThreadState_Swap(main.get());
        }
    }
    if (!core_->state)
        throw std::runtime_error("CPython cannot make another sub-interpreter");
    if (FairnessTicker::needed)
        ticker_ = std::make_unique<FairnessTicker>(*core_);
}

Interpreter::~Interpreter()
{
    // The sub-interpreter itself stays: threads of the driver may still be in it.
    close();
}

void Interpreter::close() noexcept
{
    core_->closing = true;
    ticker_.reset();
}

std::string Interpreter::describe()
{
    return "sub-interpreter on the shared GIL of Python " + std::string(PY_VERSION);
}

Attach::Attach(InterpreterCore &core)
{
    if (core.closing)
        return;
    PyThreadState *state = ThreadStates::ofThisThread().get(core);
    if (!state)
        return;
    PyEval_RestoreThread(state);
    if (core.closing) {
        PyEval_SaveThread();
        return;
    }
    state_ = state;
    slotBefore_ = gilStateSlotSwap(state);
}

Attach::~Attach()
{
    if (!state_)
        return;
    gilStateSlotSwap(slotBefore_);
    PyEval_SaveThread();
}

Detach::Detach(InterpreterCore &core) : core_(core), state_(PyEval_SaveThread())
{
    lent_ = ThreadStates::ofThisThread().add(core, state_, false);
}

Detach::~Detach()
{
    if (lent_)
        ThreadStates::ofThisThread().remove(core_);
    PyEval_RestoreThread(state_);
}
