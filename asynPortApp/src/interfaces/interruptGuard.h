// Calls an interrupt client: what it throws is reported, and ends there. The driver that has a new
// value does not know its clients, and the others are to be served.
#pragma once

#include <exception>
#include <string>

#include "interfaces/base.h"

// One message with port, parameter and the client's function.
void clientThrew(const char *port, const std::string &parameter, int reason, const void *function,
                 const char *what) noexcept;

// call() calls the client, which may be gone afterwards. parameter: its name, NULL for a reason
// that is the driver's own.
template <typename Interrupt, typename Call>
void callGuarded(const char *port, const std::string *parameter, Interrupt &client, Call call)
{
    const auto callback = client.callback;
    void *const userPvt = client.userPvt;
    const int reason = client.pasynUser->reason;
    const auto threw = [&](const char *what) {
        Interrupt kept{};
        kept.callback = callback;
        kept.userPvt = userPvt;
        clientThrew(port, parameter ? *parameter : std::string(), reason,
                    reinterpret_cast<const void *>(interfaceBase::registered(kept).first), what);
    };
    try {
        call();
    } catch (const std::exception &error) {
        threw(error.what());
    } catch (...) {
        threw("not a std::exception");
    }
}
