// The choices of an enumerated parameter.
#pragma once

#include <string>
#include <vector>

struct EnumChoice {
    std::string text;
    int value = 0;
    int severity = 0;
};
using EnumChoices = std::vector<EnumChoice>;
