#include "host/host.h"
#include "host/recordLock.h"

#include <stdexcept>

#include <dbAccess.h>
#include <dbCommon.h>
#include <dbStaticLib.h>
#include <iocInit.h>

namespace
{

class Entry
{
  public:
    // RECORD.FIELD or RECORD. Raises std::runtime_error.
    explicit Entry(const std::string &name) : name_(name)
    {
        dbInitEntry(pdbbase, &entry_);
        if (dbFindRecord(&entry_, name.c_str()) ||
            (!entry_.pflddes && dbFindField(&entry_, "VAL"))) {
            dbFinishEntry(&entry_);
            throw std::runtime_error("there is no record or field " + name);
        }
    }
    ~Entry() { dbFinishEntry(&entry_); }
    Entry(const Entry &) = delete;
    Entry &operator=(const Entry &) = delete;

    DBENTRY *get() { return &entry_; }
    dbCommon *record() { return static_cast<dbCommon *>(entry_.precnode->precord); }
    [[noreturn]] void refuse(const std::string &what, const char *why)
    {
        throw std::runtime_error("cannot " + what + " " + name_ +
                                 (why && *why ? std::string(": ") + why : ""));
    }

  private:
    const std::string name_;
    DBENTRY entry_;
};

} // namespace

std::string databaseField(const std::string &name)
{
    Entry entry(name);
    const RecordLock lock(entry.record());
    const char *text = dbGetString(entry.get());
    if (!text)
        entry.refuse("read", "its type has no text");
    return text;
}

void setDatabaseField(const std::string &name, const std::string &value)
{
    Entry entry(name);
    if (getIocState() != iocVoid)
        entry.refuse("write", "the IOC has been initialised");
    if (const char *problem = dbVerify(entry.get(), value.c_str()))
        entry.refuse("write", problem);
    if (dbPutString(entry.get(), value.c_str()))
        entry.refuse("write", entry.get()->message);
}
