#include "scan/scanQueue.h"

#include <algorithm>
#include <string>
#include <vector>

#include <epicsGuard.h>
#include <epicsThread.h>
#include <errlog.h>
#include <initHooks.h>

#include "common/epicsEntry.h"
#include "common/wakeBatch.h"
#include "common/wakeup.h"
#include "scan/endQueue.h"

using Guard = epicsGuard<epicsMutex>;

// One priority's thread and its clients in waiting.
class ScanQueue : private epicsThreadRunable, public Sleeper
{
  public:
    ScanQueue(const char *name, unsigned priority)
        : thread_(*this, name, epicsThreadGetStackSize(epicsThreadStackBig), priority)
    {
        thread_.start();
    }

    // True when the thread has to be woken for it.
    bool add(ScanClient &client)
    {
        // Whoever takes it out exchanges the flag, too, and so sees what was announced before.
        if (client.queued_.exchange(true))
            return false;
        Guard guard(mutex_);
        client.next_ = nullptr;
        *(last_ ? &last_->next_ : &first_) = &client;
        last_ = &client;
        return asleep_ && open_;
    }

    // Whether somebody stands in it or is being served.
    bool busy()
    {
        Guard guard(mutex_);
        return serving_ || first_;
    }

    void wake() override
    {
        {
            Guard guard(mutex_);
            if (!asleep_)
                return; // somebody else has woken it
            asleep_ = false;
        }
        wake_.signal();
    }

    void open()
    {
        Guard guard(mutex_);
        open_ = true;
        asleep_ = false;
        wake_.signal();
    }

    // Afterwards no client is being served, and none will be before open().
    void close()
    {
        Guard guard(mutex_);
        open_ = false;
        while (serving_) {
            epicsGuardRelease<epicsMutex> unguard(guard);
            idle_.wait(0.1);
        }
    }

    // Forgets the requests of clients that are about to go. Closed.
    void clear()
    {
        Guard guard(mutex_);
        while (first_)
            take();
    }

  private:
    ScanClient *take()
    {
        ScanClient *client = first_;
        first_ = client->next_;
        if (!first_)
            last_ = nullptr;
        client->queued_.exchange(false); // the last look at it: another queue may have it now
        return client;
    }

    void run() override
    {
        epicsGuarded("asyn device support's scan thread", [this] { serveAll(); });
    }
    void serveAll()
    {
        for (;;) {
            ScanClient *client = nullptr;
            bool closed;
            {
                Guard guard(mutex_);
                closed = !open_;
                if (!closed && first_)
                    client = take();
                serving_ = client;
                asleep_ = !client;
            }
            if (!client) {
                if (closed)
                    idle_.signal();
                wake_.wait();
                continue;
            }
            try {
                client->serve();
            } catch (const std::exception &error) {
                errlogPrintf("asyn device support: a C++ exception in a scan thread: %s\n",
                             error.what());
            } catch (...) {
                errlogPrintf("asyn device support: a C++ exception in a scan thread\n");
            }
        }
    }

    epicsMutex mutex_; // guards what follows up to asleep_, and the links of clients in the queue
    ScanClient *first_ = nullptr;
    ScanClient *last_ = nullptr;
    bool open_ = false;
    bool serving_ = false;
    bool asleep_ = false; // or about to be: to be woken
    Wakeup wake_, idle_;
    epicsThread thread_;
};

namespace
{

// All queues and all clients.
class Scans
{
  public:
    static Scans &all()
    {
        static auto *scans = new Scans; // never destroyed: its threads run on
        return *scans;
    }

    // Values that came before a write's end are in their records before its client is told.
    void addEnd(ScanClient &client, int priority)
    {
        const int which = queueOf(priority);
        if (queues_[which]->busy() || !ends_[which]->add(client))
            add(client, priority);
    }

    void add(ScanClient &client, int priority)
    {
        ScanQueue *queue = queues_[queueOf(priority)];
        if (queue->add(client))
            WakeBatch::wake(*queue);
    }

    void addApart(ScanClient &client)
    {
        ScanQueue *apart = queueApart();
        if (!apart)
            add(client, 0);
        else if (apart->add(client))
            apart->wake();
    }

