// A place in the static database (dbStaticLib) that is finished when it goes out of scope.
#pragma once

#include <dbAccess.h>
#include <dbStaticLib.h>

class DbEntry
{
  public:
    DbEntry() { dbInitEntry(pdbbase, &entry_); }
    // At a record that is loaded.
    explicit DbEntry(dbCommon *record) { dbInitEntryFromRecord(record, &entry_); }
    ~DbEntry() { dbFinishEntry(&entry_); }
    DbEntry(const DbEntry &) = delete;
    DbEntry &operator=(const DbEntry &) = delete;

    // RECORD or RECORD.FIELD. False if there is none.
    bool find(const char *name) { return dbFindRecord(&entry_, name) == 0; }
    dbCommon *record() { return static_cast<dbCommon *>(entry_.precnode->precord); }

    // Texts of the record at which the entry is; NULL if it has no such field or info, or the field
    // has no text. They stay until the next call.
    const char *field(const char *name)
    {
        return dbFindField(&entry_, name) == 0 ? dbGetString(&entry_) : nullptr;
    }
    const char *info(const char *name)
    {
        return dbFindInfo(&entry_, name) == 0 ? dbGetInfoString(&entry_) : nullptr;
    }

    DBENTRY *get() { return &entry_; } // for dbStaticLib's functions
    DBENTRY *operator->() { return &entry_; }

  private:
    DBENTRY entry_;
};
