// Writes texts of many lines to EPICS' error log.
//
// The log cuts a message at 255 characters. Base buffers 1280 bytes of messages that the log's
// thread has not written yet, and drops what does not fit. So logLines sends each line as a message
// of its own and waits when the buffer is full.
#pragma once

#include <cstddef>
#include <string>

#define ASYNPYTHON_LOG_API __attribute__((visibility("default")))

// The caller is detached; it may hold port and record locks. If the log's thread makes no progress,
// waits for at most one second.
void logLines(const std::string &text);

// Declares that the process has enlarged the log's buffer to this size. Texts that fit need not
// wait.
ASYNPYTHON_LOG_API void errorLogHolds(size_t bytes, size_t longestMessage) noexcept;
