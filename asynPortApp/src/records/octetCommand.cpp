#include "records/octetCommand.h"

std::string unescaped(const std::string &text)
{
    std::string raw(text.size() + 1, '\0');
    const int count = epicsStrnRawFromEscaped(&raw[0], raw.size(), text.c_str(), text.size());
    raw.resize(count > 0 ? static_cast<size_t>(count) : 0);
    return raw;
}
