# DLS requires
from pkg_resources import require
require('cothread==2.12')
require('epicsdbbuilder==1.0')

# Import basic softioc framework
from softioc import softioc, builder

# Create PVs
builder.SetDeviceName('TS-TEST-TEST-01')
builder.stringIn('TEST', initial_value = 'This is a test')

# Run the IOC.  This is boilerplate, and must always be done in this order,
# and must always be done after creating all PVs.
builder.LoadDatabase()
softioc.iocInit()

softioc.interactive_ioc(globals())
