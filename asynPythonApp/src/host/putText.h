// The value of a client's channel as one line of text.
#pragma once

#include <string>

struct dbChannel;

// Locks the record. The caller must not hold a GIL.
std::string valueText(dbChannel *channel);
