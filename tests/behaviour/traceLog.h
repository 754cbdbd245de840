// What is traced of a port's device meanwhile, caught in a file.
#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include <asynDriver.h>
#include <epicsUnitTest.h>

class TraceLog
{
  public:
    // The file belongs to the trace, which closes it when it gets another one: it is read by name.
    [[nodiscard]] TraceLog(asynUser *user, int mask) : user_(user)
    {
        const int fd = mkstemp(name_);
        FILE *file = fd < 0 ? nullptr : fdopen(fd, "w");
        if (!file)
            testAbort("no file %s", name_);
        pasynTrace->setTraceFile(user_, file);
        pasynTrace->setTraceMask(user_, mask);
    }
    ~TraceLog()
    {
        pasynTrace->setTraceMask(user_, ASYN_TRACE_ERROR);
        pasynTrace->setTraceFile(user_, nullptr);
        remove(name_);
    }
    TraceLog(const TraceLog &) = delete;
    TraceLog &operator=(const TraceLog &) = delete;

    std::string text() const
    {
        std::string all;
        if (FILE *file = fopen(name_, "r")) {
            for (int byte; (byte = fgetc(file)) != EOF;)
                all += static_cast<char>(byte);
            fclose(file);
        }
        return all;
    }

    std::vector<std::string> lines() const
    {
        std::vector<std::string> all(1);
        for (const char each : text())
            if (each == '\n')
                all.emplace_back();
            else
                all.back() += each;
        return all;
    }

    bool has(const std::string &part) const { return text().find(part) != std::string::npos; }

  private:
    asynUser *const user_;
    char name_[32] = "/tmp/asynTraceXXXXXX";
};
