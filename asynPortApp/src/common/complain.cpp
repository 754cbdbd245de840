#include "common/complain.h"

#include <cstdio>

#include <epicsStdio.h>

std::string shortened(const std::string &name)
{
    constexpr size_t most = 80;
    return name.size() > most ? name.substr(0, most) + "..." : name;
}

std::string shown(double number)
{
    char text[32];
    epicsSnprintf(text, sizeof text, "%g", number);
    return text;
}

int complain(const char *command, const std::string &what)
{
    fprintf(epicsGetStderr(), "%s: %s\n", command, what.c_str());
    return 1;
}
