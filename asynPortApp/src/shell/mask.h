// Trace masks as people write them: numbers, or names joined with +.
#pragma once

#include <string>

struct MaskName {
    const char *name;
    int bit;
};

extern const MaskName traceMaskNames[];
extern const MaskName traceIOMaskNames[];
extern const MaskName traceInfoMaskNames[];

// True and the mask, or false and a message that says which word is wrong and what is possible.
// Each table ends with a NULL name; names go with and without their ASYN_TRACE… prefix, in any
// case.
bool parseMask(const char *text, const MaskName *names, int &mask, std::string &error);
