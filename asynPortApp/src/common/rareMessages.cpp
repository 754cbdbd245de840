#include "common/rareMessages.h"

#include <iterator>

bool RareMessages::due(const std::string &what, int reason)
{
    constexpr double interval = 10.0; // s
    constexpr size_t most = 1000;     // in reported_, or those of long ago go
    const MonotonicTime now = MonotonicTime::now();
    const std::lock_guard<std::mutex> guard(mutex_);
    const auto [last, first] = reported_.try_emplace({what, reason}, now);
    if (!first && now - last->second < interval)
        return false;
    last->second = now;
    for (auto each = reported_.begin(); reported_.size() > most && each != reported_.end();)
        each = now - each->second < interval ? std::next(each) : reported_.erase(each);
    return true;
}
