// Holds a record's lock while it lives.
#pragma once

#include <dbCommon.h>
#include <dbLock.h>

class RecordLock
{
  public:
    // Before iocInit records have no lock, and nobody else writes them.
    [[nodiscard]] explicit RecordLock(dbCommon *record) : record_(record->lset ? record : nullptr)
    {
        if (record_)
            dbScanLock(record_);
    }
    ~RecordLock()
    {
        if (record_)
            dbScanUnlock(record_);
    }
    RecordLock(const RecordLock &) = delete;
    RecordLock &operator=(const RecordLock &) = delete;

  private:
    dbCommon *const record_;
};
