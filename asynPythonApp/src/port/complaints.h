// Limits how often a traceback is printed: once in ten seconds for each place in the code that
// raises. What a client has sent is part of the message, and so not of the place.
#pragma once

#include <chrono>
#include <map>
#include <string>

class Complaints
{
  public:
    // Whether the one of this place is to be printed now, and how many have not been printed since
    // the last one.
    bool due(const std::string &place, unsigned long &unprinted);

  private:
    struct Place {
        std::chrono::steady_clock::time_point next;
        unsigned long unprinted = 0;
    };
    std::map<std::string, Place> places_;
};
