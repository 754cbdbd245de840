#include "devLink.h"

#include <cctype>
#include <cstring>
#include <vector>

#include <epicsStdlib.h>

namespace
{

constexpr const char *forms =
    "expected is @asyn(port[,addr[,timeout]])drvInfo or @asynMask(port,addr,mask[,timeout])drvInfo";

std::string trimmed(const std::string &text)
{
    const size_t first = text.find_first_not_of(" \t");
    if (first == std::string::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Words between commas or blanks; an empty one stands for its default.
std::vector<std::string> words(const std::string &text)
{
    std::vector<std::string> result;
    std::string rest = trimmed(text);
    while (!rest.empty()) {
        const size_t end = std::min(rest.find_first_of(", \t"), rest.size());
        result.push_back(rest.substr(0, end));
        size_t next = rest.find_first_not_of(" \t", end);
        if (next != std::string::npos && rest[next] == ',') {
            next = rest.find_first_not_of(" \t", next + 1);
            if (next == std::string::npos)
                result.emplace_back();
        }
        rest = next == std::string::npos ? std::string() : rest.substr(next);
    }
    return result;
}

bool parseWords(const std::vector<std::string> &all, AsynLink &link, std::string &error)
{
    const size_t most = link.hasMask ? 4 : 3;
    if (all.empty() || all[0].empty())
        error = "the port's name is missing";
    else if (all.size() > most)
        error = "there are more than " + std::to_string(most) + " words between the parentheses";
    else if (link.hasMask && all.size() < 3)
        error = "the mask is missing";
    if (!error.empty())
        return false;
    link.port = all[0];
    epicsInt32 number = 0;
    if (all.size() > 1 && !all[1].empty()) {
        if (epicsParseInt32(all[1].c_str(), &number, 0, nullptr) != 0) {
            error = "the address " + all[1] + " is no integer";
            return false;
        }
        link.addr = number;
    }
    if (link.hasMask) {
        // A mask may be written unsigned, and as a negative number of bits.
        epicsUInt32 bits = 0;
        if (epicsParseInt32(all[2].c_str(), &link.mask, 0, nullptr) != 0) {
            if (epicsParseUInt32(all[2].c_str(), &bits, 0, nullptr) != 0) {
                error = "the mask " + all[2] + " is no 32-bit integer";
                return false;
            }
            link.mask = static_cast<epicsInt32>(bits);
        }
    }
    const std::string timeout = all.size() == most ? all.back() : "";
    if (!timeout.empty() && epicsParseDouble(timeout.c_str(), &link.timeout, nullptr) != 0) {
        error = "the timeout " + timeout + " is no number";
        return false;
    }
    return true;
}

} // namespace

bool parseAsynLink(const std::string &text, AsynLink &link, std::string &error)
{
    link = AsynLink();
    error.clear();
    const std::string all = trimmed(text);
    const size_t open = all.find('('), close = all.find(')');
    const std::string keyword = trimmed(all.substr(0, open));
    if (open == std::string::npos || close == std::string::npos || close < open)
        error = "parentheses are missing";
    else if (keyword != "asyn" && keyword != "asynMask")
        error = "\"" + keyword + "\" is neither asyn nor asynMask";
    if (error.empty()) {
        link.hasMask = keyword == "asynMask";
        link.drvInfo = trimmed(all.substr(close + 1));
        if (parseWords(words(all.substr(open + 1, close - open - 1)), link, error))
            return true;
    }
    error += std::string("; ") + forms;
    return false;
}
