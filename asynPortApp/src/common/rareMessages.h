// Limits how often one thing is reported: what happens with each scan would fill a disk.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "common/monotonicTime.h"

class RareMessages
{
  public:
    // Whether that was not reported within the last 10 s.
    bool due(const std::string &what, int reason);

  private:
    std::mutex mutex_; // guards reported_
    std::map<std::pair<std::string, int>, MonotonicTime> reported_;
};
