// How many there are of what must not leak. For reports and tests.
#pragma once

#include <atomic>
#include <cstdio>

struct Counters {
    std::atomic<long> interpreters{0}; // that were made and not ended
    std::atomic<long> leftBehind{0};   // of these, those that nobody will end: threads are in them
    std::atomic<long> threadStates{0}; // kept for threads that were not born in Python
    std::atomic<long> arrays{0};       // whose memory a port holds
    std::atomic<long> drivers{0};

    static Counters &all();
    void report(FILE *file) const;
};

// Counts its owner for as long as it lives.
class Counted
{
  public:
    explicit Counted(std::atomic<long> &counter) noexcept : counter_(counter) { ++counter_; }
    ~Counted() { --counter_; }
    Counted(const Counted &) = delete;
    Counted &operator=(const Counted &) = delete;

  private:
    std::atomic<long> &counter_;
};
