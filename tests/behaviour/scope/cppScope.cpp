#include "cppScope.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <stdexcept>

#include <epicsStdio.h>
#include <epicsString.h>
#include <errlog.h>
#include <iocsh.h>

#include <epicsExport.h>

namespace
{

constexpr double frequency = 1000.0; // Hz
constexpr double amplitude = 1.0;    // V
constexpr double divisions = 10.0;   // in both directions
constexpr int interfaces = asynInt32Mask | asynFloat64Mask | asynFloat64ArrayMask | asynEnumMask;

// Volts per division at gain 1, for each gain.
struct Range {
    int gain;
    std::vector<double> volts;
};
const std::vector<Range> &ranges()
{
    static const std::vector<Range> all = {
        {1, {0.1, 0.2, 0.5, 1.0, 2.0}}, {10, {1.0, 2.0, 5.0, 10.0}}, {100, {1.0, 2.0, 5.0}}};
    return all;
}

// The i-th of count numbers from 0 to last, evenly spaced.
double spaced(size_t i, size_t count, double last)
{
    return i + 1 == count ? last : static_cast<double>(i) * (last / static_cast<double>(count - 1));
}

} // namespace

CppScope::CppScope(const char *portName, int maxPoints)
    : asynPortDriver(portName, 1, interfaces | asynDrvUserMask, interfaces, ASYN_DESTRUCTIBLE, 1, 0,
                     0),
      thread_(*this, portName, epicsThreadGetStackSize(epicsThreadStackMedium),
              epicsThreadPriorityMedium)
{
    const auto points = static_cast<size_t>(maxPoints);
    for (size_t i = 0; i < points; ++i)
        base_.push_back(spaced(i, points, divisions));
    volts_.resize(points);
    display_.resize(points, divisions / 2);
    lock();
    createParameters();
    setIntegerParam(run_, 1);
    setIntegerParam(points_, maxPoints);
    setIntegerParam(timeMenu_, 100);
    setDoubleParam(timePerDivision_, 0.0001);
    setDoubleParam(offset_, 0.0);
    setDoubleParam(delay_, 0.0);
    setDoubleParam(noise_, 0.1);
    setDoubleParam(updateTime_, 0.5);
    setIntegerParam(gainMenu_, 10);
    setGain(10);
    unlock();
    thread_.start();
}

void CppScope::createParameters()
{
    createParam("SCOPE_RUN", asynParamInt32, &run_);
    createParam("SCOPE_MAX_POINTS", asynParamInt32, &points_);
    createParam("SCOPE_TIME_PER_DIV_SELECT", asynParamInt32, &timeMenu_);
    createParam("SCOPE_TIME_PER_DIV", asynParamFloat64, &timePerDivision_);
    createParam("SCOPE_VERT_GAIN_SELECT", asynParamInt32, &gainMenu_);
    createParam("SCOPE_VERT_GAIN", asynParamFloat64, &gain_);
    createParam("SCOPE_VOLTS_PER_DIV_SELECT", asynParamInt32, &voltsMenu_);
    createParam("SCOPE_VOLTS_PER_DIV", asynParamFloat64, &voltsPerDivision_);
    createParam("SCOPE_VOLT_OFFSET", asynParamFloat64, &offset_);
    createParam("SCOPE_TRIGGER_DELAY", asynParamFloat64, &delay_);
    createParam("SCOPE_NOISE_AMPLITUDE", asynParamFloat64, &noise_);
    createParam("SCOPE_UPDATE_TIME", asynParamFloat64, &updateTime_);
    createParam("SCOPE_WAVEFORM", asynParamFloat64Array, &waveform_);
    createParam("SCOPE_TIME_BASE", asynParamFloat64Array, &timeBase_);
    createParam("SCOPE_MIN_VALUE", asynParamFloat64, &minimum_);
    createParam("SCOPE_MAX_VALUE", asynParamFloat64, &maximum_);
    createParam("SCOPE_MEAN_VALUE", asynParamFloat64, &mean_);
}

// The gain decides which volts per division can be chosen. Port locked.
asynStatus CppScope::setGain(int gain)
{
    auto range = std::find_if(ranges().begin(), ranges().end(),
                              [gain](const Range &each) { return each.gain == gain; });
    if (range == ranges().end())
        return asynError;
    choices_.clear();
    for (double atGain1 : range->volts) {
        const double volts = atGain1 / gain;
        char text[32];
        epicsSnprintf(text, sizeof text, "%.3g V", volts);
        choices_.push_back({text, static_cast<int>(std::lround(volts * 1000))});
    }
    choicesChanged_ = true;
    setDoubleParam(gain_, gain);
    setIntegerParam(voltsMenu_, choices_.back().value);
    setDoubleParam(voltsPerDivision_, range->volts.back() / gain);
    return asynSuccess;
}

// Settings are brought to the records by the simulation's thread, in one go with what follows.
asynStatus CppScope::writeInt32(asynUser *user, epicsInt32 value)
{
    const int parameter = user->reason;
    if (parameter == gainMenu_ && setGain(value) != asynSuccess) {
        epicsSnprintf(user->errorMessage, static_cast<size_t>(user->errorMessageSize),
                      "port %s: SCOPE_VERT_GAIN_SELECT is one of 1, 10, 100, not %d", portName,
                      value);
        return asynError;
    }
    const asynStatus status = setIntegerParam(parameter, value);
    if (parameter == timeMenu_)
        setDoubleParam(timePerDivision_, value / 1e6);
    else if (parameter == voltsMenu_)
        setDoubleParam(voltsPerDivision_, value / 1000.0);
    changed_.signal();
    return status;
}

