/*
 * thread.c
 */
#include "model/thread.h"
