"""The records of an IOC's statistics, with the names and units of EPICS' devIocStats."""

from typing import Any

Fields = dict[str, Any]

_LOAD: Fields = {
    "EGU": "%",
    "PREC": 1,
    "HOPR": 100,
    "HIGH": 70,
    "HSV": "MINOR",
    "HIHI": 80,
    "HHSV": "MAJOR",
}
_CLIENTS: Fields = {"HOPR": 200, "HIGH": 100, "HSV": "MINOR", "HIHI": 175, "HHSV": "MAJOR"}
_CHANNELS: Fields = {"HOPR": 5000, "HIGH": 4000, "HSV": "MINOR", "HIHI": 4500, "HHSV": "MAJOR"}

QUEUES = {
    "SCANONCE": "scanOnce",
    "CBLOW": "low callback",
    "CBMEDIUM": "medium callback",
    "CBHIGH": "high callback",
}
_QUEUE = (
    ("USED", "entries", ""),
    ("USEDPER", "usage", "%"),
    ("HIGH", "maximum entries", ""),
    ("HIGHPER", "maximum usage", "%"),
    ("OVERRUNS", "lost entries", ""),
)

#: Initial seconds between two updates, by the record that sets them.
PERIODS = {"CA_UPD_TIME": 15.0, "FD_UPD_TIME": 20.0, "LOAD_UPD_TIME": 10.0, "MEM_UPD_TIME": 10.0}

#: Numeric records, by the record that sets their period: (description, fields).
NUMBERS: dict[str, dict[str, tuple[str, Fields]]] = {
    "CA_UPD_TIME": {
        "CA_CLNT_CNT": ("Channel Access clients", _CLIENTS),
        "CA_CONN_CNT": ("Channel Access channels", _CHANNELS),
        "PVA_CLNT_CNT": ("PVAccess clients", _CLIENTS),
        "PVA_CONN_CNT": ("PVAccess channels", _CHANNELS),
    },
    "FD_UPD_TIME": {
        "FD_MAX": ("Maximum file descriptors", {}),
        "FD_CNT": ("File descriptors in use", {}),
        "FD_FREE": ("Free file descriptors", {}),
    },
    "LOAD_UPD_TIME": {
        "SYS_CPU_LOAD": ("CPU load of the machine", _LOAD),
        "IOC_CPU_LOAD": ("CPU load of the IOC", _LOAD),
        "CPU_CNT": ("CPUs", {}),
        "SUSP_TASK_CNT": ("Suspended EPICS threads", {"HIHI": 1, "HHSV": "MAJOR"}),
        **{
            f"{queue}_Q_{name}": (f"{what} queue: {text}", {"EGU": unit})
            for queue, what in QUEUES.items()
            for name, text, unit in _QUEUE
        },
    },
    "MEM_UPD_TIME": {
        "MEM_USED": ("Memory used by the IOC", {"EGU": "byte"}),
        "MEM_FREE": ("Available memory", {"EGU": "byte"}),
        "MEM_MAX": ("Memory of the machine", {"EGU": "byte"}),
    },
}

#: Numeric records that are constant or have no period of their own: description.
OTHER_NUMBERS = {
    "RECORD_CNT": "Records",
    "PROCESS_ID": "Process ID",
    "PARENT_ID": "Parent process ID",
    "SCANONCE_Q_SIZE": "scanOnce queue: size",
    "CB_Q_SIZE": "Callback queues: size",
    "START_CNT": "Starts of the process",
    "HEARTBEAT": "Counter, incremented every second",
}

TEXTS = {
    "HOSTNAME": "Host",
    "KERNEL_VERS": "Kernel",
    "EPICS_VERS": "EPICS version",
    "ENGINEER": "Engineer",
    "LOCATION": "Location",
    "TOD": "Time",
    "STARTTOD": "Start time",
    "UPTIME": "Time since the start",
    "APP_DIR1": "Folder of the IOC, beginning",
    "APP_DIR2": "Folder of the IOC, continued",
    "ST_SCRIPT1": "Script of the IOC, beginning",
    "ST_SCRIPT2": "Script of the IOC, continued",
}

LONG_TEXTS = {
    "APP_DIR": "Folder of the IOC",
    "ST_SCRIPT": "Script of the IOC",
    "EPICS_VERSION": "EPICS version",
}

#: The record of each alias.
ALIASES = {"LOAD": "IOC_CPU_LOAD", "SysReset": "SYSRESET"}

MODES = ("Running", "Maintenance", "Test", "OFFLINE")
