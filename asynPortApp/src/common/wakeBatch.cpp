#include "common/wakeBatch.h"

namespace
{

// Of the calling thread.
struct Batch {
    static constexpr int most = 4; // a further sleeper is woken at once

    int depth = 0; // batches that it is in
    int count = 0;
    Sleeper *putOff[most] = {};
};
thread_local Batch batch;

void wakeAll()
{
    while (batch.count > 0)
        batch.putOff[--batch.count]->wake();
}

} // namespace

WakeBatch::WakeBatch()
{
    ++batch.depth;
}

WakeBatch::~WakeBatch()
{
    if (--batch.depth == 0)
        wakeAll();
}

void WakeBatch::wake(Sleeper &sleeper)
{
    Batch &own = batch;
    if (own.depth == 0) {
        sleeper.wake();
        return;
    }
    for (int i = 0; i < own.count; ++i)
        if (own.putOff[i] == &sleeper)
            return;
    if (own.count == Batch::most)
        sleeper.wake();
    else
        own.putOff[own.count++] = &sleeper;
}

WakeBatchPause::WakeBatchPause() : depth_(batch.depth)
{
    batch.depth = 0;
    wakeAll();
}

WakeBatchPause::~WakeBatchPause()
{
    batch.depth = depth_;
}
