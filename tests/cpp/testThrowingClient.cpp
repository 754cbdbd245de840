// Interrupt clients that throw: one message each, and the other clients are served.
#include <mutex>
#include <stdexcept>
#include <string>

#include <epicsUnitTest.h>
#include <errlog.h>

#include "portClient.h"

namespace
{

std::mutex loggedMutex;
std::string loggedText; // guarded by loggedMutex

// By the error log's thread.
void listen(void *, const char *message)
{
    const std::lock_guard<std::mutex> guard(loggedMutex);
    loggedText += message;
}

std::string logged()
{
    errlogFlush();
    const std::lock_guard<std::mutex> guard(loggedMutex);
    return {loggedText.data(), loggedText.size()}; // not one that threads share
}

size_t messages(const std::string &part)
{
    const std::string text = logged();
    size_t count = 0;
    for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++count;
    return count;
}

void scalars()
{
    Driver driver("SCALAR");
    const int number = driver.make("NUMBER", asynParamInt32);
    driver.make("TEXT", asynParamOctet);
    Client<asynInt32> first("SCALAR", 0, "NUMBER"), bad("SCALAR", 0, "NUMBER"),
        last("SCALAR", 0, "NUMBER");
    OctetClient text("SCALAR", 0, "TEXT"), badText("SCALAR", 0, "TEXT");
    bad.hook = [](epicsInt32) { throw std::runtime_error("a broken client"); };
    badText.hook = [] { throw 42; };
    const Locked locked(driver);
    for (int value = 1; value <= 3; ++value) {
        driver.setIntegerParam(number, value);
        driver.setStringParam(1, "text");
        driver.setParamStatus(1, asynError); // another change
        driver.setParamStatus(1, asynSuccess);
        testOk(driver.callParamCallbacks() == asynSuccess, "the driver knows nothing of it");
    }
    testOk1(first.values == std::vector<epicsInt32>({1, 2, 3}) && last.values == first.values &&
            bad.values == first.values);
    testOk1(!text.values.empty());
    testOk(messages("port SCALAR, parameter NUMBER: the interrupt client ") == 1, "%s",
           logged().c_str());
    testOk1(messages("threw a C++ exception: a broken client") == 1);
    testOk1(messages("port SCALAR, parameter TEXT: the interrupt client ") == 1);
    bad.hook = nullptr;
    driver.setIntegerParam(number, 4);
    driver.callParamCallbacks();
    testOk1(bad.values.back() == 4 && last.values.back() == 4);
}

struct Arrays {
    size_t calls = 0;
    bool throws = false;
    static void called(void *pvt, asynUser *, epicsInt32 *, size_t)
    {
        auto &self = *static_cast<Arrays *>(pvt);
        ++self.calls;
        if (self.throws)
            throw std::runtime_error("no such array");
    }
};

void arrays()
{
    Driver driver("ARRAY");
    const int reason = driver.make("DATA", asynParamInt32Array);
    User users[] = {{"ARRAY", 0, "DATA"}, {"ARRAY", 0, "DATA"}, {"ARRAY", 0, "DATA"}};
    Arrays clients[3];
    void *registrars[3];
    for (int i = 0; i < 3; ++i)
        users[i]
            .table<asynInt32Array>(asynInt32ArrayType)
            ->registerInterruptUser(users[i].pvt(asynInt32ArrayType), users[i].get(),
                                    Arrays::called, &clients[i], &registrars[i]);
    clients[1].throws = true;
    epicsInt32 data[] = {1, 2};
    for (int i = 0; i < 2; ++i)
        testOk1(driver.doCallbacksInt32Array(data, 2, reason, 0) == asynSuccess);
    testOk1(clients[0].calls == 2 && clients[1].calls == 2 && clients[2].calls == 2);
    testOk(messages("port ARRAY, parameter DATA: the interrupt client ") == 1, "%s",
           logged().c_str());
    for (int i = 0; i < 3; ++i)
        testOk1(users[i]
                    .table<asynInt32Array>(asynInt32ArrayType)
                    ->cancelInterruptUser(nullptr, users[i].get(), registrars[i]) == asynSuccess);
}

// The list of clients is free again: one more comes, and is served.
void afterwards()
{
    Driver driver("AGAIN");
    const int number = driver.make("NUMBER", asynParamFloat64);
    Client<asynFloat64> bad("AGAIN", 0, "NUMBER");
    bad.hook = [&bad](double) {
        bad.cancel();
        throw std::runtime_error("gone");
    };
    const Locked locked(driver);
    driver.setDoubleParam(number, 1);
    driver.callParamCallbacks();
    Client<asynFloat64> next("AGAIN", 0, "NUMBER");
    driver.setDoubleParam(number, 2);
    driver.callParamCallbacks();
    testOk1(next.values == std::vector<double>{2} && bad.values == std::vector<double>{1});
    testOk1(messages("port AGAIN, parameter NUMBER: the interrupt client ") == 1);
}

} // namespace

int main()
{
    testPlan(18);
    interruptAccept = 1;
    eltc(0);
    errlogAddListener(listen, nullptr);
    scalars();
    arrays();
    afterwards();
    errlogRemoveListeners(listen, nullptr);
    return testDone();
}
