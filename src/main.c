/*
 * main.c - joins the rooms
 */
#include <stdio.h>

int
main(void)
{
	puts("verso " VERSION);
	return 0;
}
