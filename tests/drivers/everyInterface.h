// A port driver with every interface, which overrides every method that a client's call reaches.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <asynPortDriver.h>
#include <epicsEvent.h>
#include <epicsMutex.h>

class EveryParams : public asynParamSet
{
  public:
    EveryParams()
    {
        add("I32", asynParamInt32, &i32);
        add("DOUBLED", asynParamInt32, &doubled);
        add("COMMAND", asynParamInt32, &command);
        add("WALKED", asynParamInt32, &walked);
        add("TICKS", asynParamInt32, &ticks);
        add("NEVER", asynParamInt32, &never);
        add("I64", asynParamInt64, &i64);
        add("BITS", asynParamUInt32Digital, &bits);
        add("F64", asynParamFloat64, &f64);
        add("TEXT", asynParamOctet, &text);
        add("POINTER", asynParamGenericPointer, &pointer);
        add("I8ARRAY", asynParamInt8Array, &i8Array);
        add("I16ARRAY", asynParamInt16Array, &i16Array);
        add("I32ARRAY", asynParamInt32Array, &i32Array);
        add("I64ARRAY", asynParamInt64Array, &i64Array);
        add("F32ARRAY", asynParamFloat32Array, &f32Array);
        add("F64ARRAY", asynParamFloat64Array, &f64Array);
    }
    int i32, doubled, command, walked, ticks, never, i64, bits, f64, text, pointer;
    int i8Array, i16Array, i32Array, i64Array, f32Array, f64Array;
};

// What writing COMMAND makes the driver do, at the address that was written to.
enum EveryCommand {
    everyScalars = 1, // new values of all scalars, with their callbacks
    everyArrays,      // callbacks of arrays, pointer and choices
    everyFail,        // I32 gets a status
    everyAlarm,       // I32 gets an alarm
    everyWell,        // neither
    everyWalk,        // counts the clients of I32
    everyBits,        // bits that call back though they do not change
    everyErrors,      // parameters that do not exist
    everyTick         // wakes the driver's own thread
};

// What goes through asynGenericPointer.
struct EveryPointer {
    int given;
    int answer;
};

class everyInterface : public asynPortDriver
{
  public:
    everyInterface(EveryParams *params, const char *portName, int maxAddr, int flags);
    ~everyInterface() override;

    int calls(const char *method);
    int clientsOfInt32(int addr); // by a walk along the interrupt list
    static volatile int shutdowns;

