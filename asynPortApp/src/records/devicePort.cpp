// A device and its port: how it connects, listens, loses the port and finds it again.
#include <cstring>

#include <dbAccess.h>
#include <dbStaticLib.h>
#include <errlog.h>
#include <errSymTbl.h>

#include "common/dbEntry.h"
#include "manager/portManager.h"
#include "records/alarm.h"
#include "records/device.h"

// Records of one port have one text for its name, where the library's strings can share theirs. In
// record initialisation, which is one thread's.
static void share(std::string &port)
{
    static std::string last;
    if (port == last)
        port = last;
    else
        last = port;
}

bool Device::connect(const char *interfaceType, Mask mask, DrvInfo drvInfo)
{
    // In record initialisation, which is one thread's.
    [[maybe_unused]] static const int known = errSymbolAdd(refusedStatus, "the value is refused");
    std::string error;
    const char *text = link_.type == INST_IO ? link_.value.instio.string : nullptr;
    if (!text)
        error = "expected a link of the form @asyn(...)";
    else
        parseAsynLink(text, parsed_, error);
    if (error.empty() && mask == Mask::required && !parsed_.hasMask)
        error = "expected @asynMask(port,addr,mask[,timeout])drvInfo";
    if (error.empty() && mask == Mask::none && parsed_.hasMask)
        error = "expected @asyn(port[,addr[,timeout]])drvInfo without a mask";
    if (error.empty()) {
        share(parsed_.port);
        interfaceType_ = interfaceType;
        drvInfo_ = drvInfo;
        if (attach() != asynSuccess)
            error = user_->errorMessage[0] ? user_->errorMessage : "the port refused it";
    }
    if (!error.empty()) {
        disable(error);
        return false;
    }
    watch(parsed_.port);
    return true;
}

// To the port of the link; where that fails user_ says why.
asynStatus Device::attach()
{
    user_ = pasynManager->createAsynUser(onTurn, nullptr);
    user_->userPvt = this;
    portManager::setPrompt(user_);
    portManager::setCompletion(user_, *this);
    user_->timeout = parsed_.timeout;
    asynStatus status = pasynManager->connectDevice(user_, parsed_.port.c_str(), parsed_.addr);
    if (status != asynSuccess)
        return status;
    if (drvInfo_ == DrvInfo::parameter && !parsed_.drvInfo.empty()) {
        asynInterface *drvUser = nullptr; // none, where the driver takes no drvInfo
        user_->errorMessage[0] = '\0';
        status = portManager::createDrvUser(user_, parsed_.drvInfo.c_str(), drvUser);
        if (status != asynSuccess)
            return status;
    }
    interface_ = pasynManager->findInterface(user_, interfaceType_, 1);
    if (!interface_)
        return asynError;
    int blocks = 0;
    pasynManager->canBlock(user_, &blocks);
    canBlock_ = blocks != 0;
    follows_ = portManager::followsPort(user_) || infoFlag("asynPort:follow");
    // A blocking port works with user_ at any time; another one does so while the record is locked,
    // as it is where callbacks begin and end.
    if (!canBlock_) {
        user_->errorMessage[0] = '\0';
        portManager::takeMessageRoom(user_);
    }
    interruptUser_ = canBlock_ ? pasynManager->duplicateAsynUser(user_, nullptr, nullptr) : user_;
    return asynSuccess;
}

void Device::detach()
{
    if (interruptUser_ && interruptUser_ != user_)
        giveBack(interruptUser_);
    giveBack(user_);
    user_ = interruptUser_ = nullptr;
}

// Not disconnected before: the port's thread may be at the end of its request, and its lock makes
// one step of looking at that and of freeing.
void Device::giveBack(asynUser *user)
{
    pasynManager->freeAsynUser(user);
}

void Device::disable(const std::string &reason)
{
    stopListening();
    interface_ = nullptr; // SCAN I/O Intr and asyn:READBACK do not bring it back
    const char *text =
        link_.type == INST_IO && link_.value.instio.string ? link_.value.instio.string : "";
    DbEntry entry(record_);
    const char *dtyp = entry.field("DTYP");
    errlogPrintf("record %s, DTYP %s, link \"@%s\": %s\n", record_->name, dtyp ? dtyp : "?", text,
                 reason.empty() ? "the port refused it" : reason.c_str());
    showAlarm(*record_, LINK_ALARM, INVALID_ALARM, reason);
    record_->pact = 1; // it never processes
}

long Device::ioInterrupt(int cmd, IOSCANPVT *pvt)
{
    *pvt = scanList();
    if (!interface_ && !portIsGone()) // a port of another kind may have the name meanwhile
        return cmd == 0 ? -1 : 0;     // the link is wrong: SCAN becomes Passive
    if (cmd == 0)
        return startListening() == asynSuccess ? 0 : -1;
    if (wantsToListen_ && !wantsReadback_) {
        stopListening();
        discardPending(); // it is older than what the record will read from now on
    }
    return 0;
}

