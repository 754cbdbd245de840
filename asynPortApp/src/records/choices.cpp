#include "records/choices.h"

#include <alarm.h>
#include <caeventmask.h>
#include <dbAccess.h>
#include <dbEvent.h>

Choices makeChoices(char *const strings[], const int values[], const int severities[], size_t count)
{
    Choices choices(count);
    for (size_t i = 0; i < count; ++i) {
        choices[i].text = strings[i] ? strings[i] : "";
        choices[i].value = values[i];
        choices[i].severity = severities[i];
    }
    return choices;
}

namespace
{

template <size_t Size> void setText(char (&field)[Size], const std::string &text)
{
    field[text.copy(field, Size - 1)] = '\0';
}

epicsEnum16 severityOf(const Choice &choice)
{
    return choice.severity < 0 || choice.severity >= ALARM_NSEV
               ? static_cast<epicsEnum16>(INVALID_ALARM)
               : static_cast<epicsEnum16>(choice.severity);
}

template <typename Record> void setTwo(Record &record, const Choices &choices, bool post)
{
    const Choice none;
    const Choice &zero = choices.size() > 0 ? choices[0] : none;
    const Choice &one = choices.size() > 1 ? choices[1] : none;
    setText(record.znam, zero.text);
    setText(record.onam, one.text);
    record.zsv = severityOf(zero);
    record.osv = severityOf(one);
    if (post)
        db_post_events(&record, &record.val, DBE_PROPERTY);
}

// The sixteen states of a multi-bit record, by position.
template <typename Record> struct States {
    using Text = char[26];
    static constexpr Text Record::*const text[16] = {
        &Record::zrst, &Record::onst, &Record::twst, &Record::thst, &Record::frst, &Record::fvst,
        &Record::sxst, &Record::svst, &Record::eist, &Record::nist, &Record::test, &Record::elst,
        &Record::tvst, &Record::ttst, &Record::ftst, &Record::ffst};
    static constexpr epicsUInt32 Record::*const value[16] = {
        &Record::zrvl, &Record::onvl, &Record::twvl, &Record::thvl, &Record::frvl, &Record::fvvl,
        &Record::sxvl, &Record::svvl, &Record::eivl, &Record::nivl, &Record::tevl, &Record::elvl,
        &Record::tvvl, &Record::ttvl, &Record::ftvl, &Record::ffvl};
    static constexpr epicsEnum16 Record::*const severity[16] = {
        &Record::zrsv, &Record::onsv, &Record::twsv, &Record::thsv, &Record::frsv, &Record::fvsv,
        &Record::sxsv, &Record::svsv, &Record::eisv, &Record::nisv, &Record::tesv, &Record::elsv,
        &Record::tvsv, &Record::ttsv, &Record::ftsv, &Record::ffsv};
};

template <typename Record> void setSixteen(Record &record, const Choices &choices, bool post)
{
    using All = States<Record>;
    const Choice none;
    for (size_t i = 0; i < 16; ++i) {
        const Choice &choice = i < choices.size() ? choices[i] : none;
        setText(record.*All::text[i], choice.text);
        record.*All::value[i] = static_cast<epicsUInt32>(choice.value);
        record.*All::severity[i] = severityOf(choice);
    }
    record.sdef = choices.empty() ? 0 : 1; // states are defined: RVAL goes by the values
    if (post)
        db_post_events(&record, &record.val, DBE_PROPERTY);
}

} // namespace

void setChoices(biRecord &record, const Choices &choices, bool post)
{
    setTwo(record, choices, post);
}

void setChoices(boRecord &record, const Choices &choices, bool post)
{
    setTwo(record, choices, post);
}

void setChoices(mbbiRecord &record, const Choices &choices, bool post)
{
    setSixteen(record, choices, post);
}

void setChoices(mbboRecord &record, const Choices &choices, bool post)
{
    setSixteen(record, choices, post);
}
