/*
 * flags.c
 */
#include "model/flags.h"
