#include "port/complaints.h"

namespace
{

constexpr std::chrono::seconds interval{10}; // between two tracebacks of one place
constexpr size_t most = 16;                  // places; all others are one

} // namespace

bool Complaints::due(const std::string &place, unsigned long &unprinted)
{
    const bool room = places_.size() < most || places_.count(place);
    Place &known = places_[room ? place : "elsewhere"];
    const auto now = std::chrono::steady_clock::now();
    if (now < known.next) {
        ++known.unprinted;
        return false;
    }
    unprinted = known.unprinted;
    known = {now + interval, 0};
    return true;
}
