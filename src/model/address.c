/*
 * address.c
 */
#include "model/address.h"
