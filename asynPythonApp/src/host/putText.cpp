#include "host/putText.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include <dbAccess.h>
#include <dbChannel.h>
#include <dbCommon.h>

#include "../../../asynPortApp/src/common/dbEntry.h"

namespace
{

constexpr long mostElements = 20; // of an array, in a line that stays readable
constexpr long mostCharacters = 400;

// Nobody writes lines of our log but we.
std::string printable(const char *text, size_t most)
{
    std::string result;
    for (size_t i = 0; i < most && text[i]; ++i) {
        const auto character = static_cast<unsigned char>(text[i]);
        char escaped[8];
        if (character >= 0x20 && character != 0x7f) {
            result += text[i];
        } else {
            snprintf(escaped, sizeof escaped, "\\x%02x", character);
            result += escaped;
        }
    }
    return result;
}

// The shortest that means this number.
std::string number(double value, int digits, int mostDigits)
{
    char text[40];
    for (; digits <= mostDigits; ++digits) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        const double again = std::strtod(text, nullptr);
        if (std::isnan(value) || again == value ||
            (mostDigits < 10 && static_cast<float>(again) == static_cast<float>(value)))
            break;
    }
    return text;
}

std::string number(epicsInt64 value)
{
    return std::to_string(value);
}

std::string number(epicsUInt64 value)
{
    return std::to_string(value);
}

template <typename Element>
std::vector<Element> elements(dbChannel *channel, short type, long most, long *all)
{
    std::vector<Element> values(static_cast<size_t>(most));
    if (dbChannelGetField(channel, type, values.data(), nullptr, all, nullptr))
        return {};
    values.resize(static_cast<size_t>(std::min(*all, most)));
    return values;
}

struct Text {
    char characters[MAX_STRING_SIZE];
};

std::string listed(const std::vector<std::string> &texts, bool more)
{
    if (texts.size() == 1 && !more)
        return texts.front();
    std::string result = "[";
    for (size_t i = 0; i < texts.size(); ++i)
        result += (i ? ", " : "") + texts[i];
    return result + (more ? ", ...]" : "]");
}

// One more element than is shown tells whether there are more.
template <typename Element, typename Show>
std::string list(dbChannel *channel, short type, Show show)
{
    const long most = std::min<long>(dbChannelElements(channel), mostElements + 1);
    long count = most;
    const auto values = elements<Element>(channel, type, most, &count);
    const auto shown = static_cast<long>(values.size()) - (count > mostElements ? 1 : 0);
    std::vector<std::string> texts;
    for (long i = 0; i < shown; ++i)
        texts.push_back(show(values[static_cast<size_t>(i)]));
    return listed(texts, count > mostElements);
}

std::string longText(dbChannel *channel)
{
    long count = std::min<long>(dbChannelElements(channel), mostCharacters + 1);
    const auto characters = elements<char>(channel, DBR_CHAR, count, &count);
    const size_t length = strnlen(characters.data(), characters.size());
    const bool more = length > mostCharacters;
    return printable(characters.data(), more ? mostCharacters : length) + (more ? "..." : "");
}

// RECORD.FIELD$, or a record that says so of its characters.
bool isLongText(dbChannel *channel)
{
    const short type = dbChannelFieldType(channel);
    if ((type != DBF_CHAR && type != DBF_UCHAR) || dbChannelElements(channel) < 2)
        return false;
    const char *name = dbChannelName(channel);
    if (*name && name[std::strlen(name) - 1] == '$')
        return true;
    DbEntry entry(dbChannelRecord(channel));
    const char *form = entry.info("Q:form");
    return form && !std::strcmp(form, "String");
}

} // namespace

std::string valueText(dbChannel *channel)
{
    if (isLongText(channel))
        return longText(channel);
    switch (dbChannelFieldType(channel)) {
    case DBF_FLOAT:
        return list<double>(channel, DBR_DOUBLE, [](double value) { return number(value, 6, 9); });
    case DBF_DOUBLE:
        return list<double>(channel, DBR_DOUBLE,
                            [](double value) { return number(value, 15, 17); });
    case DBF_UINT64:
        return list<epicsUInt64>(channel, DBR_UINT64,
                                 [](epicsUInt64 value) { return number(value); });
    case DBF_CHAR:
    case DBF_UCHAR:
    case DBF_SHORT:
    case DBF_USHORT:
    case DBF_LONG:
    case DBF_ULONG:
    case DBF_INT64:
        return list<epicsInt64>(channel, DBR_INT64, [](epicsInt64 value) { return number(value); });
    default:
        return list<Text>(channel, DBR_STRING, [](const Text &text) {
            return printable(text.characters, MAX_STRING_SIZE);
        });
    }
}
