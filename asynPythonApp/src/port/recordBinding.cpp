// At iocInit: the loaded records of each Python port, so that info(pyname, …) makes attributes of
// them; and the first values for records that wait for a callback.
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <map>

#include "interpreter/pythonError.h"
#include "port/asynPythonDriver.h"

#include "../../../asynPortApp/src/common/dbEntry.h"
#include "../../../asynPortApp/src/common/epicsEntry.h"

#include <dbAccess.h>
#include <dbStaticLib.h>
#include <epicsExit.h>
#include <epicsString.h>
#include <errlog.h>
#include <initHooks.h>

namespace
{

struct Drivers {
    epicsMutex mutex; // guards all
    std::vector<asynPythonDriver *> all;
};

Drivers &drivers()
{
    static auto *drivers = new Drivers;
    return *drivers;
}

std::string textOf(const char *text)
{
    return text ? text : "";
}

// Whether the database gives the field a value. Arrays are none of the database's.
bool isGiven(DbEntry &entry, const char *field)
{
    return dbFindField(entry.get(), field) == 0 && entry->pflddes->field_type != DBF_NOACCESS &&
           !dbIsDefaultValue(entry.get());
}

// The port's name between the parenthesis and the first comma or blank.
std::string portOf(const std::string &link)
{
    const size_t open = link.find('(');
    if (link.compare(0, 5, "@asyn") != 0 || open == std::string::npos)
        return {};
    const size_t start = link.find_first_not_of(" \t", open + 1);
    const size_t end = link.find_first_of(", \t)", start);
    return start == std::string::npos || end == std::string::npos ? std::string()
                                                                  : link.substr(start, end - start);
}

// How long a string the record can hold, in bytes without the terminator; 0 for other records.
size_t capacityOf(DbEntry &entry, const std::string &type, const std::string &dtyp)
{
    if (dtyp.compare(0, 9, "asynOctet") != 0)
        return 0;
    if (type == "stringin" || type == "stringout")
        return 39;
    const std::string text = textOf(entry.field(type == "waveform" ? "NELM" : "SIZV"));
    const long size = std::strtol(text.c_str(), nullptr, 10);
    return size > 1 ? static_cast<size_t>(type == "waveform" ? size : size - 1) : 0;
}

std::map<std::string, std::vector<BoundRecord>> recordsByPort()
{
    std::map<std::string, std::vector<BoundRecord>> result;
    DbEntry entry;
    for (long type = dbFirstRecordType(entry.get()); type == 0;
         type = dbNextRecordType(entry.get())) {
        const std::string recordType = dbGetRecordTypeName(entry.get());
        for (long status = dbFirstRecord(entry.get()); status == 0;
             status = dbNextRecord(entry.get())) {
            if (dbIsAlias(entry.get()))
                continue;
            BoundRecord record;
            record.name = dbGetRecordName(entry.get());
            record.recordType = recordType;
            record.dtyp = textOf(entry.field("DTYP"));
            if (record.dtyp.compare(0, 4, "asyn") != 0)
                continue;
            record.link = textOf(entry.field("INP"));
            record.output = record.link.empty();
            if (record.output)
                record.link = textOf(entry.field("OUT"));
            record.defined = isGiven(entry, "VAL");
            record.asks = textOf(entry.field("SCAN")) != "I/O Intr" || isGiven(entry, "PINI");
            record.pyname = textOf(entry.info("pyname"));
            record.capacity = capacityOf(entry, recordType, record.dtyp);
            result[portOf(record.link)].push_back(std::move(record));
        }
    }
    return result;
}

std::atomic<bool> allBound{false};

void bindAll()
{
    allBound = true;
    auto records = recordsByPort();
    epicsGuard<epicsMutex> guard(drivers().mutex);
    for (asynPythonDriver *driver : drivers().all)
        driver->bind(records[driver->portName]);
}

void announceAll()
{
    epicsGuard<epicsMutex> guard(drivers().mutex);
    for (asynPythonDriver *driver : drivers().all)
        driver->announceFirst();
}

void onInit(initHookState state)
{
    if (state == initHookAtBeginning)
        bindAll();
    else if (state == initHookAfterIocRunning) { // not earlier: no record could be processed
        static std::atomic<bool> announced{false};
        if (announced.exchange(true))
            return;                                                    // iocRun after iocPause
        epicsAtExit(epicsEntry<asynPythonDriver::watchExit>, nullptr); // the last is called first
        announceAll();
    }
}

} // namespace

void rememberForBinding(asynPythonDriver &driver)
{
    static const int registered = initHookRegister(epicsEntry<onInit>);
    (void)registered;
    epicsGuard<epicsMutex> guard(drivers().mutex);
    drivers().all.push_back(&driver);
}

void bindLate(asynPythonDriver &driver)
{
    if (!allBound && !interruptAccept) // the first port may be made later than iocInit
        return;
    driver.bind(recordsByPort()[driver.portName]);
    driver.announceFirst();
}

void forgetForBinding(asynPythonDriver &driver)
{
    epicsGuard<epicsMutex> guard(drivers().mutex);
    auto &all = drivers().all;
    all.erase(std::remove(all.begin(), all.end(), &driver), all.end());
}

void asynPythonDriver::bind(const std::vector<BoundRecord> &records)
{
    bindRecords(records);
    reportEarlyChoices();
    PortGuard guard(handle_->lock);
    publish(0); // what has become an attribute
}

void asynPythonDriver::bindRecords(const std::vector<BoundRecord> &records)
{
    Attach attached(*interpreter_);
    if (!attached || !hooks_->driver)
        return; // the port ends, or its module is being imported
    PyRef list(PyList_New(0));
    for (const BoundRecord &record : records) {
        PyRef item(Py_BuildValue("(sssssniii)", record.name.c_str(), record.recordType.c_str(),
                                 record.dtyp.c_str(), record.link.c_str(), record.pyname.c_str(),
                                 static_cast<Py_ssize_t>(record.capacity), int{record.output},
                                 int{record.defined}, int{record.asks}));
        if (!item || PyList_Append(list.get(), item.get()) < 0)
            break;
    }
    PyRef result(PyErr_Occurred() ? nullptr
                                  : PyObject_CallMethod(hooks_->binding.get(), "bind_records", "OO",
                                                        hooks_->driver.get(), list.get()));
    if (!result)
        logLines(interpreter_->core(),
                 "port " + std::string(portName) + ": records cannot be bound: " + takeTraceback());
}
