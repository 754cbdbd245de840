#include "shell/mask.h"

#include <asynDriver.h>
#include <epicsStdlib.h>
#include <epicsString.h>

const MaskName traceMaskNames[] = {{"ASYN_TRACE_ERROR", ASYN_TRACE_ERROR},
                                   {"ASYN_TRACEIO_DEVICE", ASYN_TRACEIO_DEVICE},
                                   {"ASYN_TRACEIO_FILTER", ASYN_TRACEIO_FILTER},
                                   {"ASYN_TRACEIO_DRIVER", ASYN_TRACEIO_DRIVER},
                                   {"ASYN_TRACE_FLOW", ASYN_TRACE_FLOW},
                                   {"ASYN_TRACE_WARNING", ASYN_TRACE_WARNING},
                                   {nullptr, 0}};
const MaskName traceIOMaskNames[] = {{"ASYN_TRACEIO_NODATA", ASYN_TRACEIO_NODATA},
                                     {"ASYN_TRACEIO_ASCII", ASYN_TRACEIO_ASCII},
                                     {"ASYN_TRACEIO_ESCAPE", ASYN_TRACEIO_ESCAPE},
                                     {"ASYN_TRACEIO_HEX", ASYN_TRACEIO_HEX},
                                     {nullptr, 0}};
const MaskName traceInfoMaskNames[] = {{"ASYN_TRACEINFO_TIME", ASYN_TRACEINFO_TIME},
                                       {"ASYN_TRACEINFO_PORT", ASYN_TRACEINFO_PORT},
                                       {"ASYN_TRACEINFO_SOURCE", ASYN_TRACEINFO_SOURCE},
                                       {"ASYN_TRACEINFO_THREAD", ASYN_TRACEINFO_THREAD},
                                       {nullptr, 0}};

namespace
{

const char *shortName(const MaskName &entry)
{
    // ASYN_TRACE_ERROR, ASYN_TRACEIO_HEX and ASYN_TRACEINFO_TIME end in ERROR, HEX and TIME.
    const char *name = entry.name + sizeof "ASYN_" - 1;
    while (*name != '_')
        ++name;
    return name + 1;
}

bool bitOf(const std::string &word, const MaskName *names, int &bit)
{
    for (; names->name; ++names) {
        const char *full = names->name;
        if (epicsStrCaseCmp(word.c_str(), full) == 0 ||
            epicsStrCaseCmp(word.c_str(), full + sizeof "ASYN_" - 1) == 0 ||
            epicsStrCaseCmp(word.c_str(), shortName(*names)) == 0) {
            bit = names->bit;
            return true;
        }
    }
    epicsInt32 number = 0;
    if (epicsParseInt32(word.c_str(), &number, 0, nullptr) != 0)
        return false;
    bit = number;
    return true;
}

} // namespace

bool parseMask(const char *text, const MaskName *names, int &mask, std::string &error)
{
    mask = 0;
    const std::string rest(text ? text : "");
    if (rest.empty()) {
        error = "expected a mask";
    }
    for (size_t start = 0; error.empty() && start <= rest.size();) {
        const size_t end = std::min(rest.find_first_of("+|", start), rest.size());
        std::string word = rest.substr(start, end - start);
        word.erase(0, word.find_first_not_of(' '));
        word.erase(word.find_last_not_of(' ') + 1);
        int bit = 0;
        if (!bitOf(word, names, bit))
            error = "\"" + word.substr(0, 40) + "\" is not a trace mask";
        mask |= bit;
        start = end + 1;
    }
    if (error.empty())
        return true;
    error += "; valid masks: numbers and, joined with +,";
    for (; names->name; ++names)
        error += std::string(" ") + names->name;
    return false;
}
