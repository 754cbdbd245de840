// Many clients may be called in a row, each of which wakes a thread. While a WakeBatch lives, the
// threads that its own thread would wake are woken once, at the end: a thread that is woken may run
// in the place of the one that wakes it, and would do so for each of many records.
#pragma once

// A thread, or a pool of threads, that sleeps until it is woken.
class Sleeper
{
  public:
    virtual void wake() = 0;

  protected:
    ~Sleeper() = default;
};

class WakeBatch
{
  public:
    [[nodiscard]] WakeBatch();
    ~WakeBatch(); // of the outermost one: wakes
    WakeBatch(const WakeBatch &) = delete;
    WakeBatch &operator=(const WakeBatch &) = delete;

    // At the end of the calling thread's batch, or at once if it is in none. The sleeper lives on.
    static void wake(Sleeper &sleeper);
};

// While one lives, the batches of its thread do not count: it wakes what they have put off, and
// from then on sleepers are woken at once. For calls to clients that may wait for a record.
class WakeBatchPause
{
  public:
    [[nodiscard]] WakeBatchPause();
    ~WakeBatchPause();
    WakeBatchPause(const WakeBatchPause &) = delete;
    WakeBatchPause &operator=(const WakeBatchPause &) = delete;

  private:
    const int depth_;
};
