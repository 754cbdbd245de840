// A port with a number and its double.
#include <asynPortDriver.h>
#include <epicsExport.h>
#include <iocsh.h>

class Twice : public asynPortDriver
{
  public:
    explicit Twice(const char *portName)
        : asynPortDriver(portName, 1, asynInt32Mask | asynDrvUserMask, asynInt32Mask, 0, 1, 0, 0)
    {
        createParam("IN", asynParamInt32, &in_);
        createParam("TWICE", asynParamInt32, &twice_);
    }

    asynStatus writeInt32(asynUser *pasynUser, epicsInt32 value) override
    {
        setIntegerParam(twice_, 2 * value);
        return asynPortDriver::writeInt32(pasynUser, value); // stores and calls back
    }

  private:
    int in_, twice_;
};

static const iocshArg portArg = {"portName", iocshArgString};
static const iocshArg *const arguments[] = {&portArg};
static const iocshFuncDef definition = {"twiceConfigure", 1, arguments, nullptr};

extern "C" {
static void twiceRegister()
{
    iocshRegister(&definition, [](const iocshArgBuf *args) { new Twice(args[0].sval); });
}
epicsExportRegistrar(twiceRegister);
}
