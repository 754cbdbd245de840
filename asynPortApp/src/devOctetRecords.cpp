// Device support entries of stringin, stringout, lsi, lso, printf and waveforms of characters.
#include <dbFldTypes.h>
#include <lsiRecord.h>
#include <lsoRecord.h>
#include <printfRecord.h>
#include <stringinRecord.h>
#include <stringoutRecord.h>
#include <waveformRecord.h>

#include "devDset.h"
#include "devOctet.h"

namespace
{

// VAL is an array of 40 characters.
template <typename Rec> struct ShortText {
    using Record = Rec;
    static const char *check(const Record &) { return nullptr; }
    static size_t capacity(const Record &record) { return sizeof record.val - 1; }
    static std::string get(const Record &record)
    {
        return std::string(record.val, strnlen(record.val, sizeof record.val));
    }
    static void set(Record &record, const std::string &text)
    {
        record.val[text.copy(record.val, sizeof record.val - 1)] = '\0';
    }
};

// VAL points to SIZV characters, LEN counts the terminator.
template <typename Rec> struct LongText {
    using Record = Rec;
    static const char *check(const Record &) { return nullptr; }
    static size_t capacity(const Record &record) { return record.sizv - 1u; }
    static std::string get(const Record &record)
    {
        return std::string(record.val, strnlen(record.val, record.sizv));
    }
    static void set(Record &record, const std::string &text)
    {
        const size_t count = text.copy(record.val, record.sizv - 1u);
        record.val[count] = '\0';
        record.len = static_cast<epicsUInt32>(count + 1);
    }
};

// Characters of a waveform. A terminator is written where there is room, and counted when it is
// written out.
struct WaveText {
    using Record = waveformRecord;
    static const char *check(const Record &record)
    {
        return record.ftvl == DBF_CHAR || record.ftvl == DBF_UCHAR
                   ? nullptr
                   : "FTVL CHAR or UCHAR is expected for a string";
    }
    static size_t capacity(const Record &record) { return record.nelm; }
    static std::string get(const Record &record)
    {
        const auto *text = static_cast<const char *>(record.bptr);
        return std::string(text, strnlen(text, record.nord));
    }
    static void set(Record &record, const std::string &text)
    {
        auto *to = static_cast<char *>(record.bptr);
        const size_t count = text.copy(to, record.nelm);
        if (count < record.nelm)
            to[count] = '\0';
        record.nord = static_cast<epicsUInt32>(count);
    }
};

template <typename Record> constexpr bool hasOut = std::is_same_v<Record, stringoutRecord> ||
                                                   std::is_same_v<Record, lsoRecord> ||
                                                   std::is_same_v<Record, printfRecord>;

template <typename Text, bool Output> struct Octets {
    using Dev = OctetDevice<Text>;
    using Record = typename Text::Record;

    static long init(dbCommon *common)
    {
        auto &record = *reinterpret_cast<Record *>(common);
        DBLINK *link;
        if constexpr (hasOut<Record>)
            link = &record.out;
        else
            link = &record.inp;
        auto *device = new Dev(common, *link, Output);
        device->initialize();
        return 0;
    }
    static long process(dbCommon *common)
    {
        return static_cast<Dev *>(Device::of(common))->process();
    }
    static long linconv(dbCommon *, int) { return 0; }
};

} // namespace

ASYN_DEVICE(asynSiOctetRead, Octets<ShortText<stringinRecord>, false>)
ASYN_DEVICE(asynSoOctetWrite, Octets<ShortText<stringoutRecord>, true>)
ASYN_DEVICE(asynLsiOctetRead, Octets<LongText<lsiRecord>, false>)
ASYN_DEVICE(asynLsoOctetWrite, Octets<LongText<lsoRecord>, true>)
ASYN_DEVICE(asynPfOctetWrite, Octets<LongText<printfRecord>, true>)
ASYN_DEVICE(asynWfOctetRead, Octets<WaveText, false>)
ASYN_DEVICE(asynWfOctetWrite, Octets<WaveText, true>)
