// The functions behind asynPythonIoc._host. Each section names the file that implements it. The
// caller must not hold a GIL.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

// loadDatabase.cpp
using Dbds = std::vector<std::pair<std::string, std::string>>; // file, folder
// Loads the dbd files and registers the names in them. Throws std::runtime_error.
void loadDbds(const Dbds &dbds);
// Replaces the shell's dbLoadDatabase by one that also searches these folders for dbd files. Called
// once.
void registerLoadCommand(const Dbds &dbds);

// loadLibrary.cpp: the shell's dlload.
void registerLibraryCommand();

// initialisation.cpp
using Databases = std::vector<std::pair<std::string, std::string>>; // file, macros
// The databases from the command line that the script's iocInit has yet to load. Used only by the
// shell's thread.
Databases &waitingDatabases();
void registerInitCommands(); // iocInit, iocBuild and iocRun
int initialise();            // iocInit; 0 for success
// Calls the IOC's exit handlers. If they take longer than limit seconds, ends the process. If they
// return but the process does not end afterwards, ends it with code.
void shutDownIoc(double limit, int code);

// Fields in the form of the database file, at full length and precision. Both functions throw
// std::runtime_error, and the message names the field.
std::string databaseField(const std::string &name);
void setDatabaseField(const std::string &name, const std::string &value); // before iocInit

// Fields in the form that clients see. All functions throw std::runtime_error, and the message
// names the field.
std::string getField(const std::string &name);
void setField(const std::string &name, const std::string &value);
// Both transfer count elements of a DBR type; data is the address of the memory. getRaw returns the
// number of elements that it read.
void putRaw(const std::string &name, int type, std::uintptr_t data, long count, bool process);
long getRaw(const std::string &name, int type, std::uintptr_t data, long count);

// From now on, prints each put by a client. Installs accessFile if the user has not set an access
// security file. Call it before iocInit. Throws std::runtime_error.
void logPuts(const std::string &accessFile);
// Replaces the shell's asSetFilename, so that the user's own access security file is known.
void registerAccessCommand();

// Counts of records, clients, queue entries and suspended threads. Empty if the IOC is not running.
std::map<std::string, double> statistics();
