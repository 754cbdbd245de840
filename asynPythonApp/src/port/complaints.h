// Limits how often a traceback is printed: once in ten seconds for each place in the code that
// raises. A place does not include the message, because the message may contain data from clients.
#pragma once

#include <chrono>
#include <map>
#include <string>

class Complaints
{
  public:
    // Returns whether to print the traceback of this place now. unprinted receives the number of
    // tracebacks suppressed since the last one.
    bool due(const std::string &place, unsigned long &unprinted);

  private:
    struct Place {
        std::chrono::steady_clock::time_point next;
        unsigned long unprinted = 0;
    };
    std::map<std::string, Place> places_;
};
