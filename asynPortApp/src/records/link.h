// Links of the form @asyn(port,addr,timeout)drvInfo and @asynMask(port,addr,mask,timeout)drvInfo.
#pragma once

#include <string>

#include <epicsTypes.h>

struct AsynLink {
    std::string port;
    int addr = 0;
    double timeout = 1.0; // s
    std::string drvInfo;
    bool hasMask = false;
    epicsInt32 mask = 0;
};

// The text behind the "@". True, or false and what is wrong with it.
bool parseAsynLink(const std::string &text, AsynLink &link, std::string &error);
