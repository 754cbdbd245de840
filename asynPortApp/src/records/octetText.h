// Where each record type keeps its string: the Text classes of octet device support.
#pragma once

#include <cstring>
#include <string>

#include <dbFldTypes.h>
#include <lsiRecord.h>
#include <lsoRecord.h>
#include <printfRecord.h>
#include <stringinRecord.h>
#include <stringoutRecord.h>
#include <waveformRecord.h>

// VAL is an array of 40 characters.
template <typename Rec> struct ShortText {
    using Record = Rec;
    static const char *check(const Record &) { return nullptr; }
    static size_t capacity(const Record &record) { return sizeof record.val; }
    static const void *posted(const Record &record) { return record.val; }
    static void get(const Record &record, std::string &text)
    {
        text.assign(record.val, strnlen(record.val, sizeof record.val));
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
    static size_t capacity(const Record &record) { return record.sizv; }
    static const void *posted(const Record &record) { return record.val; }
    static void get(const Record &record, std::string &text)
    {
        text.assign(record.val, strnlen(record.val, record.sizv));
    }
    static void set(Record &record, const std::string &text)
    {
        const size_t count = text.copy(record.val, record.sizv - 1u);
        record.val[count] = '\0';
        record.len = static_cast<epicsUInt32>(count + 1);
    }
};

// Characters of a waveform, with a terminator that NORD does not count.
struct WaveText {
    using Record = waveformRecord;
    static const char *check(const Record &record)
    {
        return record.ftvl == DBF_CHAR || record.ftvl == DBF_UCHAR
                   ? nullptr
                   : "expected FTVL CHAR or UCHAR for a string";
    }
    static size_t capacity(const Record &record) { return record.nelm; }
    static const void *posted(const Record &record)
    {
        return static_cast<const void *>(&record.val);
    }
    static void get(const Record &record, std::string &text)
    {
        const auto *from = static_cast<const char *>(record.bptr);
        text.assign(from, strnlen(from, record.nord));
    }
    static void set(Record &record, const std::string &text)
    {
        auto *to = static_cast<char *>(record.bptr);
        const size_t count = text.copy(to, record.nelm - 1u);
        to[count] = '\0';
        record.nord = static_cast<epicsUInt32>(count);
    }
};

// All NORD characters, zeros too.
struct WaveBinary : WaveText {
    static void get(const waveformRecord &record, std::string &text)
    {
        text.assign(static_cast<const char *>(record.bptr), record.nord);
    }
};
