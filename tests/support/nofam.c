/*
 * nofam.c - a libfam for Courier that knows of no server
 *
 * Gamin's tries for a second to start one whenever it is asked.  Without,
 * Courier raises its alert and looks for itself, as it does on many machines.
 * Whatever is asked, the answer is that it failed.
 */
#define FAILS(Name)	\
	int		\
	Name(void);	\
	int		\
	Name(void)	\
	{		\
		return -1; \
	}

FAILS(FAMOpen)
FAILS(FAMClose)
FAILS(FAMMonitorDirectory)
FAILS(FAMMonitorFile)
FAILS(FAMCancelMonitor)
FAILS(FAMPending)
FAILS(FAMNextEvent)
