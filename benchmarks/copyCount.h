// How many bytes were copied by memcpy and memmove in pieces of a page at least: when
// copyCount.so is preloaded. Otherwise the function is not there.
#pragma once

extern "C" __attribute__((weak)) unsigned long long copyCountBytes();
