// Reports what the threads of the current interpreter are doing.
#pragma once

#include <Python.h>

#include <string>

// Returns {thread identifier: topmost frame} for the threads of the current interpreter, as a new
// reference. Returns NULL with an exception set on error. The caller is attached.
//
// sys._current_frames returns the frames of all interpreters. Two interpreters would then share
// frame objects, which corrupts the heap if they have separate GILs.
PyObject *threadFrames();

// Returns the Python stack of a thread of the current interpreter, formatted like a traceback. The
// caller is attached.
std::string threadStack(unsigned long identifier);