    void enlist(ScanClient &client)
    {
        Guard guard(mutex_);
        clients_.push_back(&client);
    }

    void strike(ScanClient &client)
    {
        Guard guard(mutex_);
        clients_.erase(std::remove(clients_.begin(), clients_.end(), &client), clients_.end());
    }

  private:
    Scans()
    {
        static const struct {
            const char *name;
            unsigned priority;
        } threads[NUM_CALLBACK_PRIORITIES] = {{"asynScanLow", epicsThreadPriorityScanLow - 1},
                                              {"asynScanMedium", epicsThreadPriorityScanLow + 4},
                                              {"asynScanHigh", epicsThreadPriorityScanHigh + 1}};
        for (int i = 0; i < NUM_CALLBACK_PRIORITIES; ++i) {
            queues_[i] = new ScanQueue(threads[i].name, threads[i].priority);
            ends_[i] = new EndQueue(i);
        }
        initHookRegister(epicsEntry<onInit>);
    }

    // Made when it is first needed; NULL where there can be no thread: then the next one tries
    // again.
    ScanQueue *queueApart()
    {
        Guard guard(mutex_);
        if (apart_)
            return apart_;
        try {
            apart_ = new ScanQueue("asynRejoin", epicsThreadPriorityScanLow - 1);
        } catch (const std::exception &) {
            if (!refusalTold_)
                errlogPrintf("asyn device support: no thread can be started on which records join "
                             "their port again; those of I/O Intr do it\n");
            refusalTold_ = true;
            return nullptr;
        }
        if (open_)
            apart_->open();
        return apart_;
    }

    static int queueOf(int priority)
    {
        return std::min(std::max(priority, 0), NUM_CALLBACK_PRIORITIES - 1);
    }

    static void onInit(initHookState state)
    {
        Scans &scans = all();
        if (state == initHookAfterDatabaseRunning)
            scans.openAll();
        else if (state == initHookAtIocPause || state == initHookAtShutdown)
            scans.closeAll();
        if (state == initHookAtShutdown)
            scans.releaseAll();
    }

    void openAll()
    {
        for (ScanQueue *queue : queues_)
            queue->open();
        for (EndQueue *queue : ends_)
            queue->open();
        if (ScanQueue *apart = setOpen(true))
            apart->open();
    }

    // The queue apart, where there is one; one that is made later follows.
    ScanQueue *setOpen(bool open)
    {
        Guard guard(mutex_);
        open_ = open;
        return apart_;
    }

    // Who cannot end any more is handed over to the scan threads, and waits there.
    void closeAll()
    {
        if (ScanQueue *apart = setOpen(false))
            apart->close();
        for (ScanQueue *queue : queues_)
            queue->close();
        for (EndQueue *queue : ends_)
            queue->close();
    }

    void releaseAll()
    {
        std::vector<ScanClient *> clients;
        ScanQueue *apart;
        {
            Guard guard(mutex_);
            clients.swap(clients_);
            apart = apart_;
        }
        for (ScanClient *client : clients)
            client->release();
        for (EndQueue *queue : ends_)
            queue->clear();
        for (ScanQueue *queue : queues_)
            queue->clear();
        if (apart)
            apart->clear();
    }

    ScanQueue *queues_[NUM_CALLBACK_PRIORITIES];
    EndQueue *ends_[NUM_CALLBACK_PRIORITIES];
    epicsMutex mutex_; // guards what follows; outside those of the queues
    std::vector<ScanClient *> clients_;
    ScanQueue *apart_ = nullptr;
    bool open_ = false;
    bool refusalTold_ = false;
};

} // namespace

ScanClient::ScanClient()
{
    Scans::all().enlist(*this);
}

ScanClient::~ScanClient()
{
    Scans::all().strike(*this);
}

void ScanClient::request(int priority)
{
    Scans::all().add(*this, priority);
}

void ScanClient::requestApart()
{
    Scans::all().addApart(*this);
}

void ScanClient::requestEnd(int priority)
{
    Scans::all().addEnd(*this, priority);
}
