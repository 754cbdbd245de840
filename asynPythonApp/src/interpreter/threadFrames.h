// What the threads of the current interpreter are doing.
#pragma once

#include <Python.h>

#include <string>

// {thread identifier: topmost frame} of the current interpreter's threads; a new reference, or NULL
// with an exception. Attached.
//
// sys._current_frames has those of all interpreters. Its frame objects are then in two interpreters
// at once: the heap is corrupted where these have GILs of their own.
PyObject *threadFrames();

// Where a thread of the current interpreter is in Python, as a traceback has it. Attached.
std::string threadStack(unsigned long identifier);
