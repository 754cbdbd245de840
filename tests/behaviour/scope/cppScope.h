// The simulated oscilloscope of iocs/scopeIOC as a C++ driver: the twin of scope.py, for the same
// template. It uses nothing but asyn's public API and so builds with asyn as well.
#pragma once

#include <random>
#include <string>
#include <vector>

#include <asynPortDriver.h>
#include <epicsEvent.h>
#include <epicsThread.h>

class CppScope : public asynPortDriver, private epicsThreadRunable
{
  public:
    // maxPoints: length of the waveform, 2 at least. Throws std::runtime_error.
    CppScope(const char *portName, int maxPoints);

    asynStatus writeInt32(asynUser *user, epicsInt32 value) override;
    asynStatus writeFloat64(asynUser *user, epicsFloat64 value) override;
    asynStatus readFloat64Array(asynUser *user, epicsFloat64 *value, size_t most,
                                size_t *count) override;
    asynStatus readEnum(asynUser *user, char *strings[], int values[], int severities[],
                        size_t most, size_t *count) override;
    void shutdownPortDriver() override;

  private:
    // One of the volts per division that the vertical gain allows; value is in mV.
    struct Choice {
        std::string text;
        int value;
    };

    void createParameters();
    asynStatus setGain(int gain);
    void simulate();
    void acquire();
    void tellChoices();
    double number(int parameter);
    void run() override { simulate(); }

    int run_, points_, timeMenu_, timePerDivision_, gainMenu_, gain_, voltsMenu_, voltsPerDivision_;
    int offset_, delay_, noise_, updateTime_, waveform_, timeBase_, minimum_, maximum_, mean_;
    std::vector<double> base_;    // never changes
    std::vector<double> volts_;   // of the simulation's thread
    std::vector<double> display_; // written by the simulation's thread with the port locked
    std::vector<Choice> choices_; // guarded by the port lock, as the next two
    bool choicesChanged_ = false;
    bool stop_ = false;
    std::mt19937 random_;
    epicsEvent changed_;
    epicsThread thread_;
};
