// Texts of many lines on EPICS' error log.
//
// The log cuts a message at 255 characters, and of those that its thread has not written yet Base
// keeps 1280 bytes: what does not fit is lost. So a text goes there in lines, and waits when there
// are as many as fit.
#pragma once

#include <cstddef>
#include <string>

#define ASYNPYTHON_LOG_API __attribute__((visibility("default")))

// Detached. If the log's thread does not go on, waits for a second at most; port and record locks
// may be held.
void logLines(const std::string &text);

// The process has made the log as large as that: texts that fit need not wait.
ASYNPYTHON_LOG_API void errorLogHolds(size_t bytes, size_t longestMessage) noexcept;
