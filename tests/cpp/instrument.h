// For tests: an instrument that answers in pieces, and the IOC shell with its output caught.
#pragma once

#include <cstdio>
#include <cstring>
#include <deque>
#include <map>
#include <string>

#include <asynPortDriver.h>
#include <epicsStdio.h>
#include <iocsh.h>

// What one read of the driver gives.
struct Piece {
    std::string data;
    int eomReason = 0;
    asynStatus status = asynSuccess;
};

class Instrument : public asynPortDriver
{
  public:
    explicit Instrument(const char *name, int addresses = 1, int flags = 0)
        : asynPortDriver(name, addresses,
                         asynCommonMask | asynDrvUserMask | asynOctetMask | asynOptionMask,
                         asynOctetMask, flags, 0, 0, 0)
    {
        createParam("ONE", asynParamOctet, &one);
        createParam("TWO", asynParamOctet, &two);
        pasynManager->exceptionConnect(pasynUserSelf);
    }

    // Never waits: what is not there now is a timeout.
    asynStatus readOctet(asynUser *user, char *value, size_t most, size_t *count,
                         int *eomReason) override
    {
        lastReason = user->reason;
        *count = 0;
        *eomReason = 0;
        if (talksForEver) {
            value[0] = 'x';
            *count = 1;
            return asynSuccess;
        }
        if (pieces.empty()) {
            snprintf(user->errorMessage, static_cast<size_t>(user->errorMessageSize),
                     "port %s: nothing came", portName);
            return asynTimeout;
        }
        Piece &piece = pieces.front();
        *count = piece.data.copy(value, most);
        piece.data.erase(0, *count);
        if (!piece.data.empty()) {
            *eomReason = ASYN_EOM_CNT;
            return asynSuccess;
        }
        *eomReason = piece.eomReason;
        const asynStatus status = piece.status;
        pieces.pop_front();
        return status;
    }

    asynStatus writeOctet(asynUser *user, const char *value, size_t length, size_t *count) override
    {
        lastReason = user->reason;
        const std::string text(value, length);
        written += text;
        *count = length;
        if (echoes)
            pieces.push_back({text});
        const auto found = answers.find(text);
        if (found != answers.end())
            pieces.insert(pieces.end(), found->second.begin(), found->second.end());
        return asynSuccess;
    }

    asynStatus writeOption(asynUser *user, const char *key, const char *value) override
    {
        if (strcmp(key, "baud") != 0)
            return asynPortDriver::writeOption(user, key, value);
        baud = value;
        return asynSuccess;
    }

    asynStatus readOption(asynUser *user, const char *key, char *value, int size) override
    {
        if (strcmp(key, "baud") != 0)
            return asynPortDriver::readOption(user, key, value, size);
        snprintf(value, static_cast<size_t>(size), "%s", baud.c_str());
        return asynSuccess;
    }

    asynStatus drvUserDestroy(asynUser *user) override
    {
        ++destroyed;
        return asynPortDriver::drvUserDestroy(user);
    }

    void sends(std::initializer_list<Piece> all) { pieces.assign(all); }
    asynUser *self() { return pasynUserSelf; }

    std::deque<Piece> pieces;
    std::map<std::string, std::deque<Piece>> answers;
    std::string written, baud = "9600";
    bool echoes = false, talksForEver = false;
    int one = -1, two = -1, lastReason = -1, destroyed = 0;
};

// One command, as a user types it.
struct Shell {
    explicit Shell(const std::string &command)
    {
        FILE *out = tmpfile(), *errors = tmpfile();
        epicsSetThreadStdout(out);
        epicsSetThreadStderr(errors);
        status = iocshCmd(command.c_str());
        epicsSetThreadStdout(nullptr);
        epicsSetThreadStderr(nullptr);
        output = textOf(out);
        error = textOf(errors);
        // The shell's own remark that it stops there.
        const size_t remark = error.find("iocsh Error: Break\n");
        if (remark != std::string::npos)
            error.erase(remark);
    }

    // Failed with one line that has the words in it.
    bool refused(const char *words) const
    {
        return status != 0 && output.empty() && error.find(words) != std::string::npos &&
               error.find('\n') == error.size() - 1;
    }
    bool accepted(const char *text) const { return status == 0 && error.empty() && output == text; }
    const char *shown() const { return (error.empty() ? output : error).c_str(); }

    int status;
    std::string output, error;

  private:
    static std::string textOf(FILE *file)
    {
        std::string text;
        rewind(file);
        for (int byte; (byte = fgetc(file)) != EOF;)
            text += static_cast<char>(byte);
        fclose(file);
        return text;
    }
};
