/* The errors of the parameter list are values of asynStatus. Drivers include this header, so it
 * must exist. */
#pragma once

#include <asynDriver.h>
