#include "records/link.h"

#include <cmath>
#include <cstring>
#include <vector>

#include <epicsStdlib.h>

namespace
{

constexpr const char *forms =
    "expected @asyn(port[,addr[,timeout]])drvInfo or @asynMask(port,addr,mask[,timeout])drvInfo";
constexpr const char *blanks = " \t";
constexpr size_t allWords = 4; // of the longer form

std::string trimmed(const std::string &text)
{
    const size_t first = text.find_first_not_of(blanks);
    if (first == std::string::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// As it goes into a message, which has little room.
std::string quoted(const std::string &word)
{
    constexpr size_t most = 40;
    return '"' + (word.size() > most ? word.substr(0, most) + "..." : word) + '"';
}

// Words between commas or blanks; an empty one stands for its default. Stops at one too many.
std::vector<std::string> words(const std::string &text)
{
    std::vector<std::string> result;
    size_t at = text.find_first_not_of(blanks);
    while (at != std::string::npos && result.size() <= allWords) {
        const size_t end = std::min(text.find_first_of(", \t", at), text.size());
        result.push_back(text.substr(at, end - at));
        at = text.find_first_not_of(blanks, end);
        if (at != std::string::npos && text[at] == ',') {
            at = text.find_first_not_of(blanks, at + 1);
            if (at == std::string::npos)
                result.emplace_back();
        }
    }
    return result;
}

bool parseAddress(const std::string &word, AsynLink &link, std::string &error)
{
    epicsInt32 number = 0;
    if (!word.empty() && epicsParseInt32(word.c_str(), &number, 0, nullptr) != 0)
        error = "the address " + quoted(word) + " is not a 32-bit integer";
    link.addr = number;
    return error.empty();
}

// A mask may be written unsigned, and as a negative number of bits. epicsParseUInt32 takes a minus
// sign too and wraps around.
bool parseMask(const std::string &word, AsynLink &link, std::string &error)
{
    epicsUInt32 bits = 0;
    if (epicsParseInt32(word.c_str(), &link.mask, 0, nullptr) == 0)
        return true;
    if (word.find('-') == std::string::npos &&
        epicsParseUInt32(word.c_str(), &bits, 0, nullptr) == 0) {
        link.mask = static_cast<epicsInt32>(bits);
        return true;
    }
    error = word.empty() ? "the mask is missing"
                         : "the mask " + quoted(word) + " is not a 32-bit integer";
    return false;
}

bool parseTimeout(const std::string &word, AsynLink &link, std::string &error)
{
    if (!word.empty() && (epicsParseDouble(word.c_str(), &link.timeout, nullptr) != 0 ||
                          !std::isfinite(link.timeout)))
        error = "the timeout " + quoted(word) + " is not a valid timeout in seconds";
    return error.empty();
}

bool parseWords(const std::vector<std::string> &all, AsynLink &link, std::string &error)
{
    const size_t most = link.hasMask ? allWords : allWords - 1;
    if (all.empty() || all[0].empty())
        error = "the port's name is missing";
    else if (all.size() > most)
        error = "there are more than " + std::to_string(most) + " words between the parentheses";
    else if (link.hasMask && all.size() < 3)
        error = "the mask is missing";
    if (!error.empty())
        return false;
    link.port = all[0];
    return (all.size() < 2 || parseAddress(all[1], link, error)) &&
           (!link.hasMask || parseMask(all[2], link, error)) &&
           (all.size() < most || parseTimeout(all.back(), link, error));
}

bool parse(const std::string &all, AsynLink &link, std::string &error)
{
    const size_t open = all.find('('), close = all.find(')');
    const std::string keyword = trimmed(all.substr(0, open));
    if (all.find('\0') != std::string::npos)
        error = "there is a character of code 0";
    else if (open == std::string::npos || close == std::string::npos || close < open)
        error = "parentheses are missing";
    else if (keyword != "asyn" && keyword != "asynMask")
        error = quoted(keyword) + " is neither asyn nor asynMask";
    if (!error.empty())
        return false;
    link.hasMask = keyword == "asynMask";
    link.drvInfo = trimmed(all.substr(close + 1));
    return parseWords(words(all.substr(open + 1, close - open - 1)), link, error);
}

} // namespace

bool parseAsynLink(const std::string &text, AsynLink &link, std::string &error)
{
    link = AsynLink();
    error.clear();
    if (parse(trimmed(text), link, error))
        return true;
    link = AsynLink();
    error += std::string("; ") + forms;
    return false;
}
