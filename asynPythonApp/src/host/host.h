// What asynPythonIoc._host offers beside the process's start and end; each in a file of its own.
// None of these is called attached.
#pragma once

#include <cstdint>
#include <map>
#include <string>

// Fields as the database file has them, at full length and precision.
// Both raise std::runtime_error, which names the field.
std::string databaseField(const std::string &name);
void setDatabaseField(const std::string &name, const std::string &value); // before iocInit

// Fields as clients have them. All raise std::runtime_error, which names the field.
std::string getField(const std::string &name);
void setField(const std::string &name, const std::string &value);
// Count elements of a DBR type; data is the address of them. getRaw returns how many there are.
void putRaw(const std::string &name, int type, std::uintptr_t data, long count, bool process);
long getRaw(const std::string &name, int type, std::uintptr_t data, long count);

// Prints each put by a client, from now on. Without an access security file of the user's, that
// one is used.
// Raises std::runtime_error. Before iocInit.
void logPuts(const std::string &accessFile);
// The shell's asSetFilename, which from now on tells of the user's own file.
void registerAccessCommand();

// Counts of the IOC: records, clients, queues, suspended threads. Empty while it does not run.
std::map<std::string, double> statistics();
