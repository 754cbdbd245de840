// The scope IOC as an executable: runs a startup script and then the shell.
#include <epicsExit.h>
#include <epicsThread.h>
#include <iocsh.h>

int main(int argc, char *argv[])
{
    if (argc >= 2) {
        iocsh(argv[1]);
        epicsThreadSleep(0.2); // lets threads of the script finish their output
    }
    iocsh(nullptr);
    epicsExit(0);
}
