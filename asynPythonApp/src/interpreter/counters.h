// Counts of the objects that must not leak, for reports and tests.
#pragma once

#include <atomic>
#include <cstdio>

struct Counters {
    std::atomic<long> interpreters{0}; // created and not yet ended
    std::atomic<long> leftBehind{
        0}; // those of them that will never be ended, because threads are inside
    std::atomic<long> threadStates{0}; // kept for threads that Python did not create
    std::atomic<long> arrays{0};       // array values that a port holds
    std::atomic<long> drivers{0};

    static Counters &all();
    void report(FILE *file) const;
};

// Counts the object that contains it as long as the object exists.
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
