// Room for the error message of a client that has many like it.
//
// Without it a client of a port that does not block has room while its request runs, and what was
// written is kept. It has none for what a driver writes otherwise: there it is asked for before.
#pragma once

#include <asynDriver.h>

namespace portManager
{

constexpr int messageSize = 256;

// Nobody else uses the client meanwhile.
void giveMessage(asynUser *user);
void takeMessage(asynUser *user); // where it is empty

} // namespace portManager
