#pragma once

// ASYN_UNFINISHED, for the headers of any asyn: nobody else finds the port while its constructor
// runs. One that does not know the bit passes it over, and may call a driver that is half made.
constexpr int unfinishedPort = 0x0100;
