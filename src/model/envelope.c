/*
 * envelope.c
 */
#include "model/envelope.h"
