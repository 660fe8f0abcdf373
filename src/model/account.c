/*
 * account.c
 */
#include "model/account.h"
