// A moment on the clock that nobody sets: for limits and intervals. The time of day may be set, and
// serves for time stamps alone.
#pragma once

#include <algorithm>

#include <epicsTime.h>

class MonotonicTime
{
  public:
    MonotonicTime() = default; // before every other
    static MonotonicTime now() { return MonotonicTime(epicsMonotonicGet()); }
    // seconds may be any number: less than 0 and NaN are 0, and nothing is longer than a year.
    static MonotonicTime after(double seconds)
    {
        constexpr double year = 3600.0 * 24 * 365;
        const double ns = std::min(std::max(0.0, seconds), year) * 1e9;
        return MonotonicTime(epicsMonotonicGet() + static_cast<epicsUInt64>(ns));
    }

    // In s.
    double operator-(MonotonicTime other) const
    {
        return ns_ >= other.ns_ ? static_cast<double>(ns_ - other.ns_) * 1e-9
                                : -static_cast<double>(other.ns_ - ns_) * 1e-9;
    }
    bool operator<(MonotonicTime other) const { return ns_ < other.ns_; }
    bool operator>(MonotonicTime other) const { return ns_ > other.ns_; }
    bool operator<=(MonotonicTime other) const { return ns_ <= other.ns_; }
    bool operator>=(MonotonicTime other) const { return ns_ >= other.ns_; }
    bool operator==(MonotonicTime other) const { return ns_ == other.ns_; }

  private:
    explicit MonotonicTime(epicsUInt64 ns) : ns_(ns) {}

    epicsUInt64 ns_ = 0;
};
