// Shell commands of a test: what they print, and which there are.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <asynPortDriver.h>
#include <epicsStdio.h>
#include <epicsUnitTest.h>
#include <errlog.h>
#include <iocsh.h>

// What a thread prints on stdout and stderr, and what goes to the error log.
class Captured
{
  public:
    Captured() : file_(tmpfile())
    {
        epicsSetThreadStdout(file_);
        epicsSetThreadStderr(file_);
        errlogFlush(); // what was logged before, such as iocInit's last message
        errlogAddListener(listen, this);
    }
    ~Captured()
    {
        stop();
        fclose(file_);
    }
    Captured(const Captured &) = delete;
    Captured &operator=(const Captured &) = delete;

    std::string text()
    {
        stop();
        std::string all;
        char part[4096];
        rewind(file_);
        while (const size_t count = fread(part, 1, sizeof part, file_))
            all.append(part, count);
        return all + log_;
    }

  private:
    void stop()
    {
        if (!file_ || stopped_)
            return;
        stopped_ = true;
        epicsSetThreadStdout(nullptr);
        epicsSetThreadStderr(nullptr);
        errlogFlush();
        errlogRemoveListeners(listen, this);
    }
    static void listen(void *pvt, const char *message)
    {
        static_cast<Captured *>(pvt)->log_ += message;
    }

    FILE *file_;
    bool stopped_ = false;
    std::string log_; // written by the error log's thread, read after errlogFlush
};

struct Result {
    int status;
    std::string text;
};

inline Result run(const std::string &command)
{
    Captured captured;
    const int status = iocshCmd(command.c_str());
    std::string text = captured.text();
    // Of the shell itself, which stops at an error.
    const size_t shell = text.find("iocsh Error: Break\n");
    if (shell != std::string::npos)
        text.erase(shell, sizeof "iocsh Error: Break\n" - 1);
    return {status, text};
}

inline size_t lines(const std::string &text)
{
    size_t count = 0;
    for (const char each : text)
        count += each == '\n';
    return count;
}

// A directory to work in that goes with the test.
class Workplace
{
  public:
    Workplace()
    {
        if (!mkdtemp(name_) || chdir(name_) != 0)
            testAbort("no directory %s", name_);
        mkfifo("fifo", 0600);
        mkdir("directory", 0700);
    }
    ~Workplace()
    {
        if (DIR *all = opendir(name_)) {
            while (const dirent *entry = readdir(all))
                if (entry->d_name[0] != '.')
                    remove(entry->d_name);
            closedir(all);
        }
        if (chdir("/") == 0)
            rmdir(name_);
    }
    Workplace(const Workplace &) = delete;
    Workplace &operator=(const Workplace &) = delete;

  private:
    char name_[32] = "/tmp/asynShellXXXXXX";
};

class Driver : public asynPortDriver
{
  public:
    explicit Driver(const char *name, int addresses, int flags)
        : asynPortDriver(name, addresses, asynCommonMask | asynDrvUserMask | asynOptionMask, 0,
                         flags, 1, 0, 0)
    {
        int index;
        createParam("VALUE", asynParamInt32, &index);
    }
};

// What a command takes; NULL for one that is not registered. Base declares this function
// deprecated, for it copies nothing: here nothing is registered meanwhile.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
inline const iocshFuncDef *definitionOf(const std::string &name)
{
    const iocshCmdDef *found = iocshFindCommand(name.c_str());
    return found ? found->pFuncDef : nullptr;
}
#pragma GCC diagnostic pop

// The names of the registered commands that start with asyn, out of the shell's own list.
inline std::vector<std::string> commands()
{
    std::istringstream help(run("help").text);
    std::vector<std::string> names;
    for (std::string word; help >> word;)
        if (word.compare(0, 4, "asyn") == 0 && definitionOf(word))
            names.push_back(word);
    return names;
}
