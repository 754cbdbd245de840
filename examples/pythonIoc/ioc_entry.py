from pkg_resources import require

require('cothread==2.12')
require('epicsdbbuilder==1.0')
# Any other requires needed by this IOC

from softioc import softioc

# Do whatever makes sense to create all the PVs and get ready to go
import ioc_body
ioc_body.initialise()

# Start the IOC -- this is boilerplate
builder.LoadDatabase()
softioc.iocInit()

# If activities need to be started after iocInit, now's the time
ioc_body.start()

softioc.interactive_ioc(globals())
