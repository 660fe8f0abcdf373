/*
 * uidset.c
 */
#include "model/uidset.h"
