// The choices of bi, bo, mbbi and mbbo: strings, values and severities that come from the driver.
#pragma once

#include <string>
#include <vector>

#include <biRecord.h>
#include <boRecord.h>
#include <epicsTypes.h>
#include <mbbiRecord.h>
#include <mbboRecord.h>

struct Choice {
    std::string text;
    int value = 0;
    int severity = 0;
};
using Choices = std::vector<Choice>;

Choices makeChoices(char *const strings[], const int values[], const int severities[],
                    size_t count);

// Writes all choices of a record, clears those that are not used, and posts DBE_PROPERTY where
// asked to. Record locked, or in record initialisation.
void setChoices(biRecord &record, const Choices &choices, bool post);
void setChoices(boRecord &record, const Choices &choices, bool post);
void setChoices(mbbiRecord &record, const Choices &choices, bool post);
void setChoices(mbboRecord &record, const Choices &choices, bool post);
