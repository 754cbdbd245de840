// Prints "user@host RECORD.FIELD old -> new" for every put that access security traps.
//
// Server threads call the listener one at a time, because asTrapWrite has a lock of its own. They
// hold no record lock, since that lock is outside the record locks. The listener reads the record
// and never enters Python. Another thread prints, so that a stopped terminal does not block
// clients.
#include "host/host.h"

#include <cstdio>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <utility>

#include <asDbLib.h>
#include <asLib.h>
#include <asTrapWrite.h>
#include <dbBase.h>
#include <dbChannel.h>
#include <dbCommon.h>
#include <epicsEvent.h>
#include <epicsExit.h>
#include <epicsThread.h>
#include <initHooks.h>
#include <iocInit.h>
#include <iocsh.h>

#include "host/putText.h"

#include "../../../asynPortApp/src/common/epicsEntry.h"
#include "../../../asynPortApp/src/common/monotonicTime.h"

namespace
{

constexpr size_t mostLines = 10000; // that wait to be printed

class Printer
{
  public:
    Printer()
    {
        if (!epicsThreadCreate("pvlog", epicsThreadPriorityLow,
                               epicsThreadGetStackSize(epicsThreadStackSmall), epicsEntry<run>,
                               this))
            throw std::runtime_error("no thread can be started that prints puts");
    }

    void add(std::string line)
    {
        {
            const std::lock_guard<std::mutex> guard(mutex_);
            if (lines_.size() < mostLines)
                lines_.push_back(std::move(line));
            else
                ++lost_;
        }
        there_.signal();
    }

    // What is there now is printed, within the limit.
    void flush(double limit)
    {
        const MonotonicTime deadline = MonotonicTime::after(limit);
        while (!idle() && MonotonicTime::now() < deadline)
            epicsThreadSleep(0.01);
    }

  private:
    static void run(void *self) { static_cast<Printer *>(self)->print(); }

    [[noreturn]] void print()
    {
        for (;;) {
            std::deque<std::string> lines;
            size_t lost;
            {
                const std::lock_guard<std::mutex> guard(mutex_);
                lines.swap(lines_);
                lost = std::exchange(lost_, 0);
                busy_ = !lines.empty();
            }
            for (const std::string &line : lines)
                fputs(line.c_str(), stdout);
            if (lost)
                printf("pvlog: %zu more puts, too many at a time to be printed\n", lost);
            fflush(stdout);
            if (lines.empty())
                there_.wait();
        }
    }

    bool idle()
    {
        const std::lock_guard<std::mutex> guard(mutex_);
        return lines_.empty() && !busy_;
    }

    std::mutex mutex_; // guards what follows
    std::deque<std::string> lines_;
    size_t lost_ = 0;
    bool busy_ = false; // lines have been taken and are being printed
    epicsEvent there_;
};

Printer *printer = nullptr; // the process's; made once, before iocInit
std::string userFile;       // what asSetFilename has named; by the thread that starts the IOC

std::string fieldName(dbChannel *channel)
{
    return std::string(dbChannelRecord(channel)->name) + "." + dbChannelFldDes(channel)->name;
}

void onPut(asTrapWriteMessage *message, int after)
{
    dbChannel *channel = message->serverSpecific;
    if (!channel)
        return;
    if (!after) {
        message->userPvt = new std::string(valueText(channel));
        return;
    }
    const std::string *old = static_cast<std::string *>(std::exchange(message->userPvt, nullptr));
    if (!old)
        return;
    std::string line = std::string(message->userid ? message->userid : "") + "@" +
                       (message->hostid ? message->hostid : "") + " " + fieldName(channel) + " " +
                       *old + " -> ";
    delete old;
    printer->add(line + valueText(channel) + '\n'); // written at once, not in two parts
}

bool trapsWrites()
{
    if (!asActive || !pasbase)
        return false;
    const auto &groups = const_cast<ASBASE *>(pasbase)->asgList;
    for (ELLNODE *group = groups.node.next; group; group = group->next)
        for (ELLNODE *rule = reinterpret_cast<ASG *>(group)->ruleList.node.next; rule;
             rule = rule->next)
            if (reinterpret_cast<ASGRULE *>(rule)->trapMask)
                return true;
    return false;
}

void onInit(initHookState state)
{
    if (state != initHookAfterScanInit) // access security has just been initialised
        return;
    if (!trapsWrites())
        fprintf(stderr,
                "pvlog: no put is printed: no rule of the access security file%s%s has "
                "TRAPWRITE\n",
                userFile.empty() ? "" : " ", userFile.c_str());
    else if (!userFile.empty())
        fprintf(stderr,
                "pvlog: the access security file %s stays in use: puts are printed where "
                "its rules have TRAPWRITE\n",
                userFile.c_str());
}

void atExit(void *)
{
    printer->flush(2.0);
}

void setFilename(const iocshArgBuf *arguments)
{
    const char *file = arguments[0].sval ? arguments[0].sval : "";
    if (asSetFilename(file)) {
        iocshSetError(1);
        return;
    }
    userFile = file;
}

const iocshArg fileArg = {"ascf", iocshArgStringPath};
const iocshArg *const fileArguments[] = {&fileArg};
const iocshFuncDef filenameDefinition = {
    "asSetFilename", 1, fileArguments,
    "Sets the access security file that iocInit and asInit read.\n"};

} // namespace

void registerAccessCommand()
{
    iocshRegister(&filenameDefinition, epicsEntry<setFilename>);
}

void logPuts(const std::string &accessFile)
{
    if (printer)
        return;
    if (getIocState() != iocVoid)
        throw std::runtime_error("puts can be printed when that is asked for before iocInit");
    if (userFile.empty() && asSetFilename(accessFile.c_str()))
        throw std::runtime_error("the access security file " + accessFile + " cannot be set");
    printer = new Printer;
    asTrapWriteRegisterListener(epicsEntry<onPut>);
    initHookRegister(epicsEntry<onInit>);
    epicsAtExit(epicsEntry<atExit>, nullptr);
}
