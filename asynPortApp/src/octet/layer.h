// A layer between a port's asynOctet interface and its clients. It passes every call on; a derived
// class changes what it is there for.
//
// Calls come with the port locked, as those of any interface. Like the interfaces of a driver,
// layers are never freed once they are in place: clients keep pointers to them when the port is
// gone.
#pragma once

#include <memory>
#include <string>

#include <asynDriver.h>
#include <asynOctet.h>

class OctetLayer
{
  public:
    OctetLayer();
    virtual ~OctetLayer() = default;
    OctetLayer(const OctetLayer &) = delete;
    OctetLayer &operator=(const OctetLayer &) = delete;

    // Puts the layer on top of what the port, or one of its addresses, has by now. An empty string
    // or what is wrong.
    static std::string interpose(std::unique_ptr<OctetLayer> layer, const char *portName, int addr);

    virtual asynStatus write(asynUser *user, const char *data, size_t length, size_t *done);
    virtual asynStatus read(asynUser *user, char *data, size_t most, size_t *done, int *eomReason);
    virtual asynStatus flush(asynUser *user);
    virtual asynStatus setInputEos(asynUser *user, const char *eos, int length);
    virtual asynStatus getInputEos(asynUser *user, char *eos, int size, int *length);
    virtual asynStatus setOutputEos(asynUser *user, const char *eos, int length);
    virtual asynStatus getOutputEos(asynUser *user, char *eos, int size, int *length);
    asynStatus registerInterruptUser(asynUser *user, interruptCallbackOctet callback, void *pvt,
                                     void **registrar);
    asynStatus cancelInterruptUser(asynUser *user, void *registrar);

  protected:
    // Called once the layer is in place.
    virtual void placed(const char *portName, int addr);

    const char *port() const { return portName_.c_str(); }
    asynInterface &interface() { return interface_; }
    static asynStatus fail(asynUser *user, asynStatus status, const char *format, ...)
        EPICS_PRINTF_STYLE(3, 4);

  private:
    asynOctet &below() const { return *static_cast<asynOctet *>(below_->pinterface); }
    // Looked up at each call: a port that is shut down takes it away.
    void *belowPvt() const { return below_->drvPvt; }

    std::string portName_;
    asynInterface interface_;
    asynInterface *below_ = nullptr;
};
