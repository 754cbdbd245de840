// The client of all Python IOCs: asked on standard input, it answers each line with one of its own.
//
// It is to cost as little as possible: a put or get that follows another is sent from the callback
// of that one, and a monitor's value is only noted.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <iostream>
#include <map>
#include <mutex>
#include <sstream>
#include <string>
#include <vector>

#include <cadef.h>
#include <epicsEvent.h>
#include <epicsThread.h>

namespace
{

double now() // as Python's time.monotonic()
{
    timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

void check(int status, const char *what)
{
    if (status == ECA_NORMAL)
        return;
    std::printf("ERROR %s: %s\n", what, ca_message(status));
    std::fflush(stdout);
    std::exit(1);
}

// Monitors: the callback's thread writes, the main thread reads.
std::mutex mutex;

struct Watched {
    double first = 0, last = 0; // when values came
    double value = -1;          // the newest one's first element
    double bytes = 0;
    std::vector<double> delays; // where values are times
    evid subscription = nullptr;
};

std::map<std::string, chid> channels;
std::map<std::string, Watched> watched;
std::deque<Watched> many;

chid channel(const std::string &name)
{
    auto found = channels.find(name);
    if (found != channels.end())
        return found->second;
    chid made;
    check(ca_create_channel(name.c_str(), nullptr, nullptr, 0, &made), name.c_str());
    check(ca_pend_io(20.0), name.c_str());
    return channels[name] = made;
}

void onMonitor(event_handler_args event)
{
    if (event.status != ECA_NORMAL)
        return;
    const double came = now();
    Watched &to = *static_cast<Watched *>(event.usr);
    const std::lock_guard<std::mutex> guard(mutex);
    to.value = *static_cast<const dbr_double_t *>(event.dbr);
    to.bytes += static_cast<double>(event.count) * sizeof(dbr_double_t);
    to.first = to.first ? to.first : came;
    to.last = came;
    if (to.delays.size() < to.delays.capacity())
        to.delays.push_back(came - to.value);
}

void subscribe(chid source, Watched &to)
{
    check(
        ca_create_subscription(DBR_DOUBLE, 0, source, DBE_VALUE, onMonitor, &to, &to.subscription),
        "subscription");
}

// watch NAME: from now on; what comes at once is left out.
void watch(std::istream &words)
{
    std::string name;
    words >> name;
    Watched &to = watched[name];
    if (!to.subscription) {
        subscribe(channel(name), to);
        ca_flush_io();
        for (int i = 0; i < 1000; ++i) {
            epicsThreadSleep(0.005);
            const std::lock_guard<std::mutex> guard(mutex);
            if (to.last != 0)
                break;
        }
    }
    const std::lock_guard<std::mutex> guard(mutex);
    to.first = to.last = to.bytes = 0;
    to.delays.clear();
    to.delays.reserve(4096);
    std::puts("0");
}

void unsubscribe(Watched &from)
{
    ca_clear_subscription(from.subscription);
    ca_flush_io();
    from.subscription = nullptr;
}

// watched NAME VALUE: waits for that value, not for long, and ends the subscription. Whether it
// came, when the first and the last value came, and how many bytes.
void endWatch(std::istream &words)
{
    std::string name;
    double value;
    words >> name >> value;
    Watched &to = watched[name];
    for (int i = 0; i < 600; ++i) {
        {
            const std::lock_guard<std::mutex> guard(mutex);
            if (to.value == value)
                break;
        }
        epicsThreadSleep(0.005);
    }
    unsubscribe(to);
    const std::lock_guard<std::mutex> guard(mutex);
    std::printf("%d %.9f %.9f %.0f\n", to.value == value, to.first, to.last, to.bytes);
}

// delays NAME: of the values that have come, which were times. Ends the subscription.
void delays(std::istream &words)
{
    std::string name;
    words >> name;
    unsubscribe(watched[name]);
    const std::lock_guard<std::mutex> guard(mutex);
    for (double delay : watched[name].delays)
        std::printf("%.7f ", delay);
    std::puts("");
}

// many PREFIX COUNT: monitors PREFIX0 and so on.
void watchMany(std::istream &words)
{
    std::string prefix;
    size_t count;
    words >> prefix >> count;
    std::vector<chid> made(count);
    for (size_t i = 0; i < count; ++i)
        check(
            ca_create_channel((prefix + std::to_string(i)).c_str(), nullptr, nullptr, 0, &made[i]),
            "many");
    check(ca_pend_io(60.0), "many");
    many.resize(count);
    for (size_t i = 0; i < count; ++i)
        subscribe(made[i], many[i]);
    ca_flush_io();
    std::puts("0");
}

// missing VALUE: waits until nothing comes any more. How many have not VALUE plus their number, and
// when the last value came.
void missing(std::istream &words)
{
    double value;
    words >> value;
    double last = 0, wrong = 0;
    const double begin = now();
    do {
        epicsThreadSleep(0.01);
        const std::lock_guard<std::mutex> guard(mutex);
        wrong = 0;
        for (size_t i = 0; i < many.size(); ++i) {
            last = std::max(last, many[i].last);
            wrong += many[i].value != value + static_cast<double>(i);
        }
    } while (wrong && now() - std::max(last, begin) < 1.5);
    std::printf("%.0f %.9f\n", wrong, last);
}

// Ends the monitors of many.
void endMany(std::istream &)
{
    for (Watched &each : many) {
        const chid source = ca_evid_to_chid(each.subscription);
        ca_clear_subscription(each.subscription);
        ca_clear_channel(source);
    }
    many.clear();
    ca_flush_io();
    std::puts("0");
}

// Requests, one after the other.
struct Series {
    chid target;
    bool puts;
    int left, failed = 0;
    double value;
    epicsEvent done;

    void next();
};

void onReply(event_handler_args event)
{
    Series &series = *static_cast<Series *>(event.usr);
    series.failed += event.status != ECA_NORMAL;
    if (--series.left > 0)
        series.next();
    else
        series.done.signal();
}

void Series::next()
{
    value += 1;
    const int status = puts ? ca_array_put_callback(DBR_DOUBLE, 1, target, &value, onReply, this)
                            : ca_array_get_callback(DBR_DOUBLE, 1, target, onReply, this);
    check(status, "request");
    ca_flush_io();
}

// put NAME COUNT FIRST, get NAME COUNT: s, and how many failed.
void series(std::istream &words, bool puts)
{
    std::string name;
    int count = 0;
    double first = 0;
    words >> name >> count >> first;
    Series all;
    all.target = channel(name);
    all.puts = puts;
    all.left = count;
    all.value = first;
    const double begin = now();
    all.next();
    if (!all.done.wait(60.0)) {
        std::printf("ERROR %s: %d of %d requests were not answered\n", name.c_str(), all.left,
                    count);
        std::fflush(stdout);
        std::exit(1);
    }
    std::printf("%.9f %d\n", now() - begin, all.failed);
}

} // namespace

int main()
{
    check(ca_context_create(ca_enable_preemptive_callback), "context");
    std::string line;
    while (std::getline(std::cin, line)) {
        std::istringstream words(line);
        std::string word;
        words >> word;
        if (word == "watch")
            watch(words);
        else if (word == "watched")
            endWatch(words);
        else if (word == "delays")
            delays(words);
        else if (word == "many")
            watchMany(words);
        else if (word == "missing")
            missing(words);
        else if (word == "endMany")
            endMany(words);
        else if (word == "put" || word == "get")
            series(words, word == "put");
        else
            std::printf("ERROR there is no %s\n", word.c_str());
        std::fflush(stdout);
    }
    ca_context_destroy();
}