asynStatus Device::startListening()
{
    wantsToListen_ = true;
    if (registrar_ || portIsGone() || released_)
        return asynSuccess;
    portManager::giveMessageRoom(interruptUser_);
    const asynStatus status = listen();
    if (status == asynSuccess && !canBlock_)
        portManager::takeMessageRoom(interruptUser_);
    if (status == asynSuccess)
        return status;
    errlogPrintf("record %s: port %s gives no interrupts for %s: %s\n", record_->name,
                 parsed_.port.c_str(), parsed_.drvInfo.c_str(), interruptUser_->errorMessage);
    registrar_ = nullptr;
    wantsToListen_ = false;
    return status;
}

void Device::stopListening()
{
    wantsToListen_ = false;
    cancel();
}

void Device::cancel()
{
    if (!registrar_)
        return;
    if (portManager::isShutDown(interruptUser_))
        portManager::cancelInterrupt(interruptUser_, registrar_);
    else
        unlisten();
    registrar_ = nullptr;
}

void Device::startReadback()
{
    wantsReadback_ = follows() || (output_ && infoFlag("asyn:READBACK"));
    if (wantsReadback_)
        startListening();
}

void Device::portGone()
{
    if (released_)
        return; // its record may not be there any more
    PortState joined = PortState::joined;
    port_.compare_exchange_strong(joined, PortState::leaving);
    leaveTask(showPortGone);
    request(record_->prio);
}

void Device::portBack()
{
    if (released_)
        return;
    leaveTask(joinPort);
    request(record_->prio);
}

// Other records are not processed for it: nobody has asked for what they would do.
void Device::goneFromPort()
{
    if (released_)
        return;
    RecordLock lock(record_);
    if (portIsGone())
        return;
    if (!interface_ || released_ || !portManager::isShutDown(user_)) {
        port_ = PortState::joined; // it has no port that could be gone, or has joined the next one
                                   // already
        return;
    }
    port_ = PortState::gone;
    cancel();
    leave();
    discardPending();
    if (record_->pact) // the end of its request shows it
        abandonWrite();
    else
        changeAlarm(*record_, COMM_ALARM, INVALID_ALARM, goneText(), false, nullptr);
}

std::string Device::goneText() const
{
    return "port " + parsed_.port + " is shut down";
}

// The record has the alarm of a port that is not connected, whatever its request has come to, and
// although it may have no value either.
void Device::takeGone()
{
    if (record_->nsta == UDF_ALARM)
        record_->nsta = record_->nsev = NO_ALARM;
    outcome_ = Outcome();
    outcome_.take(*user_, asynDisconnected);
    outcome_.alarmStatus = outcome_.alarmSeverity = 0;
    portManager::giveMessageRoom(user_);
    epicsSnprintf(user_->errorMessage, static_cast<size_t>(user_->errorMessageSize), "%s",
                  goneText().c_str());
}

// As in record initialisation, so that an output has what the driver has and writes nothing. An
// input reads.
void Device::backAtPort()
{
    if (released_)
        return;
    RecordLock lock(record_);
    if (!portIsGone() || released_ || record_->pact)
        return; // asked for again
    detach();
    const asynStatus status = attach();
    if (status != asynSuccess) {
        refusedAgain(status);
        return;
    }
    port_ = PortState::joined;
    timesRefused_ = 0;
    logged_.status = asynSuccess;
    if (wantsToListen_)
        startListening();
    const bool hasValue = rejoin();
    if (output_)
        showReturn(hasValue);
    else
        dbProcess(record_);
}

// One that follows has the driver's alarm and time with its value, as from the start on.
void Device::showReturn(bool hasValue)
{
    const bool follower = hasValue && follows();
    epicsAlarmCondition stat = record_->udf ? epicsAlarmUDF : epicsAlarmNone;
    epicsAlarmSeverity sevr = record_->udf ? epicsSevInvalid : epicsSevNone;
    if (follower && outcome_.alarmSeverity > sevr) {
        stat = static_cast<epicsAlarmCondition>(outcome_.alarmStatus);
        sevr = static_cast<epicsAlarmSeverity>(outcome_.alarmSeverity);
    }
    const bool byDriver = (follower || record_->tse == epicsTimeEventDeviceTime) && hasValue &&
                          outcome_.time.secPastEpoch != 0;
    changeAlarm(*record_, static_cast<epicsEnum16>(stat), static_cast<epicsEnum16>(sevr), "", true,
                byDriver ? &outcome_.time : nullptr);
}

// A driver that is still being made knows nothing yet, so that it is given a few seconds; one that
// says so itself has longer.
void Device::refusedAgain(asynStatus status)
{
    constexpr unsigned patience = 5;
    if (status == asynDisconnected || ++timesRefused_ != patience)
        return;
    errlogPrintf("record %s, link \"@%s\": the port is there again, but: %s\n", record_->name,
                 link_.value.instio.string, user_->errorMessage);
}
