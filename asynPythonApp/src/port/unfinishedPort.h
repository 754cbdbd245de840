#pragma once

// The value of ASYN_UNFINISHED, which the headers of other versions of asyn do not define. With
// this bit, other threads cannot find the port while its constructor runs. A version that does not
// know the bit ignores it, and may call a driver that is not fully constructed.
constexpr int unfinishedPort = 0x0100;
