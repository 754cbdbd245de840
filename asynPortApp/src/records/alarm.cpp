#include "records/alarm.h"

#include <cctype>
#include <cstring>

#include <alarm.h>
#include <caeventmask.h>
#include <dbAccess.h>
#include <dbEvent.h>
#include <epicsTime.h>
#include <recGbl.h>

namespace
{

bool beginsWith(const std::string &text, const char *start)
{
    return text.compare(0, std::strlen(start), start) == 0;
}

// "port P: " or "record R, DTYP D: "; 0 when the text begins with no such thing. What a value says
// may contain colons, too, so that the first one counts.
size_t subjectLength(const std::string &text)
{
    if (!beginsWith(text, "port ") && !beginsWith(text, "record "))
        return 0;
    const size_t nameEnd = text.find_first_of(" ,", text.find(' ') + 1);
    const size_t colon = text.find(": ");
    if (colon == std::string::npos || (nameEnd < colon && text[nameEnd] != ','))
        return 0; // "port P is disconnected: ..."
    return colon + 2;
}

// "driver:method: ", "driver::method: " or "driver::method "; a record's name has no "::", and is
// seldom followed by a colon.
size_t methodLength(const std::string &text)
{
    const size_t blank = text.find(' ');
    if (blank == std::string::npos || !std::isalpha(static_cast<unsigned char>(text[0])))
        return 0;
    const std::string word = text.substr(0, blank);
    for (const char each : word)
        if (!std::isalnum(static_cast<unsigned char>(each)) && !std::strchr("_:~", each))
            return 0;
    const bool twoNames = word.find(':') < word.size() - 1;
    return word.find("::") != std::string::npos || (twoNames && word.back() == ':') ? blank + 1 : 0;
}

bool continuesCharacter(char byte)
{
    return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

} // namespace

std::string withoutPrefixes(const std::string &message)
{
    std::string text = message;
    for (size_t length = 1; length != 0;) {
        length = subjectLength(text);
        if (length == 0)
            length = methodLength(text);
        if (length >= text.size())
            break;
        text.erase(0, length);
    }
    return text;
}

std::string alarmText(const std::string &message)
{
    constexpr size_t most = MAX_STRING_SIZE - 1;
    constexpr const char *dots = "...";
    std::string text = withoutPrefixes(message);
    for (char &each : text)
        if (std::iscntrl(static_cast<unsigned char>(each)))
            each = ' ';
    text.erase(text.find_last_not_of(' ') + 1);
    if (text.size() <= most)
        return text;
    size_t end = most - std::strlen(dots);
    while (end > 0 && continuesCharacter(text[end]))
        --end;
    return text.substr(0, end) + dots;
}

#ifdef HAS_ALARM_MESSAGE
namespace
{

// Not by recGblSetSevrMsg, which leaves the last byte of the field unused.
template <size_t Size> void write(char (&field)[Size], const std::string &message)
{
    static_assert(Size == MAX_STRING_SIZE, "alarmText cuts to the size of AMSG");
    std::strcpy(field, alarmText(message).c_str());
}

} // namespace

void setAlarm(dbCommon &record, epicsEnum16 stat, epicsEnum16 sevr, const char *message)
{
    if (record.nsev == NO_ALARM)
        record.namsg[0] = '\0'; // of the alarm before: Base leaves it there
    if (recGblSetSevr(&record, stat, sevr) && message && *message)
        write(record.namsg, message);
}

void showAlarm(dbCommon &record, epicsEnum16 stat, epicsEnum16 sevr, const std::string &message)
{
    record.stat = stat;
    record.sevr = sevr;
    write(record.amsg, message);
}

void keepAlarm(dbCommon &record)
{
    record.nsta = record.stat;
    record.nsev = record.sevr;
    std::memcpy(record.namsg, record.amsg, sizeof record.namsg);
}
#else
void setAlarm(dbCommon &record, epicsEnum16 stat, epicsEnum16 sevr, const char *)
{
    recGblSetSevr(&record, stat, sevr);
}

void showAlarm(dbCommon &record, epicsEnum16 stat, epicsEnum16 sevr, const std::string &)
{
    record.stat = stat;
    record.sevr = sevr;
}

void keepAlarm(dbCommon &record)
{
    record.nsta = record.stat;
    record.nsev = record.sevr;
}
#endif

void changeAlarm(dbCommon &record, epicsEnum16 stat, epicsEnum16 sevr, const std::string &message,
                 bool valueChanged, const epicsTimeStamp *time)
{
    setAlarm(record, stat, sevr, message.c_str());
    recGblGetTimeStamp(&record);
    if (time)
        record.time = *time;
    else if (record.tse == epicsTimeEventDeviceTime)
        epicsTimeGetCurrent(&record.time); // time of day
    unsigned mask = recGblResetAlarms(&record);
    if (valueChanged)
        mask |= DBE_VALUE | DBE_LOG;
    if (mask)
        db_post_events(&record, nullptr, mask); // of all fields
}
