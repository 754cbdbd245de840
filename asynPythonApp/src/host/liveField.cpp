// Fields of records, as clients have them.
#include "../../../asynPortApp/src/common/recordLock.h"
#include "host/host.h"

#include <stdexcept>

#include <dbAccess.h>
#include <dbStaticLib.h>
#include <errlog.h>
#include <errMdef.h>
#include <menuScan.h>

namespace
{

// Raises std::runtime_error.
DBADDR addressOf(const std::string &name)
{
    DBADDR address;
    if (dbNameToAddr(name.c_str(), &address))
        throw std::runtime_error("there is no record or field " + name);
    return address;
}

// Raises std::runtime_error.
void check(long status, const char *what, const std::string &name)
{
    char text[256];
    if (status == 0)
        return;
    errSymLookup(status, text, sizeof text);
    throw std::runtime_error(std::string(what) + name + ": " + text);
}

// Whether a put to the field makes its record process.
bool processes(const DBADDR &address)
{
    const dbCommon *record = address.precord;
    return address.pfield == &record->proc ||
           (address.pfldDes->process_passive && record->scan == menuScanPassive);
}

// DISP is for clients; the script may write. With the record locked.
long putLocked(DBADDR &address, short type, const void *data, long count, bool process)
{
    dbCommon *record = address.precord;
    const long status = dbPut(&address, type, data, count);
    if (status || !process)
        return status;
    if (record->pact) {
        record->rpro = 1;
        return 0;
    }
    record->putf = 1;
    return dbProcess(record);
}

} // namespace

std::string getField(const std::string &name)
{
    DBADDR address = addressOf(name);
    char value[MAX_STRING_SIZE + 1] = "";
    long count = 1;
    check(dbGetField(&address, DBR_STRING, value, nullptr, &count, nullptr), "cannot read ", name);
    return value;
}

void setField(const std::string &name, const std::string &value)
{
    DBADDR address = addressOf(name);
    if (value.size() >= MAX_STRING_SIZE)
        throw std::runtime_error("cannot write " + name + ": expected at most " +
                                 std::to_string(MAX_STRING_SIZE - 1) + " bytes, got " +
                                 std::to_string(value.size()));
    char text[MAX_STRING_SIZE] = "";
    value.copy(text, sizeof text - 1);
    long status;
    if (address.field_type >= DBF_INLINK && address.field_type <= DBF_FWDLINK) {
        status = dbPutField(&address, DBR_STRING, text, 1); // locks several records
    } else {
        const RecordLock lock(address.precord);
        status = putLocked(address, DBR_STRING, text, 1, processes(address));
    }
    if (status == S_db_putDisabled)
        throw std::runtime_error("cannot write " + name + ": the record's DISP is 1");
    check(status, "cannot write ", name);
}

void putRaw(const std::string &name, int type, std::uintptr_t data, long count, bool process)
{
    DBADDR target = addressOf(name);
    const RecordLock lock(target.precord);
    check(putLocked(target, static_cast<short>(type), reinterpret_cast<const void *>(data), count,
                    process),
          "cannot write ", name);
}

long getRaw(const std::string &name, int type, std::uintptr_t data, long count)
{
    DBADDR source = addressOf(name);
    check(dbGetField(&source, static_cast<short>(type), reinterpret_cast<void *>(data), nullptr,
                     &count, nullptr),
          "cannot read ", name);
    return count;
}
