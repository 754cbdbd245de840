#include "interpreter/pythonStart.h"

#include <Python.h>

#include <cstdlib>
#include <mutex>
#include <stdexcept>
#include <string>

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

} // namespace

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
