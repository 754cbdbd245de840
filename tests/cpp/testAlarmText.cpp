// What of a driver's message goes into AMSG.
#include <cstring>

#include <epicsUnitTest.h>

#include "records/alarm.h"

namespace
{

struct Case {
    const char *message, *expected;
};

const Case cases[] = {
    {"", ""},
    {"too hot", "too hot"},
    {"port PS1: too hot", "too hot"},
    {"port PS1, module psu, write('VOLTAGE'): must be below 5 V", "must be below 5 V"},
    {"port PS1, module psu, write('V'): port PS1: V: expected a number, got '3 V'",
     "V: expected a number, got '3 V'"},
    {"record PS1:V: the value is refused", "the value is refused"},
    {"drvPsu:writeFloat64: error 5: no reply", "error 5: no reply"},
    {"drvPsu::writeFloat64 no reply", "no reply"},
    {"drvPsu::writeFloat64: no reply", "no reply"},
    // Words of the message itself
    {"port PS1 is disconnected", "port PS1 is disconnected"},
    {"port PS1 is disabled: see the log", "port PS1 is disabled: see the log"},
    {"SR:PS1 does not answer", "SR:PS1 does not answer"},
    {"limit: 5 V", "limit: 5 V"},
    {"KeyError: 'x'", "KeyError: 'x'"},
    {"port PS1: ", "port PS1:"},
    // Lines
    {"one\ntwo\n", "one two"},
    // 39 bytes, 40 bytes; 18 characters of two bytes fill 36, and 36 is in the middle of one
    {"123456789012345678901234567890123456789", "123456789012345678901234567890123456789"},
    {"1234567890123456789012345678901234567890", "123456789012345678901234567890123456..."},
    {"äääääääääääääääääääää", "ääääääääääääääääää..."},
    {"-äääääääääääääääääääää", "-äääääääääääääääää..."},
    {"1234567890123456789012345678901234\xF0\x9F\x98\x80"
     "89",
     "1234567890123456789012345678901234..."},
};

} // namespace

int main()
{
    testPlan(sizeof cases / sizeof *cases + 1);
    for (const Case &each : cases) {
        const std::string text = alarmText(each.message);
        if (!testOk(text == each.expected, "\"%s\" is \"%s\"", each.message, each.expected))
            testDiag("it is \"%s\"", text.c_str());
    }
    testOk(alarmText(std::string(300, 'x')).size() == 39, "a long one fills the field");
    return testDone();
}
