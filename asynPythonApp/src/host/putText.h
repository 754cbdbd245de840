// The value that a client's channel has, as text in one line.
#pragma once

#include <string>

struct dbChannel;

// Takes the record's lock. Not attached.
std::string valueText(dbChannel *channel);
