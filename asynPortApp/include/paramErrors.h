/* The parameter list's errors are values of asynStatus; this header is here for drivers that
 * include it. */
#pragma once

#include <asynDriver.h>