asynStatus CppScope::writeFloat64(asynUser *user, epicsFloat64 value)
{
    const asynStatus status = setDoubleParam(user->reason, value);
    changed_.signal();
    return status;
}

asynStatus CppScope::readFloat64Array(asynUser *user, epicsFloat64 *value, size_t most,
                                      size_t *count)
{
    if (user->reason != waveform_ && user->reason != timeBase_)
        return asynPortDriver::readFloat64Array(user, value, most, count);
    const std::vector<double> &from = user->reason == waveform_ ? display_ : base_;
    *count = std::min(most, from.size());
    std::copy_n(from.begin(), *count, value);
    return asynSuccess;
}

asynStatus CppScope::readEnum(asynUser *user, char *strings[], int values[], int severities[],
                              size_t most, size_t *count)
{
    *count = 0;
    if (user->reason != voltsMenu_)
        return asynError; // the other records keep the choices of the template
    for (; *count < std::min(most, choices_.size()); ++*count) {
        std::free(strings[*count]);
        strings[*count] = epicsStrDup(choices_[*count].text.c_str());
        values[*count] = choices_[*count].value;
        severities[*count] = 0;
    }
    return asynSuccess;
}

// Not with the port locked: asyn's records take their own lock in these callbacks, and a record
// that holds it may be waiting for the port.
void CppScope::tellChoices()
{
    std::vector<Choice> choices = choices_;
    unlock();
    std::vector<char *> strings;
    std::vector<int> values, severities(choices.size(), 0);
    for (Choice &choice : choices) {
        strings.push_back(&choice.text[0]);
        values.push_back(choice.value);
    }
    doCallbacksEnum(strings.data(), values.data(), severities.data(), choices.size(), voltsMenu_,
                    0);
    lock();
}

double CppScope::number(int parameter)
{
    double value = 0;
    getDoubleParam(parameter, &value);
    return value;
}

// Port locked.
void CppScope::acquire()
{
    const double span = number(timePerDivision_) * divisions, delay = number(delay_);
    const double noise = number(noise_), offset = number(offset_);
    const double voltsPerDivision = number(voltsPerDivision_);
    std::uniform_real_distribution<double> uniform(-1.0, 1.0);
    const double pi = std::acos(-1.0);
    for (size_t i = 0; i < volts_.size(); ++i) {
        const double time = delay + spaced(i, volts_.size(), span);
        volts_[i] = amplitude * std::sin(2 * pi * frequency * time);
        volts_[i] += noise * uniform(random_) + offset;
        // On the screen zero volts lie in the middle.
        display_[i] = divisions / 2 + volts_[i] / voltsPerDivision;
    }
    setDoubleParam(minimum_, *std::min_element(volts_.begin(), volts_.end()));
    setDoubleParam(maximum_, *std::max_element(volts_.begin(), volts_.end()));
    setDoubleParam(mean_, std::accumulate(volts_.begin(), volts_.end(), 0.0) /
                              static_cast<double>(volts_.size()));
}

void CppScope::simulate()
{
    for (;;) {
        lock();
        while (choicesChanged_) {
            choicesChanged_ = false;
            tellChoices(); // choices come before the value that needs them
        }
        int running = 0;
        getIntegerParam(run_, &running);
        if (running)
            acquire();
        callParamCallbacks();
        const double pause = number(updateTime_);
        const bool stop = stop_;
        unlock();
        if (stop)
            return;
        if (running) // only this thread changes the array
            doCallbacksFloat64Array(display_.data(), display_.size(), waveform_, 0);
        if (running)
            changed_.wait(pause);
        else
            changed_.wait();
    }
}

void CppScope::shutdownPortDriver()
{
    lock();
    stop_ = true;
    unlock();
    changed_.signal();
    thread_.exitWait();
    asynPortDriver::shutdownPortDriver();
}

namespace
{

void configure(const iocshArgBuf *arguments)
{
    const char *port = arguments[0].sval;
    const int points = arguments[1].ival;
    try {
        if (!port || !*port)
            throw std::runtime_error("expected a port name as first argument");
        if (points < 2)
            throw std::runtime_error(std::string("port ") + port +
                                     ": 2 points at least are expected as second argument, not " +
                                     std::to_string(points));
        new CppScope(port, points); // the port manager deletes it at exit
        iocshSetError(0);
    } catch (const std::exception &error) {
        errlogPrintf("cppScopeConfigure: %s\n", error.what());
        iocshSetError(-1);
    }
}

const iocshArg portArgument = {"port", iocshArgString};
const iocshArg pointsArgument = {"points of the waveform", iocshArgInt};
const iocshArg *const configureArguments[] = {&portArgument, &pointsArgument};
const iocshFuncDef configureDefinition = {"cppScopeConfigure", 2, configureArguments,
                                          "Makes a simulated oscilloscope\n"};

void cppScopeRegister()
{
    iocshRegister(&configureDefinition, configure);
}

} // namespace

extern "C" {
epicsExportRegistrar(cppScopeRegister);
}
