// pasynOctetSyncIO, pasynOptionSyncIO, pasynEnumSyncIO, pasynGenericPointerSyncIO.
#include <cstdlib>

#include <asynEnumSyncIO.h>
#include <asynGenericPointerSyncIO.h>
#include <asynOctet.h>
#include <asynOctetSyncIO.h>
#include <asynOptionSyncIO.h>

#include "client.h"

static void octet(const char *port)
{
    asynUser *user = nullptr;
    char text[40] = "";
    size_t sent = 0, got = 0;
    int eomReason = 0;
    checkInt("octet connect", pasynOctetSyncIO->connect(port, 1, &user, "TEXT"), asynSuccess);
    checkInt("octet write", pasynOctetSyncIO->write(user, "hello", 5, 10.0, &sent), asynSuccess);
    checkInt("octet written", static_cast<long long>(sent), 5);
    checkInt("octet read", pasynOctetSyncIO->read(user, text, sizeof text, 10.0, &got, &eomReason),
             asynSuccess);
    checkText("octet text", text, "hello");
    checkInt("octet count, with the terminator that asynPortDriver counts",
             static_cast<long long>(got), 6);
    check("octet eomReason", (eomReason & ASYN_EOM_END) != 0);
    checkInt("octet writeRead",
             pasynOctetSyncIO->writeRead(user, "again", 5, text, sizeof text, 10.0, &sent, &got,
                                         &eomReason),
             asynSuccess);
    checkText("octet answer", text, "again");
    checkInt("octet flush", pasynOctetSyncIO->flush(user), asynSuccess);
    checkInt("octet disconnect", pasynOctetSyncIO->disconnect(user), asynSuccess);
    checkInt("octet writeOnce", pasynOctetSyncIO->writeOnce(port, 0, "one", 3, 10.0, &sent, "TEXT"),
             asynSuccess);
    checkInt("octet readOnce",
             pasynOctetSyncIO->readOnce(port, 0, text, sizeof text, 10.0, &got, &eomReason, "TEXT"),
             asynSuccess);
    checkText("octet once", text, "one");
    checkInt("octet writeReadOnce",
             pasynOctetSyncIO->writeReadOnce(port, 0, "two", 3, text, sizeof text, 10.0, &sent,
                                             &got, &eomReason, "TEXT"),
             asynSuccess);
    checkText("octet answer once", text, "two");
    checkInt("octet flushOnce", pasynOctetSyncIO->flushOnce(port, 0, "TEXT"), asynSuccess);
}

static void terminators(const char *port)
{
    asynUser *user = nullptr;
    char eos[8] = "";
    int length = -1;
    pasynOctetSyncIO->connect(port, 0, &user, "TEXT");
    checkInt("eos setInputEos", pasynOctetSyncIO->setInputEos(user, "\r\n", 2), asynSuccess);
    checkInt("eos getInputEos", pasynOctetSyncIO->getInputEos(user, eos, sizeof eos, &length),
             asynSuccess);
    check("eos of the input", length == 2 && memcmp(eos, "\r\n", 2) == 0);
    checkInt("eos setOutputEos", pasynOctetSyncIO->setOutputEos(user, ";", 1), asynSuccess);
    checkInt("eos getOutputEos", pasynOctetSyncIO->getOutputEos(user, eos, sizeof eos, &length),
             asynSuccess);
    check("eos of the output", length == 1 && eos[0] == ';');
    pasynOctetSyncIO->disconnect(user);
    checkInt("eos setInputEosOnce", pasynOctetSyncIO->setInputEosOnce(port, 0, "", 0, "TEXT"),
             asynSuccess);
    checkInt("eos getInputEosOnce",
             pasynOctetSyncIO->getInputEosOnce(port, 0, eos, sizeof eos, &length, "TEXT"),
             asynSuccess);
    checkInt("eos none", length, 0);
    checkInt("eos setOutputEosOnce", pasynOctetSyncIO->setOutputEosOnce(port, 0, "", 0, "TEXT"),
             asynSuccess);
    checkInt("eos getOutputEosOnce",
             pasynOctetSyncIO->getOutputEosOnce(port, 0, eos, sizeof eos, &length, "TEXT"),
             asynSuccess);
}

