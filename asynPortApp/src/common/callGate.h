// Lets calls through to a client until it is closed: afterwards no other thread is in such a call,
// and nobody will be.
#pragma once

#include <atomic>

class CallGate
{
  public:
    // One call. False where the gate is closed: then the client is not to be called.
    class Pass
    {
      public:
        [[nodiscard]] explicit Pass(CallGate &gate);
        ~Pass();
        Pass(const Pass &) = delete;
        Pass &operator=(const Pass &) = delete;
        explicit operator bool() const { return gate_ != nullptr; }

      private:
        friend class CallGate;
        CallGate *gate_;                   // NULL where it is closed
        const Pass **innermost_ = nullptr; // of the thread
        const Pass *outer_ = nullptr;
    };

    CallGate() = default;
    CallGate(const CallGate &) = delete;
    CallGate &operator=(const CallGate &) = delete;

    // Waits for the calls in other threads. A call of this thread may go on: a client may close its
    // own gate. It must not hold what such a call waits for.
    void close();

  private:
    static constexpr unsigned closed = 1u << 31;

    void leave();
    unsigned ownCalls() const;

    std::atomic<unsigned> state_{0}; // calls, and the bit closed; each client has one
};
