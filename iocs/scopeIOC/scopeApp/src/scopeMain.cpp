// The scope IOC as an executable of its own: runs a startup script, then the shell.
#include <epicsExit.h>
#include <epicsThread.h>
#include <iocsh.h>

int main(int argc, char *argv[])
{
    if (argc >= 2) {
        iocsh(argv[1]);
        epicsThreadSleep(0.2); // what the script started may still be printing
    }
    iocsh(nullptr);
    epicsExit(0);
}
