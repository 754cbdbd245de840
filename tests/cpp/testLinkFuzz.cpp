// The link parser against links that are right, nearly right, and no links at all.
//
// Deterministic: ASYNPYTHON_FUZZ_SEED chooses the sequence, ASYNPYTHON_FUZZ_SECONDS how long it is
// (default 2). A failure prints seed and number of the case with the text as C would write it.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>

#include <epicsString.h>
#include <epicsTime.h>
#include <epicsUnitTest.h>

#include "records/link.h"

namespace
{

double setting(const char *name, double standard)
{
    const char *text = std::getenv(name);
    return text ? std::strtod(text, nullptr) : standard;
}

std::string shown(const std::string &text)
{
    const std::string part = text.substr(0, 300);
    std::string out(part.size() * 4 + 1, '\0');
    epicsStrnEscapedFromRaw(&out[0], out.size(), part.data(), part.size());
    return out.c_str() + (part.size() < text.size()
                              ? " ... (" + std::to_string(text.size()) + " bytes)"
                              : std::string());
}

std::string printed(const AsynLink &link)
{
    char timeout[40];
    std::snprintf(timeout, sizeof timeout, "%.17g", link.timeout);
    std::string text =
        (link.hasMask ? "asynMask(" : "asyn(") + link.port + "," + std::to_string(link.addr) + ",";
    if (link.hasMask)
        text += std::to_string(link.mask) + ",";
    return text + timeout + ")" + link.drvInfo;
}

bool same(const AsynLink &a, const AsynLink &b)
{
    return a.port == b.port && a.addr == b.addr && a.timeout == b.timeout &&
           a.drvInfo == b.drvInfo && a.hasMask == b.hasMask && a.mask == b.mask;
}

bool endsInBlank(const std::string &text)
{
    return !text.empty() && (std::isblank(static_cast<unsigned char>(text.front())) ||
                             std::isblank(static_cast<unsigned char>(text.back())));
}

// What is wrong with the parser's answer; empty when nothing is.
std::string judged(const std::string &text)
{
    AsynLink link, again;
    link.port = "left over";
    std::string error = "left over", errorAgain;
    if (!parseAsynLink(text, link, error)) {
        if (error.find("expected @asyn(") == std::string::npos)
            return "the error does not say what was expected: " + error;
        if (error.size() > 400)
            return "the error is too long for a message";
        return same(link, AsynLink()) ? "" : "a refused link left something behind";
    }
    if (!error.empty())
        return "an error with an accepted link: " + error;
    if (link.port.empty() || link.port.find_first_of(", \t)") != std::string::npos)
        return "a port's name that is none: " + shown(link.port);
    if (!std::isfinite(link.timeout))
        return "a timeout that never ends";
    if (endsInBlank(link.drvInfo) || (link.port + link.drvInfo).find('\0') != std::string::npos)
        return "a drvInfo or port with blanks or code 0: " + shown(link.drvInfo);
    if (!parseAsynLink(printed(link), again, errorAgain))
        return "its printed form " + shown(printed(link)) + " is refused: " + errorAgain;
    return same(link, again) ? "" : "its printed form " + shown(printed(link)) + " is another link";
}

class Generator
{
  public:
    explicit Generator(unsigned seed) : random_(seed) {}

    std::string next()
    {
        if (below(8) == 0)
            return bytes(below(200));
        std::string text = link();
        for (size_t changes = below(4); changes > 0; --changes)
            mutate(text);
        return text;
    }

  private:
    size_t below(size_t limit) { return limit ? random_() % limit : 0; }

    template <size_t N> const char *oneOf(const char *const (&all)[N]) { return all[below(N)]; }

    std::string bytes(size_t count)
    {
        std::string text(count, '\0');
        for (char &each : text)
            each = static_cast<char>(random_());
        return text;
    }

    std::string number()
    {
        static const char *const odd[] = {"",
                                          "0",
                                          "-1",
                                          "0x7fffffff",
                                          "0x80000000",
                                          "0xffffffff",
                                          "2147483648",
                                          "4294967295",
                                          "4294967296",
                                          "-2147483648",
                                          "-2147483649",
                                          "-4294967295",
                                          "18446744073709551615",
                                          "-18446744073709551615",
                                          "010",
                                          "09",
                                          "1e3",
                                          "1e-400",
                                          "1e999",
                                          "-1e999",
                                          "nan",
                                          "NAN(x",
                                          "inf",
                                          "-Infinity",
                                          "0x1p4",
                                          "1.",
                                          ".",
                                          "+",
                                          "--1",
                                          "\xd9\xa1",
                                          "1_000",
                                          "true"};
        if (below(2))
            return oneOf(odd);
        const auto value = static_cast<epicsInt32>(random_());
        return std::to_string(below(2) ? value : value % 100);
    }

