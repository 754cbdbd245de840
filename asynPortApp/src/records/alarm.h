// A record's alarm with the reason for it: AMSG, which PVAccess calls alarm.message.
//
// Bases before 7.0.6 have no HAS_ALARM_MESSAGE: their records show status and severity alone.
#pragma once

#include <string>

#include <dbCommon.h>
#include <epicsTime.h>

// What an operator needs of a driver's message, which may begin with what it is about: "port P,
// ...: " and "record R: ", as this library and the Python driver write, and the "driver:method: "
// and "driver::method " of C++ drivers. The record says all that itself.
std::string withoutPrefixes(const std::string &message);

// As much of the text as AMSG holds. Cut between two characters of UTF-8, with "..." behind it.
std::string alarmText(const std::string &message);

// While the record processes; a more severe alarm that it has already stays. message: may be NULL.
void setAlarm(dbCommon &record, epicsEnum16 stat, epicsEnum16 sevr, const char *message);
// Of a record that never processes, in its initialisation.
void showAlarm(dbCommon &record, epicsEnum16 stat, epicsEnum16 sevr, const std::string &message);
// Of a record that does not process now: its alarm is another one, and its clients hear of it, and
// of its value where that has changed. time: its own; NULL for that of now. Record locked.
void changeAlarm(dbCommon &record, epicsEnum16 stat, epicsEnum16 sevr, const std::string &message,
                 bool valueChanged, const epicsTimeStamp *time);
// The alarm that the record shows is to stay, whatever its processing has found. Record locked.
void keepAlarm(dbCommon &record);
