// What asynPythonIoc._host consists of; each part has a file of its own. No caller holds a GIL.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

// loadDatabase.cpp
using Dbds = std::vector<std::pair<std::string, std::string>>; // file, folder
// Loads the dbd files and registers what they name. Raises std::runtime_error.
void loadDbds(const Dbds &dbds);
// The shell's dbLoadDatabase, which finds the dbd files of these folders, too. Once.
void registerLoadCommand(const Dbds &dbds);

// loadLibrary.cpp: the shell's dlload.
void registerLibraryCommand();

// initialisation.cpp
using Databases = std::vector<std::pair<std::string, std::string>>; // file, macros
// Those of the command line that the script's iocInit is to load, until it has. By the shell's
// thread alone.
Databases &waitingDatabases();
void registerInitCommands(); // iocInit, iocBuild and iocRun
int initialise();            // iocInit; 0 for success
// Calls the IOC's exit handlers. Ends the process if they take longer than limit s, or with code if
// its end does not follow.
void shutDownIoc(double limit, int code);

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
