#include "softioc/termination.h"

#include <cerrno>
#include <csignal>

#include <semaphore.h>
#include <unistd.h>

namespace
{

// Set before the handler is there, and not changed.
pid_t process;
sem_t arrived;

// Python's own handlers run on the main thread, and not while that is in a library. On any thread,
// wherever that is: only what is safe there.
void note(int number)
{
    const int error = errno;
    if (getpid() == process)
        sem_post(&arrived);
    else
        raise(number); // SA_RESETHAND has brought the default back, which acts on return
    errno = error;
}

} // namespace

bool catchTermination() noexcept
{
    struct sigaction action = {};
    if (sigaction(SIGTERM, nullptr, &action) != 0 || (action.sa_flags & SA_SIGINFO) ||
        action.sa_handler != SIG_DFL)
        return false;
    process = getpid();
    if (sem_init(&arrived, 0, 0) != 0)
        return false;
    action.sa_handler = note;
    action.sa_flags = static_cast<int>(SA_RESTART | SA_RESETHAND);
    return sigaction(SIGTERM, &action, nullptr) == 0;
}

void awaitTermination() noexcept
{
    while (sem_wait(&arrived) != 0 && errno == EINTR)
        continue;
}
