// Texts of many lines on an error log of Base's own size.
#include <chrono>
#include <mutex>
#include <string>

#include <epicsEvent.h>
#include <epicsUnitTest.h>
#include <errlog.h>

#include "interpreter/errorLog.h"

namespace
{

std::mutex mutex;    // guards what follows
std::string written; // all that the log has brought
bool holds = false;  // the log's thread is not to go on

epicsEvent held, goOn;

void listen(void *, const char *message)
{
    bool stop;
    {
        const std::lock_guard<std::mutex> guard(mutex);
        written += message;
        stop = holds;
    }
    if (stop) {
        held.signal();
        goOn.wait();
    }
}

std::string taken()
{
    errlogFlush();
    const std::lock_guard<std::mutex> guard(mutex);
    return std::move(written);
}

void hold(bool whether)
{
    const std::lock_guard<std::mutex> guard(mutex);
    written.clear();
    holds = whether;
}

std::string stack(int lines)
{
    std::string text;
    for (int i = 0; i < lines; ++i)
        text += "  File \"/some/folder/of/drivers/driver.py\", line " + std::to_string(i) +
                ", in write\n";
    return text;
}

void many()
{
    for (int lines : {1, 20, 1000}) {
        logLines(stack(lines));
        testOk(taken() == stack(lines), "a text of %d lines", lines);
    }
    std::string all;
    for (int i = 0; i < 100; ++i) {
        logLines(stack(2));
        all += stack(2);
    }
    testOk(taken() == all, "a hundred short texts");
}

void wide()
{
    const std::string line(3000, 'x');
    logLines(line + "\nend");
    std::string text = taken();
    testOk(text.size() > 4 && text.substr(text.size() - 4) == "end\n",
           "a last line without its end");
    std::string joined;
    for (char each : text.substr(0, text.size() - 4))
        joined += each == '\n' ? "" : std::string(1, each);
    testOk(joined == line, "a long line, in pieces");
}

// A listener that waits: for a lock, say, which the one that logs has.
void stuck()
{
    hold(true);
    logLines("first");
    held.wait();
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < 10; ++i)
        logLines(stack(100));
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
    testOk(passed.count() < 5, "a log that does not go on is waited for once: %.1f s",
           passed.count());
    hold(false);
    goOn.signal();
    // The log's own thread sees it at some later time that it has gone on.
    bool whole = false;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!whole && std::chrono::steady_clock::now() < end) {
        taken();
        logLines(stack(200));
        whole = taken() == stack(200);
    }
    testOk(whole, "a log that goes on gets all again");
}

} // namespace

int main()
{
    testPlan(8);
    errlogInit(0);
    eltc(0);
    errlogAddListener(listen, nullptr);
    many();
    wide();
    stuck();
    return testDone();
}