    std::string name()
    {
        static const char *const names[] = {
            "P",     "PORT", "a:b",   "P-1", "\"P\"", "$(P)", "\xc3\xa9\xe2\x82\xac",
            "@asyn", "",     "asyn(", "\n",  "P\\x00"};
        return below(20) ? oneOf(names) : std::string(below(100000), 'x');
    }

    std::string separator()
    {
        static const char *const all[] = {",", " ", "\t", ", ", " ,", ",,", "  ", "", ";", " \t, "};
        return below(3) ? "," : oneOf(all);
    }

    std::string link()
    {
        static const char *const keywords[] = {"asyn", "asynMask", "asyn ",     " asynMask\t",
                                               "ASYN", "",         "@asyn",     "asynMas",
                                               "asyn", "asynMask", "asynMask(", "asyn)"};
        static const char *const ends[] = {"", " ", "VALUE", " VALUE ", "A B", ")", "(x)y", "\x80"};
        std::string text = oneOf(keywords) + std::string("(") + name();
        for (size_t count = below(5); count > 0; --count)
            text += separator() + number();
        return text + ")" + oneOf(ends);
    }

    void mutate(std::string &text)
    {
        const size_t at = below(text.size() + 1);
        switch (below(6)) {
        case 0:
            text.insert(at, bytes(1 + below(3)));
            break;
        case 1:
            text.erase(at, 1 + below(5));
            break;
        case 2:
            text.insert(at, 1, "(), \t,-0x.\0"[below(11)]);
            break;
        case 3:
            text.insert(at, text.substr(below(text.size() + 1), below(20)));
            break;
        case 4:
            if (at < text.size())
                text[at] = static_cast<char>(text[at] ^ (1 << below(8)));
            break;
        default:
            if (below(200) == 0)
                text.insert(at, std::string(1 + below(300000), "(), x"[below(5)]));
        }
    }

    std::mt19937 random_;
};

void known()
{
    testDiag("links that must be, and must not be");
    AsynLink link;
    std::string error;
    testOk(parseAsynLink("asynMask(P, 1, 0xffffffff, -1)X", link, error) && link.mask == -1 &&
               link.timeout == -1,
           "a mask without sign");
    static const char *const wrong[] = {"asyn(P,0,nan)X",
                                        "asyn(P,0,inf)X",
                                        "asyn(P,0,1e999)X",
                                        "asynMask(P,0,-3000000000)X",
                                        "asynMask(P,0,)X",
                                        "asynMask(P,0)X",
                                        "asyn(P,0,1,2)X",
                                        "asyn(P,1.5)X",
                                        "asynMask(P,0,1x)X",
                                        "asyn(,0)X",
                                        "asynMask(P,0,4294967296)",
                                        ")asyn(P",
                                        ""};
    for (const char *text : wrong) {
        const bool refused = !parseAsynLink(text, link, error);
        testOk(refused, "%s: %s", text, error.c_str());
    }
    const std::string nul("asyn(P,1\0"
                          "2)X",
                          12);
    const bool refused = !parseAsynLink(nul, link, error);
    testOk(refused, "code 0: %s", error.c_str());
    const epicsTime start = epicsTime::getCurrent();
    for (const char each : {',', ' ', '(', 'x'})
        parseAsynLink("asyn(P" + std::string(1000000, each) + ")X", link, error);
    testOk(epicsTime::getCurrent() - start < 20.0, "a megabyte takes no time");
}

void fuzz()
{
    const auto seed = static_cast<unsigned>(setting("ASYNPYTHON_FUZZ_SEED", 1));
    const double seconds = setting("ASYNPYTHON_FUZZ_SECONDS", 2);
    testDiag("seed %u, %g s", seed, seconds);
    Generator generator(seed);
    const epicsTime start = epicsTime::getCurrent();
    size_t cases = 0, accepted = 0, failures = 0;
    // As many as make it likely that there are both kinds, on a busy machine, too.
    while ((cases < 1000 || epicsTime::getCurrent() - start < seconds) && failures < 10) {
        const std::string text = generator.next();
        const std::string wrong = judged(text);
        ++cases;
        AsynLink link;
        std::string error;
        accepted += parseAsynLink(text, link, error) ? 1 : 0;
        if (wrong.empty())
            continue;
        ++failures;
        testDiag("seed %u, case %zu, \"%s\": %s", seed, cases, shown(text).c_str(), wrong.c_str());
    }
    testOk(failures == 0, "%zu links, %zu of them accepted", cases, accepted);
    testOk(accepted > cases / 100 && accepted < cases, "of both kinds there are enough");
}

} // namespace

int main()
{
    testPlan(18);
    known();
    fuzz();
    return testDone();
}
