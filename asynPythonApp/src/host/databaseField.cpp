#include "../../../asynPortApp/src/common/dbEntry.h"
#include "../../../asynPortApp/src/common/recordLock.h"
#include "host/host.h"

#include <stdexcept>

#include <dbAccess.h>
#include <dbCommon.h>
#include <dbStaticLib.h>
#include <iocInit.h>

namespace
{

// The place of RECORD.FIELD, or of a record's VAL. Raises std::runtime_error.
void find(DbEntry &entry, const std::string &name)
{
    if (!entry.find(name.c_str()) || (!entry->pflddes && dbFindField(entry.get(), "VAL")))
        throw std::runtime_error("there is no record or field " + name);
}

[[noreturn]] void refuse(const char *what, const std::string &name, const char *why)
{
    throw std::runtime_error(std::string("cannot ") + what + " " + name +
                             (why && *why ? std::string(": ") + why : ""));
}

} // namespace

std::string databaseField(const std::string &name)
{
    DbEntry entry;
    find(entry, name);
    const RecordLock lock(entry.record());
    const char *text = dbGetString(entry.get());
    if (!text)
        refuse("read", name, "its type has no text");
    return text;
}

void setDatabaseField(const std::string &name, const std::string &value)
{
    DbEntry entry;
    find(entry, name);
    if (getIocState() != iocVoid)
        refuse("write", name, "the IOC has been initialised");
    if (const char *problem = dbVerify(entry.get(), value.c_str()))
        refuse("write", name, problem);
    if (dbPutString(entry.get(), value.c_str()))
        refuse("write", name, entry->message);
}
