/*
 * folder.c
 */
#include "model/folder.h"