static void option(const char *port)
{
    asynUser *user = nullptr;
    char value[20] = "";
    checkInt("option connect", pasynOptionSyncIO->connect(port, 0, &user, nullptr), asynSuccess);
    checkInt("option setOption", pasynOptionSyncIO->setOption(user, "baud", "9600", 10.0),
             asynSuccess);
    checkInt("option getOption",
             pasynOptionSyncIO->getOption(user, "baud", value, sizeof value, 10.0), asynSuccess);
    checkText("option value", value, "9600");
    checkInt("option unknown",
             pasynOptionSyncIO->getOption(user, "none", value, sizeof value, 10.0), asynError);
    check("option message", strstr(user->errorMessage, "there is no option none") != nullptr);
    checkInt("option disconnect", pasynOptionSyncIO->disconnect(user), asynSuccess);
    checkInt("option setOptionOnce",
             pasynOptionSyncIO->setOptionOnce(port, 0, "stop", "2", 10.0, nullptr), asynSuccess);
    checkInt("option getOptionOnce",
             pasynOptionSyncIO->getOptionOnce(port, 0, "stop", value, sizeof value, 10.0, nullptr),
             asynSuccess);
    checkText("option once", value, "2");
}

static void choices(const char *port)
{
    asynUser *user = nullptr;
    char *strings[4] = {nullptr, nullptr, nullptr, nullptr};
    int values[4] = {0}, severities[4] = {0};
    size_t count = 0;
    checkInt("enum connect", pasynEnumSyncIO->connect(port, 0, &user, "I32"), asynSuccess);
    checkInt("enum read", pasynEnumSyncIO->read(user, strings, values, severities, 4, &count, 10.0),
             asynSuccess);
    checkInt("enum count", static_cast<long long>(count), 2);
    checkText("enum string", strings[1], "high");
    check("enum value and severity", values[1] == 2 && severities[1] == 1);
    char first[] = "first", second[] = "second", third[] = "third";
    char *given[] = {first, second, third};
    int numbers[] = {5, 6, 7}, none[] = {0, 0, 0};
    checkInt("enum write", pasynEnumSyncIO->write(user, given, numbers, none, 3, 10.0),
             asynSuccess);
    pasynEnumSyncIO->read(user, strings, values, severities, 4, &count, 10.0);
    check("enum rewritten", count == 3 && strcmp(strings[2], "third") == 0 && values[2] == 7);
    checkInt("enum disconnect", pasynEnumSyncIO->disconnect(user), asynSuccess);
    checkInt("enum writeOnce",
             pasynEnumSyncIO->writeOnce(port, 0, given, numbers, none, 2, 10.0, "I32"),
             asynSuccess);
    checkInt(
        "enum readOnce",
        pasynEnumSyncIO->readOnce(port, 0, strings, values, severities, 4, &count, 10.0, "I32"),
        asynSuccess);
    checkInt("enum count once", static_cast<long long>(count), 2);
    for (char *each : strings)
        free(each);
}

static void pointer(const char *port)
{
    asynUser *user = nullptr;
    EveryPointer exchange = {5, 0};
    checkInt("pointer connect", pasynGenericPointerSyncIO->connect(port, 0, &user, "POINTER"),
             asynSuccess);
    checkInt("pointer write", pasynGenericPointerSyncIO->write(user, &exchange, 10.0), asynSuccess);
    checkInt("pointer read", pasynGenericPointerSyncIO->read(user, &exchange, 10.0), asynSuccess);
    checkInt("pointer answer", exchange.answer, 5);
    checkInt("pointer disconnect", pasynGenericPointerSyncIO->disconnect(user), asynSuccess);
    exchange.given = 6;
    checkInt("pointer writeOnce",
             pasynGenericPointerSyncIO->writeOnce(port, 0, &exchange, 10.0, "POINTER"),
             asynSuccess);
    checkInt("pointer readOnce",
             pasynGenericPointerSyncIO->readOnce(port, 0, &exchange, 10.0, "POINTER"), asynSuccess);
    checkInt("pointer answer once", exchange.answer, 6);
}

void clientStrings(const char *port)
{
    octet(port);
    terminators(port);
    option(port);
    choices(port);
    pointer(port);
}
