// asynPythonIoc._pva: what the PVAccess server says of itself. A module of its own, so that an IOC
// without that server does not load its libraries.
#define PVXS_ENABLE_EXPERT_API // Server::report
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <pvxs/iochooks.h>
#include <pvxs/server.h>

namespace py = pybind11;

namespace
{

// Clients and, over all of them, channels.
std::pair<size_t, size_t> connections()
{
    const pvxs::server::Report report = pvxs::ioc::server().report(false);
    size_t channels = 0;
    for (const auto &connection : report.connections)
        channels += connection.channels.size();
    return {report.connections.size(), channels};
}

} // namespace

PYBIND11_MODULE(_pva, module)
{
    module.doc() = "The PVAccess server of this process.";
    module.def("connections", &connections, py::call_guard<py::gil_scoped_release>(),
               "Numbers of clients and of their channels. Raises where the server does not run.");
}
