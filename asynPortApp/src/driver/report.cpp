// What asynReport shows of an asynPortDriver.
#include "driver/driverState.h"
#include "interfaces/base.h"
#include "interfaces/interruptClients.h"

namespace
{

const char *nameOf(asynParamType type)
{
    static const char *const names[] = {"undefined",         "asynInt32",        "asynInt64",
                                        "asynUInt32Digital", "asynFloat64",      "asynOctet",
                                        "asynInt8Array",     "asynInt16Array",   "asynInt32Array",
                                        "asynInt64Array",    "asynFloat32Array", "asynFloat64Array",
                                        "asynGenericPointer"};
    const auto position = static_cast<size_t>(type);
    return position < sizeof names / sizeof *names ? names[position] : "unknown";
}

void reportValue(FILE *fp, const Parameter &p)
{
    switch (p.type) {
    case asynParamInt32:
        fprintf(fp, ", value=%d", p.int32);
        break;
    case asynParamInt64:
        fprintf(fp, ", value=%lld", static_cast<long long>(p.int64));
        break;
    case asynParamUInt32Digital:
        fprintf(fp, ", value=0x%x, risingMask=0x%x, fallingMask=0x%x, callbackMask=0x%x", p.uint32,
                p.risingMask, p.fallingMask, p.callbackMask);
        break;
    case asynParamFloat64:
        fprintf(fp, ", value=%.15g", p.float64);
        break;
    case asynParamOctet:
        fprintf(fp, ", value=\"%s\"", p.text.c_str());
        break;
    default:
        break;
    }
}

void reportParam(FILE *fp, int index, const Parameter &p)
{
    fprintf(fp, "    parameter %d, name=%s, type=%s", index, p.name.c_str(), nameOf(p.type));
    if (p.defined)
        reportValue(fp, p);
    else if (p.type <= asynParamOctet)
        fprintf(fp, ", value undefined");
    fprintf(fp, ", status=%s", pasynManager->strStatus(p.status));
    if (p.alarmStatus != 0 || p.alarmSeverity != 0)
        fprintf(fp, ", alarm status=%d, severity=%d", p.alarmStatus, p.alarmSeverity);
    fputc('\n', fp);
}

void reportEos(FILE *fp, const char *which, const std::string &eos)
{
    fprintf(fp, "  %s terminator[%zu]:", which, eos.size());
    for (char c : eos)
        fprintf(fp, " 0x%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
    fputc('\n', fp);
}

template <typename Interrupt> void reportClients(FILE *fp, void *pvt, const char *type)
{
    InterruptClients clients(pvt);
    clients.each<Interrupt>([=](Interrupt &client) {
        const auto [callback, userPvt] = interfaceBase::registered(client);
        fprintf(fp, "    interrupt client on %s, addr=%d, reason=%d, callback=%p, userPvt=%p", type,
                client.addr, client.pasynUser->reason, reinterpret_cast<void *>(callback), userPvt);
        if constexpr (std::is_same_v<Interrupt, asynUInt32DigitalInterrupt>)
            fprintf(fp, ", mask=0x%x", client.mask);
        fputc('\n', fp);
    });
}

void reportAllClients(FILE *fp, const asynStandardInterfaces &all)
{
    reportClients<asynInt32Interrupt>(fp, all.int32InterruptPvt, asynInt32Type);
    reportClients<asynInt64Interrupt>(fp, all.int64InterruptPvt, asynInt64Type);
    reportClients<asynUInt32DigitalInterrupt>(fp, all.uInt32DigitalInterruptPvt,
                                              asynUInt32DigitalType);
    reportClients<asynFloat64Interrupt>(fp, all.float64InterruptPvt, asynFloat64Type);
    reportClients<asynOctetInterrupt>(fp, all.octetInterruptPvt, asynOctetType);
    reportClients<asynInt8ArrayInterrupt>(fp, all.int8ArrayInterruptPvt, asynInt8ArrayType);
    reportClients<asynInt16ArrayInterrupt>(fp, all.int16ArrayInterruptPvt, asynInt16ArrayType);
    reportClients<asynInt32ArrayInterrupt>(fp, all.int32ArrayInterruptPvt, asynInt32ArrayType);
    reportClients<asynInt64ArrayInterrupt>(fp, all.int64ArrayInterruptPvt, asynInt64ArrayType);
    reportClients<asynFloat32ArrayInterrupt>(fp, all.float32ArrayInterruptPvt,
                                             asynFloat32ArrayType);
    reportClients<asynFloat64ArrayInterrupt>(fp, all.float64ArrayInterruptPvt,
                                             asynFloat64ArrayType);
    reportClients<asynGenericPointerInterrupt>(fp, all.genericPointerInterruptPvt,
                                               asynGenericPointerType);
    reportClients<asynEnumInterrupt>(fp, all.enumInterruptPvt, asynEnumType);
}

} // namespace

void asynPortDriver::reportParams(FILE *fp, int details)
{
    const size_t shown = details >= 2 ? state_->lists_.size() : 1;
    for (size_t addr = 0; addr < shown; ++addr) {
        ParamList &list = state_->lists_[addr];
        fprintf(fp, "  parameter list %zu, %zu parameters\n", addr, list.size());
        for (int index = 0; index < static_cast<int>(list.size()); ++index)
            reportParam(fp, index, *list.at(index));
    }
}

void asynPortDriver::report(FILE *fp, int details)
{
    fprintf(fp, "  port driver %s, %d address%s\n", portName, maxAddr, maxAddr == 1 ? "" : "es");
    if (details >= 1) {
        epicsTimeStamp when{};
        char text[48];
        getTimeStamp(&when);
        epicsTimeToStrftime(text, sizeof text, "%Y-%m-%d %H:%M:%S.%03f", &when);
        fprintf(fp, "  time stamp %s\n", text);
        if (pasynStdInterfaces->octet.pinterface) {
            reportEos(fp, "input", state_->inputEos_);
            reportEos(fp, "output", state_->outputEos_);
        }
        reportParams(fp, details);
    }
    if (details >= 3)
        reportAllClients(fp, *pasynStdInterfaces);
}