    asynStatus lock() override;
    asynStatus unlock() override;
    asynStatus getAddress(asynUser *user, int *address) override;
    asynStatus parseAsynUser(asynUser *user, int *reason, int *address, const char **name) override;
    asynStatus readInt32(asynUser *user, epicsInt32 *value) override;
    asynStatus writeInt32(asynUser *user, epicsInt32 value) override;
    asynStatus readInt64(asynUser *user, epicsInt64 *value) override;
    asynStatus writeInt64(asynUser *user, epicsInt64 value) override;
    asynStatus readUInt32Digital(asynUser *user, epicsUInt32 *value, epicsUInt32 mask) override;
    asynStatus writeUInt32Digital(asynUser *user, epicsUInt32 value, epicsUInt32 mask) override;
    asynStatus setInterruptUInt32Digital(asynUser *user, epicsUInt32 mask,
                                         interruptReason reason) override;
    asynStatus clearInterruptUInt32Digital(asynUser *user, epicsUInt32 mask) override;
    asynStatus getInterruptUInt32Digital(asynUser *user, epicsUInt32 *mask,
                                         interruptReason reason) override;
    asynStatus getBounds(asynUser *user, epicsInt32 *low, epicsInt32 *high) override;
    asynStatus getBounds64(asynUser *user, epicsInt64 *low, epicsInt64 *high) override;
    asynStatus readFloat64(asynUser *user, epicsFloat64 *value) override;
    asynStatus writeFloat64(asynUser *user, epicsFloat64 value) override;
    asynStatus readOctet(asynUser *user, char *value, size_t most, size_t *count,
                         int *eomReason) override;
    asynStatus writeOctet(asynUser *user, const char *value, size_t most, size_t *count) override;
    asynStatus flushOctet(asynUser *user) override;
    asynStatus setInputEosOctet(asynUser *user, const char *eos, int length) override;
    asynStatus getInputEosOctet(asynUser *user, char *eos, int size, int *length) override;
    asynStatus setOutputEosOctet(asynUser *user, const char *eos, int length) override;
    asynStatus getOutputEosOctet(asynUser *user, char *eos, int size, int *length) override;
    asynStatus readInt8Array(asynUser *user, epicsInt8 *value, size_t most, size_t *n) override;
    asynStatus writeInt8Array(asynUser *user, epicsInt8 *value, size_t count) override;
    asynStatus doCallbacksInt8Array(epicsInt8 *value, size_t count, int reason, int addr) override;
    asynStatus readInt16Array(asynUser *user, epicsInt16 *value, size_t most, size_t *n) override;
    asynStatus writeInt16Array(asynUser *user, epicsInt16 *value, size_t count) override;
    asynStatus doCallbacksInt16Array(epicsInt16 *value, size_t count, int reason,
                                     int addr) override;
    asynStatus readInt32Array(asynUser *user, epicsInt32 *value, size_t most, size_t *n) override;
    asynStatus writeInt32Array(asynUser *user, epicsInt32 *value, size_t count) override;
    asynStatus doCallbacksInt32Array(epicsInt32 *value, size_t count, int reason,
                                     int addr) override;
    asynStatus readInt64Array(asynUser *user, epicsInt64 *value, size_t most, size_t *n) override;
    asynStatus writeInt64Array(asynUser *user, epicsInt64 *value, size_t count) override;
    asynStatus doCallbacksInt64Array(epicsInt64 *value, size_t count, int reason,
                                     int addr) override;
    asynStatus readFloat32Array(asynUser *user, epicsFloat32 *value, size_t most,
                                size_t *n) override;
    asynStatus writeFloat32Array(asynUser *user, epicsFloat32 *value, size_t count) override;
    asynStatus doCallbacksFloat32Array(epicsFloat32 *value, size_t count, int reason,
                                       int addr) override;
    asynStatus readFloat64Array(asynUser *user, epicsFloat64 *value, size_t most,
                                size_t *n) override;
    asynStatus writeFloat64Array(asynUser *user, epicsFloat64 *value, size_t count) override;
    asynStatus doCallbacksFloat64Array(epicsFloat64 *value, size_t count, int reason,
                                       int addr) override;
    asynStatus readGenericPointer(asynUser *user, void *pointer) override;
    asynStatus writeGenericPointer(asynUser *user, void *pointer) override;
    asynStatus doCallbacksGenericPointer(void *pointer, int reason, int addr) override;
    asynStatus readOption(asynUser *user, const char *key, char *value, int most) override;
    asynStatus writeOption(asynUser *user, const char *key, const char *value) override;
    asynStatus readEnum(asynUser *user, char *strings[], int values[], int severities[],
                        size_t most, size_t *count) override;
    asynStatus writeEnum(asynUser *user, char *strings[], int values[], int severities[],
                         size_t count) override;
    asynStatus doCallbacksEnum(char *strings[], int values[], int severities[], size_t count,
                               int reason, int addr) override;
    asynStatus drvUserCreate(asynUser *user, const char *drvInfo, const char **typeName,
                             size_t *size) override;
    asynStatus drvUserGetType(asynUser *user, const char **typeName, size_t *size) override;
    asynStatus drvUserDestroy(asynUser *user) override;
    void report(FILE *file, int details) override;
    asynStatus connect(asynUser *user) override;
    asynStatus disconnect(asynUser *user) override;
    using asynPortDriver::callParamCallbacks;
    asynStatus callParamCallbacks(int list, int addr) override;
    void reportSetParamErrors(asynStatus status, int index, int list, const char *method) override;
    void reportGetParamErrors(asynStatus status, int index, int list, const char *method) override;
    void shutdownPortDriver() override;

    EveryParams &p;

  private:
    struct Choice {
        std::string name;
        int value;
        int severity;
    };
    template <typename T> using Arrays = std::vector<std::vector<T>>; // one for each address

    template <typename T> asynStatus readArray(const char *method, Arrays<T> &arrays,
                                               asynUser *user, T *value, size_t most, size_t *n);
    template <typename T> asynStatus writeArray(const char *method, Arrays<T> &arrays,
                                                asynUser *user, const T *value, size_t count);
    void note(const char *method);
    asynStatus command(int addr, int what);
    void publishScalars(int addr);
    void publishArrays(int addr);
    void wrongParameters(int addr);
    static void tickThread(void *driver);
    void tick();

    epicsMutex callsMutex_;
    std::map<std::string, int> calls_; // guarded by callsMutex_, for not every method is locked
    Arrays<epicsInt8> i8_;
    Arrays<epicsInt16> i16_;
    Arrays<epicsInt32> i32_;
    Arrays<epicsInt64> i64_;
    Arrays<epicsFloat32> f32_;
    Arrays<epicsFloat64> f64_;
    std::vector<Choice> choices_;
    std::map<std::string, std::string> options_;
    int pointed_ = 0;
    epicsEvent wake_, ended_;
    bool ending_ = false; // guarded by the port lock
};
